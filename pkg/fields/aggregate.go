package fields

import (
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
)

// NeighborSum returns Σ_{j∈N(i)} x_j for every node i, [N, H] of x [N, H], in
// O(N·D·H).
//
// It gathers from the neighbour table and, since adjacency is symmetric, so does
// the gradient: that of Σ_{j∈N(i)} x_j is Σ_{j∈N(i)} g_j. Automatic
// differentiation would scatter, which is slower on large graphs.
func NeighborSum(b *learn.BatchNodes, x *graph.Node) *graph.Node {
	sum := func(x *graph.Node) *graph.Node { return slotSum(b, x) }
	x = graph.IdentityWithCustomGradient(x, func(_, g *graph.Node) *graph.Node { return sum(g) })
	// x − x carries the gradient.
	return graph.Add(sum(graph.StopGradient(x)), graph.Sub(x, graph.StopGradient(x)))
}

// slotSum is NeighborSum's value, one gather a slot. Where there are many slots
// it takes four at a time, which bounds the size of the program; one gather of all
// slots would be slower still.
func slotSum(b *learn.BatchNodes, x *graph.Node) *graph.Node {
	slots := b.Neighbors.Shape().Dimensions[1]
	width := 1
	if slots >= 28 {
		width = 4
	}
	x = materialize(x)
	var sum *graph.Node
	for s := 0; s < slots; s += width {
		part := []graph.SliceAxisSpec{graph.AxisRange(), graph.AxisRange(s, min(s+width, slots))}
		y := graph.Gather(x, graph.ExpandAxes(graph.Slice(b.Neighbors, part...), -1))
		y = graph.ReduceSum(graph.Mul(y, graph.ExpandAxes(graph.Slice(b.Mask, part...), -1)), 1)
		if sum == nil {
			sum = y
		} else {
			sum = graph.Add(sum, y)
		}
	}
	return sum
}

// messageSum returns Σ_{j∈N(i)} ReLU(x_j + e_ij) for every node i, [N, H] of x
// [N, H] and e [M, H], in O(M·H). It scatters the two messages of each edge:
// where they are gathered from the neighbour table, the gradient with respect to e
// takes most of a step.
func messageSum(b *learn.BatchNodes, x, e *graph.Node) *graph.Node {
	sum := graph.ZerosLike(x)
	mask := graph.ExpandAxes(b.EdgeMask, -1)
	end := func(k int) *graph.Node { return graph.Slice(b.Ends, graph.AxisRange(), graph.AxisElem(k)) }
	for k := range 2 {
		message := activation.Apply(activation.TypeRelu, graph.Add(graph.Gather(x, end(k)), e))
		sum = graph.ScatterSum(sum, end(1-k), graph.Mul(message, mask), k == 1, false)
	}
	return sum
}

// materialize returns rows of which the first N are x [N, H]. XLA's CPU compiler
// fuses the producer of x into every gather of x and computes it again for every
// neighbour. It does not fuse what is scattered into a larger array.
func materialize(x *graph.Node) *graph.Node {
	n, h := x.Shape().Dimensions[0], x.Shape().Dimensions[1]
	g := x.Graph()
	space := graph.Zeros(g, shapes.Make(x.DType(), 2, n, h))
	space = graph.ScatterSum(space, graph.Const(g, [][]int32{{0}}), graph.ExpandAxes(x, 0), true, true)
	return graph.Reshape(space, 2*n, h)
}
