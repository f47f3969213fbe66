package diagnose_test

import (
	"context"
	"fmt"
	"log"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/diagnose"
	"example.org/isinggraph/pkg/isinggraph/exact"
)

// The mean energy of a ring of ten spins, estimated from four chains and known exactly.
func ExampleNewEstimate() {
	g := cycle(10)
	m := isinggraph.Model{Graph: g, Beta: 0.5}
	sampler := isinggraph.Plain(g)
	defer sampler.Close()
	x, err := sampler.Sample(context.Background(), isinggraph.Request{
		Model: m, Chains: isinggraph.Chains{Count: 4}, Sweeps: 5000, Seed: 2, Record: isinggraph.Record{Trace: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	e, err := diagnose.NewEstimate(x.Trace.Energy)
	if err != nil {
		log.Fatal(err)
	}
	exact, err := exact.Enumerate(m)
	if err != nil {
		log.Fatal(err)
	}
	within := (e.Mean-exact.Energy)/e.StdErr > -4 && (e.Mean-exact.Energy)/e.StdErr < 4
	fmt.Printf("exactly %.3f, within four errors: %t, chains agree: %t\n", exact.Energy, within, e.RHat < 1.01)
	// Output: exactly -4.629, within four errors: true, chains agree: true
}

// cycle returns a ring of n nodes.
func cycle(n int32) *isinggraph.Graph {
	var edges [][2]int32
	for i := range n {
		edges = append(edges, [2]int32{i, (i + 1) % n})
	}
	g, err := isinggraph.NewGraph(int(n), edges)
	if err != nil {
		log.Fatal(err)
	}
	return g
}
