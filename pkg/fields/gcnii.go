package fields

import (
	"cmp"
	"math"

	"example.org/isinggraph/pkg/isinggraph/learn"
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
// L itself is never made: sums over the nodes of each row and column, or of each
// index, take O(V·Hidden) time for V nodes. Weighted messages are products of Ã
// with X laid out as dense [G, Size, Size, Hidden], in O(Size³·Hidden).
type GCNII struct {
	Size     int     // of the largest matrix; needed
	Layers   int     // default 4
	Hidden   int     // default 64
	Alpha    float64 // α, of the initial residual; default 0.1
	Theta    float64 // θ, of the identity mapping; default 0.5
	Ordered  bool    // (i, j) and (j, i) are two nodes
	Weighted bool    // messages weighted by A, see above
	// Standard divides h by its standard deviation over the matrix; a learned factor,
	// from standardStrength on, and a learned constant follow. Fields are then as
	// strong, beside the coupling, on matrices unlike those of the training.
	Standard bool
}

// standardStrength is the standard deviation of the untrained Standard field.
const standardStrength = 4

// standardTiny is added to the variance, for graphs whose nodes are alike.
const standardTiny = 1e-12

// Field returns the network, whose variables live below its scope.
func (c GCNII) Field() learn.FieldFunc {
	return func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
		m := c.matrices(b)
		hidden := orDefault("Hidden", c.Hidden, 64)
		alpha, theta := cmp.Or(c.Alpha, 0.1), cmp.Or(c.Theta, 0.5)
		first := activate(0, dense(scope.At("in"), m.features, hidden, 2))
		begin := initializer.RandomNormalFn(scope, math.Sqrt(1/float64(hidden)))
		w := scope.WithInitializer(begin).VariableWithShape("weights", shapes.Make(dtypes.Float32, hidden, hidden)).NodeValue(first.Graph())
		x := first
		for l := range orDefault("Layers", c.Layers, 4) {
			beta := math.Log(theta/float64(l+1) + 1)
			s := graph.Add(graph.MulScalar(m.messages(x), 1-alpha), graph.MulScalar(first, alpha))
			x = activate(0, graph.Add(graph.MulScalar(s, 1-beta), graph.MulScalar(graph.MatMul(s, w), beta)))
		}
		x = graph.Sub(x, perNode(b, MeanPool(b, x)))
		h := head(scope, b, x, c.Standard)
		if c.Standard {
			h = standardize(scope, b, h)
		}
		return h
	}
}

// standardize returns γ h/σ + c for h [N] of mean 0 over each graph, 0 where
// padded, σ being its standard deviation there.
func standardize(scope *model.Scope, b *learn.BatchNodes, h *graph.Node) *graph.Node {
	g := h.Graph()
	strength := scope.VariableWithValue("strength", float32(standardStrength)).NodeValue(g)
	constant := scope.VariableWithValue("constant", float32(0)).NodeValue(g)
	scale := graph.Reciprocal(graph.Sqrt(graph.AddScalar(MeanPool(b, graph.Square(h)), standardTiny)))
	return graph.Mul(graph.Add(graph.Mul(graph.Mul(h, perNode(b, scale)), strength), constant), b.NodeMask)
}

// matrices lay the nodes of a batch out as dense matrices.
type matrices struct {
	GCNII
	graphs   int
	features *graph.Node // [N, F]
	mask     *graph.Node // [N, 1]: 1 for a node, 0 for padding
	cell     *graph.Node // int32 [N, 1]: where nodes lie in [G·n·n], as (i, j)
	mirror   *graph.Node // the same as (j, i)
	row, col *graph.Node // int32 [N, 1]: their indices in [G·n]
	node     *graph.Node // int32 [G·n·n, 1]: 1 + the node there, or 0
	loop     *graph.Node // [N, 1]: 1 on the diagonal
	scale    *graph.Node // [N, 1]: D^-½ of the line graph with itself
	weights  *graph.Node // Ã [G, n, n]
}

func (c GCNII) matrices(b *learn.BatchNodes) *matrices {
	g, n, f := b.X.Graph(), c.Size, b.X.Shape().Dimensions[1]-PositionFeatures
	if n < 1 || f < 1 {
		exceptions.Panicf("fields: GCNII of size %d for %d features a node, need a size, and row, column and a feature", n, f+PositionFeatures)
	}
	index := func(k int) *graph.Node {
		return graph.ConvertDType(graph.Slice(b.X, graph.AxisRange(), graph.AxisElem(k)), dtypes.Int32)
	}
	row, col := index(0), index(1)
	start := graph.MulScalar(graph.ExpandAxes(b.GraphID, -1), n*n)
	at := func(i, j *graph.Node) *graph.Node { return graph.Add(start, graph.Add(graph.MulScalar(i, n), j)) }
	first := graph.MulScalar(graph.ExpandAxes(b.GraphID, -1), n)
	m := &matrices{
		GCNII: c, graphs: b.NumGraphs, mask: graph.ExpandAxes(b.NodeMask, -1), cell: at(row, col), mirror: at(col, row),
		row: graph.Add(first, row), col: graph.Add(first, col),
		features: graph.Slice(b.X, graph.AxisRange(), graph.AxisRange(PositionFeatures)),
		loop:     graph.ConvertDType(graph.Equal(row, col), dtypes.Float32),
	}
	number := graph.OnePlus(graph.Iota(g, row.Shape(), 0))
	number = graph.Where(graph.Equal(m.mask, graph.ZerosLike(m.mask)), graph.ZerosLike(number), number)
	m.node = graph.Zeros(g, shapes.Make(dtypes.Int32, b.NumGraphs*n*n, 1))
	m.node = graph.ScatterMax(m.node, m.cell, number, false, false)
	if !c.Ordered {
		m.node = graph.ScatterMax(m.node, m.mirror, number, false, false)
	}
	if c.Weighted {
		a := graph.Squeeze(m.dense(graph.Slice(m.features, graph.AxisRange(), graph.AxisRange(0, 1))), -1)
		size := graph.Abs(a)
		m.weights = graph.Mul(a, graph.Mul(inverseRoot(graph.ReduceAndKeep(size, graph.ReduceSum, 2)), inverseRoot(graph.ReduceAndKeep(size, graph.ReduceSum, 1))))
	} else {
		m.scale = graph.Mul(m.mask, inverseRoot(m.sums(m.mask)))
	}
	return m
}

// inverseRoot is x^-½, and 0 where x is 0.
func inverseRoot(x *graph.Node) *graph.Node {
	zero := graph.Equal(x, graph.ZerosLike(x))
	return graph.Where(zero, graph.ZerosLike(x), graph.Rsqrt(graph.Where(zero, graph.OnesLike(x), x)))
}

// messages returns P x for x [N, H]. Its gradient is Pᵀ v, by gathers as P x.
func (m *matrices) messages(x *graph.Node) *graph.Node {
	forward, backward := m.weigh, m.weighBack
	if !m.Weighted {
		forward = func(x *graph.Node) *graph.Node { return graph.Mul(m.sums(graph.Mul(x, m.scale)), m.scale) }
		backward = forward
	}
	through := graph.IdentityWithCustomGradient(x, func(_, v *graph.Node) *graph.Node { return backward(v) })
	return graph.Add(through, graph.StopGradient(graph.Sub(forward(x), x)))
}

// dense lays x [N, H] out as [G, n, n, H], 0 where there is no node.
func (m *matrices) dense(x *graph.Node) *graph.Node {
	width := x.Shape().Dimensions[1]
	none := graph.Zeros(x.Graph(), shapes.Make(x.DType(), 1, width))
	return graph.Reshape(graph.Gather(graph.Concatenate([]*graph.Node{none, x}, 0), m.node), m.graphs, m.Size, m.Size, width)
}

// sums adds x up over the neighbours of each node and the node itself, by sums
// over the nodes of each row and column, or of each index.
func (m *matrices) sums(x *graph.Node) *graph.Node {
	zeros := graph.Zeros(x.Graph(), shapes.Make(x.DType(), m.graphs*m.Size, x.Shape().Dimensions[1]))
	rows := graph.ScatterSum(zeros, m.row, x, false, false)
	if m.Ordered {
		cols := graph.ScatterSum(zeros, m.col, x, false, false)
		return graph.Sub(graph.Add(graph.Gather(rows, m.row), graph.Gather(cols, m.col)), x)
	}
	off := graph.OneMinus(m.loop) // a loop has one index, not two
	both := graph.ScatterSum(rows, m.col, graph.Mul(x, off), false, false)
	other := graph.Mul(graph.Sub(graph.Gather(both, m.col), x), off)
	return graph.Add(graph.Gather(both, m.row), other)
}

// weigh returns (Ã x + x Ã)/2 at the nodes.
func (m *matrices) weigh(x *graph.Node) *graph.Node { return m.products(x, m.weights) }

// weighBack is the adjoint of weigh. The product of dense symmetric matrices is
// its own, and there a node off the diagonal counts twice.
func (m *matrices) weighBack(v *graph.Node) *graph.Node {
	if m.Ordered {
		return m.products(v, graph.Transpose(m.weights, 1, 2))
	}
	twice := graph.AddScalar(graph.Neg(m.loop), 2)
	return graph.Mul(m.products(graph.Div(v, twice), m.weights), twice)
}

func (m *matrices) products(x, a *graph.Node) *graph.Node {
	width, at := x.Shape().Dimensions[1], m.dense(x)
	left := graph.Reshape(graph.Einsum("gik,gkjc->gijc", a, at), -1, width)
	sum := graph.Gather(left, m.cell)
	if m.Ordered {
		right := graph.Reshape(graph.Einsum("gjk,gikc->gjic", graph.Transpose(a, 1, 2), at), -1, width)
		sum = graph.Add(sum, graph.Gather(right, m.mirror))
	} else {
		sum = graph.Add(sum, graph.Gather(left, m.mirror)) // x Ã is the transpose of Ã x
	}
	return graph.Mul(graph.MulScalar(sum, 0.5), m.mask)
}
