package isinggraph

import (
	"context"
	"strings"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// TestHubsAgreeWithPlain: hubs have more up neighbours than a byte can count.
func TestHubsAgreeWithPlain(t *testing.T) {
	e := testEngine(t)
	rng := testutil.Rand(41)
	uneven := mustGraph(t, 6000, testutil.UnevenEdges(6000, rng))
	each := make([]float32, uneven.NumEdges())
	for i := range each {
		each[i] = float32(rng.NormFloat64())
	}
	star := make([][2]int32, 900)
	for i := range star {
		star[i] = [2]int32{0, int32(i + 1)}
	}
	for name, g := range map[string]*Graph{"uneven": uneven, "weighted": uneven, "star": mustGraph(t, len(star)+1, star)} {
		s, err := e.New(g)
		if err != nil {
			t.Fatal(err)
		}
		h := make([]float32, g.NumNodes())
		for i := range h {
			h[i] = 1.5 // leaves are up about 3 times in 4
		}
		o := Request{Model: Model{H: h, J: Uniform(0.7), Beta: 0.6}, Chains: Chains{Count: 2}, Sweeps: 8, Seed: 5, Record: Record{Trace: name == "uneven"}}
		switch name {
		case "weighted":
			o.J = PerEdge(each)
		case "star":
			o.Chains.Count = 8 // words of eight bytes
		}
		if plan := planOf(t, s, o); !strings.Contains(plan, "tables of hubs") || name != "star" && strings.Contains(plan, "1 tables") {
			t.Errorf("%s: want tables of hubs, several but for the star: %s", name, plan)
		}
		a, err := s.Sample(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Plain(g).Sample(context.Background(), o)
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
			t.Errorf("%s: %d of %d spins differ", name, diff, len(a.Spins))
		}
		for c := 0; o.Record.Trace && c < a.Chains; c++ {
			compareFloats(t, name+": energy", a.Trace.Energy[c], b.Trace.Energy[c], 2e-6*float64(g.NumNodes()+g.NumEdges()))
		}
		s.Close()
	}
}
