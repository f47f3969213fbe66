package sweep

import (
	"math/bits"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// cuts tabulates P(up) of every node by its number of up neighbours, once for all
// sweeps and lanes, where they share fields and β: how many of the 2²³ uniforms u
// satisfy u·(exp(−2βf)+1) < 1 in float32, [C, 1 + slots of all tables, B].
func cuts(spec Spec, in Inputs) *Node {
	const cells = 1 << 23
	g, d := in.Bias.Graph(), in.Neighbor.Shape().Dimensions
	levels := 1 + d[1]
	for _, hub := range in.Hub[:spec.Hubs] {
		levels += hub.Shape().Dimensions[1]
	}
	sh := shapes.Make(dtypes.Float32, d[0], levels, d[2])
	scalar := func(v float32) *Node { return BroadcastToShape(Const(g, v), sh) }
	spread := func(x *Node, dims ...int) *Node { return BroadcastToShape(Reshape(x, dims...), sh) }
	ups := ConvertDType(Iota(g, shapes.Make(dtypes.Int32, sh.Dimensions...), 1), dtypes.Float32)
	f := Add(Mul(ups, spread(Slice(in.Coupling, AxisElem(0)), 1, 1, 1)), spread(in.Bias, d[0], 1, d[2]))
	f = Mul(f, spread(Slice(in.Beta, AxisElem(0), AxisElem(0), AxisElem(0)), 1, 1, 1))
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

// below tells where lane l of colour c is up next, given its random words r and the
// sums of neighbours' words, by the table of cuts. All is done in 64 bits, as the
// random words are made, so that the loop is vectorized over numbers of one width.
func (s *loop) below(sums, r, c *Node, l int) *Node {
	g, d := c.Graph(), s.cuts.Shape().Dimensions
	ups := BitwiseShiftRightLogical(ConvertDType(sums, dtypes.Uint64), Const(g, uint64(8*l)))
	leaves := make([]*Node, d[1])
	for k := range leaves {
		at := []*Node{c, Const(g, int32(k)), Const(g, int32(0))}
		t := wide(Reshape(DynamicSlice(s.cuts, at, []int{1, 1, d[2]}), 1, d[2]))
		leaves[k] = BroadcastToShape(BitwiseShiftLeft(t, Const(g, uint64(9))), ups.Shape())
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
