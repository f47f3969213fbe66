package dominate_test

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/tasks/dominate"
)

// alone counts the nodes that a set leaves alone, by the definition.
func alone(g *isinggraph.Graph, x []int8) (count int) {
	for i := range x {
		if dominate.Alone(g, x, i) {
			count++
		}
	}
	return count
}

// TestGreedy compares each choice with all nodes, and the size of the first dominating
// set with the smallest one by enumeration and with Chvátal's bound.
func TestGreedy(t *testing.T) {
	const n = 12
	for seed := range uint64(20) {
		g, err := isinggraph.NewGraph(n, testutil.RandomEdges(n, 0.2, rand.New(rand.NewPCG(seed, 0))))
		if err != nil {
			t.Fatal(err)
		}
		order, err := dominate.Greedy(g, n, seed)
		if err != nil {
			t.Fatal(err)
		}
		sorted := slices.Sorted(slices.Values(order))
		if !slices.Equal(sorted, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}) {
			t.Fatalf("order %v", order)
		}
		size := 0 // of the first set of the order that dominates
		for k, chosen := range order {
			left := alone(g, dominate.Keep(n, order[:k]))
			if left > 0 {
				size = k + 1
			}
			got := alone(g, dominate.Keep(n, append(slices.Clone(order[:k]), chosen)))
			for i := range n {
				if !slices.Contains(order[:k], i) {
					if other := alone(g, dominate.Keep(n, append(slices.Clone(order[:k]), i))); other < got {
						t.Errorf("seed %d, choice %d: node %d leaves %d alone, node %d leaves %d", seed, k, chosen, got, i, other)
					}
				}
			}
		}
		smallest := n
		for set := range uint(1 << n) {
			var nodes []int
			for i := range n {
				if set>>i&1 == 1 {
					nodes = append(nodes, i)
				}
			}
			if bits.OnesCount(set) < smallest && alone(g, dominate.Keep(n, nodes)) == 0 {
				smallest = bits.OnesCount(set)
			}
		}
		if size < smallest || float64(size) > float64(smallest)*(1+math.Log(float64(1+g.MaxDegree()))) {
			t.Errorf("seed %d: greedy needs %d nodes, the smallest set has %d", seed, size, smallest)
		}
	}
}

// TestGreedySeed says that the seed decides among equal nodes, and nothing else does.
func TestGreedySeed(t *testing.T) {
	g, err := isinggraph.NewGraph(30, nil)
	if err != nil {
		t.Fatal(err)
	}
	var orders [3][]int
	for k, seed := range []uint64{1, 1, 2} {
		if orders[k], err = dominate.Greedy(g, 10, seed); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(orders[0], orders[1]) || slices.Equal(orders[0], orders[2]) {
		t.Errorf("orders of the seeds 1, 1 and 2: %v", orders)
	}
	_, err = dominate.Greedy(g, 31, 1)
	testutil.WantError(t, "dominate", err, "31 of 30")
}
