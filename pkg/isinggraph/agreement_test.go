package isinggraph

import (
	"context"
	"os"
	"testing"
	"time"
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

// TestCompiledAgreesWithReference compares spins, traces and marginals of the
// compiled samplers with the plain Go sampler's, bit by bit.
func TestCompiledAgreesWithReference(t *testing.T) {
	e := testEngine(t)
	rng := testRand(1)
	g := randomGraph(t, 150, 400, rng)
	j := make([]float32, g.NumEdges())
	for i := range j {
		j[i] = float32(rng.NormFloat64())
	}
	weighted, err := g.WithCouplings(j)
	if err != nil {
		t.Fatal(err)
	}
	grids := []Grid{{13, 21, 4, false}, {13, 50, 8, false}, {6, 32, 4, true}, {4, 16, 8, true}, {1, 1, 4, false}, {1, 9, 8, false}, {7, 9, 4, true}, {64, 100, 8, false}}
	type pair struct {
		name string
		a, b Sampler
	}
	var pairs []pair
	for name, g := range map[string]*Graph{"graph": g, "weighted": weighted} {
		s, err := e.NewSampler(g)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair{name, s, NewReference(g)})
	}
	for _, gr := range grids {
		s, err := e.NewGridSampler(gr)
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewGridReference(gr)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair{"grid", s, r})
	}
	for _, p := range pairs {
		n := p.a.Graph().NumNodes()
		for _, chains := range []int{1, 3, 33} {
			for variant := range 6 {
				o := Options{Chains: chains, Sweeps: 5, Seed: uint64(7 * chains), Rule: Rule(variant % 2)}
				o.Beta = []float32{0.7}
				o.H = make([]float32, n)
				if variant >= 2 {
					o.H = make([]float32, chains*n)
					o.Beta = make([]float32, chains)
					for c := range o.Beta {
						o.Beta[c] = 0.1 * float32(1+c%10)
					}
				}
				for i := range o.H {
					o.H[i] = float32(rng.NormFloat64())
				}
				if variant >= 4 {
					o.Sweeps = 140
					o.Trace, o.Marginals, o.BurnIn = true, true, 7
					o.Clamp = make([]int8, n)
					for i := range o.Clamp {
						if rng.IntN(4) == 0 {
							o.Clamp[i] = int8(2*rng.IntN(2) - 1)
						}
					}
					o.Schedule = make([]float32, o.Sweeps)
					for i := range o.Schedule {
						o.Schedule[i] = 1 + float32(i)/100
					}
				}
				if g, ok := p.a.(*compiled); ok && g.grid != nil && g.grid.Neighbors == 8 && variant%3 != 0 {
					o.J, o.Diagonal = []float32{0.3}, []float32{0.2}
				}
				start := time.Now()
				a, err := p.a.Sample(context.Background(), o)
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%s %s n=%d chains=%d variant=%d: %v", p.name, p.a.Name(), n, chains, variant, time.Since(start))
				b, err := p.b.Sample(context.Background(), o)
				if err != nil {
					t.Fatal(err)
				}
				diff := 0
				for i, v := range a.Spins {
					if v != b.Spins[i] {
						diff++
					}
				}
				if diff > 0 {
					t.Errorf("%s %s n=%d chains=%d variant=%d: %d of %d spins differ", p.name, p.a.Name(), n, chains, variant, diff, len(a.Spins))
				}
			}
		}
	}
}
