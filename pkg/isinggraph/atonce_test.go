package isinggraph

import (
	"slices"
	"sync"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// TestCompiledAtOnce begins calls of new parameters in several goroutines at
// once: they share inputs that are on no device yet.
func TestCompiledAtOnce(t *testing.T) {
	g, _, _ := rook(t, 3)
	s, err := testEngine(t).NewSampler(g)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rng := testutil.Rand(53)
	for round := range 200 {
		o := Options{Chains: 64, Sweeps: 100, Seed: uint64(round), Params: Params{H: make([]float32, g.NumNodes())}}
		for i := range o.H {
			o.H[i] = float32(rng.NormFloat64())
		}
		var spins [4][]int8
		var wg sync.WaitGroup
		for k := range spins {
			wg.Go(func() {
				out, err := s.Sample(t.Context(), o)
				if err != nil {
					t.Error(err)
					return
				}
				spins[k] = out.Spins
			})
		}
		wg.Wait()
		for k, x := range spins {
			if !slices.Equal(x, spins[0]) {
				t.Fatalf("round %d: call %d differs", round, k)
			}
		}
	}
}

// TestGroupsAgreeWithReference draws so many chains of so large a graph that their
// groups run at once, on a device of their own for each processor, the last one with
// words that are not full.
func TestGroupsAgreeWithReference(t *testing.T) {
	const n, chains = 70_000, 20
	g := mustGraph(t, n, matchings(n, 3, testutil.Rand(54)))
	s, err := testEngine(t).NewSampler(g)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rng := testutil.Rand(55)
	o := Options{Chains: chains, Sweeps: 3, Seed: 56, Params: Params{H: make([]float32, n)}}
	for i := range o.H {
		o.H[i] = float32(rng.NormFloat64())
	}
	o.J, o.Beta = []float32{-0.7}, []float32{0.8}
	for _, o.Marginals = range []bool{false, true} {
		want := mustSample(t, NewReference(g), o)
		for range 2 { // on tables that are new, and on those that are there
			if got := mustSample(t, s, o); !slices.Equal(got.Spins, want.Spins) || !slices.Equal(got.Mean, want.Mean) {
				t.Errorf("spins or means differ from the plain Go sampler's, marginals %t", o.Marginals)
			}
		}
	}
}
