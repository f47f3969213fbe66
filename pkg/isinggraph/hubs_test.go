package isinggraph

import (
	"context"
	"math/rand/v2"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// unevenGraph is a cycle of n nodes with hubs that have half of the nodes as
// neighbours, a quarter, an eighth, …, as degrees of a power law.
func unevenGraph(t testing.TB, n int, rng *rand.Rand) *Graph {
	edges := testutil.Cycle(n)
	seen := make(map[[2]int32]bool)
	for _, e := range edges {
		seen[[2]int32{min(e[0], e[1]), max(e[0], e[1])}] = true
	}
	for hub, degree := 0, n/2; degree > 4; hub, degree = hub+1, degree/2 {
		u := int32(hub * 7)
		for range degree {
			v := rng.Int32N(int32(n))
			if e := [2]int32{min(u, v), max(u, v)}; u != v && !seen[e] {
				seen[e] = true
				edges = append(edges, e)
			}
		}
	}
	return mustGraph(t, n, edges)
}

// TestHubTables: the tables hold every half edge once, and are not much larger
// than graphs of widely differing degrees.
func TestHubTables(t *testing.T) {
	star := make([][2]int32, 0, 300_000)
	for i := range int32(cap(star)) {
		star = append(star, [2]int32{0, i + 1})
	}
	for name, g := range map[string]*Graph{
		"star": mustGraph(t, len(star)+1, star), "uneven": unevenGraph(t, 30_000, testutil.Rand(40)), "cycle": mustGraph(t, 1000, testutil.Cycle(1000)),
	} {
		l := newLayout(g)
		if err := l.check(g); err != nil {
			t.Fatal(err)
		}
		size, seen := 0, make([]bool, 2*g.NumEdges())
		for _, tab := range l.tables() {
			size += tab.size()
			if !sums(tab.slots) {
				t.Errorf("%s: a table of %d slots", name, tab.slots)
			}
			tab.each(g, func(slot int, i, _ int32, half int) {
				if int(l.rank[i]) >= tab.nodes || slot >= tab.size() {
					t.Fatalf("%s: node %d of rank %d lies in slot %d of %d of a table of %d nodes", name, i, l.rank[i], slot, tab.size(), tab.nodes)
				}
				seen[half] = true
			})
		}
		for half, ok := range seen {
			if !ok {
				t.Fatalf("%s: half edge %d is in no table", name, half)
			}
		}
		if limit := 5 * (g.NumNodes() + 2*g.NumEdges()); size > limit {
			t.Errorf("%s: %d slots in %d tables, want at most %d", name, size, 1+len(l.hubs), limit)
		}
		t.Logf("%s: %d slots in %d tables for %d nodes and half edges", name, size, 1+len(l.hubs), g.NumNodes()+2*g.NumEdges())
	}
}

// TestHubsAgreeWithPlain: hubs have more up neighbours than a byte can count.
func TestHubsAgreeWithPlain(t *testing.T) {
	e := testEngine(t)
	rng := testutil.Rand(41)
	uneven := unevenGraph(t, 6000, rng)
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
		if hubs := len(s.(*compiled).layout.hubs); name != "star" && hubs < 2 {
			t.Errorf("%s: %d tables of hubs, want several", name, hubs)
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
