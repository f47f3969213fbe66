package isinggraph

import (
	"fmt"
	"math"
	"sync"
)

// Union returns the disjoint union of the graphs, in O(V + E). Node i of graph
// k is node offsets[k]+i of the union; offsets has one entry more than there
// are graphs, the last being the number of nodes. Edges keep their order, graph
// after graph; [UnionCouplings] are theirs.
func Union(graphs ...*Graph) (g *Graph, offsets []int32, err error) {
	if len(graphs) == 0 {
		return nil, nil, fmt.Errorf("isinggraph: union of no graphs")
	}
	nodes, half := 0, 0
	for k, part := range graphs {
		if part == nil {
			return nil, nil, fmt.Errorf("isinggraph: union: graph %d is nil", k)
		}
		nodes += part.NumNodes()
		half += len(part.col)
	}
	if nodes >= math.MaxInt32 || half > math.MaxInt32 {
		return nil, nil, fmt.Errorf("isinggraph: union of %d nodes and %d edges is too large", nodes, half/2)
	}
	g = &Graph{
		rowPtr: make([]int32, 1, nodes+1),
		col:    make([]int32, 0, half),
		first:  make([]int32, 1, nodes+1),
	}
	offsets = make([]int32, 1, len(graphs)+1)
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
	}
	g.ids = sync.OnceValue(g.numberEdges)
	return g, offsets, nil
}

// UnionCouplings returns the couplings of the union of graphs whose couplings are
// j: one for all edges where all have the same one, else one per edge. Each of j
// must be valid for its graph. O(E).
func UnionCouplings(graphs []*Graph, j []Couplings) Couplings {
	var one float32
	alike, seen, edges := true, false, 0
	for k, g := range graphs {
		if g.NumEdges() == 0 {
			continue
		}
		v, uniform := j[k].Uniform()
		alike = alike && uniform && (!seen || v == one)
		one, seen = v, true
		edges += g.NumEdges()
	}
	if alike {
		if !seen {
			one = 1
		}
		return Uniform(one)
	}
	each := make([]float32, 0, edges)
	for k, g := range graphs {
		each = append(each, j[k].Each(g)...)
	}
	return PerEdge(each)
}
