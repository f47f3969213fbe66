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
	sampler, err := isinggraph.NewSampler(g) // XLA, or plain Go where there is none
	if err != nil {
		log.Fatal(err)
	}
	defer sampler.Close()
	o := isinggraph.Options{Chains: 4, Sweeps: 100, Seed: 1}
	o.J, o.Beta = []float32{-1}, []float32{3}        // antiferromagnetic, temperature 1/3
	o.H = []float32{0.1, -0.1, 0.1, -0.1, 0.1, -0.1} // node 0 would like to be kept
	x, err := sampler.Sample(context.Background(), o)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v energy %.1f\n", x.Chain(0), x.Energies()[0])
	// Output: [1 -1 1 -1 1 -1] energy -6.6
}
