package exact_test

import (
	"fmt"
	"log"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/exact"
)

// Mean spins without sampling, an approximation where there are couplings.
func ExampleMeanField() {
	g := cycle(4)
	m := isinggraph.Model{Graph: g, J: isinggraph.Uniform(0.2), H: []float32{0.5, 0, 0, 0}}
	mean, _, _, err := exact.MeanField(m, exact.MeanFieldOptions{})
	if err != nil {
		log.Fatal(err)
	}
	exact, err := exact.Enumerate(m)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f, exactly %.2f\n", mean, exact.Marginals)
	// Output: [0.50 0.11 0.04 0.11], exactly [0.46 0.09 0.04 0.09]
}

// A lattice at its critical temperature: the exact energy a spin.
func ExampleKaufmanEnergy() {
	e, err := exact.KaufmanEnergy(64, 64, 0.4406868)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f\n", e)
	// Output: -1.4239
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
