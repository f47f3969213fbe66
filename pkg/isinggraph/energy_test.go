package isinggraph

import (
	"math"
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// couplingForms returns graphs and parameters that differ in every way a
// coupling can be given, for 3 chains.
func couplingForms(t *testing.T) (graphs []*Graph, params []Params) {
	rng := testutil.Rand(9)
	g := randomGraph(t, 12, 0.4, rng)
	each := randomParams(g, rng)
	weighted, err := g.WithCouplings(each.J)
	if err != nil {
		t.Fatal(err)
	}
	perChain := make([]float32, 3*g.NumNodes())
	for i := range perChain {
		perChain[i] = float32(rng.NormFloat64())
	}
	return []*Graph{g, g, g, weighted, weighted, g}, []Params{
		{},
		{J: []float32{-0.5}, H: each.H, Beta: each.Beta},
		each,
		{H: perChain, Beta: []float32{0.5, 1, 2}},
		{J: []float32{0.25}},
		{H: perChain},
	}
}

// TestEnergyMatchesEquation2 sums over the pairs with the public accessors.
func TestEnergyMatchesEquation2(t *testing.T) {
	graphs, params := couplingForms(t)
	rng := testutil.Rand(10)
	for k, g := range graphs {
		p, n := params[k], g.NumNodes()
		if err := p.Validate(g, 3); err != nil {
			t.Fatal(err)
		}
		spins := make([]int8, 3*n)
		for i := range spins {
			spins[i] = int8(2*rng.IntN(2) - 1)
		}
		energies := Energies(g, p, spins, 3)
		for c := range 3 {
			x := spins[c*n : (c+1)*n]
			var want, sto, det float64
			local := make([]float64, n)
			for i := range n {
				h := float64(p.Field(c, i, n))
				local[i] = h
				want -= h * float64(x[i])
				det += math.Tanh(float64(p.BetaOf(c))*h) / float64(n)
			}
			for e, uv := range g.Edges() {
				j := float64(p.Coupling(g, e))
				want -= j * float64(x[uv[0]]) * float64(x[uv[1]])
				local[uv[0]] += j * float64(x[uv[1]])
				local[uv[1]] += j * float64(x[uv[0]])
			}
			for _, h := range local {
				sto += math.Tanh(float64(p.BetaOf(c))*h) / float64(n)
			}
			testutil.Near(t, "energy", energies[c], want, 1e-12)
			testutil.Near(t, "energy of one chain", Energy(g, p, x, c), want, 1e-12)
			testutil.Near(t, "η_det", EtaDet(p, c, n), det, 1e-14)
			testutil.Near(t, "η_sto", EtaSto(g, p, x, c), sto, 1e-14)
			out := make([]float64, n)
			for i, h := range EffectiveField(g, p, x, c, out) {
				testutil.Near(t, "effective field", h, local[i], 1e-12)
				// Turning spin i over costs 2 x_i h_i^eff.
				x[i] = -x[i]
				testutil.Near(t, "energy of a flip", Energy(g, p, x, c)-want, -2*h*float64(x[i]), 1e-11)
				x[i] = -x[i]
			}
			if !slices.Equal(out, EffectiveField(g, p, x, c, nil)) {
				t.Error("EffectiveField does not write to out")
			}
		}
	}
}

// TestEtaStoAveragesToMagnetization checks E[tanh(β h^eff)] = E[x] exactly.
func TestEtaStoAveragesToMagnetization(t *testing.T) {
	rng := testutil.Rand(11)
	g := randomGraph(t, 8, 0.5, rng)
	p := randomParams(g, rng)
	prob := probabilities(g, p)
	var sto, eta float64
	x := make([]int8, 8)
	for s, q := range prob {
		testutil.State(s, x)
		sto += q * EtaSto(g, p, x, 0)
		eta += q * Magnetization(x)
	}
	testutil.Near(t, "E[η_sto]", sto, eta, 1e-14)
}

func TestEnergiesOfManyChains(t *testing.T) {
	rng := testutil.Rand(12)
	g := randomGraph(t, 200, 0.5, rng) // large enough to be spread over the cores
	p := randomParams(g, rng)
	const chains = 40
	spins := make([]int8, chains*200)
	for i := range spins {
		spins[i] = int8(2*rng.IntN(2) - 1)
	}
	for c, e := range Energies(g, p, spins, chains) {
		if want := Energy(g, p, spins[c*200:(c+1)*200], c); e != want {
			t.Errorf("chain %d has energy %v, want %v", c, e, want)
		}
	}
}

func TestParamsErrors(t *testing.T) {
	g := mustGraph(t, 4, testutil.Cycle(4))
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	for _, c := range []struct {
		p      Params
		chains int
		words  []string
	}{
		{Params{}, 0, []string{"0 chains"}},
		{Params{J: make([]float32, 3)}, 2, []string{"3 couplings", "(4)"}},
		{Params{H: make([]float32, 5)}, 2, []string{"5 fields", "(4)", "(8)"}},
		{Params{Beta: make([]float32, 3)}, 2, []string{"3 values of Beta", "(2)"}},
		{Params{J: []float32{1, 1, nan, 1}}, 2, []string{"J[2] is NaN"}},
		{Params{H: []float32{1, inf, 1, 1}}, 2, []string{"H[1] is -Inf"}},
		{Params{Beta: []float32{1, -0.5}}, 2, []string{"Beta[1] is -0.5"}},
		{Params{Beta: []float32{-inf}}, 2, []string{"Beta[0] is +Inf"}},
	} {
		wantError(t, c.p.Validate(g, c.chains), c.words...)
	}
}
