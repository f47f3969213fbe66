package sweep

import (
	"example.org/isinggraph/internal/philox"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// WordType is the unsigned integer that holds the given number of lanes.
func WordType(lanes int) dtypes.DType {
	return map[int]dtypes.DType{1: dtypes.Uint8, 2: dtypes.Uint16, 4: dtypes.Uint32, 8: dtypes.Uint64}[lanes]
}

// word is a constant of the word type of the given number of lanes.
func word(g *Graph, lanes int, v uint64) *Node {
	switch lanes {
	case 1:
		return Const(g, uint8(v))
	case 2:
		return Const(g, uint16(v))
	case 4:
		return Const(g, uint32(v))
	}
	return Const(g, v)
}

// lane extracts byte l of words as float32.
func lane(spec Spec, words *Node, l int) *Node {
	g := words.Graph()
	if spec.Lanes > 1 {
		words = BitwiseShiftRightLogical(words, word(g, spec.Lanes, uint64(8*l)))
		words = BitwiseAnd(words, word(g, spec.Lanes, 255))
	}
	return ConvertDType(ConvertDType(words, dtypes.Int32), dtypes.Float32)
}

// neighbors holds what a colour's nodes see of their neighbours: sums of words
// [W, B] with the coupling that they share, [1, 1], or all slots' words [W, D, B]
// with a coupling each, [1, D, B]. Axes are in this order unless spec.Columns.
type neighbors struct {
	words    []*Node
	coupling []*Node // 2J
	slots    int     // that a sum of words counts
	wide     []*Node // [W, parts, H], sums of words to be added up by lane; the coupling is shared
}

// field returns the effective field (4) of lane l of colour c, [W, B]: Σ 2J·up and
// the bias of the table, since Σ J x = Σ 2J·up − Σ J.
func (nb neighbors) field(spec Spec, table, c *Node, l int) *Node {
	var f *Node
	if len(nb.wide) > 0 {
		ups := nb.count(spec, l)
		f = Mul(ups, BroadcastToShape(nb.coupling[0], ups.Shape()))
		nb.words = nil
	}
	for i, w := range nb.words {
		t := lane(spec, w, l)
		t = Mul(t, BroadcastToShape(nb.coupling[i], t.Shape()))
		if t.Rank() == 3 {
			if t.Shape().Dimensions[spec.slotAxis()] > maxSum { // for the sake of rounding
				t = spec.sumParts(t)
			}
			t = spec.sumSlots(t)
		}
		if f == nil {
			f = t
		} else {
			f = Add(f, spec.widen(t, spec.nodes(f)))
		}
	}
	// One slice for every lane: XLA would compute a shared one in a function of its
	// own, and the loop around it would not be vectorized.
	g, d := c.Graph(), table.Shape().Dimensions
	z := Const(g, int32(0))
	var b *Node
	if spec.Columns {
		at := []*Node{c, Const(g, int32(min(l, d[1]-1))), z, z}
		b = Reshape(DynamicSlice(table, at, []int{1, 1, d[2], d[3]}), d[2], d[3])
	} else {
		at := []*Node{c, z, Const(g, int32(min(l, d[2]-1))), z}
		b = Reshape(DynamicSlice(table, at, []int{1, d[1], 1, d[3]}), d[1], d[3])
	}
	return Add(f, BroadcastToShape(b, f.Shape()))
}

// count returns the number of up neighbours of lane l, [W, B], where bytes cannot.
func (nb neighbors) count(spec Spec, l int) *Node {
	all := append([]*Node(nil), nb.wide...)
	for _, w := range nb.words {
		all = append(all, ExpandAxes(w, spec.slotAxis()))
	}
	size := 0
	for _, w := range all {
		size = max(size, spec.nodes(w))
	}
	var sum *Node
	for _, w := range all {
		t := spec.widen(spec.sumSlots(ConvertDType(lane(spec, w, l), dtypes.Int32)), size)
		if sum == nil {
			sum = t
		} else {
			sum = Add(sum, t)
		}
	}
	return ConvertDType(sum, dtypes.Float32)
}

// update performs one iteration: it records the colour's old state, draws its
// new one and writes it back.
func update(spec Spec, s *loop) {
	g := s.ticks.Graph()
	t := s.tick(tickSweep)
	c := ConvertDType(s.tick(tickColor), dtypes.Int32)
	z := Const(g, int32(0))
	seen, later, own := look(spec, s, c)
	ts := Rem(ConvertDType(t, dtypes.Int32), Const(g, int32(s.Beta.Shape().Dimensions[0])))
	if spec.Trace {
		record(spec, s, later, own, c, ts)
	}
	if spec.Counts {
		keep := GreaterOrEqual(t, s.tick(SkipCount))
		add := Where(BroadcastToShape(keep, own.Shape()), own, BroadcastToShape(word(g, spec.Lanes, 0), own.Shape()))
		s.counts = s.put(spec, s.counts, Add(s.take(spec, s.counts, c), add), c)
	}
	next := draw(spec, s, seen, own, c, ts)
	if spec.Masked {
		active := s.Active
		m := active.Shape().Dimensions[1]
		active = Reshape(DynamicSlice(active, []*Node{c, z}, []int{1, m}), spec.block(1, m)...)
		active = BroadcastToShape(active, own.Shape())
		next = BitwiseOr(BitwiseAnd(next, active), BitwiseAnd(own, BitwiseNot(active)))
	}
	s.Spins = s.put(spec, s.Spins, next, c)
	sweep, color := s.next()
	s.ticks = s.tock(spec, sweep, color)
}

// draw returns the new words [W, B] of a colour.
func draw(spec Spec, s *loop, seen neighbors, own, c, ts *Node) *Node {
	g := own.Graph()
	u64 := shapes.Make(dtypes.Uint64, own.Shape().Dimensions...)
	counter := Iota(g, u64, spec.nodeAxis(own))
	var next, r0, r1 *Node
	for l := range spec.Lanes {
		if l%2 == 0 {
			key := func(half int) *Node { return BroadcastToShape(wide(s.key(spec, half, l/2)), u64) }
			r0, r1 = permute(key(0), BitwiseXor(counter, key(1)), key(1), philox.WordRounds)
		} else {
			r0 = r1
		}
		var up *Node
		if spec.Cuts || spec.Levels > 0 {
			up = s.below(spec, seen, r0, c, ts, l)
		} else {
			up = accept(spec, s, seen, own, c, ts, uniform(r0), l)
		}
		bit := ConvertDType(up, own.DType())
		if l > 0 {
			bit = BitwiseShiftLeft(bit, word(g, spec.Lanes, uint64(8*l)))
		}
		if next == nil {
			next = bit
		} else {
			next = BitwiseOr(next, bit)
		}
	}
	return next
}

// accept tells where lane l of colour c is up next, given its uniforms u.
func accept(spec Spec, s *loop, seen neighbors, own, c, ts, u *Node, l int) *Node {
	g, w := c.Graph(), s.rows()
	z, i := Const(g, int32(0)), Const(g, int32(l))
	f := seen.field(spec, s.Bias, c, l)
	beta := Reshape(DynamicSlice(s.Beta, []*Node{ts, z, i}, []int{1, w, 1}), spec.block(w, 1)...) // −2β
	f = Mul(f, BroadcastToShape(beta, f.Shape()))
	one := Const(g, float32(1))
	if spec.Metropolis { // flip if u < exp(−2β x f)
		x := lane(spec, own, l)
		x = Sub(Add(x, x), one)
		return NotEqual(LessThan(u, Exp(Mul(x, f))), GreaterThan(x, Const(g, float32(0))))
	}
	return LessThan(Mul(u, Add(Exp(f), one)), one) // u < 1/(1+exp(−2βf))
}

// record adds the colour's part of energy and up spins to row ts of the trace.
// An edge counts when its earlier colour is visited, both ends still old:
// −Σ_i x_i (h_i + Σ_{j of a later colour} J_ij x_j) sums to E (2).
func record(spec Spec, s *loop, later neighbors, own, c, ts *Node) {
	g := own.Graph()
	z, w, nodes := Const(g, int32(0)), s.rows(), spec.nodeAxis(own)
	for l := range spec.Lanes {
		up := lane(spec, own, l)
		x := Sub(Add(up, up), Const(g, float32(1)))
		if spec.Lattice.On() { // bytes beside the grid have neighbours, too
			site := DynamicSlice(s.Site, []*Node{c, z}, []int{1, s.Site.Shape().Dimensions[1]})
			x = Mul(x, BroadcastToShape(lane(spec, site, l), x.Shape()))
		}
		f := later.field(spec, s.LateBias, c, l)
		e := ReduceSum(ConvertDType(Mul(x, f), dtypes.Float64), nodes)
		n := ReduceSum(ConvertDType(up, dtypes.Int32), nodes)
		at := []*Node{ts, z, Const(g, int32(l))}
		size := []int{1, w, 1}
		s.energy = DynamicUpdateSlice(s.energy, Sub(DynamicSlice(s.energy, at, size), Reshape(e, size...)), at)
		s.ups = DynamicUpdateSlice(s.ups, Add(DynamicSlice(s.ups, at, size), Reshape(n, size...)), at)
	}
}
