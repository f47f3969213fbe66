package isinggraph

import (
	"fmt"
	"math"
)

// Union returns the disjoint union of the graphs, in O(V + E). Node i of graph
// k is node offsets[k]+i of the union; offsets has one entry more than there
// are graphs, the last being the number of nodes. Edges keep their order, graph
// after graph. If any graph has couplings the union has them, with 1 on the
// edges of the graphs that have none.
func Union(graphs ...*Graph) (g *Graph, offsets []int32, err error) {
	if len(graphs) == 0 {
		return nil, nil, fmt.Errorf("isinggraph: union of no graphs")
	}
	nodes, half, weighted := 0, 0, false
	for k, part := range graphs {
		if part == nil {
			return nil, nil, fmt.Errorf("isinggraph: union: graph %d is nil", k)
		}
		nodes += part.NumNodes()
		half += len(part.col)
		weighted = weighted || part.couplings != nil
	}
	if nodes >= math.MaxInt32 || half > math.MaxInt32 {
		return nil, nil, fmt.Errorf("isinggraph: union of %d nodes and %d edges is too large", nodes, half/2)
	}
	g = &Graph{
		rowPtr: make([]int32, 1, nodes+1),
		col:    make([]int32, 0, half),
		first:  make([]int32, 1, nodes+1),
		ids:    new(edgeIDs),
	}
	offsets = make([]int32, 1, len(graphs)+1)
	if weighted {
		g.couplings = make([]float32, 0, half/2)
	}
	for _, part := range graphs {
		node, row, edge := int32(g.NumNodes()), int32(len(g.col)), int32(len(g.col)/2)
		for i := range part.NumNodes() {
			g.rowPtr = append(g.rowPtr, row+part.rowPtr[i+1])
			g.first = append(g.first, edge+part.first[i+1])
		}
		for _, v := range part.col {
			g.col = append(g.col, node+v)
		}
		g.maxDegree = max(g.maxDegree, part.maxDegree)
		offsets = append(offsets, node+int32(part.NumNodes()))
		switch {
		case part.couplings != nil:
			g.couplings = append(g.couplings, part.couplings...)
		case weighted:
			for range part.NumEdges() {
				g.couplings = append(g.couplings, 1)
			}
		}
	}
	return g, offsets, nil
}
