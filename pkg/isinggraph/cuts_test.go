package isinggraph

import (
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// TestSharedAgrees compares chains that share a table of probabilities with those
// of a schedule of ones, which compute each, and with the plain Go sampler's: degrees
// 0 to 8 with hubs, fields so strong that cuts are none or all of the uniforms, clamps and means.
func TestSharedAgrees(t *testing.T) {
	const n, chains, sweeps = 5000, 12, 15
	rng := testutil.Rand(61)
	var edges [][2]int32
	degree, seen := make([]int, n), make(map[[2]int32]bool)
	for range 3 * n {
		e := [2]int32{int32(rng.IntN(n)), int32(rng.IntN(n))}
		if e[0] != e[1] && !seen[e] && !seen[[2]int32{e[1], e[0]}] && max(degree[e[0]], degree[e[1]]) < 8 {
			degree[e[0]]++
			degree[e[1]]++
			edges, seen[e] = append(edges, e), true
		}
	}
	g := mustGraph(t, n, edges)
	s, err := testEngine(t).New(g)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o := Request{
		Model: Model{H: make([]float32, n)}, Chains: Chains{Count: chains}, Sweeps: sweeps, Seed: 62,
		Record: Record{Marginals: true}, Clamp: make([]int8, n),
	}
	for i := range o.H {
		o.H[i] = float32(rng.NormFloat64())
		if i%10 == 0 {
			o.H[i] *= 40
		}
		if i%17 == 0 {
			o.Clamp[i] = 1
		}
	}
	o.J, o.Beta = Uniform(-0.5), 0.8
	if plan := planOf(t, s, o); !strings.Contains(plan, "cuts") || !strings.Contains(plan, "hubs") {
		t.Fatalf("need cuts and hubs: %s", plan)
	}
	got, want := mustSample(t, s, o), mustSample(t, Plain(g), o)
	if !slices.Equal(got.Spins, want.Spins) || !slices.Equal(got.Mean, want.Mean) {
		t.Error("spins or means differ from the plain Go sampler's")
	}
	o.Schedule = slices.Repeat([]float32{1}, sweeps)
	if each := mustSample(t, s, o); !slices.Equal(got.Spins, each.Spins) || !slices.Equal(got.Mean, each.Mean) {
		t.Error("spins or means differ from those whose probabilities are computed one by one")
	}
}
