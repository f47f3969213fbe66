package fields

import (
	"cmp"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
	"github.com/gomlx/gomlx/support/exceptions"
)

// MLP is a multilayer perceptron on the features of each node alone, x_i ←
// σ(norm(W x_i + b)), with a last linear layer to one scalar.
type MLP struct {
	Layers     int             // hidden layers; default 3
	Hidden     int             // their width; default 64
	Activation activation.Type // σ; default ReLU
	Norm       Norm            // default NormNone; NormGraph makes h_i depend on the other nodes
	ZeroSum    bool            // subtract the mean of h over each graph
}

// Field returns the network, whose variables live below its scope.
func (c MLP) Field() learn.FieldFunc {
	return func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
		x := b.X
		for l := range orDefault("Layers", c.Layers, 3) {
			scope := scope.At("layer_%d", l)
			x = dense(scope, x, orDefault("Hidden", c.Hidden, 64), 2)
			x = activate(c.Activation, cmp.Or(c.Norm, NormNone).apply(scope, b, x))
		}
		return head(scope, b, x, c.ZeroSum)
	}
}

// PerNode is the field of one graph, or of a fixed batch of graphs, with each
// h_i a variable of its own that begins at 0.
type PerNode struct {
	Nodes   int  // of the batch, without padding
	ZeroSum bool // subtract the mean of h over each graph
}

// Field returns the field, whose variable "h" [Nodes] lives in its scope.
func (c PerNode) Field() learn.FieldFunc {
	return func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
		g, n := b.X.Graph(), b.X.Shape().Dimensions[0]
		if c.Nodes < 1 || c.Nodes > n {
			exceptions.Panicf("fields: PerNode of %d nodes for a batch of 1 to %d", c.Nodes, n)
		}
		h := scope.WithInitializer(initializer.Zero).VariableWithShape("h", shapes.Make(dtypes.Float32, c.Nodes)).NodeValue(g)
		if n > c.Nodes {
			h = graph.Concatenate([]*graph.Node{h, graph.Zeros(g, shapes.Make(dtypes.Float32, n-c.Nodes))}, 0)
		}
		if c.ZeroSum {
			return ZeroSum(b, h)
		}
		return graph.Mul(h, b.NodeMask)
	}
}
