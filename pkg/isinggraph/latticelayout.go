package isinggraph

import "example.org/isinggraph/internal/sweep"

// newLatticeLayout lays out a grid on shifts, or reports that its torus does not
// divide into sub-lattices of eight strips.
func newLatticeLayout(gr Grid) (*layout, bool) {
	if gr.Periodic && (gr.Rows%2 != 0 || gr.Cols%16 != 0) {
		return nil, false
	}
	l := &layout{colors: 4, slots: gr.Neighbors, lattice: sweep.Lattice{Neighbors: gr.Neighbors, Periodic: gr.Periodic}, grid: gr}
	l.strip = ((gr.Cols+1)/2 + latticeLanes - 1) / latticeLanes
	l.block = roundUp((gr.Rows + 1) / 2 * l.strip)
	l.plane = 4*l.block + 1
	n := gr.NumNodes()
	l.color, l.rank, l.offset = make([]int32, n), make([]int32, n), make([]int32, n)
	l.lane = make([]uint8, n)
	var color [4]int32
	for c := range 4 {
		a, b := l.lattice.Parity(c)
		color[2*a+b] = int32(c)
	}
	for i := range n {
		row, col := i/gr.Cols, i%gr.Cols
		l.color[i] = color[row%2*2+col%2]
		l.lane[i] = uint8(col / 2 / l.strip)
		l.rank[i] = int32(row/2*l.strip + col/2%l.strip)
		l.offset[i] = l.color[i]*int32(l.block) + l.rank[i]
	}
	return l, true
}

// latticeTables returns the positions [4, slots, block] of every word's
// neighbours, only those of later colours if later is set, and how their words
// turn where they lie in another strip.
func (l *layout) latticeTables(later bool) (table []int32, turn []uint8) {
	offsets := l.lattice.Offsets()
	table, turn = make([]int32, 4*len(offsets)*l.block), make([]uint8, 4*len(offsets)*l.block)
	for i := range table {
		table[i] = int32(l.plane - 1)
	}
	rows := (l.grid.Rows + 1) / 2
	for c := range 4 {
		a, b := l.lattice.Parity(c)
		for r := range rows {
			for s := range l.strip {
				rank := r*l.strip + s
				for k, o := range offsets {
					slot := (c*len(offsets)+k)*l.block + rank
					nr, ns := 2*r+a+o.Row, 2*s+b+o.Col // row of the grid; column within the strip
					if ns < 0 {
						turn[slot] = sweep.TurnLeft
					} else if ns >= 2*l.strip {
						turn[slot] = sweep.TurnRight
					}
					ns = (ns + 2*l.strip) % (2 * l.strip)
					if l.grid.Periodic {
						nr = (nr + l.grid.Rows) % l.grid.Rows
					}
					if nr < 0 || nr/2 >= rows {
						continue
					}
					color := l.colorOf(nr%2, ns%2)
					if !later || color > c {
						table[slot] = int32(color*l.block + nr/2*l.strip + ns/2)
					}
				}
			}
		}
	}
	return table, turn
}

// ragged tells whether words that count as neighbours hold bytes of no site.
func (l *layout) ragged() bool {
	return l.lattice.On() && (l.grid.Rows%2 != 0 || l.grid.Cols != 2*latticeLanes*l.strip)
}

// colorOf is the colour of the sub-lattice of parities a and b.
func (l *layout) colorOf(a, b int) int {
	for c := range 4 {
		if x, y := l.lattice.Parity(c); x == a && y == b {
			return c
		}
	}
	panic("isinggraph: parities are 0 or 1")
}

// latticeLanes is the number of strips that a lattice is cut into.
const latticeLanes = 8
