package explain

import (
	"fmt"
	"math"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
)

// GNN is the network of section 4.2, of the classifier as well as of the field: a
// GIN (Xu et al. 2019, arXiv 1810.00826) or, where the batch has edge features, a
// GINE (Hu et al. 2020, arXiv 1905.12265),
//
//	x_i ← ReLU(MLP(x_i + Σ_{j∈N(i)} m_ij m_j φ(x_j, e_ij))),
//	φ(x, e) = x (GIN) or ReLU(x + W e + b) (GINE),
//
// with the edge masks m_ij and the node masks m_j of [Mask]. Nothing is
// normalized, so that a subgraph's embeddings are its own. Weights begin as
// PyTorch's, uniform within ±1/√fan-in.
type GNN struct {
	Layers int // default 3
	Hidden int // default 64
	// Depth is the number of linear maps of each layer's MLP, with ReLU between
	// them. Default 1, as in the authors' code; 2 in Xu et al.
	Depth int
}

// Network returns the classifier of a number of classes: mean pooling over the
// kept nodes and a linear layer. A graph without kept nodes pools to 0.
func (c GNN) Network(classes int) Network {
	return func(scope *model.Scope, b *learn.BatchNodes, m Mask) (logits, nodes *graph.Node) {
		nodes = c.embed(scope, b, m)
		weight := b.NodeMask
		if m.Node != nil {
			weight = graph.Mul(weight, m.Node)
		}
		size := graph.Max(fields.SumPool(b, weight), graph.Const(nodes.Graph(), float32(1e-6)))
		sum := fields.SumPool(b, graph.Mul(nodes, graph.ExpandAxes(weight, -1)))
		return linear(scope.At("head"), graph.Div(sum, graph.ExpandAxes(size, -1)), classes), nodes
	}
}

// Field returns the field h [N], less its mean over each graph.
func (c GNN) Field() learn.FieldFunc {
	return func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
		return fields.ZeroSum(b, graph.Squeeze(linear(scope.At("head"), c.embed(scope, b, Mask{}), 1), -1))
	}
}

// embed builds the layers, [N, Hidden].
func (c GNN) embed(scope *model.Scope, b *learn.BatchNodes, m Mask) *graph.Node {
	count, hidden, depth := max(c.Layers, 0), max(c.Hidden, 0), max(c.Depth, 1)
	if count == 0 {
		count = 3
	}
	if hidden == 0 {
		hidden = 64
	}
	x := b.X
	for l := range count {
		scope := scope.At("layer_%d", l)
		x = graph.Add(x, messages(scope, b, m, x))
		for d := range depth {
			x = activation.Apply(activation.TypeRelu, linear(scope.At("linear_%d", d), x, hidden))
		}
	}
	return x
}

// messages returns the sum over neighbours of a layer of GNN, in O(M·H).
func messages(scope *model.Scope, b *learn.BatchNodes, m Mask, x *graph.Node) *graph.Node {
	if b.EdgeX == nil && m.Edge == nil {
		if m.Node != nil {
			x = graph.Mul(x, graph.ExpandAxes(m.Node, -1))
		}
		return fields.NeighborSum(b, x)
	}
	var e *graph.Node
	if b.EdgeX != nil {
		e = linear(scope.At("edge"), b.EdgeX, x.Shape().Dimensions[1])
	}
	weight := b.EdgeMask
	if m.Edge != nil {
		weight = graph.Mul(weight, m.Edge)
	}
	sum := graph.ZerosLike(x)
	end := func(k int) *graph.Node { return graph.Slice(b.Ends, graph.AxisRange(), graph.AxisElem(k)) }
	for k := range 2 {
		message, w := graph.Gather(x, end(k)), weight
		if e != nil {
			message = activation.Apply(activation.TypeRelu, graph.Add(message, e))
		}
		if m.Node != nil {
			w = graph.Mul(w, graph.Gather(m.Node, end(k)))
		}
		sum = graph.ScatterSum(sum, end(1-k), graph.Mul(message, graph.ExpandAxes(w, -1)), k == 1, false)
	}
	return sum
}

// linear is a linear layer with bias. Its variables are "weights" [in, width]
// and "biases".
func linear(scope *model.Scope, x *graph.Node, width int) *graph.Node {
	bound := 1 / math.Sqrt(float64(x.Shape().Dimensions[1]))
	return layers.Dense(scope.WithInitializer(initializer.RandomUniformFn(scope, -bound, bound)), x, true, width)
}

// tiled returns k copies of a batch side by side, copy i with graphs iG … iG+G−1.
func tiled(b *learn.BatchNodes, k int) *learn.BatchNodes {
	if k < 1 {
		panic(fmt.Errorf("explain: %d copies of a batch", k))
	}
	n, groups := b.X.Shape().Dimensions[0], b.NumGraphs
	repeat := func(x *graph.Node, step int) *graph.Node {
		if x == nil {
			return nil
		}
		dims := x.Shape().Dimensions
		all := append([]int{k}, dims...)
		y := graph.BroadcastToShape(graph.ExpandAxes(x, 0), shapes.Make(x.DType(), all...))
		if step != 0 {
			y = graph.Add(y, graph.MulScalar(graph.Iota(x.Graph(), y.Shape(), 0), step))
		}
		return graph.Reshape(y, append([]int{k * dims[0]}, dims[1:]...)...)
	}
	return &learn.BatchNodes{
		X: repeat(b.X, 0), Neighbors: repeat(b.Neighbors, n), Degree: repeat(b.Degree, 0), GraphID: repeat(b.GraphID, groups),
		Sizes: repeat(b.Sizes, 0), Ends: repeat(b.Ends, n), EdgeX: repeat(b.EdgeX, 0),
		Mask: repeat(b.Mask, 0), NodeMask: repeat(b.NodeMask, 0), EdgeMask: repeat(b.EdgeMask, 0), NumGraphs: k * groups,
	}
}
