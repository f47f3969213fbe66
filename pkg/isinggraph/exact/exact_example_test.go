package exact_test

import (
	"fmt"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/exact"
)

// A frustrated triangle: with J < 0 not all three edges can be satisfied, and
// six of the eight states share the lowest energy.
func ExampleEnumerate() {
	g, err := isinggraph.NewGraph(3, [][2]int32{{0, 1}, {1, 2}, {2, 0}})
	if err != nil {
		panic(err)
	}
	exact, err := exact.Enumerate(isinggraph.Model{Graph: g, J: isinggraph.Uniform(-1), Beta: 2})
	if err != nil {
		panic(err)
	}
	fmt.Printf("log Z %.4f, energy %.4f, correlation %.4f\n", exact.LogZ, exact.Energy, exact.Correlations.At(0, 1))
	// Output: log Z 3.7919, energy -0.9996, correlation -0.3332
}
