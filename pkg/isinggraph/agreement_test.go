package isinggraph

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// testEngine opens the default engine or skips the test.
func testEngine(t testing.TB) *Engine {
	t.Helper()
	if os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		t.Skip("ISINGGRAPH_NO_XLA is set")
	}
	e, err := DefaultEngine()
	if err != nil {
		t.Skipf("no XLA: %v", err)
	}
	return e
}

// samplerPair is a compiled sampler and the plain Go one of the same model.
type samplerPair struct {
	name            string
	j               Couplings
	graph           *Graph
	compiled, plain Sampler
}

// samplerPairs covers both paths: general graphs with and without couplings per
// edge and with hubs, grids of all kinds, even and ragged.
func samplerPairs(t *testing.T, e *Engine) []samplerPair {
	t.Helper()
	rng := testutil.Rand(1)
	g := randomGraph(t, 150, 400, rng)
	j := make([]float32, g.NumEdges())
	for i := range j {
		j[i] = float32(rng.NormFloat64())
	}
	var star [][2]int32
	for i := int32(1); i < 300; i++ {
		star = append(star, [2]int32{0, i})
	}
	var pairs []samplerPair
	for name, g := range map[string]*Graph{"random": g, "star": mustGraph(t, 300, star)} {
		s, err := e.New(g)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, samplerPair{name, Couplings{}, g, s, Plain(g)})
	}
	s, err := e.New(g)
	if err != nil {
		t.Fatal(err)
	}
	pairs = append(pairs, samplerPair{"weighted", PerEdge(j), g, s, Plain(g)})
	for _, gr := range []Grid{{13, 50, 8, false}, {6, 32, 4, true}, {4, 16, 8, true}, {1, 9, 4, false}, {7, 9, 4, true}} {
		s, err := e.NewOnGrid(gr)
		if err != nil {
			t.Fatal(err)
		}
		r, err := PlainOnGrid(gr)
		if err != nil {
			t.Fatal(err)
		}
		g, err := gr.Graph()
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, samplerPair{fmt.Sprint(gr), Couplings{}, g, s, r})
	}
	slices.SortFunc(pairs, func(a, b samplerPair) int { return len(a.name) - len(b.name) })
	return pairs
}

// variants of requests: the plain ones, fields and β by chain, everything
// recorded under clamps and a schedule in two pieces, and no field at all.
func variantRequest(variant, chains, n int, rng *rand.Rand) Request {
	o := Request{Chains: Chains{Count: chains}, Sweeps: 5, Seed: uint64(7*chains + variant)}
	fields := n
	if variant != 0 {
		o.Rule = Metropolis
		fields = chains * n
		o.Chains.Beta = make([]float32, chains)
		for c := range o.Chains.Beta {
			o.Chains.Beta[c] = 0.1 * float32(1+c%10)
		}
	}
	h := make([]float32, fields)
	for i := range h {
		h[i] = float32(rng.NormFloat64())
	}
	if fields == n {
		o.H = h
	} else {
		o.Chains.H = h
	}
	switch variant {
	case 2:
		o.Sweeps = 140
		o.Record = Record{Trace: true, Marginals: true, BurnIn: 7}
		o.Clamp = make([]int8, n)
		for i := range o.Clamp {
			if rng.IntN(4) == 0 {
				o.Clamp[i] = int8(2*rng.IntN(2) - 1)
			}
		}
		for t := range o.Sweeps {
			o.Schedule = append(o.Schedule, 1+float32(t)/100)
		}
	case 3:
		o.H, o.Chains.H, o.Rule = nil, nil, HeatBath
	}
	return o
}

// TestCompiledAgreesWithReference compares spins, means and traces of the
// compiled samplers with the plain Go sampler's, spin by spin.
func TestCompiledAgreesWithReference(t *testing.T) {
	for _, p := range samplerPairs(t, testEngine(t)) {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			testAgreement(t, p)
		})
	}
}

func testAgreement(t *testing.T, p samplerPair) {
	defer p.compiled.Close()
	rng := testutil.Rand(2)
	n := p.graph.NumNodes()
	counts := []int{1, 3, 20, 3} // each is a compilation
	switch {
	case p.name == "random":
		counts = []int{1, 3, 20, 3, 1, 2}
	case n < 100 || p.name == "star": // another graph or lattice has the rest
		counts = []int{1, 3, 2, 3}
	}
	for i, chains := range counts {
		variant := i % 4
		o := variantRequest(variant, chains, n, rng)
		o.Graph, o.J = p.graph, p.j
		if gr, ok := p.graph.Grid(); ok && gr.Neighbors == 8 && variant != 3 {
			o.J = Kernel(0.3, 0.2)
		}
		sameSamples(t, fmt.Sprintf("%v, %d chains, variant %d", p.compiled, chains, variant), p.compiled, p.plain, o)
	}
}

// sameSamples compares spins, means and traces of two samplers of the request's graph.
func sameSamples(t *testing.T, what string, x, y Sampler, o Request) {
	t.Helper()
	a, b := mustSample(t, x, o), mustSample(t, y, o)
	diff := 0
	for i, v := range a.Spins {
		if v != b.Spins[i] {
			diff++
		}
	}
	if diff > 0 {
		t.Errorf("%s: %d of %d spins differ", what, diff, len(a.Spins))
	}
	compareFloats(t, what+": mean", float64s(a.Mean), float64s(b.Mean), 1e-6)
	if o.Record.Trace {
		for c := range a.Chains {
			compareFloats(t, what+": energy", a.Trace.Energy[c], b.Trace.Energy[c], 2e-6*float64(o.Graph.NumNodes()+o.Graph.NumEdges()))
			compareFloats(t, what+": magnetization", a.Trace.Magnetization[c], b.Trace.Magnetization[c], 1e-12)
		}
	}
}

func mustSample(t testing.TB, s Sampler, r Request) *Samples {
	t.Helper()
	out, err := s.Sample(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func float64s(x []float32) []float64 {
	var out []float64
	for _, v := range x {
		out = append(out, float64(v))
	}
	return out
}

func compareFloats(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for i, v := range got {
		if !(v-want[i] <= tolerance && want[i]-v <= tolerance) {
			t.Errorf("%s[%d] = %v, want %v", what, i, v, want[i])
			return
		}
	}
}
