package isinggraph

import (
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
	e, err := defaultEngine()
	if err != nil {
		t.Skipf("no XLA: %v", err)
	}
	return e
}

// samplerPair is a compiled sampler and the plain Go one of the same model.
type samplerPair struct {
	name                string
	compiled, reference Sampler
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
	weighted, err := g.WithCouplings(j)
	if err != nil {
		t.Fatal(err)
	}
	var star [][2]int32
	for i := int32(1); i < 300; i++ {
		star = append(star, [2]int32{0, i})
	}
	var pairs []samplerPair
	for name, g := range map[string]*Graph{"random": g, "weighted": weighted, "star": mustGraph(t, 300, star)} {
		s, err := e.NewSampler(g)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, samplerPair{name, s, NewReference(g)})
	}
	for _, gr := range []Grid{{13, 50, 8, false}, {6, 32, 4, true}, {4, 16, 8, true}, {1, 9, 4, false}, {7, 9, 4, true}} {
		s, err := e.NewGridSampler(gr)
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewGridReference(gr)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, samplerPair{fmt.Sprint(gr), s, r})
	}
	slices.SortFunc(pairs, func(a, b samplerPair) int { return len(a.name) - len(b.name) })
	return pairs
}

// variants of options: the plain ones, fields and β by chain, everything
// recorded under clamps and a schedule in two pieces, and no field at all.
func variantOptions(variant, chains, n int, rng *rand.Rand) Options {
	o := Options{Chains: chains, Sweeps: 5, Seed: uint64(7*chains + variant)}
	fields := n
	if variant != 0 {
		o.Rule = Metropolis
		fields = chains * n
		o.Beta = make([]float32, chains)
		for c := range o.Beta {
			o.Beta[c] = 0.1 * float32(1+c%10)
		}
	}
	o.H = make([]float32, fields)
	for i := range o.H {
		o.H[i] = float32(rng.NormFloat64())
	}
	switch variant {
	case 2:
		o.Sweeps = 140
		o.Trace, o.Marginals, o.BurnIn = true, true, 7
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
		o.H, o.Rule = nil, HeatBath
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
	n := p.compiled.Graph().NumNodes()
	counts := []int{1, 3, 20, 3} // each is a compilation
	switch {
	case p.name == "random":
		counts = []int{1, 3, 20, 3, 1, 2}
	case n < 100 || p.name == "star": // another graph or lattice has the rest
		counts = []int{1, 3, 2, 3}
	}
	for i, chains := range counts {
		variant := i % 4
		o := variantOptions(variant, chains, n, rng)
		if c := p.compiled.(*compiled); c.grid != nil && c.grid.Neighbors == 8 && variant != 3 {
			o.J, o.Diagonal = []float32{0.3}, []float32{0.2}
		}
		sameSamples(t, fmt.Sprintf("%s, %d chains, variant %d", p.compiled.Name(), chains, variant), p.compiled, p.reference, o)
	}
}

// sameSamples compares spins, means and traces of two samplers.
func sameSamples(t *testing.T, what string, x, y Sampler, o Options) {
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
	if o.Trace {
		for c := range o.Chains {
			compareFloats(t, what+": energy", a.Trace.Energy[c], b.Trace.Energy[c], 2e-6*float64(x.Graph().NumNodes()+x.Graph().NumEdges()))
			compareFloats(t, what+": magnetization", a.Trace.Magnetization[c], b.Trace.Magnetization[c], 1e-12)
		}
	}
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
