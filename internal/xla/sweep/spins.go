package sweep

import (
	"example.org/isinggraph/internal/philox"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// RandomSpins makes the words with which chains begin at random, shaped as Inputs.Spins, by
// the nodes at their positions, int32 [1 or Lanes, C*B+1], −1 for none, and the
// stream keys, uint32 [2, W, 1 or Lanes] (see Spins of package philox).
func RandomSpins(nodes, keys *Node) *Node {
	g, d, k := nodes.Graph(), nodes.Shape().Dimensions, keys.Shape().Dimensions
	lanes, rows := max(d[0], k[2]), k[1]
	sh := shapes.Make(dtypes.Uint64, rows, d[1])
	scalar := func(v uint64) *Node { return BroadcastToShape(Const(g, v), sh) }
	var words *Node
	for l := range lanes {
		at, of := min(l, d[0]-1), min(l, k[2]-1)
		node := Slice(nodes, AxisElem(at))
		used := BroadcastToShape(GreaterOrEqual(node, BroadcastToShape(Const(g, int32(0)), node.Shape())), sh)
		key := func(half int) *Node {
			return BroadcastToShape(wide(Reshape(Slice(keys, AxisElem(half), AxisRange(), AxisElem(of)), rows, 1)), sh)
		}
		i := BroadcastToShape(ConvertDType(node, dtypes.Uint64), sh)
		even, odd := permute(key(0), BitwiseXor(BitwiseShiftRightLogical(i, scalar(6)), key(1)), key(1), philox.WordRounds)
		bits := BitwiseOr(wide(low32(even)), BitwiseShiftLeft(odd, scalar(32)))
		bit := BitwiseAnd(BitwiseShiftRightLogical(bits, BitwiseAnd(i, scalar(63))), scalar(1))
		bit = ConvertDType(Where(used, bit, scalar(0)), WordType(lanes))
		if l == 0 {
			words = bit
		} else {
			words = BitwiseOr(words, BitwiseShiftLeft(bit, BroadcastToShape(word(g, lanes, uint64(8*l)), bit.Shape())))
		}
	}
	if rows == 1 {
		return Reshape(words, d[1])
	}
	return words
}

// Unpack reads the spins, int8 [W, 1 or Lanes, nodes], out of words, by the nodes'
// positions, int32 [nodes], and lanes, int32 [1, nodes], or [Lanes, 1] where every
// lane has all nodes.
func Unpack(words, positions, lanes *Node) *Node {
	g, n := words.Graph(), positions.Shape().Size()
	rows, size := 1, words.Shape().Size()
	if words.Rank() == 2 {
		rows = words.Shape().Dimensions[0]
	}
	sh := shapes.Make(dtypes.Int32, rows, n)
	at := Add(BroadcastToShape(Reshape(positions, 1, n), sh), Mul(Iota(g, sh, 0), BroadcastToShape(Const(g, int32(size/rows)), sh)))
	x := ConvertDType(Gather(Reshape(words, size), Reshape(at, rows*n, 1)), dtypes.Uint64)
	d := lanes.Shape().Dimensions
	sh = shapes.Make(dtypes.Uint64, rows, d[0], n)
	scalar := func(v uint64) *Node { return BroadcastToShape(Const(g, v), sh) }
	shift := BroadcastToShape(Reshape(ConvertDType(lanes, dtypes.Uint64), 1, d[0], d[1]), sh)
	x = BitwiseShiftRightLogical(BroadcastToShape(Reshape(x, rows, 1, n), sh), Mul(shift, scalar(8)))
	up := ConvertDType(BitwiseAnd(x, scalar(1)), dtypes.Int8)
	one := BroadcastToShape(Const(g, int8(1)), up.Shape())
	return Sub(Add(up, up), one)
}
