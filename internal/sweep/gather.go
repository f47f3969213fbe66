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
		seen = seen.join(gather(spec, s, s.Hub[k], s.HubCoupling[k], c))
		if spec.Trace {
			later = later.join(gather(spec, s, s.HubLater[k], s.HubCoupling[k], c))
		}
	}
	return seen, later, s.take(s.Spins, c)
}

// gather looks the words of all slots of a table up for colour c.
func gather(spec Spec, s *loop, table, coupling, c *Node) neighbors {
	g := c.Graph()
	d, m := table.Shape().Dimensions[1], table.Shape().Dimensions[2]
	w, size := 1, s.Spins.Shape().Size()
	if s.Spins.Rank() == 2 {
		w = s.Spins.Shape().Dimensions[0]
	}
	at := []*Node{c, Const(g, int32(0)), Const(g, int32(0))}
	idx := DynamicSlice(table, at, []int{1, d, m})
	if w > 1 {
		sh := shapes.Make(dtypes.Int32, w, d, m)
		idx = Add(BroadcastToShape(idx, sh), Mul(Iota(g, sh, 0), Const(g, int32(size/w))))
	}
	v := Reshape(Gather(Reshape(s.Spins, size), Reshape(idx, w*d*m, 1)), w, d, m)
	switch {
	case spec.Lattice.On():
		return spec.Lattice.sums(s, v, c)
	case spec.Weighted:
		return neighbors{words: []*Node{v}, coupling: []*Node{DynamicSlice(coupling, at, []int{1, d, m})}}
	case d > maxSum:
		parts := ReduceSum(Reshape(v, w, d/partSlots, partSlots, m), 2)
		return neighbors{wide: []*Node{parts}, coupling: []*Node{s.coupling(0)}}
	}
	return neighbors{words: []*Node{s.keep(spec, ReduceSum(v, 1), c)}, coupling: []*Node{s.coupling(0)}, slots: d}
}

// A byte of a word counts to maxSum. More slots are added up partSlots at a time,
// of which roundDegree of package isinggraph makes multiples above maxSum.
const (
	maxSum    = 255
	partSlots = 64
)

// keep passes sums [W, B] through the loop's buffer where spec.Serial. XLA shares a
// kernel that costs much out over its thread pool, but not one that updates a slice
// in place. Both offsets are 0, which it does not see: it would leave the buffer out.
func (s *loop) keep(spec Spec, sums, c *Node) *Node {
	if !spec.Serial {
		return sums
	}
	zero := Const(c.Graph(), int32(0))
	s.sums = DynamicUpdateSlice(s.sums, sums, []*Node{zero, Min(c, zero)})
	return DynamicSlice(s.sums, []*Node{zero, Max(Neg(c), zero)}, sums.Shape().Dimensions)
}

// coupling returns 2J of straight (0) or diagonal (1) edges, [1, 1].
func (s *loop) coupling(i int) *Node { return Reshape(Slice(s.Coupling, AxisElem(i)), 1, 1) }

// join adds the further slots of hubs: sums of words to sums of words while a byte
// can hold them, or slots with their own couplings, which field adds up.
func (nb neighbors) join(hubs neighbors) neighbors {
	switch {
	case len(nb.words) > 0 && nb.words[0].Rank() == 3:
		nb.words, nb.coupling = append(nb.words, hubs.words...), append(nb.coupling, hubs.coupling...)
	case len(hubs.words) > 0 && len(nb.words) > 0 && nb.slots+hubs.slots <= maxSum:
		nb.words = []*Node{Add(nb.words[0], widen(hubs.words[0], nb.words[0].Shape().Dimensions[1]))}
		nb.slots += hubs.slots
	default:
		nb.wide = append(nb.wide, hubs.wide...)
		for _, w := range hubs.words {
			nb.wide = append(nb.wide, ExpandAxes(w, 1))
		}
	}
	return nb
}

// widen pads the last axis of [W, H] with zeros.
func widen(x *Node, size int) *Node {
	if x.Shape().Dimensions[1] == size {
		return x
	}
	g := x.Graph()
	zero := ConvertDType(Const(g, uint8(0)), x.DType())
	return Pad(x, zero, PadAxis{}, PadAxis{End: size - x.Shape().Dimensions[1]})
}

// take slices the block of colour c out of words shaped as Spins, as [W, B].
func (s *loop) take(words, c *Node) *Node {
	g := c.Graph()
	m := s.Neighbor.Shape().Dimensions[2]
	off := Mul(c, Const(g, int32(m)))
	if words.Rank() == 1 {
		return Reshape(DynamicSlice(words, []*Node{off}, []int{m}), 1, m)
	}
	return DynamicSlice(words, []*Node{Const(g, int32(0)), off}, []int{words.Shape().Dimensions[0], m})
}

// put writes the block [W, B] of colour c into words shaped as Spins. The update
// is the last operation, without a reshape after it, so that XLA does it in place.
func (s *loop) put(words, block, c *Node) *Node {
	g := c.Graph()
	m := s.Neighbor.Shape().Dimensions[2]
	off := Mul(c, Const(g, int32(m)))
	if words.Rank() == 1 {
		return DynamicUpdateSlice(words, Reshape(block, m), []*Node{off})
	}
	return DynamicUpdateSlice(words, block, []*Node{Const(g, int32(0)), off})
}
