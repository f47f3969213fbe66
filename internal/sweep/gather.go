package sweep

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// look gathers what the nodes of colour c see: all neighbours, those of later
// colours (if spec.Trace), and the nodes' own words [W, B].
func look(spec Spec, s *loop, c *Node) (seen, later neighbors, own *Node) {
	seen = gather(spec, s, s.Neighbor, c)
	if spec.Trace {
		later = gather(spec, s, s.Later, c)
	}
	return seen, later, s.take(s.Spins, c)
}

func gather(spec Spec, s *loop, table, c *Node) neighbors {
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
	if spec.Lattice.On() {
		return spec.Lattice.sums(spec, s, v, c)
	}
	if !spec.Weighted {
		return neighbors{[]*Node{ReduceSum(v, 1)}, []*Node{Reshape(s.Coupling, 1, 1)}}
	}
	return neighbors{[]*Node{v}, []*Node{DynamicSlice(s.Coupling, at, []int{1, d, m})}}
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
