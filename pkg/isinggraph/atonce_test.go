package isinggraph

import (
	"slices"
	"sync"
	"testing"
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
	rng := testRand(53)
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
