package xla

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/internal/xla/sweep"
)

// maxTableSlots bounds the padded neighbour table; above it, the table may have
// at most tableWaste slots for each node and edge end.
const (
	maxTableSlots = 1 << 24
	tableWaste    = 16
)

// Layout places the spins of a graph or a lattice: node i is updated with colour
// Color[i], draws its random number with counter Rank[i] and, on lattices, in the lane
// Lane[i], and lies in word offset[i] = Color[i]*block + Rank[i] of each row.
type Layout struct {
	Colors       int
	Color, Rank  []int32
	Lane         []uint8 // the strip of each node; nil on graphs
	block, plane int     // words of one colour; words of a row
	offset       []int32
	slots        int // neighbour slots of every node
	hubs         []hubTable
	lattice      sweep.Lattice
	grid         Grid
	strip        int // words of a row of a sub-lattice
}

// lanes returns how many spins a word holds and how many rows of words there
// are for a number of chains. On several devices words hold fewer chains, two at
// least, so that there are words for all.
func (l *Layout) lanes(chains, devices int) (lanes, rows int) {
	if l.Lane != nil {
		return Strips, chains
	}
	for lanes = 1; lanes < min(chains, 8) && (lanes < 2 || lanes*devices < chains); {
		lanes *= 2
	}
	return lanes, (chains + lanes - 1) / lanes
}

// laneOf returns the lane and the row of words of a chain's node.
func (l *Layout) laneOf(node, chain, lanes int) (lane, row int) {
	if l.Lane != nil {
		return int(l.Lane[node]), chain
	}
	return chain % lanes, chain / lanes
}

// byteIndex finds the bytes of one chain's nodes.
type byteIndex struct {
	offset      []int32
	lane        []uint8
	base, lanes int
}

// bytes returns the places of a chain's nodes among a group's words.
func (l *Layout) bytes(chain, lanes int) byteIndex {
	b := byteIndex{offset: l.offset, lane: l.Lane, lanes: lanes}
	if l.Lane != nil {
		b.base = chain * l.plane * lanes
	} else {
		b.base = chain/lanes*l.plane*lanes + chain%lanes
	}
	return b
}

func (b byteIndex) of(node int) int {
	at := b.base + int(b.offset[node])*b.lanes
	if b.lane != nil {
		at += int(b.lane[node])
	}
	return at
}

// pack writes the spins x of the nodes from, from+1, … as 0 and 1.
func (b byteIndex) pack(words []byte, from int, x []int8) {
	if b.lane != nil {
		for i, v := range x {
			words[b.of(from+i)] = byte(v+1) >> 1
		}
		return
	}
	words = words[b.base:]
	for i, at := range b.offset[from : from+len(x)] {
		words[int(at)*b.lanes] = byte(x[i]+1) >> 1
	}
}

// unpack reads them back.
func (b byteIndex) unpack(words []byte, from int, x []int8) {
	if b.lane != nil {
		for i := range x {
			x[i] = int8(words[b.of(from+i)])*2 - 1
		}
		return
	}
	words = words[b.base:]
	for i, at := range b.offset[from : from+len(x)] {
		x[i] = int8(words[int(at)*b.lanes])*2 - 1
	}
}

// roundUp rounds m up to a multiple of 16 of which there are 8 an octave, 32 above
// 2¹⁴ and 128 above 2¹⁶, so that graphs of like size share compiled programs.
func roundUp(m int) int {
	if m <= 16 {
		return 16
	}
	steps := 4
	if m > 1<<16 {
		steps = 8
	} else if m > 1<<14 {
		steps = 6
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

// NewLayout lays out a graph by a colouring, which should be balanced: position =
// colour*block + rank. Nodes with more neighbours than slots come first in their colour, and those
// that need most tables of hubs before all others.
func NewLayout(g *Graph, color []int32, colors int) *Layout {
	l := &Layout{Colors: colors, Color: color}
	sizes := make([]int, colors)
	for _, c := range color {
		sizes[c]++
	}
	l.block = roundUp(slices.Max(sizes))
	l.plane = roundColors(l.Colors)*l.block + 1
	l.split(g)
	n := g.NumNodes()
	l.Rank, l.offset = make([]int32, n), make([]int32, n)
	next := make([]int32, l.Colors)
	above := math.MaxInt
	for k := len(l.hubs); k >= 0; k-- { // nodes with more than least neighbours, at most above
		least := -1
		if k > 0 {
			least = l.hubs[k-1].skip
		}
		for i, col := range color {
			if d := g.Degree(i); d > least && d <= above {
				l.Rank[i] = next[col]
				l.offset[i] = col*int32(l.block) + next[col]
				next[col]++
			}
		}
		above = least
	}
	return l
}

// table is one of a layout's tables by neighbour slot, [colors, slots, nodes]:
// the first slots of all nodes, or the further ones of hubs.
type table struct {
	l            *Layout
	colors       int
	skip, used   int // neighbours before the table's first, and how many it holds
	slots, nodes int
}

func (l *Layout) tables() []table {
	colors := roundColors(l.Colors)
	t := []table{{l, colors, 0, l.slots, l.slots, l.block}}
	for _, h := range l.hubs {
		t = append(t, table{l, colors, h.skip, h.used, h.slots, h.nodes})
	}
	return t
}

// reach is the number of neighbour slots of all tables.
func (l *Layout) reach() int {
	slots := l.slots
	for _, h := range l.hubs {
		slots += h.slots
	}
	return slots
}

// check refuses a table far larger than the graph.
func (l *Layout) check(g *Graph) error {
	slots := 0
	for _, t := range l.tables() {
		slots += t.size()
	}
	if slots > maxTableSlots && slots/tableWaste > g.NumNodes()+2*g.NumEdges() {
		return fmt.Errorf("%w: neighbour tables of %d slots for a largest degree of %d", ErrUneven, slots, g.MaxDegree)
	}
	return nil
}

func (t table) size() int { return t.colors * t.slots * t.nodes }

// neighbors returns the positions of the neighbours, only those of later colours
// if later is set, and the last word, which stays zero, where there is none.
func (t table) neighbors(g *Graph, later bool) []int32 {
	if t.l.lattice.On() {
		return t.l.latticeNeighbors(later)
	}
	out := make([]int32, t.size())
	for i := range out {
		out[i] = int32(t.l.plane - 1)
	}
	t.each(g, func(slot int, i, j int32, _ int) {
		if !later || t.l.Color[j] > t.l.Color[i] {
			out[slot] = t.l.offset[j]
		}
	})
	return out
}

// couplings returns 2J by slot.
func (t table) couplings(g *Graph, each []float32) []float32 {
	out := make([]float32, t.size())
	ids := g.EdgeIDs()
	t.each(g, func(slot int, _, _ int32, half int) { out[slot] = 2 * each[ids[half]] })
	return out
}

// each calls f with the slot, the nodes and the half edge of every neighbour that
// the table holds.
func (t table) each(g *Graph, f func(slot int, i, j int32, half int)) {
	rowPtr, col := g.RowPtr, g.Col
	par.Range(g.NumNodes(), 1<<14, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			slot := int(t.l.Color[i])*t.slots*t.nodes + int(t.l.Rank[i])
			first, end := int(rowPtr[i])+t.skip, int(rowPtr[i+1])
			for half := first; half < min(end, first+t.used); half++ {
				f(slot, int32(i), col[half], half)
				slot += t.nodes
			}
		}
	})
}
