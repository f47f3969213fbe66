package xla

import "errors"

// ErrUneven is wrapped by the errors of layouts whose neighbour tables would be far
// larger than the graph.
var ErrUneven = errors.New("degrees too uneven")

// Graph is a graph in compressed sparse rows: the neighbours of node i are Col[RowPtr[i]
// : RowPtr[i+1]], ascending, and each edge stands in the rows of both of its ends.
type Graph struct {
	RowPtr, Col []int32
	MaxDegree   int
	EdgeIDs     func() []int32 // the number of the edge of each of Col, for couplings by edge
}

// NumNodes returns the number of nodes.
func (g *Graph) NumNodes() int { return len(g.RowPtr) - 1 }

// NumEdges returns the number of edges.
func (g *Graph) NumEdges() int { return len(g.Col) / 2 }

// Degree returns the number of neighbours of a node.
func (g *Graph) Degree(i int) int { return int(g.RowPtr[i+1] - g.RowPtr[i]) }

// Neighbors returns the neighbours of a node.
func (g *Graph) Neighbors(i int) []int32 { return g.Col[g.RowPtr[i]:g.RowPtr[i+1]] }

// regular returns the degree of all nodes, if it is one.
func (g *Graph) regular() (degree int, ok bool) {
	return g.MaxDegree, 2*g.NumEdges() == g.MaxDegree*g.NumNodes()
}

// Grid is a two-dimensional lattice; node (row, col) has index row*Cols + col.
type Grid struct {
	Rows, Cols int
	Neighbors  int // 4 or 8
	Periodic   bool
}
