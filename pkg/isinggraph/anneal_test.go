package isinggraph

import (
	"math"
	"path/filepath"
	"testing"

	"example.org/isinggraph/data"
)

// TestReferenceAnneals anneals the easiest spin glass of TestCompiledAnneals with
// the plain Go sampler.
func TestReferenceAnneals(t *testing.T) {
	if testing.Short() {
		t.Skip("a long statistical test")
	}
	testAnnealing(t, func(g *Graph) (Sampler, error) { return Plain(g), nil }, 64, 8000, "t2g10_6666")
}

// TestCompiledAnneals anneals the Gaussian spin glasses on the 10×10 torus of the
// Biq Mac library to their exact optima. With a tenth of the sweeps no chain
// reaches that of t2g10_5555.
func TestCompiledAnneals(t *testing.T) {
	testAnnealing(t, testEngine(t).New, 256, 20000, "t2g10_5555", "t2g10_6666", "t2g10_7777")
}

// testAnnealing anneals from β = 0.3 to 10, in units of the couplings' size, along
// a geometric schedule. The file's optimum is the largest cut, cut = (W − Σ w_uv
// x_u x_v)/2 with W = Σ w, so J = −w and the energy (2) is W − 2 cut: the ground
// state is the largest cut. No state may beat it.
func testAnnealing(t *testing.T, open func(*Graph) (Sampler, error), chains, sweeps int, names ...string) {
	t.Helper()
	dir, err := data.Dir()
	if err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		t.Skipf("%s is not set: no spin glasses", data.DirVariable)
	}
	dir = filepath.Join(dir, "biqmac_ising")
	optima, err := data.ReadOptima(filepath.Join(dir, "optimal_energy.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		list, err := data.ReadRudy(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		want, ok := optima[name]
		if !ok {
			t.Fatalf("no optimum of %s", name)
		}
		const unit = 1e5 // the weights' standard deviation
		j := make([]float32, len(list.Weights))
		for e, w := range list.Weights {
			j[e] = float32(-w / unit)
		}
		g, couplings, err := NewWeightedGraph(list.N, list.Edges, j)
		if err != nil {
			t.Fatal(err)
		}
		s, err := open(g)
		if err != nil {
			t.Fatal(err)
		}
		o := Request{Model: Model{J: couplings}, Chains: Chains{Count: chains}, Sweeps: sweeps, Seed: 1}
		for k := range o.Sweeps {
			o.Schedule = append(o.Schedule, float32(0.3*math.Pow(33, float64(k)/float64(o.Sweeps-1))))
		}
		out := mustSample(t, s, o)
		s.Close()
		best, reached := math.Inf(-1), 0
		for c := range out.Chains {
			x, cut := out.Chain(c), 0.0
			for e, uv := range list.Edges {
				if x[uv[0]] != x[uv[1]] {
					cut += list.Weights[e]
				}
			}
			best = max(best, cut)
			if cut == want {
				reached++
			}
		}
		t.Logf("%s: %d of %d chains reach the optimum", name, reached, out.Chains)
		if best != want {
			t.Errorf("%s: best cut %.0f, the optimum is %.0f", name, best, want)
		}
	}
}
