package isinggraph

import (
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// TestSmallCalls compares the second call with the same parameters, which runs by
// tables, with the first, which XLA runs, spin by spin.
func TestSmallCalls(t *testing.T) {
	e := testEngine(t)
	rng := testutil.Rand(71)
	for _, m := range []struct {
		g      *Graph
		trials int // more of them compile more programs
	}{{randomGraph(t, 120, 0.08, rng), 12}, {mustGraph(t, 30, testutil.Cycle(30)), 4}, {mustGraph(t, 3, nil), 2}} {
		g := m.g
		s, err := e.New(g)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for trial := range m.trials {
			chains := 1 + trial%3
			o := Request{Chains: Chains{Count: chains}, Sweeps: (1 << 15) / (chains * g.NumNodes()), Seed: uint64(trial)}
			o.J, o.Beta = Uniform(rng.Float32()-0.5), 2*rng.Float32()
			for range g.NumNodes() * (trial % 2) {
				o.H = append(o.H, float32(rng.NormFloat64()))
			}
			first := mustSample(t, s, o)
			if plan := planOf(t, s, o); !strings.Contains(plan, "table") {
				t.Fatalf("no table for a call like the last: %s", plan)
			}
			second := mustSample(t, s, o)
			if !slices.Equal(first.Spins, second.Spins) || second.Sweeps != uint64(o.Sweeps) {
				t.Errorf("%d chains of %d nodes differ", chains, g.NumNodes())
			}
			o.H = slices.Repeat([]float32{1}, g.NumNodes())
			if plan := planOf(t, s, o); strings.Contains(plan, "table") && !strings.Contains(plan, "tables of hubs") {
				t.Errorf("a table of other fields is used: %s", plan)
			}
			o.H, o.From, o.Sweeps = nil, second, 1
			cut := mustSample(t, s, o)
			if cut.Sweeps != second.Sweeps+1 {
				t.Errorf("%d sweeps after %d and one", cut.Sweeps, second.Sweeps)
			}
		}
	}
}
