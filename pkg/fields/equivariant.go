package fields

import (
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
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

// Field returns the network, whose weights are one variable below its scope.
func (c Equivariant) Field() learn.FieldFunc {
	return func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
		w := c.weights(scope, b)
		z, _ := c.embed(w, b)
		z = graph.Sub(z, perNode(b, MeanPool(b, graph.Mul(z, graph.ExpandAxes(b.NodeMask, -1)))))
		return graph.Mul(graph.Squeeze(w.linear("head", z), -1), b.NodeMask)
	}
}

// sizes returns the widths of scalars, vectors, f_W and its basis.
func (c Equivariant) sizes() (scalars, vectors, radial, basis int) {
	return orDefault("Scalars", c.Scalars, 16), orDefault("Vectors", c.Vectors, 16), orDefault("Radial", c.Radial, 16), orDefault("Basis", c.Basis, 8)
}

// weights makes all weights. Linear maps begin with variance 1/fan-in, those
// before a swish in f_W with twice that, α's at 0.
func (c Equivariant) weights(scope *model.Scope, b *learn.BatchNodes) block {
	s, v, radial, basis := c.sizes()
	features := b.X.Shape().Dimensions[1]
	if features < 4 {
		exceptions.Panicf("fields: Equivariant needs positions and at least one more feature of a node, has %d features", features)
	}
	affine := func(name string, rows, cols int, gain float64) []matrix {
		return []matrix{{name, rows, cols, gain}, {name + " offset", 1, cols, 1 / (3 * float64(rows))}}
	}
	plan := affine("input", features-3, s, 1)
	plan = append(plan, affine("inner 0", basis, radial, 2)...)
	plan = append(plan, affine("outer 0", radial, 2*s, 1)...)
	plan = append(plan, affine("inner 1", basis, radial, 2)...)
	plan = append(plan, affine("outer 1", radial, s+v, 1)...)
	return newBlock(scope, b.X.Graph(), append(plan,
		matrix{"before 0", s, s, 1}, matrix{"self 0", s, s + v, 1}, matrix{"after 0", s, s + v, 1}, matrix{"alpha 0", s, 1, -1}, matrix{"vectors 0", s, v, 1},
		matrix{"before 1", s, s, 1}, matrix{"vectors 1", v, v, 1}, matrix{"self 1", s, s, 1}, matrix{"after 1", s + v, s, 1}, matrix{"alpha 1", s + v, 1, -1},
		matrix{"head", s, 1, 1}))
}

// embed returns the last scalars, [N, Scalars], and the hidden vectors, [N,
// 3, Vectors].
func (c Equivariant) embed(w block, b *learn.BatchNodes) (z, vectors *graph.Node) {
	scalars, width, _, _ := c.sizes()
	features := b.X.Shape().Dimensions[1]
	e := newEdgeGeometry(b, graph.Slice(b.X, graph.AxisRange(), graph.AxisRangeToEnd(features-3)))
	z = w.affine("input", graph.Slice(b.X, graph.AxisRange(), graph.AxisRange(0, features-3)))

	f := c.radial(w, "0", e, scalars, scalars)
	x := w.linear("before 0", z)
	sum, turned := e.sumScalars(x, f[0]), e.spreadVectors(x, f[1])
	out := graph.Add(w.linear("self 0", z), graph.Mul(alpha(w, "alpha 0", sum), w.linear("after 0", sum)))
	part := func(lo, hi int) *graph.Node { return graph.Slice(out, graph.AxisRange(), graph.AxisRange(lo, hi)) }
	z = activation.Apply(activation.TypeSwish, part(0, scalars))
	gate := graph.Sigmoid(part(scalars, scalars+width))
	vectors = graph.Mul(mix(w, "vectors 0", turned), graph.ExpandAxes(gate, 1))

	f = c.radial(w, "1", e, scalars, width)
	sum = e.sumScalars(w.linear("before 1", z), f[0])
	dots := e.sumDots(mix(w, "vectors 1", vectors), f[1])
	sum = graph.Concatenate([]*graph.Node{sum, dots}, -1)
	z = graph.Add(w.linear("self 1", z), graph.Mul(alpha(w, "alpha 1", sum), w.linear("after 1", sum)))
	return z, vectors
}

// radial is f_W of a layer: weights [N, D, widths[k]] of its paths, 0 where
// padded.
func (c Equivariant) radial(w block, layer string, e *edgeGeometry, widths ...int) []*graph.Node {
	_, _, _, basis := c.sizes()
	g := e.distance.Graph()
	n, d := e.distance.Shape().Dimensions[0], e.distance.Shape().Dimensions[1]
	centers := make([]float32, basis)
	step := 3 / float64(max(basis-1, 1))
	for k := range centers {
		centers[k] = float32(float64(k) * step)
	}
	x := graph.Sub(graph.ExpandAxes(e.distance, -1), graph.ExpandAxes(graph.Const(g, centers), 0, 1))
	x = graph.Exp(graph.MulScalar(graph.Square(x), -1/(2*step*step)))
	x = activation.Apply(activation.TypeSwish, w.affine("inner "+layer, graph.Reshape(x, n*d, basis)))
	x = graph.Reshape(w.affine("outer "+layer, x), n, d, -1)
	x = graph.Mul(x, graph.ExpandAxes(e.weight, -1))
	var out []*graph.Node
	at := 0
	for _, width := range widths {
		out = append(out, graph.Slice(x, graph.AxisRange(), graph.AxisRange(), graph.AxisRange(at, at+width)))
		at += width
	}
	return out
}

// alpha is the residual's weight, [N, 1]: 1 and a linear map that begins at 0.
func alpha(w block, name string, x *graph.Node) *graph.Node { return graph.OnePlus(w.linear(name, x)) }

// mix maps the channels of vectors [N, 3, V] by a matrix [V, width].
func mix(w block, name string, v *graph.Node) *graph.Node {
	n, channels := v.Shape().Dimensions[0], v.Shape().Dimensions[2]
	return graph.Reshape(w.linear(name, graph.Reshape(v, 3*n, channels)), n, 3, -1)
}
