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
	edges, positions, _ := testutil.Rook(3)
	g := mustGraph(t, len(positions), edges)
	s, err := testEngine(t).New(g)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rng := testutil.Rand(53)
	for round := range 200 {
		o := Request{Chains: Chains{Count: 64}, Sweeps: 100, Seed: uint64(round), Model: Model{H: make([]float32, g.NumNodes())}}
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

// TestGroupsAgreeWithPlain draws so many chains of so large a graph that their
// groups run at once, on a device of their own for each processor, the last one with
// words that are not full.
func TestGroupsAgreeWithPlain(t *testing.T) {
	const n, chains = 70_000, 20
	g := mustGraph(t, n, matchings(n, 3, testutil.Rand(54)))
	s, err := testEngine(t).New(g)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rng := testutil.Rand(55)
	o := Request{Chains: Chains{Count: chains}, Sweeps: 3, Seed: 56, Model: Model{H: make([]float32, n)}}
	for i := range o.H {
		o.H[i] = float32(rng.NormFloat64())
	}
	o.J, o.Beta = Uniform(-0.7), 0.8
	for _, o.Record.Marginals = range []bool{false, true} {
		want := mustSample(t, Plain(g), o)
		for range 2 { // on tables that are new, and on those that are there
			if got := mustSample(t, s, o); !slices.Equal(got.Spins, want.Spins) || !slices.Equal(got.Mean, want.Mean) {
				t.Errorf("spins or means differ from the plain Go sampler's, marginals %t", o.Record.Marginals)
			}
		}
	}
}
