package sweep

import (
	"example.org/isinggraph/internal/philox"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// permute permutes the counter (c0, c1) under key by Philox2x32 (see package philox), as
// element-wise operations that XLA fuses. Inside a While body only Const is safe: GoMLX's
// scalar helpers share a cache that ignores the function scope.
//
// All are uint64 nodes whose low
// 32 bits count; what stands above them is masked before each multiplication, so
// that a round is one 32×32→64 bit multiply, a shift and two xors.
func permute(key, c0, c1 *Node, rounds int) (*Node, *Node) {
	g := key.Graph()
	for r := range rounds {
		if r > 0 {
			key = Add(key, Const(g, uint64(philox.Weyl)))
		}
		p := Mul(BitwiseAnd(c0, Const(g, uint64(0xFFFFFFFF))), Const(g, uint64(philox.Multiplier)))
		c0 = BitwiseXor(BitwiseXor(BitwiseShiftRightLogical(p, Const(g, uint64(32))), BitwiseAnd(key, Const(g, uint64(0xFFFFFFFF)))), c1)
		c1 = p
	}
	return c0, c1
}

// low32 converts the low half of uint64 words.
func low32(x *Node) *Node { return ConvertDType(x, dtypes.Uint32) }

// wide converts uint32 to uint64.
func wide(x *Node) *Node { return ConvertDType(x, dtypes.Uint64) }

// uniform maps the low 32 bits of uint64 words to the midpoints of 2²³ cells of
// (0, 1), exact in float32.
func uniform(x *Node) *Node {
	g := x.Graph()
	f := low32(BitwiseShiftRightLogical(x, Const(g, uint64(9))))
	f = BitwiseOr(BitwiseAnd(f, Const(g, uint32(0x7FFFFF))), Const(g, uint32(0x3F800000)))
	return Sub(Bitcast(f, dtypes.Float32), Const(g, float32(1-1.0/(1<<24))))
}
