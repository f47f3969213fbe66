package isinggraph

import (
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/internal/xla"
)

// TestPlainLookup compares the tabulated sweeps of the plain Go sampler with the ones
// that record, which evaluate every probability.
func TestPlainLookup(t *testing.T) {
	rng := testutil.Rand(53)
	for _, g := range []*Graph{randomGraph(t, 120, 0.08, rng), mustGraph(t, 30, testutil.Cycle(30))} {
		s := newPlain(g, newLayout(g))
		for _, chains := range []int{1, 2, 7, 8, 19} {
			r := Request{Chains: Chains{Count: chains}, Sweeps: 30, Seed: uint64(chains)}
			r.J, r.Beta = Uniform(rng.Float32()-0.5), 2*rng.Float32()
			for range g.NumNodes() {
				r.H = append(r.H, float32(rng.NormFloat64()))
			}
			if !s.worthLookup(jobOf(t, g, r)) {
				t.Fatalf("%d chains are not tabulated", chains)
			}
			table := mustSample(t, s, r)
			r.Record.Trace = true
			if !slices.Equal(table.Spins, mustSample(t, s, r).Spins) {
				t.Errorf("%d chains of %d nodes differ", chains, g.NumNodes())
			}
		}
	}
}

// jobOf returns a request in plain data.
func jobOf(t testing.TB, g *Graph, r Request) *xla.Job {
	t.Helper()
	r, err := r.On(g)
	if err != nil {
		t.Fatal(err)
	}
	return newJob(r, r.Start())
}

// planOf says how a compiled sampler would run a request.
func planOf(t testing.TB, s Sampler, r Request) string {
	t.Helper()
	c := s.(*compiled)
	return c.Plan(jobOf(t, c.graph, r))
}
