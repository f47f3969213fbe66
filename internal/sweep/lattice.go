package sweep

import (
	"github.com/gomlx/compute/shapes"
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
	straight := []Offset{{0, -1}, {0, 1}, {-1, 0}, {1, 0}}
	if lat.Neighbors == 4 {
		return straight
	}
	return append(straight, Offset{-1, -1}, Offset{1, -1}, Offset{-1, 1}, Offset{1, 1})
}

// sums turns the gathered words v [W, D, B] of colour c where strips end, and
// adds them up: straight neighbours and, if there are eight, diagonal ones.
func (lat Lattice) sums(spec Spec, s *loop, v, c *Node) neighbors {
	g := c.Graph()
	d := v.Shape().Dimensions
	w, m := d[0], d[2]
	ends := func(side int) *Node { // all-ones words where the left (0) or right (1) neighbour is another strip's
		at := []*Node{c, Const(g, int32(side)), Const(g, int32(0))}
		return BroadcastToShape(Reshape(DynamicSlice(s.Turn, at, []int{1, 1, m}), 1, m), shapes.Make(v.DType(), w, m))
	}
	near, far := word(g, spec.Lanes, 8), word(g, spec.Lanes, uint64(8*(spec.Lanes-1)))
	turned := func(x *Node, col int) *Node {
		shift, back, end := BitwiseShiftLeft, BitwiseShiftRightLogical, 0
		if col > 0 {
			shift, back, end = back, shift, 1
		}
		y := shift(x, near)
		if lat.Periodic {
			y = BitwiseOr(y, back(x, far))
		}
		mask := ends(end)
		return BitwiseOr(BitwiseAnd(y, mask), BitwiseAnd(x, BitwiseNot(mask)))
	}
	nb := neighbors{}
	for i, o := range lat.Offsets() {
		x := Reshape(Slice(v, AxisRange(), AxisElem(i)), w, m)
		if o.Col != 0 {
			x = turned(x, o.Col)
		}
		if i%4 == 0 {
			nb.words = append(nb.words, x)
			nb.coupling = append(nb.coupling, Reshape(Slice(s.Coupling, AxisElem(i/4)), 1, 1))
		} else {
			nb.words[i/4] = Add(nb.words[i/4], x)
		}
	}
	return nb
}
