package sweep

import (
	"math/bits"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// Cuts tabulates P(up) of every node by its number of up neighbours, for chains that
// share fields and β: how many of the 2²³ uniforms u satisfy u·(exp(−2βf)+1) < 1 in
// float32. It is made of [Inputs] and ups, float32 0, 1, … for all slots together.
func Cuts(coupling, beta, bias, ups *Node) *Node {
	const cells = 1 << 23
	g, d := bias.Graph(), bias.Shape().Dimensions
	sh := shapes.Make(dtypes.Float32, d[0], ups.Shape().Size(), d[3])
	scalar := func(v float32) *Node { return BroadcastToShape(Const(g, v), sh) }
	spread := func(x *Node, dims ...int) *Node { return BroadcastToShape(Reshape(x, dims...), sh) }
	f := Mul(spread(ups, 1, sh.Dimensions[1], 1), spread(Slice(coupling, AxisElem(0)), 1, 1, 1))
	f = Add(f, spread(bias, d[0], 1, d[3]))
	f = Mul(f, spread(Slice(beta, AxisElem(0), AxisElem(0), AxisElem(0)), 1, 1, 1))
	e := Add(Exp(f), scalar(1))
	// Rounding moves the limit by less than two.
	low := ConvertDType(ConvertDType(Div(scalar(cells), e), dtypes.Int32), dtypes.Float32)
	low = Max(Sub(low, scalar(2)), scalar(0))
	n := low
	for k := range 4 {
		u := Add(Mul(Add(low, scalar(float32(k))), scalar(1.0/cells)), scalar(0.5/cells))
		n = Add(n, Where(LessThan(Mul(u, e), scalar(1)), scalar(1), scalar(0)))
	}
	return ConvertDType(n, dtypes.Uint32)
}

// below tells where lane l of colour c is up next, given its random words r, by cuts of
// the number of up neighbours: of each node, or the same for all (if spec.Levels). All
// is done in 64 bits, as the random words are made, so that the loop is vectorized over
// numbers of one width.
func (s *loop) below(spec Spec, seen neighbors, r, c, ts *Node, l int) *Node {
	g, w, m := c.Graph(), s.rows(), spec.nodes(r)
	sums := seen.words[0]
	for _, more := range seen.words[1:] {
		sums = Add(sums, more)
	}
	ups := BitwiseShiftRightLogical(ConvertDType(sums, dtypes.Uint64), Const(g, uint64(8*l)))
	z, table, levels := Const(g, int32(0)), s.Cuts, spec.Levels+1
	if spec.Cuts {
		levels = table.Shape().Dimensions[1]
	}
	leaves := make([]*Node, levels)
	for k := range leaves {
		var t *Node
		if spec.Cuts {
			t = Reshape(DynamicSlice(table, []*Node{c, Const(g, int32(k)), z}, []int{1, 1, m}), spec.block(1, m)...)
		} else {
			t = Reshape(DynamicSlice(s.Level, []*Node{ts, z, Const(g, int32(l)), Const(g, int32(k))}, []int{1, w, 1, 1}), spec.block(w, 1)...)
		}
		leaves[k] = BroadcastToShape(BitwiseShiftLeft(wide(t), Const(g, uint64(9))), r.Shape())
	}
	return LessThan(BitwiseAnd(r, Const(g, uint64(0xFFFFFE00))), choose(ups, leaves))
}

// choose returns leaf k where the low bits of ups are k. A conversion tells zero from
// others: XLA does not fuse a constant of too many uses, not even a zero.
func choose(ups *Node, leaves []*Node) *Node {
	if len(leaves) == 1 {
		return leaves[0]
	}
	bit := bits.Len(uint(len(leaves)-1)) - 1
	set := ConvertDType(BitwiseAnd(ups, Const(ups.Graph(), uint64(1)<<bit)), dtypes.Bool)
	return Where(set, choose(ups, leaves[1<<bit:]), choose(ups, leaves[:1<<bit]))
}
