package isinggraph_test

import (
	"context"
	"fmt"
	"log"

	"example.org/isinggraph/pkg/isinggraph"
)

// Keep about half of the nodes of a ring, no two neighbours alike.
func Example() {
	edges := [][2]int32{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}}
	g, err := isinggraph.NewGraph(6, edges)
	if err != nil {
		log.Fatal(err)
	}
	// XLA, or plain Go where it is missing
	sampler, err := isinggraph.New(g, isinggraph.OrPlain(func(why error) { log.Print(why) }))
	if err != nil {
		log.Fatal(err)
	}
	defer sampler.Close()
	m := isinggraph.Model{
		Graph: g,
		J:     isinggraph.Uniform(-1),                     // antiferromagnetic
		H:     []float32{0.1, -0.1, 0.1, -0.1, 0.1, -0.1}, // node 0 would like to be kept
		Beta:  3,                                          // temperature 1/3
	}
	x, err := sampler.Sample(context.Background(), isinggraph.Request{Model: m, Chains: isinggraph.Chains{Count: 4}, Sweeps: 100, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v energy %.1f\n", x.Chain(0), m.Energies(x.Spins)[0])
	// Output: [1 -1 1 -1 1 -1] energy -6.6
}
