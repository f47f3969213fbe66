package mesh

import (
	"context"
	"fmt"

	"example.org/isinggraph/pkg/isinggraph"
)

// Spectral parts the vertices by the sign of the eigenvector of the largest
// eigenvalue of the graph's Laplacian, a relaxed maximum cut (Shuman et al. 2016,
// doi:10.1109/TSP.2015.2512529), and keeps the larger part: an eigenvector's sign
// means nothing, but on meshes with regular and irregular regions the parts
// differ, on the Princeton chairs 54% and 46%. Each component has its own
// eigenvector; an isolated vertex is kept.
type Spectral struct {
	// Combinatorial takes D − A instead of the normalised I − D^−½ A D^−½, which is
	// what the paper's figures fit: the eigenvector of D − A lives around a few
	// vertices of large degree, and its sign elsewhere means little.
	Combinatorial bool
}

// Name returns "SPECTRAL" or "SPECTRAL D-A".
func (m Spectral) Name() string {
	if m.Combinatorial {
		return "SPECTRAL D-A"
	}
	return "SPECTRAL"
}

// Keep implements [Method]. The seed starts the iteration; where the eigenvalue is
// multiple it decides on the eigenvector.
func (m Spectral) Keep(ctx context.Context, s *Surface, seed uint64) ([]int8, error) {
	keep := make([]int8, len(s.points))
	local := make([]int32, len(keep))
	for _, nodes := range components(s.Graph) {
		if len(nodes) == 1 {
			keep[nodes[0]] = 1
			continue
		}
		g, err := subgraph(s.Graph, nodes, local)
		if err != nil {
			return nil, err
		}
		pair, err := LargestEigenpair(ctx, g, m.Combinatorial, seed)
		if err != nil {
			return nil, err
		}
		if pair.Residual > Tolerance {
			return nil, fmt.Errorf("mesh: residual %g of the largest eigenpair after %d products, need %g", pair.Residual, pair.Products, Tolerance)
		}
		positive := 0
		for _, v := range pair.Vector {
			if v > 0 {
				positive++
			}
		}
		for k, i := range nodes {
			keep[i] = -1
			if (pair.Vector[k] > 0) == (2*positive >= len(nodes)) {
				keep[i] = 1
			}
		}
	}
	return keep, nil
}

// components returns the nodes of each connected component, ascending.
func components(g *isinggraph.Graph) [][]int32 {
	var all [][]int32
	of := make([]int32, g.NumNodes()) // component, from 1
	var queue []int32
	for start := range of {
		if of[start] != 0 {
			continue
		}
		id := int32(len(all) + 1)
		of[start] = id
		queue = append(queue[:0], int32(start))
		for k := 0; k < len(queue); k++ {
			for _, j := range g.Neighbors(int(queue[k])) {
				if of[j] == 0 {
					of[j] = id
					queue = append(queue, j)
				}
			}
		}
		all = append(all, nil)
	}
	for i, c := range of {
		all[c-1] = append(all[c-1], int32(i))
	}
	return all
}

// subgraph returns the graph on a component's nodes, which are ascending; local is
// room for the index of each node of g.
func subgraph(g *isinggraph.Graph, nodes, local []int32) (*isinggraph.Graph, error) {
	if len(nodes) == g.NumNodes() {
		return g, nil
	}
	for k, i := range nodes {
		local[i] = int32(k)
	}
	var edges [][2]int32
	for k, i := range nodes {
		for _, j := range g.Neighbors(int(i)) {
			if i < j {
				edges = append(edges, [2]int32{int32(k), local[j]})
			}
		}
	}
	return isinggraph.NewGraph(len(nodes), edges)
}
