package isinggraph

import "context"

// lookup is the plain Go sweep where chains share one coupling, fields and β and
// are updated by heat bath: the probabilities of +1 are tabulated by node and
// number of up neighbours, and eight chains lie in the bytes of a word. It makes
// the same decisions as the sweep of a single chain.
type lookup struct {
	r     *reference
	first []int32  // of each node's row of cuts
	cuts  []uint32 // P(+1) in units of 2⁻²³, rounded up, by node and up neighbours
	words []uint64
}

// lookupCost is the time of a table's entry in units of a spin update's.
const lookupCost = 2

// worthLookup tells whether o can use a table and saves by it.
func (r *reference) worthLookup(o *Options, cp couplings) bool {
	n, ends := r.graph.NumNodes(), 2*r.graph.NumEdges()
	return o.Rule == HeatBath && cp.each == nil && len(o.H) <= n && len(o.Beta) <= 1 && r.layout.lane == nil &&
		len(o.Schedule) == 0 && len(o.Clamp) == 0 && !o.Trace && !o.Marginals && r.graph.MaxDegree() < 256 &&
		o.Chains*o.Sweeps*n >= lookupCost*(n+ends)
}

func (r *reference) newLookup(o *Options, cp couplings) *lookup {
	n := r.graph.NumNodes()
	l := &lookup{r: r, first: make([]int32, n), words: make([]uint64, n)}
	l.cuts = make([]uint32, 0, n+2*r.graph.NumEdges())
	beta := o.minusTwoBeta(0)
	for i := range n {
		l.first[i] = int32(len(l.cuts))
		d := r.graph.Degree(i)
		bias := o.Field(0, i, n) - cp.one*float32(d)
		for up := range d + 1 {
			l.cuts = append(l.cuts, cut(exp32(beta*(2*cp.one*float32(up)+bias))))
		}
	}
	return l
}

// cut returns how many of the 2²³ uniforms u satisfy u·(e+1) < 1 in float32.
func cut(e float32) uint32 {
	const cells = 1 << 23
	up := func(k int) bool { return uniform(uint32(k)<<9)*(e+1) < 1 }
	k := min(int(cells/(1+float64(e))), cells-1)
	for k > 0 && !up(k-1) {
		k--
	}
	for k < cells && up(k) {
		k++
	}
	return uint32(k)
}

// run sweeps the chains lo … hi−1, at most eight, in out.
func (l *lookup) run(ctx context.Context, o *Options, out *Samples, lo, hi int) {
	rowPtr, col := l.r.graph.CSR()
	for i := range l.words {
		var w uint64
		for c := lo; c < hi; c++ {
			w |= uint64(out.Chain(c)[i]+1) >> 1 << (8 * (c - lo))
		}
		l.words[i] = w
	}
	s0, s1 := mixSeed(o.Seed)
	pairs := (hi - lo + 1) / 2
	for t := range o.Sweeps {
		if ctx.Err() != nil {
			return
		}
		color := int32(-1)
		var keys [4][2]uint32
		for _, i := range l.r.order {
			if c := l.r.layout.color[i]; c != color {
				color = c
				for p := range pairs {
					keys[p][0], keys[p][1] = streamKey(s0, s1, out.Sweeps+uint64(t), uint32(c), uint32(lo/2+p))
				}
			}
			var sum uint64
			for _, j := range col[rowPtr[i]:rowPtr[i+1]] {
				sum += l.words[j]
			}
			cuts := l.cuts[l.first[i]:]
			rank := uint32(l.r.layout.rank[i])
			var w uint64
			for p := range pairs {
				even, odd := streamWords(keys[p][0], keys[p][1], rank)
				w |= below(even>>9, cuts[sum&255]) << (16 * p)
				w |= below(odd>>9, cuts[sum>>8&255]) << (16*p + 8)
				sum >>= 16
			}
			l.words[i] = w
		}
	}
	for c := lo; c < hi; c++ {
		x := out.Chain(c)
		for i, w := range l.words {
			x[i] = int8(w>>(8*(c-lo))&1)*2 - 1
		}
	}
}

// below is 1 if a < b, else 0, for a and b below 2³¹.
func below(a, b uint32) uint64 { return uint64((a - b) >> 31) }

// sample runs all chains, eight at a time.
func (l *lookup) sample(ctx context.Context, o *Options, out *Samples) {
	groups := (o.Chains + 7) / 8
	parallelRange(groups, 1, func(lo, hi int) {
		part := &lookup{r: l.r, first: l.first, cuts: l.cuts, words: l.words}
		if hi-lo < groups { // another goroutine has the others
			part.words = make([]uint64, len(l.words))
		}
		for k := lo; k < hi; k++ {
			part.run(ctx, o, out, 8*k, min(8*k+8, o.Chains))
		}
	})
}
