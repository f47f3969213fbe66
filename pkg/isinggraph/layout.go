package isinggraph

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"example.org/isinggraph/internal/sweep"
)

// ErrPaddedTable is returned where a graph's neighbour table, padded to the
// largest degree, would be far larger than the graph.
var ErrPaddedTable = errors.New("isinggraph: padded neighbour table too large")

// maxTableSlots bounds the padded neighbour table; above it, the table may have
// at most tableWaste slots for each node and edge end.
const (
	maxTableSlots = 1 << 24
	tableWaste    = 16
)

// layout places the spins of a graph or a lattice: node i is updated with
// colour color[i], draws its random number with counter rank[i], and lies in
// word offset[i] = color[i]*block + rank[i] of each of the rows of plane words.
type layout struct {
	colors, block, plane int // colours; words of one colour; words of a row
	color, rank, offset  []int32
	lane                 []uint8 // strip of each node, lattices only
	lattice              sweep.Lattice
	grid                 Grid
	strip                int // words of a row of a sub-lattice
}

// lanes returns how many spins a word holds and how many rows of words there
// are for a number of chains.
func (l *layout) lanes(chains int) (lanes, rows int) {
	if l.lane != nil {
		return latticeLanes, chains
	}
	for lanes = 1; lanes < min(chains, 8); {
		lanes *= 2
	}
	return lanes, (chains + lanes - 1) / lanes
}

// laneOf returns the lane and the row of words of a chain's node.
func (l *layout) laneOf(node, chain, lanes int) (lane, row int) {
	if l.lane != nil {
		return int(l.lane[node]), chain
	}
	return chain % lanes, chain / lanes
}

// byteAt returns the index of the byte of a chain's node.
func (l *layout) byteAt(node, chain, lanes int) int {
	lane, row := l.laneOf(node, chain, lanes)
	return (row*l.plane+int(l.offset[node]))*lanes + lane
}

// roundUp rounds m up to a multiple of 16 of which there are 8 an octave, or 128
// an octave above 2¹⁶, so that graphs of like size share compiled programs.
func roundUp(m int) int {
	if m <= 16 {
		return 16
	}
	steps := 4
	if m > 1<<16 {
		steps = 8
	}
	step := max(16, 1<<max(0, bits.Len(uint(m-1))-steps))
	return (m + step - 1) / step * step
}

// roundDegree rounds a number of neighbour slots up to one of a few values.
func roundDegree(d int) int {
	if d <= 8 {
		return max(d, 1)
	}
	step := 1 << (bits.Len(uint(d-1)) - 3)
	return (d + step - 1) / step * step
}

// roundColors rounds a number of colours up; spare ones cost memory alone.
func roundColors(c int) int {
	if c <= 4 {
		return c
	}
	return roundDegree((c + 1) / 2 * 2)
}

// newLayout lays out a graph by a balanced colouring: position = colour*block +
// rank, the ranks of a colour in the order of the nodes.
func newLayout(g *Graph) *layout {
	c := GreedyColoring(g).Balance(g)
	l := &layout{colors: c.Colors, color: c.Color}
	l.block = roundUp(slices.Max(c.Sizes()))
	l.plane = roundColors(l.colors)*l.block + 1
	n := g.NumNodes()
	l.rank, l.offset = make([]int32, n), make([]int32, n)
	next := make([]int32, l.colors)
	for i, col := range c.Color {
		l.rank[i] = next[col]
		l.offset[i] = col*int32(l.block) + next[col]
		next[col]++
	}
	return l
}

// newLatticeLayout lays out a grid on shifts, or reports that its torus does not
// divide into sub-lattices of eight strips.
func newLatticeLayout(gr Grid) (*layout, bool) {
	if gr.Periodic && (gr.Rows%2 != 0 || gr.Cols%16 != 0) {
		return nil, false
	}
	l := &layout{colors: 4, lattice: sweep.Lattice{Neighbors: gr.Neighbors, Periodic: gr.Periodic}, grid: gr}
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
// neighbours, only those of later colours if later is set, and the masks
// [4, 2, block] of the words whose left and right neighbours lie in another strip.
func (l *layout) latticeTables(later bool) (table []int32, turn []uint64) {
	offsets := l.lattice.Offsets()
	table, turn = make([]int32, 4*len(offsets)*l.block), make([]uint64, 4*2*l.block)
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
					nr, ns := 2*r+a+o.Row, 2*s+b+o.Col // row of the grid; column within the strip
					if ns < 0 || ns >= 2*l.strip {
						turn[(2*c+max(0, o.Col))*l.block+rank] = 1<<64 - 1
						ns = (ns + 2*l.strip) % (2 * l.strip)
					}
					if l.grid.Periodic {
						nr = (nr + l.grid.Rows) % l.grid.Rows
					}
					if nr < 0 || nr/2 >= rows {
						continue
					}
					color := l.colorOf(nr%2, ns%2)
					if !later || color > c {
						table[(c*len(offsets)+k)*l.block+rank] = int32(color*l.block + nr/2*l.strip + ns/2)
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

// neighborTable returns the positions [colors, degree, block] of every node's
// neighbours, only those of later colours if later is set, and the last word,
// which stays zero, where there is none.
func (l *layout) neighborTable(g *Graph, later bool) (table []int32, degree int, err error) {
	if l.lattice.On() {
		table, _ = l.latticeTables(later)
		return table, l.lattice.Neighbors, nil
	}
	degree = roundDegree(g.MaxDegree())
	colors := roundColors(l.colors)
	slots := colors * degree * l.block
	if slots > maxTableSlots && slots/tableWaste > g.NumNodes()+2*g.NumEdges() {
		return nil, 0, fmt.Errorf("%w: %d slots for a largest degree of %d", ErrPaddedTable, slots, g.MaxDegree())
	}
	table = make([]int32, slots)
	for i := range table {
		table[i] = int32(l.plane - 1)
	}
	l.eachSlot(g, degree, func(slot int, i, j int32, _ int) {
		if !later || l.color[j] > l.color[i] {
			table[slot] = l.offset[j]
		}
	})
	return table, degree, nil
}

// couplingTable returns 2J by neighbour slot.
func (l *layout) couplingTable(g *Graph, each []float32, degree int) []float32 {
	table := make([]float32, roundColors(l.colors)*degree*l.block)
	ids := g.EdgeIDs()
	l.eachSlot(g, degree, func(slot int, _, _ int32, half int) {
		table[slot] = 2 * each[ids[half]]
	})
	return table
}

// eachSlot calls f with the slot, the nodes and the half edge of every neighbour.
func (l *layout) eachSlot(g *Graph, degree int, f func(slot int, i, j int32, half int)) {
	rowPtr, col := g.CSR()
	parallelRange(g.NumNodes(), 1<<14, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			slot := int(l.color[i])*degree*l.block + int(l.rank[i])
			for half := rowPtr[i]; half < rowPtr[i+1]; half++ {
				f(slot, int32(i), col[half], int(half))
				slot += l.block
			}
		}
	})
}
