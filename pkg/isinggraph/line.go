package isinggraph

import (
	"context"
	"fmt"
	"slices"
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
// says. Equal seeds give other samples than those of [New], from the same
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

// String says how the sampler works.
func (s *lineSampler) String() string { return "go:line" }

// Close implements Sampler.
func (s *lineSampler) Close() {}

// Sample implements Sampler.
func (s *lineSampler) Sample(ctx context.Context, r Request) (*Samples, error) {
	r, err := r.On(s.graph)
	if err != nil {
		return nil, err
	}
	j, ok := r.J.Uniform()
	if !ok {
		return nil, fmt.Errorf("isinggraph: line sampler: %v, need one J for all edges", r.J)
	}
	return RunChains(ctx, r, func(c int, x []int8) func(uint64, float32) { return s.chain(ctx, r, j, c, x) })
}

// chain returns what sweeps over the spins x of a chain, and ends early when ctx does.
func (s *lineSampler) chain(ctx context.Context, r Request, j float32, c int, x []int8) func(sweep uint64, beta float32) {
	sums := make([]int32, s.sums)
	for p, e := range s.ends {
		s.add(sums, e, int32(x[p]))
	}
	h := r.field(c)
	return func(sweep uint64, beta float32) {
		scale := -2 * beta
		u := NewStream(r.Seed, r.Chains.First+c, sweep)
		for k, p := range s.order {
			if k%(1<<16) == 0 && ctx.Err() != nil {
				return
			}
			if len(r.Clamp) > 0 && r.Clamp[p] != 0 {
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
			if to := update(r.Rule == Metropolis, x[p], scale*f, u.Uniform(int(p))); to != x[p] {
				s.add(sums, e, int32(to)-old)
				x[p] = to
			}
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
