package learn

import (
	"cmp"
	"fmt"
	"slices"

	"example.org/isinggraph/pkg/isinggraph"
)

// Exactly returns a sample x [n] of a model with exactly so many nodes kept. It turns the
// nodes that are too many, or as many as are missing, those that the model holds the
// least where they are: of the kept ones the smallest effective fields (eq. 4), of the
// others the largest; of equal ones, those of lower index stay or become kept. All fields
// are those under x, so that the order of the turns plays no part, and x is not written
// to. O(n log n + E).
func Exactly(m isinggraph.Model, x []int8, kept int) ([]int8, error) {
	n := m.Graph.NumNodes()
	if len(x) != n || kept < 0 || kept > n {
		return nil, fmt.Errorf("learn: %d spins of which to keep exactly %d, for a graph of %d nodes", len(x), kept, n)
	}
	field := m.EffectiveField(x, nil)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(x[b], x[a]), cmp.Compare(field[b], field[a]))
	})
	exact := slices.Repeat([]int8{-1}, n)
	for _, i := range order[:kept] {
		exact[i] = 1
	}
	return exact, nil
}
