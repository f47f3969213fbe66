package fields

import (
	"math"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
)

// edgeGeometry holds distances and directions of the slots of a neighbour table.
//
// Its sums over neighbours are those of e3nn's tensor products with spherical
// harmonics of degrees 0 and 1, Y = (1, √3 r̂), in its component normalization.
// They gather, and so do their gradients: w is alike at both ends of an edge and
// r̂ changes its sign, so that each one's gradient is another of them.
type edgeGeometry struct {
	b        *learn.BatchNodes
	distance *graph.Node // [N, D] in mean edge lengths of the graph
	unit     *graph.Node // [N, D, 3], from the node to its neighbour; 0 where padded
	weight   *graph.Node // [N, D]: 1/n_d, 0 where padded
}

// newEdgeGeometry computes them from positions [N, 3].
func newEdgeGeometry(b *learn.BatchNodes, position *graph.Node) *edgeGeometry {
	d := graph.Sub(graph.Gather(position, graph.ExpandAxes(b.Neighbors, -1)), graph.ExpandAxes(position, 1))
	square := graph.ReduceSum(graph.Square(d), -1)
	length := graph.Mul(graph.Sqrt(graph.Add(square, graph.OneMinus(b.Mask))), b.Mask)
	sums := SumPool(b, graph.ReduceSum(length, 1))
	ends := graph.MaxScalar(SumPool(b, graph.ReduceSum(b.Mask, 1)), 1)
	mean := graph.Div(sums, ends)
	mean = graph.Where(graph.GreaterThan(mean, graph.ZerosLike(mean)), mean, graph.OnesLike(mean))
	distance := graph.Div(length, graph.ExpandAxes(perNode(b, mean), -1))
	// Nodes in one place have no direction: their edge's harmonic of degree 1 is 0.
	safe := graph.Where(graph.GreaterThan(length, graph.ZerosLike(length)), length, graph.OnesLike(length))
	unit := graph.Mul(graph.Div(d, graph.ExpandAxes(safe, -1)), graph.ExpandAxes(b.Mask, -1))
	degree := graph.MaxScalar(graph.Div(ends, b.Sizes), 1e-6)
	return &edgeGeometry{
		b: b, distance: graph.StopGradient(distance), unit: graph.StopGradient(unit),
		weight: graph.StopGradient(graph.Div(b.Mask, graph.ExpandAxes(perNode(b, degree), -1))),
	}
}

// slots adds up term over the slots, width of them at a time, given rows of x.
func (e *edgeGeometry) slots(x *graph.Node, term func(rows *graph.Node, lo, hi int) *graph.Node) *graph.Node {
	shape := x.Shape().Clone()
	n, slots := shape.Dimensions[0], e.b.Neighbors.Shape().Dimensions[1]
	const width = 8 // wider takes more memory, narrower longer to compile
	x = materialize(graph.Reshape(x, n, -1))
	var sum *graph.Node
	for lo := 0; lo < slots; lo += width {
		hi := min(lo+width, slots)
		rows := graph.Gather(x, graph.ExpandAxes(graph.Slice(e.b.Neighbors, graph.AxisRange(), graph.AxisRange(lo, hi)), -1))
		rows = graph.Reshape(rows, append([]int{n, hi - lo}, shape.Dimensions[1:]...)...)
		t := graph.ReduceSum(term(rows, lo, hi), 1)
		if sum == nil {
			sum = t
		} else {
			sum = graph.Add(sum, t)
		}
	}
	return sum
}

func some(x *graph.Node, lo, hi int) *graph.Node {
	return graph.Slice(x, graph.AxisRange(), graph.AxisRange(lo, hi))
}

// scalarSum is Σ_j w_ij x_j, [N, H] of x [N, H] and w [N, D, H].
func (e *edgeGeometry) scalarSum(x, w *graph.Node) *graph.Node {
	return e.slots(x, func(rows *graph.Node, lo, hi int) *graph.Node { return graph.Mul(rows, some(w, lo, hi)) })
}

// vectorSum is Σ_j w_ij x_j √3 r̂_ij, [N, 3, H].
func (e *edgeGeometry) vectorSum(x, w *graph.Node) *graph.Node {
	sum := e.slots(x, func(rows *graph.Node, lo, hi int) *graph.Node {
		rows = graph.ExpandAxes(graph.Mul(rows, some(w, lo, hi)), 2)
		return graph.Mul(rows, graph.ExpandAxes(some(e.unit, lo, hi), -1))
	})
	return graph.MulScalar(sum, math.Sqrt(3))
}

// dotSum is Σ_j w_ij v_j·√3 r̂_ij/√3, [N, H] of v [N, 3, H].
func (e *edgeGeometry) dotSum(v, w *graph.Node) *graph.Node {
	return e.slots(v, func(rows *graph.Node, lo, hi int) *graph.Node {
		dots := graph.ReduceSum(graph.Mul(rows, graph.ExpandAxes(some(e.unit, lo, hi), -1)), 2)
		return graph.Mul(dots, some(w, lo, hi))
	})
}

// carry adds x − x to sum, through which gradients reach x.
func carry(sum, x *graph.Node) *graph.Node {
	return graph.Add(sum, graph.Sub(x, graph.StopGradient(x)))
}

// sumScalars is scalarSum, the product 0e ⊗ 0e → 0e.
func (e *edgeGeometry) sumScalars(x, w *graph.Node) *graph.Node {
	stopped := graph.StopGradient(w)
	sum := e.scalarSum(graph.StopGradient(x), w)
	return carry(sum, graph.IdentityWithCustomGradient(x, func(_, g *graph.Node) *graph.Node { return e.scalarSum(g, stopped) }))
}

// spreadVectors is vectorSum, the product 0e ⊗ 1o → 1o.
func (e *edgeGeometry) spreadVectors(x, w *graph.Node) *graph.Node {
	stopped := graph.StopGradient(w)
	sum := e.vectorSum(graph.StopGradient(x), w)
	wide := graph.BroadcastToShape(graph.ExpandAxes(x, 1), sum.Shape())
	return carry(sum, graph.IdentityWithCustomGradient(wide, func(_, g *graph.Node) *graph.Node {
		// The gradient of x is the sum of that of its three copies.
		dx := graph.ExpandAxes(graph.MulScalar(e.dotSum(g, stopped), -math.Sqrt(3)), 1)
		return graph.Concatenate([]*graph.Node{dx, graph.ZerosLike(dx), graph.ZerosLike(dx)}, 1)
	}))
}

// sumDots is dotSum, the product 1o ⊗ 1o → 0e.
func (e *edgeGeometry) sumDots(v, w *graph.Node) *graph.Node {
	stopped := graph.StopGradient(w)
	sum := e.dotSum(graph.StopGradient(v), w)
	v = graph.IdentityWithCustomGradient(v, func(_, g *graph.Node) *graph.Node {
		// v is summed below, so that its three rows have one gradient.
		row := graph.Reshape(graph.Slice(g, graph.AxisRange(), graph.AxisElem(0)), sum.Shape().Dimensions...)
		return graph.MulScalar(e.vectorSum(row, stopped), -1/math.Sqrt(3))
	})
	return carry(sum, graph.ReduceSum(v, 1))
}
