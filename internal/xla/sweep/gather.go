package sweep

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// look gathers what the nodes of colour c see: all neighbours, those of later
// colours (if spec.Trace), and the nodes' own words [W, B].
func look(spec Spec, s *loop, c *Node) (seen, later neighbors, own *Node) {
	seen = gather(spec, s, s.Neighbor, s.Coupling, c)
	if spec.Trace {
		later = gather(spec, s, s.Later, s.Coupling, c)
	}
	for k := range spec.Hubs {
		seen = seen.join(spec, gather(spec, s, s.Hub[k], s.HubCoupling[k], c))
		if spec.Trace {
			later = later.join(spec, gather(spec, s, s.HubLater[k], s.HubCoupling[k], c))
		}
	}
	return seen, later, s.take(spec, s.Spins, c)
}

// gather looks the words of all slots of a table up for colour c.
func gather(spec Spec, s *loop, table, coupling, c *Node) neighbors {
	g := c.Graph()
	d, m := table.Shape().Dimensions[1], table.Shape().Dimensions[2]
	w, size := s.rows(), s.Spins.Shape().Size()
	at := []*Node{c, Const(g, int32(0)), Const(g, int32(0))}
	idx := DynamicSlice(table, at, []int{1, d, m})
	var v *Node
	if spec.Columns {
		v = Gather(s.Spins, Reshape(idx, d*m, 1))
	} else {
		if w > 1 {
			sh := shapes.Make(dtypes.Int32, w, d, m)
			idx = Add(BroadcastToShape(idx, sh), Mul(Iota(g, sh, 0), Const(g, int32(size/w))))
		}
		v = Gather(Reshape(s.Spins, size), Reshape(idx, w*d*m, 1))
	}
	v = Reshape(v, spec.slotted(w, d, m)...)
	switch {
	case spec.Lattice.On():
		return spec.Lattice.turned(s, v, c)
	case spec.Weighted:
		each := Reshape(DynamicSlice(coupling, at, []int{1, d, m}), spec.slotted(1, d, m)...)
		return neighbors{words: []*Node{v}, coupling: []*Node{each}}
	case d > maxSum:
		return neighbors{wide: []*Node{spec.sumParts(v)}, coupling: []*Node{s.coupling(0)}}
	}
	return neighbors{words: []*Node{s.serially(spec, spec.sumSlots(v), c)}, coupling: []*Node{s.coupling(0)}, slots: d}
}

// A byte of a word counts to maxSum. More slots are added up partSlots at a time,
// of which roundDegree of package xla makes multiples above maxSum.
const (
	maxSum    = 255
	partSlots = 64
)

// serially passes sums [W, B] through the loop's buffer where spec.Serial. XLA shares a
// kernel that costs much out over its thread pool, but not one that updates a slice
// in place. Both offsets are 0, which it does not see: it would leave the buffer out.
func (s *loop) serially(spec Spec, sums, c *Node) *Node {
	if !spec.Serial {
		return sums
	}
	zero := Const(c.Graph(), int32(0))
	s.buffer = DynamicUpdateSlice(s.buffer, sums, []*Node{zero, Min(c, zero)})
	return DynamicSlice(s.buffer, []*Node{zero, Max(Neg(c), zero)}, sums.Shape().Dimensions)
}

// coupling returns 2J of straight (0) or diagonal (1) edges, [1, 1].
func (s *loop) coupling(i int) *Node { return Reshape(Slice(s.Coupling, AxisElem(i)), 1, 1) }

// join adds the further slots of hubs: sums of words to sums of words while a byte
// can hold them, or slots with their own couplings, which field adds up.
func (nb neighbors) join(spec Spec, hubs neighbors) neighbors {
	switch {
	case len(nb.words) > 0 && nb.words[0].Rank() == 3:
		nb.words, nb.coupling = append(nb.words, hubs.words...), append(nb.coupling, hubs.coupling...)
	case len(hubs.words) > 0 && len(nb.words) > 0 && nb.slots+hubs.slots <= maxSum:
		nb.words = []*Node{Add(nb.words[0], spec.widen(hubs.words[0], spec.nodes(nb.words[0])))}
		nb.slots += hubs.slots
	default:
		nb.wide = append(nb.wide, hubs.wide...)
		for _, w := range hubs.words {
			nb.wide = append(nb.wide, ExpandAxes(w, spec.slotAxis()))
		}
	}
	return nb
}

// take slices the block of colour c out of words shaped as Spins, as a block.
func (s *loop) take(spec Spec, words, c *Node) *Node {
	g := c.Graph()
	m := s.Neighbor.Shape().Dimensions[2]
	off, z := Mul(c, Const(g, int32(m))), Const(g, int32(0))
	switch {
	case words.Rank() == 1:
		return Reshape(DynamicSlice(words, []*Node{off}, []int{m}), 1, m)
	case spec.Columns:
		return DynamicSlice(words, []*Node{off, z}, []int{m, s.rows()})
	}
	return DynamicSlice(words, []*Node{z, off}, []int{s.rows(), m})
}

// put writes the block of colour c into words shaped as Spins. The update is the
// last operation, without a reshape after it, so that XLA does it in place.
func (s *loop) put(spec Spec, words, block, c *Node) *Node {
	g := c.Graph()
	m := s.Neighbor.Shape().Dimensions[2]
	off, z := Mul(c, Const(g, int32(m))), Const(g, int32(0))
	switch {
	case words.Rank() == 1:
		return DynamicUpdateSlice(words, Reshape(block, m), []*Node{off})
	case spec.Columns:
		return DynamicUpdateSlice(words, block, []*Node{off, z})
	}
	return DynamicUpdateSlice(words, block, []*Node{z, off})
}
