package xla

import (
	"context"
	"slices"

	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/internal/philox"
	"example.org/isinggraph/internal/splitmix"
)

// Order is a graph in the order in which sweeps visit its nodes: colour by
// colour, and in a colour by degree, so that branches are predicted.
type Order struct {
	node   []int32  // by place in the order
	rank   []uint32 // of the node in its colour, the counter of its random numbers
	starts []int32  // of the colours' places, and their number
	row    []int32  // of each place's neighbours in col
	col    []int32  // places of neighbours
}

// NewOrder returns the order of a graph and its layout.
func NewOrder(g *Graph, l *Layout) *Order {
	n := g.NumNodes()
	v := &Order{node: make([]int32, n), rank: make([]uint32, n), row: make([]int32, n+1), col: make([]int32, 0, 2*g.NumEdges())}
	for i := range v.node {
		v.node[i] = int32(i)
	}
	slices.SortStableFunc(v.node, func(a, b int32) int {
		if c := l.Color[a] - l.Color[b]; c != 0 {
			return int(c)
		}
		return g.Degree(int(a)) - g.Degree(int(b))
	})
	place := make([]int32, n)
	for k, i := range v.node {
		place[i] = int32(k)
		if k == 0 || l.Color[i] != l.Color[v.node[k-1]] {
			v.starts = append(v.starts, int32(k))
		}
	}
	v.starts = append(v.starts, int32(n))
	for k, i := range v.node {
		v.rank[k] = uint32(l.Rank[i])
		for _, j := range g.Neighbors(int(i)) {
			v.col = append(v.col, place[j])
		}
		v.row[k+1] = int32(len(v.col))
	}
	return v
}

// Lookup is the plain Go sweep where chains share one coupling, fields and β and
// are updated by heat bath: the probabilities of +1 are tabulated by node and
// number of up neighbours, and eight chains lie in the bytes of a word. It makes
// the same decisions as the sweep of a single chain.
type Lookup struct {
	*Order
	cuts []uint32 // P(+1) in units of 2⁻²³, rounded up, from row[k]+k for place k, by up neighbours
}

// FitsLookup tells whether the chains of a job can share one table of g.
func (o *Job) FitsLookup(g *Graph, l *Layout) bool {
	return o.alike() && l.Lane == nil && len(o.Clamp) == 0 && o.Energy == nil && o.Mean == nil && g.MaxDegree < 256
}

// NewLookup tabulates o's probabilities; exp replaces its argument's values by
// their exponentials.
func NewLookup(g *Graph, v *Order, o *Job, exp func([]float32) error) (*Lookup, error) {
	n := g.NumNodes()
	e := make([]float32, 0, n+len(v.col))
	beta := o.minusTwoBeta(0)
	for _, i := range v.node {
		d := g.Degree(int(i))
		bias := o.field(0, int(i)) - o.J.One*float32(d)
		for up := range d + 1 {
			e = append(e, beta*(float32(2*o.J.One*float32(up))+bias))
		}
	}
	if err := exp(e); err != nil {
		return nil, err
	}
	t := &Lookup{Order: v, cuts: make([]uint32, len(e))}
	for k, x := range e {
		t.cuts[k] = cut(x)
	}
	return t, nil
}

// cut returns how many of the 2²³ uniforms u satisfy u·(e+1) < 1 in float32.
func cut(e float32) uint32 {
	const cells = 1 << 23
	up := func(k int) bool { return philox.Uniform(uint32(k)<<9)*(e+1) < 1 }
	k := min(int(cells/(1+float64(e))), cells-1)
	for k > 0 && !up(k-1) {
		k--
	}
	for k < cells && up(k) {
		k++
	}
	return uint32(k)
}

// below is 1 if a < b, else 0, for a and b below 2³¹.
func below(a, b uint32) uint64 { return uint64((a - b) >> 31) }

// Run advances the chains of a job, whose first states are in Spins, eight at a time. It
// ends early when ctx does.
func (t *Lookup) Run(ctx context.Context, o *Job) {
	par.Range((o.Chains+7)/8, 1, func(lo, hi int) {
		words := make([]uint64, len(t.node))
		for k := lo; k < hi; k++ {
			t.eight(ctx, o, words, 8*k, min(8*k+8, o.Chains))
		}
	})
}

// eight sweeps the chains lo … hi−1, at most eight.
func (t *Lookup) eight(ctx context.Context, o *Job, words []uint64, lo, hi int) {
	clear(words)
	for c := lo; c < hi; c++ {
		x := o.chain(c)
		for k, i := range t.node {
			words[k] |= uint64(x[i]+1) >> 1 << (8 * (c - lo))
		}
	}
	s0, s1 := splitmix.Mix(o.Seed)
	pairs := (hi - lo + 1) / 2
	var random []uint64
	if pairs == 1 {
		random = make([]uint64, len(t.node))
	}
	for sweep := range o.Sweeps {
		if ctx.Err() != nil {
			return
		}
		for c := range len(t.starts) - 1 {
			var keys [4][2]uint32
			for p := range pairs {
				keys[p][0], keys[p][1] = philox.Key(s0, s1, o.Done+uint64(sweep), uint32(c), uint32((o.First+lo)/2+p))
			}
			if pairs == 1 {
				a, b := t.starts[c], t.starts[c+1]
				philox.Fill(random, keys[0][0], keys[0][1], t.rank[a:b])
				t.updatePair(words, random, a, b)
			} else {
				t.update(words, keys[:pairs], t.starts[c], t.starts[c+1])
			}
		}
	}
	for c := lo; c < hi; c++ {
		x := o.chain(c)
		for k, i := range t.node {
			x[i] = int8(words[k]>>(8*(c-lo))&1)*2 - 1
		}
	}
}

// update draws the places a … b−1, all of one colour.
func (t *Lookup) update(words []uint64, keys [][2]uint32, a, b int32) {
	for k := a; k < b; k++ {
		var sum, w uint64
		for _, j := range t.col[t.row[k]:t.row[k+1]] {
			sum += words[j]
		}
		cuts := t.cuts[t.row[k]+k:]
		for p, key := range keys {
			even, odd := philox.Words(key[0], key[1], t.rank[k])
			w |= below(even>>9, cuts[sum&255]) << (16 * p)
			w |= below(odd>>9, cuts[sum>>8&255]) << (16*p + 8)
			sum >>= 16
		}
		words[k] = w
	}
}

// updatePair is update for at most two chains, given their random words.
func (t *Lookup) updatePair(words, random []uint64, a, b int32) {
	row, next, col, cuts := t.row[a:b+1], words[a:b], t.col, t.cuts
	random = random[:len(next)]
	lo := int(row[0])
	for k, r := range random {
		var sum uint64
		hi := int(row[k+1])
		for _, j := range col[lo:hi] {
			sum += words[j]
		}
		at := lo + int(a) + k
		lo = hi
		next[k] = below(uint32(r)>>9, cuts[at+int(sum&255)]) | below(uint32(r>>41), cuts[at+int(sum>>8)])<<8
	}
}
