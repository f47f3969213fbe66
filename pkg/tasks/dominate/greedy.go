package dominate

import (
	"fmt"
	"math/rand/v2"

	"example.org/isinggraph/pkg/isinggraph"
)

// Greedy keeps m of the n nodes one after the other and returns them in that order: it
// always keeps a node that dominates, itself included, the most nodes that are not
// dominated yet, of equal ones the first in a random order of the seed. Its set is at most
// ln(Δ+1) + 1 times as large as the smallest dominating one, Δ being the largest degree
// (V. Chvátal 1979, doi:10.1287/moor.4.3.233). O(m n + Σ_i d_i²) for degrees d_i.
func Greedy(g *isinggraph.Graph, m int, seed uint64) ([]int, error) {
	n := g.NumNodes()
	if m < 0 || m > n {
		return nil, fmt.Errorf("dominate: keep %d of %d nodes", m, n)
	}
	gain := make([]int, n) // the nodes not dominated yet that a node would dominate, −1 once it is kept
	for i := range gain {
		gain[i] = 1 + g.Degree(i)
	}
	covered := make([]bool, n)
	cover := func(i int32) {
		if covered[i] {
			return
		}
		covered[i] = true
		for _, j := range append([]int32{i}, g.Neighbors(int(i))...) {
			if gain[j] > 0 {
				gain[j]--
			}
		}
	}
	scan := rand.New(rand.NewPCG(seed, 1)).Perm(n)
	order := make([]int, 0, m)
	for range m {
		best := -1
		for _, i := range scan {
			if gain[i] >= 0 && (best < 0 || gain[i] > gain[best]) {
				best = i
			}
		}
		gain[best] = -1
		cover(int32(best))
		for _, j := range g.Neighbors(best) {
			cover(j)
		}
		order = append(order, best)
	}
	return order, nil
}
