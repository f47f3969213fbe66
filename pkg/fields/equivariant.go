package fields

import (
	"math"

	"example.org/isinggraph/pkg/isinggraph"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
	"github.com/gomlx/gomlx/support/exceptions"
)

// Equivariant is the Euclidean equivariant network of eqs. 23 and 24, in the
// manner of e3nn's convolution on points (Geiger and Smidt 2022, arXiv
// 2207.09453): scalars (0e), then scalars and vectors (1o), then scalars,
//
//	ẑ_i = (1/n_d) Σ_{j∈N(i)} z_j ⊗_{f_W(d_ij)} Y(r̂_ij)    (23)
//	z_i ← z_i + α(z) ẑ_i                                  (24)
//
// with linear maps before and after (23), Y of degrees 0 and 1, n_d the graph's
// mean degree and f_W a two-layer network of the distance d_ij in mean edge
// lengths of the graph. α is linear in what is summed and begins at 1. The vectors
// are gated: each is multiplied by the sigmoid of a scalar. At the end h is a
// linear map of z less its mean over the graph.
//
// The last three features of a node are its position, all others are invariant.
// h does not depend on how the positions are rotated, reflected, moved or scaled.
// Weights are 16, 16 and 8 wide by default; O(N·D) memory and time.
type Equivariant struct {
	Scalars int // channels of scalars; default 16
	Vectors int // channels of vectors; default 16
	Radial  int // hidden width of f_W; default 16
	Basis   int // Gaussians that d_ij is expanded in, from 0 to 3 mean edges; default 8
}

// Field returns the network, whose variables live below its scope.
func (c Equivariant) Field() isinggraph.FieldFunc {
	return func(scope *model.Scope, b *isinggraph.BatchNodes) *graph.Node {
		z, _ := c.embed(scope, b)
		z = graph.Sub(z, perNode(b, MeanPool(b, graph.Mul(z, graph.ExpandAxes(b.NodeMask, -1)))))
		h := linear(scope.At("head"), z, 1)
		return graph.Mul(graph.Squeeze(h, -1), b.NodeMask)
	}
}

// embed returns the last scalars, [N, Scalars], and the hidden vectors, [N,
// 3, Vectors].
func (c Equivariant) embed(scope *model.Scope, b *isinggraph.BatchNodes) (z, vectors *graph.Node) {
	scalars, width := orDefault("Scalars", c.Scalars, 16), orDefault("Vectors", c.Vectors, 16)
	features := b.X.Shape().Dimensions[1]
	if features < 4 {
		exceptions.Panicf("fields: Equivariant needs positions and at least one more feature of a node, has %d features", features)
	}
	e := newEdgeGeometry(b, graph.Slice(b.X, graph.AxisRange(), graph.AxisRangeToEnd(features-3)))
	z = dense(scope.At("input"), graph.Slice(b.X, graph.AxisRange(), graph.AxisRange(0, features-3)), scalars, 1)

	at := scope.At("layer_0")
	w := c.radial(at.At("radial"), e, scalars, scalars)
	x := linear(at.At("before"), z, scalars)
	sum, turned := e.sumScalars(x, w[0]), e.spreadVectors(x, w[1])
	out := graph.Add(linear(at.At("self"), z, scalars+width), graph.Mul(alpha(at, sum), linear(at.At("after"), sum, scalars+width)))
	part := func(lo, hi int) *graph.Node { return graph.Slice(out, graph.AxisRange(), graph.AxisRange(lo, hi)) }
	z = activation.Apply(activation.TypeSwish, part(0, scalars))
	gate := graph.Sigmoid(part(scalars, scalars+width))
	vectors = graph.Mul(mix(at.At("vectors"), turned, width), graph.ExpandAxes(gate, 1))

	at = scope.At("layer_1")
	w = c.radial(at.At("radial"), e, scalars, width)
	sum = e.sumScalars(linear(at.At("before"), z, scalars), w[0])
	dots := e.sumDots(mix(at.At("before_vectors"), vectors, width), w[1])
	sum = graph.Concatenate([]*graph.Node{sum, dots}, -1)
	z = graph.Add(linear(at.At("self"), z, scalars), graph.Mul(alpha(at, sum), linear(at.At("after"), sum, scalars)))
	return z, vectors
}

// radial is f_W: weights [N, D, widths[k]] of the paths of a layer, 0 where
// padded.
func (c Equivariant) radial(scope *model.Scope, e *edgeGeometry, widths ...int) []*graph.Node {
	basis, total := orDefault("Basis", c.Basis, 8), 0
	for _, w := range widths {
		total += w
	}
	g := e.distance.Graph()
	n, d := e.distance.Shape().Dimensions[0], e.distance.Shape().Dimensions[1]
	centers := make([]float32, basis)
	step := 3 / float64(max(basis-1, 1))
	for k := range centers {
		centers[k] = float32(float64(k) * step)
	}
	x := graph.Sub(graph.ExpandAxes(e.distance, -1), graph.ExpandAxes(graph.Const(g, centers), 0, 1))
	x = graph.Exp(graph.MulScalar(graph.Square(x), -1/(2*step*step)))
	x = graph.Reshape(x, n*d, basis)
	x = activation.Apply(activation.TypeSwish, dense(scope.At("inner"), x, orDefault("Radial", c.Radial, 16), 2))
	x = graph.Reshape(dense(scope.At("outer"), x, total, 1), n, d, total)
	x = graph.Mul(x, graph.ExpandAxes(e.weight, -1))
	var out []*graph.Node
	for _, w := range widths {
		out = append(out, graph.Slice(x, graph.AxisRange(), graph.AxisRange(), graph.AxisRange(0, w)))
		if w < x.Shape().Dimensions[2] {
			x = graph.Slice(x, graph.AxisRange(), graph.AxisRange(), graph.AxisRangeToEnd(w))
		}
	}
	return out
}

// alpha is the residual's weight, [N, 1]: 1 and a linear map that begins at 0.
func alpha(scope *model.Scope, x *graph.Node) *graph.Node {
	v := scope.At("alpha").WithInitializer(initializer.Zero).VariableWithShape("weights", shapes.Make(x.DType(), x.Shape().Dimensions[1], 1))
	return graph.OnePlus(graph.Dot(x, v.NodeValue(x.Graph())).Product())
}

// linear maps [N, H] to [N, width] without a bias, with variance 1/H.
func linear(scope *model.Scope, x *graph.Node, width int) *graph.Node {
	h := x.Shape().Dimensions[1]
	v := scope.WithInitializer(initializer.RandomNormalFn(scope, 1/math.Sqrt(float64(h)))).VariableWithShape("weights", shapes.Make(x.DType(), h, width))
	return graph.Dot(x, v.NodeValue(x.Graph())).Product()
}

// mix maps the channels of vectors [N, 3, V] to width channels.
func mix(scope *model.Scope, v *graph.Node, width int) *graph.Node {
	n, channels := v.Shape().Dimensions[0], v.Shape().Dimensions[2]
	return graph.Reshape(linear(scope, graph.Reshape(v, 3*n, channels), width), n, 3, width)
}
