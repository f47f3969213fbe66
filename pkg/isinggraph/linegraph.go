package isinggraph

import (
	"fmt"
	"math"
)

// LineGraph returns the line graph of g: its nodes are g's canonical edges,
// and two are neighbours when the edges share an endpoint.
// It has Σ_i d_i(d_i-1)/2 edges; a graph without edges, or one whose
// line graph would need 2^30 edges or more, is an error.
func LineGraph(g *Graph) (*Graph, error) {
	if g.NumEdges() == 0 {
		return nil, fmt.Errorf("isinggraph: line graph of a graph without edges")
	}
	total := 0
	for i := range g.NumNodes() {
		d := g.Degree(i)
		total += d * (d - 1) / 2
		if total > math.MaxInt32/2 {
			return nil, fmt.Errorf("isinggraph: line graph has more than %d edges", math.MaxInt32/2)
		}
	}
	ids := g.edgeIDs()
	edges := make([][2]int32, 0, total)
	for i := range g.NumNodes() {
		row := ids[g.rowPtr[i]:g.rowPtr[i+1]]
		for k, a := range row {
			for _, b := range row[k+1:] {
				edges = append(edges, [2]int32{a, b})
			}
		}
	}
	return NewGraph(g.NumEdges(), edges)
}
