package fields

import (
	"math"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/layers/norm"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
	"github.com/gomlx/gomlx/support/exceptions"
)

// Norm says what is normalized after each layer's linear map, before its
// activation. Nothing is normalized over the batch, as in the papers: the field
// of a graph would depend on the graphs beside it.
type Norm string

const (
	// NormGraph standardizes each feature over the nodes of its graph: x̂ =
	// γ (x − αμ)/√(mean (x − αμ)² + 10⁻⁵) + β with learned α, γ, β from 1, 1, 0
	// (GraphNorm, Cai et al. 2021, arXiv 2009.03294).
	NormGraph Norm = "graph"
	// NormLayer standardizes the features of each node (Ba et al. 2016, arXiv
	// 1607.06450), with learned gain and offset.
	NormLayer Norm = "layer"
	// NormNone normalizes nothing. Sums over neighbours then grow like the degree
	// to the power of the number of layers: on a mesh a GIN begins with fields so
	// large that tanh(βh) has no gradient and samples no variance.
	NormNone Norm = "none"
)

// apply normalizes x [N, H].
func (n Norm) apply(scope *model.Scope, b *learn.BatchNodes, x *graph.Node) *graph.Node {
	switch n {
	case NormNone:
	case NormLayer:
		x = norm.LayerNorm(scope, x, -1).Done()
	case NormGraph:
		g := x.Graph()
		learned := func(name string, begin model.VariableInitializer) *graph.Node {
			v := scope.WithInitializer(begin).VariableWithShape(name, shapes.Make(x.DType(), x.Shape().Dimensions[1]))
			return graph.ExpandAxes(v.NodeValue(g), 0)
		}
		x = graph.Sub(x, perNode(b, graph.Mul(MeanPool(b, x), learned("shift", initializer.One))))
		variance := MeanPool(b, graph.Square(x))
		scale := graph.Div(learned("gain", initializer.One), graph.Sqrt(graph.AddScalar(variance, 1e-5)))
		x = graph.Add(graph.Mul(x, perNode(b, scale)), learned("offset", initializer.Zero))
	default:
		exceptions.Panicf("fields: normalization %q, want %q, %q or %q", n, NormGraph, NormLayer, NormNone)
	}
	return x
}

// activate applies t, ReLU by default.
func activate(t activation.Type, x *graph.Node) *graph.Node {
	if t == activation.TypeNone {
		t = activation.TypeRelu
	}
	return activation.Apply(t, x)
}

// dense is a linear layer with bias to width features, whose weights begin with
// variance gain/fan-in.
func dense(scope *model.Scope, x *graph.Node, width int, gain float64) *graph.Node {
	fanIn := float64(x.Shape().Dimensions[x.Rank()-1])
	weights := initializer.RandomNormalFn(scope, math.Sqrt(gain/fanIn))
	biases := initializer.RandomUniformFn(scope, -1/math.Sqrt(fanIn), 1/math.Sqrt(fanIn))
	return layers.Dense(scope.WithInitializer(func(g *graph.Graph, s shapes.Shape) *graph.Node {
		if s.Rank() == 1 {
			return biases(g, s)
		}
		return weights(g, s)
	}), x, true, width)
}

// head maps embeddings [N, H] to a field [N].
func head(scope *model.Scope, b *learn.BatchNodes, x *graph.Node, zeroSum bool) *graph.Node {
	h := graph.Squeeze(dense(scope.At("head"), x, 1, 1), -1)
	if zeroSum {
		return ZeroSum(b, h)
	}
	return graph.Mul(h, b.NodeMask)
}

// orDefault returns v, or def if v is 0. It panics if v is negative.
func orDefault(name string, v, def int) int {
	if v < 0 {
		exceptions.Panicf("fields: %s is %d, need at least 1, or 0 for %d", name, v, def)
	}
	if v == 0 {
		return def
	}
	return v
}
