package fields

import (
	"math"

	"example.org/isinggraph/pkg/isinggraph"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
	"github.com/gomlx/gomlx/support/exceptions"
)

// PositionFeatures is how many of a node's features say where it lies in a
// matrix: its row and its column, from 0.
const PositionFeatures = 2

// GCNII is a graph convolutional network with initial residual and identity
// mapping (Chen et al. 2020, arXiv 2007.02133) on the line graphs of matrices, as
// in appendix F:
//
//	X ← ReLU( ((1−β_l) I + β_l W) S ),  S = (1−α) P X + α X⁰,  β_l = ln(θ/l + 1)
//
// where one W serves all layers l, X⁰ = ReLU(W_in F + b), and the last X, less its
// mean over the matrix, goes through a linear layer to h.
//
// A node is a position of a square matrix of a size up to Size; the first
// PositionFeatures of its features are its row i and its column j, the others
// are F, of which the first is A_ij. Unless Ordered, node {i, j} stands for (i, j)
// and (j, i). P = D^-½ (L + I) D^-½ normalizes the sums over the neighbours and the
// node itself, L being the line graph: nodes are neighbours where they share an
// index, or if Ordered a row or a column. With Weighted, P X = (Ã X + X Ã)/2 at the
// nodes, Ã = D^-½ A D^-½ with D the sums of |A|'s rows (and columns if Ordered): A's
// graph, which L does not show where all positions are allowed.
//
// L itself is never made: neighbours are summed by rows and columns of dense
// [G, Size, Size, Hidden], in O(Size²·Hidden) time instead of O(Size³·Hidden). So
// are weighted messages, by products with Ã in O(Size³·Hidden).
type GCNII struct {
	Size     int     // of the largest matrix; needed
	Layers   int     // default 4
	Hidden   int     // default 64
	Alpha    float64 // α, of the initial residual; default 0.1
	Theta    float64 // θ, of the identity mapping; default 0.5
	Ordered  bool    // (i, j) and (j, i) are two nodes
	Weighted bool    // messages weighted by A, see above
}

// Field returns the network, whose variables live below its scope.
func (c GCNII) Field() isinggraph.FieldFunc {
	return func(scope *model.Scope, b *isinggraph.BatchNodes) *graph.Node {
		m := c.matrices(b)
		hidden := orDefault("Hidden", c.Hidden, 64)
		alpha, theta := c.Alpha, c.Theta
		if alpha == 0 {
			alpha = 0.1
		}
		if theta == 0 {
			theta = 0.5
		}
		first := m.keep(activate(0, dense(scope.At("in"), m.features, hidden, 2)))
		begin := initializer.RandomNormalFn(scope, math.Sqrt(1/float64(hidden)))
		w := scope.WithInitializer(begin).VariableWithShape("weights", shapes.Make(dtypes.Float32, hidden, hidden)).NodeValue(first.Graph())
		x := first
		for l := range orDefault("Layers", c.Layers, 4) {
			beta := math.Log(theta/float64(l+1) + 1)
			s := graph.Add(graph.MulScalar(m.messages(x), 1-alpha), graph.MulScalar(first, alpha))
			mapped := graph.Reshape(graph.MatMul(graph.Reshape(s, -1, hidden), w), s.Shape().Dimensions...)
			s = graph.Add(graph.MulScalar(s, 1-beta), graph.MulScalar(mapped, beta))
			x = m.keep(activate(0, s))
		}
		return graph.Mul(m.nodes(dense(scope.At("head"), m.centre(x), 1, 1)), b.NodeMask)
	}
}

// matrices are a batch's positions as dense matrices.
type matrices struct {
	GCNII
	features *graph.Node // [G, n, n, F]
	mask     *graph.Node // [G, n, n, 1]: 1 at nodes
	eye      *graph.Node // [1, n, n, 1]
	scale    *graph.Node // [G, n, n, 1]: D^-½ of the line graph with itself
	weights  *graph.Node // Ã [G, n, n]
	cell     *graph.Node // int32 [N, 1]: where nodes lie in [G·n·n]
}

// matrices scatters the features of nodes into dense matrices.
func (c GCNII) matrices(b *isinggraph.BatchNodes) *matrices {
	g, n, f := b.X.Graph(), c.Size, b.X.Shape().Dimensions[1]-PositionFeatures
	if n < 1 || f < 1 {
		exceptions.Panicf("fields: GCNII of size %d for %d features a node, need a size and row, column and a feature", n, f+PositionFeatures)
	}
	index := func(k int) *graph.Node {
		return graph.ConvertDType(graph.Squeeze(graph.Slice(b.X, graph.AxisRange(), graph.AxisElem(k)), 1), dtypes.Int32)
	}
	row, col := index(0), index(1)
	start := graph.MulScalar(b.GraphID, n*n)
	at := func(i, j *graph.Node) *graph.Node {
		return graph.ExpandAxes(graph.Add(start, graph.Add(graph.MulScalar(i, n), j)), -1)
	}
	mask := graph.ExpandAxes(b.NodeMask, -1)
	values := graph.Concatenate([]*graph.Node{mask, graph.Mul(graph.Slice(b.X, graph.AxisRange(), graph.AxisRange(PositionFeatures)), mask)}, 1)
	m := &matrices{GCNII: c, cell: at(row, col)}
	flat := graph.ScatterSum(graph.Zeros(g, shapes.Make(dtypes.Float32, b.NumGraphs*n*n, f+1)), m.cell, values, false, false)
	if !c.Ordered {
		off := graph.ExpandAxes(graph.ConvertDType(graph.NotEqual(row, col), dtypes.Float32), -1)
		flat = graph.ScatterSum(flat, at(col, row), graph.Mul(values, off), false, false)
	}
	all := graph.Reshape(graph.StopGradient(flat), b.NumGraphs, n, n, f+1)
	part := func(lo, hi int) *graph.Node {
		return graph.Slice(all, graph.AxisRange(), graph.AxisRange(), graph.AxisRange(), graph.AxisRange(lo, hi))
	}
	m.mask, m.features = part(0, 1), part(1, f+1)
	shape := shapes.Make(dtypes.Int32, 1, n, n, 1)
	m.eye = graph.ConvertDType(graph.Equal(graph.Iota(g, shape, 1), graph.Iota(g, shape, 2)), dtypes.Float32)
	if c.Weighted {
		a := graph.Squeeze(part(1, 2), -1)
		sizes := graph.Abs(a)
		m.weights = graph.Mul(a, graph.Mul(inverseRoot(graph.ReduceAndKeep(sizes, graph.ReduceSum, 2)), inverseRoot(graph.ReduceAndKeep(sizes, graph.ReduceSum, 1))))
	} else {
		m.scale = inverseRoot(m.keep(m.sums(m.mask)))
	}
	return m
}

// inverseRoot is x^-½, and 0 where x is 0.
func inverseRoot(x *graph.Node) *graph.Node {
	zero := graph.Equal(x, graph.ZerosLike(x))
	return graph.Where(zero, graph.ZerosLike(x), graph.Rsqrt(graph.Where(zero, graph.OnesLike(x), x)))
}

func (m *matrices) keep(x *graph.Node) *graph.Node { return graph.Mul(x, m.mask) }

// messages returns P x.
func (m *matrices) messages(x *graph.Node) *graph.Node {
	if !m.Weighted {
		return graph.Mul(m.sums(graph.Mul(x, m.scale)), m.scale)
	}
	left := graph.Einsum("gik,gkjc->gijc", m.weights, x)
	right := graph.TransposeAllDims(left, 0, 2, 1, 3)
	if m.Ordered {
		right = graph.TransposeAllDims(graph.Einsum("gikc,gkj->gicj", x, m.weights), 0, 1, 3, 2)
	}
	return m.keep(graph.MulScalar(graph.Add(left, right), 0.5))
}

// sums adds up x over the neighbours of each position and the position itself,
// by sums of rows and columns: both hold the position, and where it is a loop
// {i, i} they are the same.
func (m *matrices) sums(x *graph.Node) *graph.Node {
	both := graph.Add(graph.ReduceAndKeep(x, graph.ReduceSum, 2), graph.ReduceAndKeep(x, graph.ReduceSum, 1))
	if m.Ordered {
		return graph.Sub(both, x)
	}
	off := graph.OneMinus(m.eye)
	return graph.Sub(graph.Mul(both, graph.MulScalar(graph.OnePlus(off), 0.5)), graph.Mul(x, off))
}

// centre subtracts the mean over the nodes of each matrix.
func (m *matrices) centre(x *graph.Node) *graph.Node {
	weight := m.mask
	if !m.Ordered {
		weight = graph.Mul(weight, graph.MulScalar(graph.OnePlus(m.eye), 0.5)) // off-diagonal nodes lie there twice
	}
	total := func(v *graph.Node) *graph.Node { return graph.ReduceAndKeep(v, graph.ReduceSum, 1, 2) }
	mean := graph.Div(total(graph.Mul(x, weight)), graph.MaxScalar(total(weight), 0.5))
	return m.keep(graph.Sub(x, mean))
}

// nodes returns x [G, n, n, 1] at the nodes, [N].
func (m *matrices) nodes(x *graph.Node) *graph.Node {
	return graph.Gather(graph.Reshape(x, -1), m.cell)
}
