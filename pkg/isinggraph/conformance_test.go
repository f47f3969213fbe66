package isinggraph

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"

	"gonum.org/v1/gonum/stat/distuv"
)

// conformer is a model on which every sampler must show the same law.
type conformer struct {
	name     string
	graph    *Graph
	grid     *Grid // nil on graphs
	weighted bool  // one coupling per edge
	bare     bool  // no field: heat bath looks probabilities up, Metropolis may alternate
}

// maxFree is the number of free nodes of the largest model that is enumerated;
// models with more nodes clamp the rest.
const maxFree = 10

// conformers cover the paths of the samplers: gathers with one coupling and one
// per edge, without field, with hubs, and the lattices, open and periodic, with
// 4 neighbours and the 3×3 kernel.
func conformers(t *testing.T) []conformer {
	t.Helper()
	general := randomGraph(t, 10, 0.3, testutil.Rand(48)) // compiles as the smallest torus does
	petersen := testutil.Cycle(5)
	for i := range int32(5) {
		petersen = append(petersen, [2]int32{i, i + 5}, [2]int32{i + 5, (i+2)%5 + 5})
	}
	var star [][2]int32
	for i := range int32(20) {
		star = append(star, [2]int32{20, i})
	}
	hub := mustGraph(t, 21, star)
	models := []conformer{
		{name: "graph", graph: general},
		{name: "weighted", graph: general, weighted: true},
		{name: "bare", graph: mustGraph(t, 10, petersen), bare: true},
		{name: "star", graph: hub},
		{name: "weighted star", graph: hub, weighted: true},
	}
	for _, gr := range []Grid{{2, 3, 4, false}, {3, 3, 4, false}, {1, 9, 4, false}, {4, 16, 4, true},
		{3, 3, 8, false}, {4, 16, 8, true}, {3, 3, 4, true}} {
		g, err := gr.Graph()
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%d×%d of %d", gr.Rows, gr.Cols, gr.Neighbors)
		if gr.Periodic {
			name += ", periodic"
		}
		models = append(models, conformer{name: name, graph: g, grid: &gr})
	}
	return models
}

// TestReferenceConforms runs the conformance suite on the plain Go samplers.
func TestReferenceConforms(t *testing.T) {
	for _, m := range conformers(t) {
		testSampler(t, m, m.reference)
	}
}

// TestCompiledConforms runs it on the compiled samplers.
func TestCompiledConforms(t *testing.T) {
	e := testEngine(t)
	for _, m := range conformers(t) {
		testSampler(t, m, func() (Sampler, error) {
			if m.grid != nil {
				return e.NewGridSampler(*m.grid)
			}
			return e.NewSampler(m.graph)
		})
	}
}

// testSampler is the conformance suite: what every sampler of a model must do.
func testSampler(t *testing.T, m conformer, open func() (Sampler, error)) {
	t.Run(m.name, func(t *testing.T) {
		t.Parallel()
		s, err := open()
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if g := s.Graph(); g.NumNodes() != m.graph.NumNodes() || !slices.Equal(g.Edges(), m.graph.Edges()) {
			t.Fatal("the sampler has another graph")
		}
		t.Run("distribution", func(t *testing.T) { testDistribution(t, m, s) })
		t.Run("marginals", func(t *testing.T) { testMarginals(t, m, s) })
		t.Run("cut", func(t *testing.T) { testCut(t, m, s) })
		t.Run("chains", func(t *testing.T) { testChains(t, m, s) })
		t.Run("schedule", func(t *testing.T) { testSchedule(t, m, s) })
		t.Run("seeds", func(t *testing.T) { testSeeds(t, m, s) })
		t.Run("goroutines", func(t *testing.T) { testGoroutines(t, m, s) })
	})
}

// draw returns random couplings, fields, β and clamps of m. At most maxFree
// nodes stay free, which hang together; clamp asks for some more to be held.
func (m conformer) draw(rng *rand.Rand, clamp bool) Options {
	var o Options
	between := func(lo, hi float32) float32 { // of either sign
		return (lo + (hi-lo)*rng.Float32()) * float32(2*rng.IntN(2)-1)
	}
	o.J = []float32{between(0.2, 0.8)}
	if m.weighted {
		o.J = make([]float32, m.graph.NumEdges())
		for e := range o.J {
			o.J[e] = between(0, 1)
		}
	}
	if m.grid != nil && m.grid.Neighbors == 8 {
		o.Diagonal = []float32{between(0.1, 0.5)}
	}
	o.Beta = []float32{0.4 + 0.8*rng.Float32()}
	n := m.graph.NumNodes()
	if !m.bare {
		o.H = make([]float32, n)
		for i := range o.H {
			o.H[i] = between(0.2, 1)
		}
	}
	free := min(n, maxFree)
	if clamp {
		free -= 1 + rng.IntN(3)
	}
	if free == n {
		return o
	}
	o.Clamp = make([]int8, n)
	for i := range o.Clamp {
		o.Clamp[i] = int8(2*rng.IntN(2) - 1)
	}
	queue := []int32{int32(rng.IntN(n))}
	if m.graph.MaxDegree() > maxFree { // the hub must be free
		queue[0] = int32(n - 1)
	}
	for ; free > 0 && len(queue) > 0; queue = queue[1:] {
		if i := queue[0]; o.Clamp[i] != 0 {
			o.Clamp[i] = 0
			free--
			next := slices.Clone(m.graph.Neighbors(int(i)))
			rng.Shuffle(len(next), func(a, b int) { next[a], next[b] = next[b], next[a] })
			queue = append(queue, next...)
		}
	}
	return o
}

// coupling returns J of the edge e of m under o.
func (m conformer) coupling(o *Options, e int) float32 {
	if len(o.J) > 1 {
		return o.J[e]
	}
	u, v := m.graph.Edge(e)
	if len(o.Diagonal) > 0 && int(u)/m.grid.Cols != int(v)/m.grid.Cols && int(u)%m.grid.Cols != int(v)%m.grid.Cols {
		return o.Diagonal[0]
	}
	return o.J[0]
}

// conditional returns the nodes that o leaves free and the model of those nodes
// alone: clamped neighbours add J_ij x_j to their fields. H must be shared.
func (m conformer) conditional(t *testing.T, o *Options) (free []int, g *Graph, p Params) {
	t.Helper()
	n := m.graph.NumNodes()
	at := make([]int, n)
	p.Beta = o.Beta
	for i := range n {
		at[i] = -1
		if len(o.Clamp) == 0 || o.Clamp[i] == 0 {
			at[i] = len(free)
			free = append(free, i)
			p.H = append(p.H, o.Field(0, i, n))
		}
	}
	var edges [][2]int32
	var j []float32
	for e, uv := range m.graph.Edges() {
		u, v := at[uv[0]], at[uv[1]]
		switch w := m.coupling(o, e); {
		case u >= 0 && v >= 0:
			edges, j = append(edges, [2]int32{int32(u), int32(v)}), append(j, w)
		case u >= 0:
			p.H[u] += w * float32(o.Clamp[uv[1]])
		case v >= 0:
			p.H[v] += w * float32(o.Clamp[uv[0]])
		}
	}
	g, err := NewWeightedGraph(len(free), edges, j)
	if err != nil {
		t.Fatal(err)
	}
	return free, g, p
}

// rules are those that mix on m.
func (m conformer) rules() []Rule {
	if m.bare {
		return []Rule{HeatBath}
	}
	return []Rule{HeatBath, Metropolis}
}

// rule is that of runs which need but one.
func (m conformer) rule() Rule {
	if m.grid != nil {
		return Metropolis
	}
	return HeatBath
}

// recorded are the rules of which runs are recorded: on compiled samplers one a
// model, since each takes a second to compile.
func (m conformer) recorded(s Sampler) []Rule {
	if s.Name() == "go" {
		return m.rules()
	}
	return []Rule{m.rule()}
}

// chains is a number of chains. All runs of a compiled sampler but those of the
// distribution have one, and so share a program.
func (m conformer) chains(s Sampler) int {
	if s.Name() == "go" {
		return 9
	}
	return replicated
}

// alike records all there is, where what a run needs is less, so that it shares
// the program of the others; on two models, and in plain Go, it leaves o alone.
func (m conformer) alike(s Sampler, o *Options) {
	if s.Name() != "go" && m.name != "graph" && m.name != "4×16 of 8, periodic" {
		o.Trace, o.Marginals = true, true
	}
}

// reference is the plain Go sampler of m.
func (m conformer) reference() (Sampler, error) {
	if m.grid != nil {
		return NewGridReference(*m.grid)
	}
	return NewReference(m.graph), nil
}

func mustSample(t testing.TB, s Sampler, o Options) *Samples {
	t.Helper()
	out, err := s.Sample(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// alarm is the p-value below which a Fisher test of the suite fails: 1e-6 over
// its less than 100 tests.
const alarm = 1e-8

// testDistribution compares the last states of independent chains with all
// probabilities by χ², and combines the p-values of several models by Fisher's
// method.
func testDistribution(t *testing.T, m conformer, s Sampler) {
	chains, draws := 2016, 4 // a multiple of what the compiled sampler runs at once
	if testing.Short() {
		chains, draws = 504, 2
	}
	for _, rule := range m.rules() {
		rng := testutil.Rand(32)
		var fisher float64
		for k := range draws {
			o := m.draw(rng, k >= draws/2)
			o.Rule, o.Chains, o.Sweeps, o.Seed = rule, chains, 64, rng.Uint64()
			free, g, p := m.conditional(t, &o)
			prob := probabilities(g, p)
			counts := make([]float64, len(prob))
			out := mustSample(t, s, o)
			for c := range chains {
				x, state := out.Chain(c), 0
				for bit, i := range free {
					state |= int(x[i]+1) / 2 << bit
				}
				counts[state]++
				checkClamps(t, o.Clamp, x)
			}
			pValue := chiSquare(counts, prob, float64(chains))
			t.Logf("%v, %d free nodes: p = %.3g", rule, len(free), pValue)
			fisher -= 2 * math.Log(max(pValue, 1e-300))
		}
		if p := (distuv.ChiSquared{K: float64(2 * draws)}).Survival(fisher); p < alarm {
			t.Errorf("%v: the distribution differs from the exact one, p = %g", rule, p)
		}
	}
}

// chiSquare returns the p-value of counts, with rare states merged to bins of at
// least 5 expected.
func chiSquare(counts, prob []float64, total float64) float64 {
	order := make([]int, len(prob))
	for s := range order {
		order[s] = s
	}
	slices.SortFunc(order, func(a, b int) int { return int(math.Copysign(1, prob[a]-prob[b])) })
	var statistic, seen, expected float64
	bins := 0
	rest := total
	for k, s := range order {
		seen, expected = seen+counts[s], expected+total*prob[s]
		if k == len(order)-1 || expected >= 5 && rest-expected >= 5 {
			statistic += (seen - expected) * (seen - expected) / expected
			rest -= expected
			bins++
			seen, expected = 0, 0
		}
	}
	return distuv.ChiSquared{K: float64(max(bins-1, 1))}.Survival(statistic)
}

func checkClamps(t *testing.T, clamp, x []int8) {
	t.Helper()
	for i, v := range clamp {
		if v != 0 && x[i] != v {
			t.Fatalf("node %d, clamped at %d, is %d", i, v, x[i])
		}
	}
}
