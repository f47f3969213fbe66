package isinggraph

import (
	"math"
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// couplingForms returns models that differ in every way a coupling can be said.
func couplingForms(t *testing.T) []Model {
	rng := testutil.Rand(9)
	g := randomGraph(t, 12, 0.4, rng)
	each := randomModel(g, rng)
	grid, err := Grid{Rows: 3, Cols: 4, Neighbors: 8}.Graph()
	if err != nil {
		t.Fatal(err)
	}
	torus, err := Grid{Rows: 4, Cols: 5, Neighbors: 8, Periodic: true}.Graph()
	if err != nil {
		t.Fatal(err)
	}
	return []Model{
		{Graph: g},
		{Graph: g, J: Uniform(-0.5), H: each.H, Beta: each.Beta},
		each,
		{Graph: g, J: each.J},
		{Graph: g, J: Uniform(0)},
		{Graph: grid, J: Kernel(0.25, -0.75), H: each.H},
		{Graph: torus, J: Kernel(0.5, 0)},
	}
}

// TestEnergyMatchesEquation2 sums over the pairs with the public accessors.
func TestEnergyMatchesEquation2(t *testing.T) {
	rng := testutil.Rand(10)
	for _, m := range couplingForms(t) {
		n := m.Graph.NumNodes()
		if err := m.Validate(); err != nil {
			t.Fatal(err)
		}
		spins := make([]int8, 3*n)
		for i := range spins {
			spins[i] = int8(2*rng.IntN(2) - 1)
		}
		energies := m.Energies(spins)
		each := m.J.Each(m.Graph)
		for c := range 3 {
			x := spins[c*n : (c+1)*n]
			var want float64
			local := make([]float64, n)
			for i := range n {
				h := float64(m.Field(i))
				local[i] = h
				want -= h * float64(x[i])
			}
			for e, uv := range m.Graph.Edges() {
				j := float64(m.J.Of(m.Graph, e))
				if float32(j) != each[e] {
					t.Errorf("%v: J of edge %d is %v and %v", m.J, e, j, each[e])
				}
				want -= j * float64(x[uv[0]]) * float64(x[uv[1]])
				local[uv[0]] += j * float64(x[uv[1]])
				local[uv[1]] += j * float64(x[uv[0]])
			}
			testutil.Near(t, "energy", energies[c], want, 1e-12)
			testutil.Near(t, "energy of one chain", m.Energy(x), want, 1e-12)
			out := make([]float64, n)
			for i, h := range m.EffectiveField(x, out) {
				testutil.Near(t, "effective field", h, local[i], 1e-12)
				// Turning spin i over costs 2 x_i h_i^eff.
				x[i] = -x[i]
				testutil.Near(t, "energy of a flip", m.Energy(x)-want, -2*h*float64(x[i]), 1e-11)
				x[i] = -x[i]
			}
			if !slices.Equal(out, m.EffectiveField(x, nil)) {
				t.Error("EffectiveField does not write to dst")
			}
		}
	}
}

// TestKernelIsStraightAndDiagonal counts a kernel's edges on a grid of 3 by 4: 17
// straight ones and 12 diagonal ones.
func TestKernelIsStraightAndDiagonal(t *testing.T) {
	g, err := Grid{Rows: 3, Cols: 4, Neighbors: 8}.Graph()
	if err != nil {
		t.Fatal(err)
	}
	count := map[float32]int{}
	for _, j := range Kernel(2, 3).Each(g) {
		count[j]++
	}
	if len(count) != 2 || count[2] != 17 || count[3] != 12 {
		t.Errorf("%d straight edges and %d diagonal ones of %v", count[2], count[3], count)
	}
}

// TestEnergiesOfChains: each chain of a request has its own field.
func TestEnergiesOfChains(t *testing.T) {
	rng := testutil.Rand(12)
	g := randomGraph(t, 200, 0.5, rng) // large enough to be spread over the cores
	r := Request{Model: randomModel(g, rng), Chains: Chains{Count: 40, H: make([]float32, 40*200)}}
	for i := range r.Chains.H {
		r.Chains.H[i] = float32(rng.NormFloat64())
	}
	spins := make([]int8, 40*200)
	for i := range spins {
		spins[i] = int8(2*rng.IntN(2) - 1)
	}
	all, model := r.Energies(spins), r.Model.Energies(spins)
	for c, e := range all {
		x := spins[c*200 : (c+1)*200]
		if want := r.Of(c).Energy(x); e != want {
			t.Errorf("chain %d has energy %v, want %v", c, e, want)
		}
		if want := r.Model.Energy(x); model[c] != want {
			t.Errorf("chain %d has energy %v of the model's field, want %v", c, model[c], want)
		}
	}
}

func TestModelErrors(t *testing.T) {
	g := mustGraph(t, 4, testutil.Cycle(4))
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	for _, c := range []struct {
		m     Model
		words []string
	}{
		{Model{J: PerEdge(make([]float32, 3))}, []string{"3 couplings J", "(4)"}},
		{Model{J: PerEdge([]float32{1, 1, nan, 1})}, []string{"J[2]", "(1, 2)", "NaN"}},
		{Model{J: Uniform(inf)}, []string{"J is -Inf"}},
		{Model{J: Kernel(1, 1)}, []string{"kernel", "8 neighbours"}},
		{Model{H: make([]float32, 5)}, []string{"5 fields", "(4)"}},
		{Model{H: []float32{1, inf, 1, 1}}, []string{"H[1] is -Inf"}},
		{Model{Beta: -0.5}, []string{"Beta is -0.5"}},
		{Model{Beta: -inf}, []string{"Beta is +Inf"}},
	} {
		c.m.Graph = g
		wantError(t, c.m.Validate(), c.words...)
	}
	wantError(t, Model{}.Validate(), "without a graph")
	grid, err := Grid{Rows: 2, Cols: 2, Neighbors: 8}.Graph()
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, Model{Graph: grid, J: Kernel(1, nan)}.Validate(), "kernel", "NaN")
}
