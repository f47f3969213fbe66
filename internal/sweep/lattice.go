package sweep

import (
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// Lattice is a 2D grid cut by the parities of row and column into four
// sub-lattices, stored as words [4, W, Rows+4, Words+2]: sub-lattice 2a+b holds
// the sites (2r+a, 2c+b) at row r+2 and word c mod Words + 1, lane c / Words, so
// that a neighbour is a shift away. Word columns 0 and Words+1 repeat the
// neighbouring strips' ends; on a torus the rows 1 and Rows+2 repeat the ends of
// the columns, else they are zero.
type Lattice struct {
	Rows, Words int // half the grid's rows; words a row of a sub-lattice
	Neighbors   int // 4 or 8
	Periodic    bool
}

// On tells whether the program is a lattice's.
func (lat Lattice) On() bool { return lat.Rows > 0 }

// Stride is the number of words of a stored row.
func (lat Lattice) Stride() int { return lat.Words + 2 }

// Block is the number of words of an update: Rows stored rows.
func (lat Lattice) Block() int { return lat.Rows * lat.Stride() }

// Parity returns the parities of the sub-lattice that colour c updates. With four
// neighbours the colours 0, 1 and 2, 3 are the two halves of a checkerboard.
func (lat Lattice) Parity(c int) (a, b int) {
	if lat.Neighbors == 8 {
		return c >> 1, c & 1
	}
	return c & 1, c&1 ^ c>>1
}

func (lat Lattice) parity(c *Node) (a, b *Node) {
	g := c.Graph()
	one := Const(g, int32(1))
	low, high := BitwiseAnd(c, one), BitwiseShiftRightLogical(c, one)
	if lat.Neighbors == 8 {
		return high, low
	}
	return low, BitwiseXor(low, high)
}

// look gathers what colour c sees as shifted copies of the other sub-lattices.
func (lat Lattice) look(spec Spec, s *loop, c *Node) (seen, later neighbors, own *Node) {
	g := c.Graph()
	i32 := func(v int) *Node { return Const(g, int32(v)) }
	d := s.Spins.Shape().Dimensions // [4, W, Rows+4, Stride]
	w, stride, size := d[1], lat.Stride(), d[2]*d[3]
	a, b := lat.parity(c)
	na, nb := Sub(i32(1), a), Sub(i32(1), b)
	sub := func(a, b *Node) *Node { return Add(Mul(a, i32(2)), b) }
	var starts []*Node
	shift := func(sub, row, col *Node) { // row and column offsets of the neighbour
		start := Add(Add(Mul(Add(row, i32(2)), i32(stride)), col), i32(0))
		starts = append(starts, Reshape(sub, 1, 1), Reshape(start, 1, 1))
	}
	one := i32(1)
	lowA, lowB := Sub(a, one), Sub(b, one)
	shift(sub(a, nb), i32(0), lowB)
	shift(sub(a, nb), i32(0), b)
	shift(sub(na, b), lowA, i32(0))
	shift(sub(na, b), a, i32(0))
	if lat.Neighbors == 8 {
		for _, row := range []*Node{lowA, a} {
			shift(sub(na, nb), row, lowB)
			shift(sub(na, nb), row, b)
		}
	}
	n := len(starts) / 2
	at := Reshape(Concatenate(starts, 1), n, 2)
	v := GatherSlices(Reshape(s.Spins, 4, w, size), []int{0, 2}, at, []int{1, lat.Block()}, false)
	v = Reshape(v, n, w, lat.Block())
	slot := func(i int) *Node { return Reshape(Slice(v, AxisElem(i)), w, lat.Block()) }
	across, along := Add(slot(0), slot(1)), Add(slot(2), slot(3))
	coupling := func(i int) *Node { return Reshape(Slice(s.Coupling, AxisElem(i)), 1, 1) }
	seen = neighbors{[]*Node{Add(across, along)}, []*Node{coupling(0)}}
	var diagonal *Node
	if lat.Neighbors == 8 {
		diagonal = Add(Add(slot(4), slot(5)), Add(slot(6), slot(7)))
		seen = neighbors{append(seen.words, diagonal), append(seen.coupling, coupling(1))}
	}
	if spec.Trace {
		later = lat.later(spec, seen, across, along, diagonal, a, b, c)
	}
	return seen, later, lat.take(s.Spins, c)
}

// later keeps the neighbours whose sub-lattice comes after colour c.
func (lat Lattice) later(spec Spec, seen neighbors, across, along, diagonal, a, b, c *Node) neighbors {
	g := c.Graph()
	zero := Const(g, int32(0))
	keep := func(cond, words *Node) *Node {
		return Where(BroadcastToShape(cond, words.Shape()), words, BroadcastToShape(word(g, spec.Lanes, 0), words.Shape()))
	}
	if lat.Neighbors == 4 {
		return neighbors{[]*Node{keep(LessThan(c, Const(g, int32(2))), seen.words[0])}, seen.coupling}
	}
	top := Equal(a, zero)
	straight := Add(keep(Equal(b, zero), across), keep(top, along))
	return neighbors{[]*Node{straight, keep(top, diagonal)}, seen.coupling}
}

// take slices colour c out of words shaped as Spins, as [W, Block].
func (lat Lattice) take(words, c *Node) *Node {
	g := c.Graph()
	z := Const(g, int32(0))
	a, b := lat.parity(c)
	d := words.Shape().Dimensions
	at := []*Node{Add(Mul(a, Const(g, int32(2))), b), z, Const(g, int32(2)), z}
	return Reshape(DynamicSlice(words, at, []int{1, d[1], lat.Rows, lat.Stride()}), d[1], lat.Block())
}

// put writes [W, Block] back.
func (lat Lattice) put(words, block, c *Node) *Node {
	g := c.Graph()
	z := Const(g, int32(0))
	a, b := lat.parity(c)
	at := []*Node{Add(Mul(a, Const(g, int32(2))), b), z, Const(g, int32(2)), z}
	return DynamicUpdateSlice(words, Reshape(block, 1, words.Shape().Dimensions[1], lat.Rows, lat.Stride()), at)
}

// wrap repeats the ends of strips and, on a torus, of columns around colour c.
func (lat Lattice) wrap(spec Spec, words, c *Node) *Node {
	g := c.Graph()
	i32 := func(v int) *Node { return Const(g, int32(v)) }
	w := words.Shape().Dimensions[1]
	a, b := lat.parity(c)
	sub := Add(Mul(a, i32(2)), b)
	column := func(col int) *Node {
		return DynamicSlice(words, []*Node{sub, i32(0), i32(2), i32(col)}, []int{1, w, lat.Rows, 1})
	}
	byLane := func(x *Node, left bool) *Node {
		near, far := word(g, spec.Lanes, 8), word(g, spec.Lanes, uint64(8*(spec.Lanes-1)))
		shift, back := BitwiseShiftLeft, BitwiseShiftRightLogical
		if !left {
			shift, back = back, shift
		}
		y := shift(x, near)
		if lat.Periodic {
			y = BitwiseOr(y, back(x, far))
		}
		return y
	}
	left, right := byLane(column(lat.Words), true), byLane(column(1), false)
	words = DynamicUpdateSlice(words, left, []*Node{sub, i32(0), i32(2), i32(0)})
	words = DynamicUpdateSlice(words, right, []*Node{sub, i32(0), i32(2), i32(lat.Words + 1)})
	if lat.Periodic {
		row := func(r int) *Node {
			return DynamicSlice(words, []*Node{sub, i32(0), i32(r), i32(0)}, []int{1, w, 1, lat.Stride()})
		}
		top, bottom := row(lat.Rows+1), row(2)
		words = DynamicUpdateSlice(words, top, []*Node{sub, i32(0), i32(1), i32(0)})
		words = DynamicUpdateSlice(words, bottom, []*Node{sub, i32(0), i32(lat.Rows + 2), i32(0)})
	}
	return words
}
