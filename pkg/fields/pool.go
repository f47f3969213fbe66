package fields

import (
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
)

// SumPool sums x [N, …] over the nodes of each graph, [G, …] with padding nodes
// in the last row. It scatters, in O(N); a product with a matrix of one-hot rows
// would take O(N·G).
func SumPool(b *learn.BatchNodes, x *graph.Node) *graph.Node {
	shape := x.Shape().Clone()
	shape.Dimensions[0] = b.NumGraphs
	zeros := graph.Zeros(x.Graph(), shapes.Make(shape.DType, shape.Dimensions...))
	return graph.ScatterSum(zeros, graph.ExpandAxes(b.GraphID, -1), x, true, false)
}

// MeanPool averages x [N] or [N, H] over the nodes of each graph, [G] or [G, H]:
// with a linear layer on GIN.Embed, a graph classifier.
func MeanPool(b *learn.BatchNodes, x *graph.Node) *graph.Node {
	size := b.Sizes
	if x.Rank() == 2 {
		size = graph.ExpandAxes(size, -1)
	}
	return graph.Div(SumPool(b, x), size)
}

// ZeroSum returns h − mean h over each graph, [N], 0 where padded: the field's
// zero-sum form of the paper's sections 4.2 and 4.3.
func ZeroSum(b *learn.BatchNodes, h *graph.Node) *graph.Node {
	return graph.Mul(graph.Sub(h, perNode(b, MeanPool(b, h))), b.NodeMask)
}

// perNode spreads a value of each graph, [G, …], to its nodes, [N, …].
func perNode(b *learn.BatchNodes, v *graph.Node) *graph.Node {
	return graph.Gather(v, graph.ExpandAxes(b.GraphID, -1), true)
}
