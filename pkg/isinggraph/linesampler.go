package isinggraph

import (
	"context"
	"fmt"
	"slices"

	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/internal/splitmix"
)

// lineSampler samples line graphs by sums over the indices that nodes share.
type lineSampler struct {
	graph *Graph
	ends  [][2]int32
	order []int32 // nodes by colour
	sums  int     // indices
}

// NewLineSampler returns a sampler, in plain Go, of a graph whose node p has the
// two indices ends[p], alike for a loop, and whose nodes are neighbours when they
// share one: a line graph, or a union of such. It keeps the sum of the spins of
// each index, so that the effective field (eq. 4) of node p = {a, b},
//
//	h_p + J (S_a + S_b − 2 x_p)    (h_p + J (S_a − x_p) for a loop)
//
// takes no time that grows with its degree: a sweep is O(V), not O(V + E).
// Couplings must be one for all edges. Nodes are visited colour by colour as c
// says. Equal seeds give other samples than those of [NewSampler], from the same
// law.
//
// A graph that is not the one of these ends, negative indices, two nodes with
// the same indices and a colouring that is none are errors. O(V + E).
func NewLineSampler(g *Graph, ends [][2]int32, c Coloring) (Sampler, error) {
	if len(ends) != g.NumNodes() {
		return nil, fmt.Errorf("isinggraph: line sampler: ends of %d nodes for a graph of %d", len(ends), g.NumNodes())
	}
	if err := c.Validate(g); err != nil {
		return nil, err
	}
	s := &lineSampler{graph: g, ends: ends, order: make([]int32, len(ends))}
	for p, e := range ends {
		if min(e[0], e[1]) < 0 {
			return nil, fmt.Errorf("isinggraph: line sampler: node %d has ends %d and %d", p, e[0], e[1])
		}
		s.sums = max(s.sums, int(e[0])+1, int(e[1])+1)
		s.order[p] = int32(p)
	}
	nodes, pairs := make([]int, s.sums), 0
	for _, e := range ends {
		for k, v := range e {
			if k == 0 || v != e[0] {
				pairs += nodes[v]
				nodes[v]++
			}
		}
	}
	if pairs != g.NumEdges() {
		return nil, fmt.Errorf("isinggraph: line sampler: the ends make %d pairs of neighbours, the graph has %d", pairs, g.NumEdges())
	}
	for u := range ends {
		for _, v := range g.upper(u) {
			a, b := ends[u], ends[v]
			if a == b || a[0] != b[0] && a[0] != b[1] && a[1] != b[0] && a[1] != b[1] {
				return nil, fmt.Errorf("isinggraph: line sampler: neighbours %d and %d have ends %v and %v, need one shared", u, v, a, b)
			}
		}
	}
	slices.SortStableFunc(s.order, func(a, b int32) int { return int(c.Color[a] - c.Color[b]) })
	return s, nil
}

func (s *lineSampler) Graph() *Graph { return s.graph }
func (s *lineSampler) Name() string  { return "go:line" }
func (s *lineSampler) Close()        {}

// Sample implements Sampler.
func (s *lineSampler) Sample(ctx context.Context, o Options) (*Samples, error) {
	if err := o.validate(s.graph, nil); err != nil {
		return nil, err
	}
	cp := edgeCouplings(s.graph, nil, &o)
	if cp.each != nil {
		return nil, fmt.Errorf("isinggraph: line sampler: one coupling for each edge, need one for all")
	}
	out := o.start(s.graph, cp.params(o.Params))
	par.Range(o.Chains, 1, func(lo, hi int) {
		for c := lo; c < hi; c++ {
			s.chain(ctx, &o, cp.one, out, c)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out.Sweeps += uint64(o.Sweeps)
	return out, nil
}

// chain runs one chain; it returns early when ctx ends.
func (s *lineSampler) chain(ctx context.Context, o *Options, j float32, out *Samples, c int) {
	x, n := out.Chain(c), len(s.ends)
	sums := make([]int32, s.sums)
	for p, e := range s.ends {
		s.add(sums, e, int32(x[p]))
	}
	record := func(t int) {
		if o.Trace {
			out.Trace.Energy[c][t] = Energy(s.graph, out.params, x, c)
			out.Trace.Magnetization[c][t] = Magnetization(x)
		}
	}
	record(0)
	h := o.fields(c, n)
	seedLo, seedHi := splitmix.Mix(o.Seed)
	chain := o.FirstChain + c
	ups := make([]int, n)
	for t := range o.Sweeps {
		beta := o.minusTwoBeta(c) * o.scale(t)
		k0, k1 := streamKey(seedLo, seedHi, out.Sweeps+uint64(t), 0, uint32(chain/2))
		for k, p := range s.order {
			if k%(1<<16) == 0 && ctx.Err() != nil {
				return
			}
			if len(o.Clamp) > 0 && o.Clamp[p] != 0 {
				continue
			}
			e, old := s.ends[p], int32(x[p])
			pull := sums[e[0]] - old
			if e[0] != e[1] {
				pull += sums[e[1]] - old
			}
			f := j * float32(pull)
			if h != nil {
				f += h[p]
			}
			f *= beta
			bits, odd := streamWords(k0, k1, uint32(p))
			if chain%2 == 1 {
				bits = odd
			}
			v, to := uniform(bits), int32(-1)
			if o.Rule == Metropolis {
				to = old
				if v < exp32(float32(old)*f) {
					to = -old
				}
			} else if v*(exp32(f)+1) < 1 {
				to = 1
			}
			if to != old {
				x[p] = int8(to)
				s.add(sums, e, to-old)
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

// add adds v to the sums of a node's indices.
func (s *lineSampler) add(sums []int32, e [2]int32, v int32) {
	sums[e[0]] += v
	if e[0] != e[1] {
		sums[e[1]] += v
	}
}
