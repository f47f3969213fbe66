package mesh

import (
	"math"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
)

// devConv is the network of the paper's POINT SAMPLER, that of Neural Mesh
// Simplification (Potamias et al. 2022, doi:10.1109/CVPR52688.2022.01803): layers
//
//	f_i ← W_φ max_{j∈N(i)} W_θ (f_i − f_j)
//
// on the positions, which see how far a vertex deviates from its neighbours and
// nothing of curvature, rectified in between, and a linear map to one score less
// its mean. It does not depend on where the mesh lies; it does on how it is
// turned. A vertex without neighbours has f = 0.
func devConv(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
	const layers, width = 3, 32
	f := graph.Slice(b.X, graph.AxisRange(), graph.AxisRangeToEnd(invariants))
	for k := range layers {
		at := scope.At("layer_%d", k)
		f = deviation(b, weighted(at.At("theta"), f, width))
		f = activation.Apply(activation.TypeRelu, weighted(at.At("phi"), f, width))
	}
	h := graph.Squeeze(weighted(scope.At("head"), f, 1), -1)
	return fields.ZeroSum(b, h)
}

// deviation returns max_{j∈N(i)} (u_i − u_j) of u [N, H], 0 where there are no
// neighbours, in O(N·D·H).
func deviation(b *learn.BatchNodes, u *graph.Node) *graph.Node {
	const far = 1e30
	rows := graph.Gather(u, graph.ExpandAxes(b.Neighbors, -1)) // padding is the vertex itself
	rows = graph.Add(rows, graph.ExpandAxes(graph.MulScalar(graph.OneMinus(b.Mask), far), -1))
	least := graph.ReduceMin(rows, 1)
	some := graph.ExpandAxes(graph.GreaterThan(b.Degree, graph.ZerosLike(b.Degree)), -1)
	return graph.Where(graph.BroadcastToShape(some, u.Shape()), graph.Sub(u, least), graph.ZerosLike(u))
}

// weighted maps x [N, H] to [N, width] without a bias, with variance 1/H.
func weighted(scope *model.Scope, x *graph.Node, width int) *graph.Node {
	h := x.Shape().Dimensions[1]
	v := scope.WithInitializer(initializer.RandomNormalFn(scope, 1/math.Sqrt(float64(h)))).VariableWithShape("weights", shapes.Make(x.DType(), h, width))
	return graph.Dot(x, v.NodeValue(x.Graph())).Product()
}
