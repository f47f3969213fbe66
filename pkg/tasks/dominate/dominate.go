// Package dominate keeps nodes of a graph so that every node is kept or has a kept
// neighbour: dominating sets, the problem of notebook 05, where a field is learned from a
// loss that counts. Finding the smallest such set is NP-hard; half of the nodes always
// suffice where none is isolated (O. Ore, Theory of graphs, 1962).
package dominate

import (
	"slices"

	"example.org/isinggraph/pkg/isinggraph"
)

// Alone reports whether node i is neither kept nor has a kept neighbour under spins x [n].
func Alone(g *isinggraph.Graph, x []int8, i int) bool {
	return x[i] < 0 && !slices.ContainsFunc(g.Neighbors(i), func(j int32) bool { return x[j] > 0 })
}

// Keep returns spins [n], +1 at some nodes and −1 elsewhere.
func Keep(n int, nodes []int) []int8 {
	x := slices.Repeat([]int8{-1}, n)
	for _, i := range nodes {
		x[i] = 1
	}
	return x
}
