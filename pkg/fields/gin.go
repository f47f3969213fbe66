package fields

import (
	"cmp"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"
)

// GIN is the graph isomorphism network of Xu et al. 2019 (arXiv 1810.00826),
//
//	x_i ← σ(norm(MLP((1+ε) x_i + Σ_{j∈N(i)} x_j)))
//
// in each layer (its eq. 4.1), with an MLP of two linear maps and σ between them,
// and a last linear layer to one scalar a node.
type GIN struct {
	Layers       int             // default 3
	Hidden       int             // width H of all layers and of the MLPs inside; default 64
	Activation   activation.Type // σ; default ReLU
	Norm         Norm            // in place of the paper's batch normalization; default NormGraph
	Epsilon      float64         // ε of each layer, or where it begins
	LearnEpsilon bool            // make ε a variable of each layer
	ZeroSum      bool            // subtract the mean of h over each graph
}

// Field returns the network, whose variables live below its scope.
func (c GIN) Field() learn.FieldFunc {
	return func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
		return head(scope, b, c.Embed(scope, b), c.ZeroSum)
	}
}

// Embed returns the last layer's output, [N, Hidden], arbitrary on padding
// nodes.
func (c GIN) Embed(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
	return c.embed(scope, b, func(_ *model.Scope, x *graph.Node) *graph.Node { return NeighborSum(b, x) })
}

// embed builds the layers, with sum for the sum over neighbours.
func (c GIN) embed(scope *model.Scope, b *learn.BatchNodes, sum func(*model.Scope, *graph.Node) *graph.Node) *graph.Node {
	hidden := orDefault("Hidden", c.Hidden, 64)
	x := b.X
	for l := range orDefault("Layers", c.Layers, 3) {
		scope := scope.At("layer_%d", l)
		self := graph.MulScalar(x, 1+c.Epsilon)
		if c.LearnEpsilon {
			epsilon := scope.VariableWithValue("epsilon", float32(c.Epsilon)).NodeValue(x.Graph())
			self = graph.Mul(x, graph.OnePlus(epsilon))
		}
		x = graph.Add(self, sum(scope, x))
		x = activate(c.Activation, dense(scope.At("inner"), x, hidden, 2))
		x = dense(scope.At("outer"), x, hidden, 2)
		x = activate(c.Activation, cmp.Or(c.Norm, NormGraph).apply(scope, b, x))
	}
	return x
}

// GINE is GIN with edge features, of Hu et al. 2020 (arXiv 1905.12265): the sum
// over neighbours is
//
//	Σ_{j∈N(i)} ReLU(x_j + W e_ij + b)
//
// with W and b of each layer. With W = b = 0 and x ≥ 0 it is GIN. It needs a
// batch with edge features.
type GINE GIN

// Field returns the network, whose variables live below its scope.
func (c GINE) Field() learn.FieldFunc {
	return func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
		return head(scope, b, c.Embed(scope, b), c.ZeroSum)
	}
}

// Embed returns the last layer's output, [N, Hidden], arbitrary on padding
// nodes.
func (c GINE) Embed(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
	if b.EdgeX == nil {
		exceptions.Panicf("fields: GINE needs edge features, and the batch has none")
	}
	return GIN(c).embed(scope, b, func(scope *model.Scope, x *graph.Node) *graph.Node {
		return messageSum(b, x, dense(scope.At("edge"), b.EdgeX, x.Shape().Dimensions[1], 1))
	})
}
