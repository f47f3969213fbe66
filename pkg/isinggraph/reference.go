package isinggraph

import (
	"context"
	"math"
	"slices"
	"sync"

	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/internal/splitmix"
)

// reference is the sampler in plain Go: the same updates in the same order with
// the same random numbers as the compiled sampler.
type reference struct {
	graph  *Graph
	grid   *Grid
	layout *layout
	order  []int32        // nodes by colour
	visits func() *visits // of calls by tables, made once
}

// NewReference returns the plain Go sampler of g. It draws what the compiled
// sampler of g draws, spin by spin, but for decisions within float32 rounding of
// exp; it needs no plugin, and its memory does not grow with the largest degree.
func NewReference(g *Graph) Sampler { return newReference(g, nil, newLayout(g)) }

// NewGridReference is NewReference with the random numbers of the compiled grid
// sampler.
func NewGridReference(gr Grid) (Sampler, error) {
	g, l, err := newGridLayout(gr)
	if err != nil {
		return nil, err
	}
	return newReference(g, &gr, l), nil
}

func newReference(g *Graph, grid *Grid, l *layout) *reference {
	r := &reference{graph: g, grid: grid, layout: l, order: make([]int32, g.NumNodes())}
	r.visits = sync.OnceValue(func() *visits { return newVisits(g, l) })
	for i := range r.order {
		r.order[i] = int32(i)
	}
	slices.SortStableFunc(r.order, func(a, b int32) int { return int(l.color[a] - l.color[b]) })
	return r
}

func (r *reference) Graph() *Graph { return r.graph }
func (r *reference) Name() string  { return "go" }
func (r *reference) Close()        {}

// Sample implements Sampler.
func (r *reference) Sample(ctx context.Context, o Options) (*Samples, error) {
	if err := o.validate(r.graph, r.grid); err != nil {
		return nil, err
	}
	couplings := edgeCouplings(r.graph, r.grid, &o)
	out := o.start(r.graph, couplings.params(o.Params))
	r.run(ctx, &o, couplings, out)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out.Sweeps += uint64(o.Sweeps)
	return out, nil
}

// run advances all chains.
func (r *reference) run(ctx context.Context, o *Options, cp couplings, out *Samples) {
	if r.worthLookup(o, cp) {
		table, _ := newLookup(r.graph, r.visits(), o, cp, func(x []float32) error {
			for k, v := range x {
				x[k] = exp32(v)
			}
			return nil
		})
		table.sample(ctx, o, out)
		return
	}
	par.Range(o.Chains, 1, func(lo, hi int) {
		for c := lo; c < hi; c++ {
			r.chain(ctx, o, cp, out, c)
		}
	})
}

// lookupCost is the time of a table's entry in units of a spin update's.
const lookupCost = 2

// worthLookup tells whether o can use a table and saves by it.
func (r *reference) worthLookup(o *Options, cp couplings) bool {
	n := r.graph.NumNodes()
	return fitsLookup(r.graph, r.layout, o, cp) && o.Chains*o.Sweeps*n >= lookupCost*(n+2*r.graph.NumEdges())
}

// chain runs one chain; it returns early when ctx ends.
func (r *reference) chain(ctx context.Context, o *Options, cp couplings, out *Samples, c int) {
	n := r.graph.NumNodes()
	x := out.Chain(c)
	bias := make([]float32, n)
	cp.biases(r.graph, r.layout, o.Params, false, func(_, i int, v float32) { bias[i] = v }, []int{c})
	u := stream{layout: r.layout, chain: o.FirstChain + c}
	u.lo, u.hi = splitmix.Mix(o.Seed)
	record := func(t int) {
		if o.Trace {
			out.Trace.Energy[c][t] = Energy(r.graph, out.params, x, c)
			out.Trace.Magnetization[c][t] = Magnetization(x)
		}
	}
	var ids []int32
	if cp.each != nil {
		ids = r.graph.EdgeIDs()
	}
	record(0)
	ups := make([]int, n)
	for t := range o.Sweeps {
		beta := o.minusTwoBeta(c) * o.scale(t)
		for k, i := range r.order {
			if k%(1<<16) == 0 && ctx.Err() != nil {
				return
			}
			if len(o.Clamp) > 0 && o.Clamp[i] != 0 {
				continue
			}
			f := beta * (r.pull(cp, ids, x, i) + bias[i])
			v := u.at(out.Sweeps+uint64(t), i)
			if o.Rule == Metropolis {
				if v < exp32(float32(x[i])*f) {
					x[i] = -x[i]
				}
			} else if v*(exp32(f)+1) < 1 {
				x[i] = 1
			} else {
				x[i] = -1
			}
		}
		record(t + 1)
		if o.Marginals && t >= o.BurnIn {
			for i, v := range x {
				ups[i] += int(v+1) / 2
			}
		}
	}
	if o.Marginals {
		kept := float64(o.Sweeps - o.BurnIn)
		for i, up := range ups {
			out.Mean[c*n+i] = float32(2*float64(up)/kept - 1)
		}
	}
}

// pull returns Σ_j 2J_ij [x_j = +1].
func (r *reference) pull(cp couplings, ids []int32, x []int8, i int32) float32 {
	rowPtr, col := r.graph.CSR()
	lo, hi := rowPtr[i], rowPtr[i+1]
	if cp.each != nil {
		var sum float32
		for half := lo; half < hi; half++ {
			if x[col[half]] > 0 {
				sum += 2 * cp.each[ids[half]]
			}
		}
		return sum
	}
	ups := 0
	for _, j := range col[lo:hi] {
		ups += int(x[j]+1) >> 1
	}
	return 2 * cp.one * float32(ups)
}

// exp32 is exp rounded to float32, bounded as XLA bounds it.
func exp32(x float32) float32 {
	return float32(math.Exp(float64(min(max(x, -87.8), 88.8))))
}

// stream yields the uniforms of one chain.
type stream struct {
	layout *layout
	lo, hi uint32
	chain  int
	keys   [latticeLanes / 2][2]uint32 // of the current sweep and colour
	sweep  uint64
	color  int32
	valid  bool
}

// at returns the uniform of a node's update in a sweep. Nodes are asked for
// colour by colour.
func (s *stream) at(sweep uint64, i int32) float32 {
	l := s.layout
	lanes, lane := 1, 0
	if l.lane != nil {
		lanes, lane = latticeLanes, int(l.lane[i])
	}
	id := s.chain*lanes + lane
	if !s.valid || s.sweep != sweep || s.color != l.color[i] {
		s.valid, s.sweep, s.color = true, sweep, l.color[i]
		for k := range (lanes + 1) / 2 {
			k0, k1 := streamKey(s.lo, s.hi, sweep, uint32(s.color), uint32(s.chain*lanes/2+k))
			s.keys[k] = [2]uint32{k0, k1}
		}
	}
	key := s.keys[id/2-s.chain*lanes/2]
	even, odd := streamWords(key[0], key[1], uint32(l.rank[i]))
	if id%2 == 1 {
		even = odd
	}
	return uniform(even)
}
