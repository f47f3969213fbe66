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
// word [sub, w, offset[i]] of the words [subs, W, plane].
type layout struct {
	colors, block int // colours; words of one colour's update
	subs, plane   int // shape of the words
	color, rank   []int32
	offset        []int32
	sub, lane     []uint8 // lattices only: sub-lattice and strip
	lattice       sweep.Lattice
}

// laneOf returns the lane and the word row of a chain's node.
func (l *layout) laneOf(node, chain, lanes int) (lane, w int) {
	if l.lane != nil {
		return int(l.lane[node]), chain
	}
	return chain % lanes, chain / lanes
}

// byteAt returns the index of the byte of a chain's node among words of W rows.
func (l *layout) byteAt(node, chain, lanes, words int) int {
	lane, w := l.laneOf(node, chain, lanes)
	s := 0
	if l.sub != nil {
		s = int(l.sub[node])
	}
	return ((s*words+w)*l.plane+int(l.offset[node]))*lanes + lane
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
	l := &layout{colors: c.Colors, subs: 1, color: c.Color}
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
	half := (gr.Cols + 1) / 2
	lat := sweep.Lattice{
		Rows: (gr.Rows + 1) / 2, Words: (half + latticeLanes - 1) / latticeLanes,
		Neighbors: gr.Neighbors, Periodic: gr.Periodic,
	}
	l := &layout{colors: 4, subs: 4, block: lat.Block(), plane: (lat.Rows + 4) * lat.Stride(), lattice: lat}
	n := gr.NumNodes()
	l.color, l.rank, l.offset = make([]int32, n), make([]int32, n), make([]int32, n)
	l.sub, l.lane = make([]uint8, n), make([]uint8, n)
	var color [4]int32
	for c := range 4 {
		a, b := lat.Parity(c)
		color[2*a+b] = int32(c)
	}
	for i := range n {
		row, col := i/gr.Cols, i%gr.Cols
		sub := row%2*2 + col%2
		l.sub[i], l.color[i] = uint8(sub), color[sub]
		l.lane[i] = uint8(col / 2 / lat.Words)
		l.rank[i] = int32(row/2*lat.Stride() + col/2%lat.Words + 1)
		l.offset[i] = l.rank[i] + int32(2*lat.Stride())
	}
	return l, true
}

// latticeLanes is the number of strips that a lattice is cut into.
const latticeLanes = 8

// neighborTable returns the positions [colors, degree, block] of every node's
// neighbours, only those of later colours if later is set, and the last word,
// which stays zero, where there is none.
func (l *layout) neighborTable(g *Graph, later bool) (table []int32, degree int, err error) {
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
