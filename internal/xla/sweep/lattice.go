package sweep

import (
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// Lattice is a 2D grid cut by the parities a, b of row and column into four
// sub-lattices, the colours, and each of these into eight vertical strips, the
// lanes of its words. A word's neighbours are words again, so that one gather
// serves eight sites; where a strip ends, they are turned by a lane.
type Lattice struct {
	Neighbors int // 4 or 8, 0 for graphs
	Periodic  bool
}

// On tells whether the program is a lattice's.
func (lat Lattice) On() bool { return lat.Neighbors > 0 }

// Parity returns the parities of the sub-lattice of colour c. With four
// neighbours the colours 0, 1 and 2, 3 are the two halves of a checkerboard.
func (lat Lattice) Parity(c int) (a, b int) {
	if lat.Neighbors == 8 {
		return c >> 1, c & 1
	}
	return c & 1, c&1 ^ c>>1
}

// Offset is a neighbour slot: steps by row and column.
type Offset struct{ Row, Col int }

// Offsets lists the neighbour slots in the order of the table's second axis.
func (lat Lattice) Offsets() []Offset {
	return offsets[:lat.Neighbors]
}

// offsets are the straight neighbours, then the diagonal ones.
var offsets = []Offset{{0, -1}, {0, 1}, {-1, 0}, {1, 0}, {-1, -1}, {1, -1}, {-1, 1}, {1, 1}}

// Turns are the rotations, in bits, of a neighbour's word that lies in the strip
// to the left or to the right.
const (
	TurnLeft  = 8
	TurnRight = 56
)

// turned turns the gathered words v [W, D, B] of colour c where strips end, and
// adds them up: straight neighbours and, if there are eight, diagonal ones.
func (lat Lattice) turned(s *loop, v, c *Node) neighbors {
	g := c.Graph()
	z := Const(g, int32(0))
	d := v.Shape().Dimensions
	turn := DynamicSlice(s.Turn, []*Node{c, z, z}, []int{1, d[1], d[2]})
	turn = BroadcastToShape(ConvertDType(turn, v.DType()), v.Shape())
	all := func(x uint64) *Node { return BroadcastToShape(Const(g, x), v.Shape()) }
	x := BitwiseOr(BitwiseShiftLeft(v, turn), BitwiseShiftRightLogical(v, Sub(all(64), turn)))
	if !lat.Periodic { // beyond the first and the last strip there is nothing
		keep := Where(Equal(turn, all(TurnLeft)), all(^uint64(0xFF)), all(^uint64(0)))
		keep = Where(Equal(turn, all(TurnRight)), all(^uint64(0)>>8), keep)
		x = BitwiseAnd(x, keep)
	}
	var nb neighbors
	for i := range d[1] / 4 {
		nb.words = append(nb.words, ReduceSum(Slice(x, AxisRange(), AxisRange(4*i, 4*i+4)), 1))
		nb.coupling = append(nb.coupling, s.coupling(i))
	}
	return nb
}
