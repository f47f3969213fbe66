package isinggraph

import (
	"context"
	"math"
	"slices"
	"sync"

	"example.org/isinggraph/internal/philox"
	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/internal/xla"
)

// plainSampler is the sampler in plain Go: the same updates in the same order with
// the same random numbers as the compiled sampler.
type plainSampler struct {
	graph  *Graph
	rows   *xla.Graph
	layout *xla.Layout
	order  []int32           // nodes by colour
	tables func() *xla.Order // of calls by tables, made once
}

// Plain returns the plain Go sampler of g. It draws what the compiled sampler of g
// draws, spin by spin, but for decisions within float32 rounding of exp; it needs no
// plugin, and its memory does not grow with the largest degree.
func Plain(g *Graph) Sampler { return newPlain(g, newLayout(g)) }

// PlainOnGrid is [Plain] with the random numbers of the compiled grid sampler.
func PlainOnGrid(gr Grid) (Sampler, error) {
	g, l, err := newGridLayout(gr)
	if err != nil {
		return nil, err
	}
	return newPlain(g, l), nil
}

func newPlain(g *Graph, l *xla.Layout) *plainSampler {
	r := &plainSampler{graph: g, rows: g.rows(), layout: l, order: make([]int32, g.NumNodes())}
	r.tables = sync.OnceValue(func() *xla.Order { return xla.NewOrder(r.rows, l) })
	for i := range r.order {
		r.order[i] = int32(i)
	}
	slices.SortStableFunc(r.order, func(a, b int32) int { return int(l.Color[a] - l.Color[b]) })
	return r
}

// String says how the sampler works.
func (r *plainSampler) String() string { return "go" }

// Close implements Sampler.
func (r *plainSampler) Close() {}

// Sample implements Sampler.
func (r *plainSampler) Sample(ctx context.Context, q Request) (*Samples, error) {
	q, err := q.On(r.graph)
	if err != nil {
		return nil, err
	}
	out := q.emptySamples()
	o := newJob(q, out)
	if !r.worthLookup(o) {
		return RunChains(ctx, q, func(c int, x []int8) func(uint64, float32) { return r.chain(ctx, o, c, x) })
	}
	q.setFirstSpins(out)
	table, _ := xla.NewLookup(r.rows, r.tables(), o, func(x []float32) error {
		for k, v := range x {
			x[k] = exp32(v)
		}
		return nil
	})
	table.Run(ctx, o)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out.Sweeps += uint64(q.Sweeps)
	return out, nil
}

// lookupCost is the time of a table's entry in units of a spin update's.
const lookupCost = 2

// worthLookup tells whether o can use a table and saves by it.
func (r *plainSampler) worthLookup(o *xla.Job) bool {
	n := r.graph.NumNodes()
	return o.FitsLookup(r.rows, r.layout) && o.Chains*o.Sweeps*n >= lookupCost*(n+2*r.graph.NumEdges())
}

// chain returns what sweeps over the spins x of a chain, and ends early when ctx does.
func (r *plainSampler) chain(ctx context.Context, o *xla.Job, c int, x []int8) func(sweep uint64, beta float32) {
	bias := o.Biases(r.rows, r.layout, c)
	u := stream{layout: r.layout, chain: o.First + c}
	u.lo, u.hi = splitmix.Mix(o.Seed)
	var ids []int32
	if o.J.Each != nil {
		ids = r.graph.edgeIDs()
	}
	return func(sweep uint64, beta float32) {
		scale := -2 * beta
		for k, i := range r.order {
			if k%(1<<16) == 0 && ctx.Err() != nil {
				return
			}
			if len(o.Clamp) > 0 && o.Clamp[i] != 0 {
				continue
			}
			x[i] = update(o.Metropolis, x[i], scale*(r.pull(&o.J, ids, x, i)+bias[i]), u.at(sweep, i))
		}
	}
}

// update returns the new state of a spin x, given −2β h^eff and a uniform.
func update(metropolis bool, x int8, f, uniform float32) int8 {
	switch {
	case metropolis && uniform < exp32(float32(x)*f):
		return -x
	case metropolis:
		return x
	case uniform*(exp32(f)+1) < 1:
		return 1
	}
	return -1
}

// pull returns Σ_j 2J_ij [x_j = +1].
func (r *plainSampler) pull(cp *xla.Couplings, ids []int32, x []int8, i int32) float32 {
	rowPtr, col := r.graph.CSR()
	lo, hi := rowPtr[i], rowPtr[i+1]
	if cp.Each != nil {
		var sum float32
		for half := lo; half < hi; half++ {
			if x[col[half]] > 0 {
				sum += 2 * cp.Each[ids[half]]
			}
		}
		return sum
	}
	ups := 0
	for _, j := range col[lo:hi] {
		ups += int(x[j]+1) >> 1
	}
	return 2 * cp.One * float32(ups)
}

// exp32 is exp rounded to float32, bounded as XLA bounds it.
func exp32(x float32) float32 {
	return float32(math.Exp(float64(min(max(x, -87.8), 88.8))))
}

// stream yields the uniforms of one chain.
type stream struct {
	layout *xla.Layout
	lo, hi uint32
	chain  int
	keys   [xla.Strips / 2][2]uint32 // of the current sweep and colour
	sweep  uint64
	color  int32
	valid  bool
}

// at returns the uniform of a node's update in a sweep. Nodes are asked for
// colour by colour.
func (s *stream) at(sweep uint64, i int32) float32 {
	l := s.layout
	lanes, lane := 1, 0
	if l.Lane != nil {
		lanes, lane = xla.Strips, int(l.Lane[i])
	}
	id := s.chain*lanes + lane
	if !s.valid || s.sweep != sweep || s.color != l.Color[i] {
		s.valid, s.sweep, s.color = true, sweep, l.Color[i]
		for k := range (lanes + 1) / 2 {
			k0, k1 := philox.Key(s.lo, s.hi, sweep, uint32(s.color), uint32(s.chain*lanes/2+k))
			s.keys[k] = [2]uint32{k0, k1}
		}
	}
	key := s.keys[id/2-s.chain*lanes/2]
	even, odd := philox.Words(key[0], key[1], uint32(l.Rank[i]))
	if id%2 == 1 {
		even = odd
	}
	return philox.Uniform(even)
}
