package samplertest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"
)

// maxFree is the number of free nodes of the largest model that is enumerated;
// models with more nodes clamp the rest.
const maxFree = 10

// model is a graph with a kind of parameters on which every sampler must show the
// same law.
type model struct {
	name     string
	graph    *isinggraph.Graph
	weighted bool // one coupling per edge
	bare     bool // no field: heat bath looks probabilities up, Metropolis may alternate
	positive bool // J ≥ 0
}

// models are those of the options' graphs or, where they name none, the suite's own:
// they cover couplings of all edges and of each, no field, hubs, and grids, open and
// periodic, with 4 neighbours and the 3×3 kernel.
func (o Options) models(t *testing.T) (list []model) {
	t.Helper()
	if len(o.Graphs) > 0 {
		for k, g := range o.Graphs {
			list = append(list, model{name: fmt.Sprintf("graph %d of %d nodes", k, g.NumNodes()), graph: g})
		}
	} else {
		list = defaults(t)
	}
	list = slices.DeleteFunc(list, func(m model) bool {
		_, kernel := m.kernel()
		return o.Uniform && (m.weighted || kernel) || o.NoClamp && m.graph.NumNodes() > maxFree
	})
	for k := range list {
		list[k].positive = o.Ferromagnetic
		list[k].bare = list[k].bare || o.NoField
	}
	return list
}

// kernel tells whether the model's graph is a grid with 8 neighbours.
func (m model) kernel() (gr isinggraph.Grid, ok bool) {
	gr, ok = m.graph.Grid()
	return gr, ok && gr.Neighbors == 8
}

func defaults(t *testing.T) []model {
	t.Helper()
	make := func(n int, edges [][2]int32) *isinggraph.Graph {
		g, err := isinggraph.NewGraph(n, edges)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	general := make(10, testutil.RandomEdges(10, 0.3, testutil.Rand(48))) // compiles as the smallest torus does
	petersen := testutil.Cycle(5)
	for i := range int32(5) {
		petersen = append(petersen, [2]int32{i, i + 5}, [2]int32{i + 5, (i+2)%5 + 5})
	}
	var star [][2]int32
	for i := range int32(20) {
		star = append(star, [2]int32{20, i})
	}
	hub := make(21, star)
	list := []model{
		{name: "graph", graph: general},
		{name: "weighted", graph: general, weighted: true},
		{name: "bare", graph: make(10, petersen), bare: true},
		{name: "star", graph: hub},
		{name: "weighted star", graph: hub, weighted: true},
	}
	for _, gr := range []isinggraph.Grid{{Rows: 2, Cols: 3, Neighbors: 4}, {Rows: 3, Cols: 3, Neighbors: 4}, {Rows: 1, Cols: 9, Neighbors: 4},
		{Rows: 4, Cols: 16, Neighbors: 4, Periodic: true}, {Rows: 3, Cols: 3, Neighbors: 8}, {Rows: 4, Cols: 16, Neighbors: 8, Periodic: true},
		{Rows: 3, Cols: 3, Neighbors: 4, Periodic: true}} {
		g, err := gr.Graph()
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%d×%d of %d", gr.Rows, gr.Cols, gr.Neighbors)
		if gr.Periodic {
			name += ", periodic"
		}
		list = append(list, model{name: name, graph: g})
	}
	return list
}

// draw returns random couplings, fields, β and clamps of m. At most maxFree nodes
// stay free, which hang together; clamp asks for some more to be held.
func (u *suite) draw(rng *rand.Rand, clamp bool) (r isinggraph.Request) {
	m := u.model
	between := func(lo, hi float32) float32 { // of either sign
		return (lo + (hi-lo)*rng.Float32()) * float32(2*rng.IntN(2)-1)
	}
	coupling := func(lo, hi float32) float32 {
		if j := between(lo, hi); j > 0 || !m.positive {
			return j
		} else {
			return -j
		}
	}
	r.J = isinggraph.Uniform(coupling(0.2, 0.8))
	if m.weighted {
		j := make([]float32, m.graph.NumEdges())
		for e := range j {
			j[e] = coupling(0, 1)
		}
		r.J = isinggraph.PerEdge(j)
	}
	if _, kernel := m.kernel(); kernel {
		r.J = isinggraph.Kernel(coupling(0.2, 0.8), coupling(0.1, 0.5))
	}
	r.Beta = 0.4 + 0.8*rng.Float32()
	n := m.graph.NumNodes()
	if !m.bare {
		r.H = make([]float32, n)
		for i := range r.H {
			r.H[i] = between(0.2, 1)
		}
	}
	free := min(n, maxFree)
	if clamp && !u.NoClamp {
		free -= 1 + rng.IntN(3)
	}
	if free < n {
		r.Clamp = m.clamps(rng, max(free, 1))
	}
	return r
}

// clamps holds all nodes but some that hang together.
func (m model) clamps(rng *rand.Rand, free int) []int8 {
	n := m.graph.NumNodes()
	clamp := make([]int8, n)
	for i := range clamp {
		clamp[i] = int8(2*rng.IntN(2) - 1)
	}
	queue := []int32{int32(rng.IntN(n))}
	for i := range n { // a hub must be free
		if d := m.graph.Degree(i); d > maxFree && d > m.graph.Degree(int(queue[0])) {
			queue[0] = int32(i)
		}
	}
	for ; free > 0 && len(queue) > 0; queue = queue[1:] {
		if i := queue[0]; clamp[i] != 0 {
			clamp[i] = 0
			free--
			next := slices.Clone(m.graph.Neighbors(int(i)))
			rng.Shuffle(len(next), func(a, b int) { next[a], next[b] = next[b], next[a] })
			queue = append(queue, next...)
		}
	}
	return clamp
}

// conditional returns the nodes that r leaves free and the model of those nodes
// alone: clamped neighbours add J_ij x_j to their fields.
func (m model) conditional(t *testing.T, r isinggraph.Request) (free []int, c isinggraph.Model) {
	t.Helper()
	at := make([]int, m.graph.NumNodes())
	for i := range at {
		at[i] = -1
		if len(r.Clamp) == 0 || r.Clamp[i] == 0 {
			at[i] = len(free)
			free = append(free, i)
			c.H = append(c.H, r.Field(i))
		}
	}
	var edges [][2]int32
	var j []float32
	for e, uv := range m.graph.Edges() {
		u, v := at[uv[0]], at[uv[1]]
		switch w := r.J.Of(m.graph, e); {
		case u >= 0 && v >= 0:
			edges, j = append(edges, [2]int32{int32(u), int32(v)}), append(j, w)
		case u >= 0:
			c.H[u] += w * float32(r.Clamp[uv[1]])
		case v >= 0:
			c.H[v] += w * float32(r.Clamp[uv[0]])
		}
	}
	var err error
	if c.Graph, c.J, err = isinggraph.NewWeightedGraph(len(free), edges, j); err != nil {
		t.Fatal(err)
	}
	c.Beta = r.InverseTemperature()
	return free, c
}

// several returns a request for chains that take turns with several draws' fields and
// β, by the model's one rule, and those draws.
func (u *suite) several(rng *rand.Rand, sets, chains int, clamp bool) (r isinggraph.Request, draws []isinggraph.Request) {
	r = u.draw(rng, clamp)
	for range sets {
		d := u.draw(rng, false)
		d.J, d.Clamp = r.J, r.Clamp
		draws = append(draws, d)
	}
	r.Rule, r.Chains.Count = u.rule(), chains
	r.H, r.Beta = nil, 0
	for c := range chains {
		r.Chains.H = append(r.Chains.H, draws[c%sets].H...)
		r.Chains.Beta = append(r.Chains.Beta, draws[c%sets].Beta)
	}
	return r, draws
}
