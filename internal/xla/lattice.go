package xla

import "example.org/isinggraph/internal/xla/sweep"

// NewLattice lays out a grid by words of eight strips, or reports that its
// torus does not divide into such.
func NewLattice(gr Grid) (*Layout, bool) {
	if gr.Periodic && (gr.Rows%2 != 0 || gr.Cols%16 != 0) {
		return nil, false
	}
	l := &Layout{Colors: 4, slots: gr.Neighbors, lattice: sweep.Lattice{Neighbors: gr.Neighbors, Periodic: gr.Periodic}, grid: gr}
	l.strip = ((gr.Cols+1)/2 + Strips - 1) / Strips
	l.block = roundUp((gr.Rows + 1) / 2 * l.strip)
	l.plane = 4*l.block + 1
	n := gr.Rows * gr.Cols
	l.Color, l.Rank, l.offset = make([]int32, n), make([]int32, n), make([]int32, n)
	l.Lane = make([]uint8, n)
	for i := range n {
		row, col := i/gr.Cols, i%gr.Cols
		l.Color[i] = int32(l.colorOf(row%2, col%2))
		l.Lane[i] = uint8(col / 2 / l.strip)
		l.Rank[i] = int32(row/2*l.strip + col/2%l.strip)
		l.offset[i] = l.Color[i]*int32(l.block) + l.Rank[i]
	}
	return l, true
}

// latticeNeighbors returns the positions [4, slots, block] of every word's
// neighbours, only those of later colours if later is set.
func (l *Layout) latticeNeighbors(later bool) []int32 {
	table := make([]int32, 4*l.slots*l.block)
	for i := range table {
		table[i] = int32(l.plane - 1)
	}
	rows, width := (l.grid.Rows+1)/2, 2*l.strip
	l.eachOffset(func(slot, c, row, col int) {
		if l.grid.Periodic {
			row = (row + l.grid.Rows) % l.grid.Rows
		}
		if row < 0 || row/2 >= rows {
			return
		}
		col = (col + width) % width
		if color := l.colorOf(row%2, col%2); !later || color > c {
			table[slot] = int32(color*l.block + row/2*l.strip + col/2)
		}
	})
	return table
}

// turns returns how the words of latticeNeighbors turn where they lie in another
// strip.
func (l *Layout) turns() []uint8 {
	turn := make([]uint8, 4*l.slots*l.block)
	l.eachOffset(func(slot, _, _, col int) {
		if col < 0 {
			turn[slot] = sweep.TurnLeft
		} else if col >= 2*l.strip {
			turn[slot] = sweep.TurnRight
		}
	})
	return turn
}

// eachOffset calls f for every neighbour slot of every word with the colour of
// the word, and the row of the grid and the column within the strip to which the
// slot points, which may lie outside both.
func (l *Layout) eachOffset(f func(slot, c, row, col int)) {
	for c := range 4 {
		a, b := l.lattice.Parity(c)
		for r := range (l.grid.Rows + 1) / 2 {
			for s := range l.strip {
				for k, o := range l.lattice.Offsets() {
					f((c*l.slots+k)*l.block+r*l.strip+s, c, 2*r+a+o.Row, 2*s+b+o.Col)
				}
			}
		}
	}
}

// ragged tells whether words that count as neighbours hold bytes of no site.
func (l *Layout) ragged() bool {
	return l.lattice.On() && (l.grid.Rows%2 != 0 || l.grid.Cols != 2*Strips*l.strip)
}

// colorOf is the colour of the sub-lattice of parities a and b.
func (l *Layout) colorOf(a, b int) int {
	for c := range 4 {
		if x, y := l.lattice.Parity(c); x == a && y == b {
			return c
		}
	}
	panic("xla: parities are 0 or 1")
}

// Strips is the number of strips that a lattice is cut into: the lanes of its words.
const Strips = 8
