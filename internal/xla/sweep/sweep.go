// Package sweep builds the compiled sweeps of the samplers: Algorithm 1 of
// "Ising on the Graph" as one While loop that updates the nodes of one colour an
// iteration. The words it speaks of are those of package xla, whose graphs these are.
//
// An iteration has one colour, because XLA would otherwise fuse a colour's update into
// the gathers of the next and compute it again for every neighbour.
package sweep

import (
	"fmt"

	"example.org/isinggraph/internal/philox"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// MaxRecorded is the largest number of sweeps of a call that records: a byte
// of the running counts must not overflow.
const MaxRecorded = 128

// MaxHubs is the largest number of tables of hubs.
const MaxHubs = 6

// Spec is the static form of a compiled sweep.
type Spec struct {
	Lanes      int  // of a word: 1, 2, 4 or 8
	Metropolis bool // else heat bath
	Weighted   bool // one coupling per neighbour slot, else one number
	Masked     bool // some nodes keep their spin
	Hubs       int  // tables of hubs, at most MaxHubs
	Lattice    Lattice
	Trace      bool // record energy and number of up spins before each sweep
	Counts     bool // count the up states of every node before each sweep

	// Levels > 0 looks probabilities up by the number of up neighbours: there is no field,
	// all nodes have this degree and all edges one coupling, and the rule is heat bath.
	Levels int
	// Cuts looks them up by node, too: chains share fields and β, which is of all sweeps,
	// and the rule is heat bath. It goes without Weighted, Levels and Lattice, and with at
	// most eight slots in all.
	Cuts bool
	// Serial keeps sums of words from being shared out over threads. It goes without
	// Weighted, Trace and Hubs.
	Serial bool
	// Columns has a node's words lie side by side in the loop, for processors that read
	// neighbouring addresses at once. It goes with several rows, without Lattice and Serial.
	Columns bool
}

// loop is the state of the While loop.
type loop struct {
	Inputs[*Node]
	ticks               *Node // uint32: what the iteration counts, then its stream keys
	buffer              *Node // words [W, B+1], of sums; if Serial
	energy, ups, counts *Node // float64 and int32 [S, W, Lanes]; words as Spins
}

func (s *loop) list(spec Spec) []**Node {
	l := []**Node{&s.ticks}
	for _, n := range s.Inputs.List(spec) {
		if n != &s.Control {
			l = append(l, n)
		}
	}
	if spec.Serial {
		l = append(l, &s.buffer)
	}
	if spec.Trace {
		l = append(l, &s.energy, &s.ups)
	}
	if spec.Counts {
		l = append(l, &s.counts)
	}
	return l
}

// Run advances the chains by Control[Sweeps] sweeps and returns the spins, then
// energy and ups if spec.Trace, then counts if spec.Counts. Recorded states are
// those before each sweep. No gradient flows.
func Run(spec Spec, in Inputs[*Node]) []*Node {
	g := in.Spins.Graph()
	first := loop{Inputs: in, ticks: in.Control}
	for _, n := range first.Inputs.List(spec) {
		*n = StopGradient(*n)
	}
	if spec.Columns {
		first.columns()
	}
	zero := Const(g, uint32(0))
	first.ticks = first.tock(spec, zero, zero)
	rec := in.Beta.Shape().Dimensions
	if spec.Trace {
		first.energy = Zeros(g, shapes.Make(dtypes.Float64, rec...))
		first.ups = Zeros(g, shapes.Make(dtypes.Int32, rec...))
	}
	if spec.Serial {
		w, m := rec[1], in.Neighbor.Shape().Dimensions[2]
		first.buffer = Zeros(g, shapes.Make(in.Spins.DType(), w, m+1))
	}
	if spec.Counts {
		first.counts = Zeros(g, first.Spins.Shape())
	}
	var init []*Node
	for _, n := range first.list(spec) {
		init = append(init, *n)
	}
	params := func(g *Graph) *loop {
		s := &loop{}
		for i, n := range s.list(spec) {
			*n = Parameter(g, fmt.Sprintf("s%d", i), init[i].Shape())
		}
		return s
	}
	cond := NewClosure(g, func(g *Graph) []*Node {
		s := params(g)
		return []*Node{LessThan(s.tick(tickSweep), s.tick(Sweeps))}
	})
	body := NewClosure(g, func(g *Graph) []*Node {
		s := params(g)
		update(spec, s)
		var out []*Node
		for _, n := range s.list(spec) {
			out = append(out, *n)
		}
		return out
	})
	final := While(cond, body, init...)
	words := func(x *Node) *Node {
		if spec.Columns {
			x = Transpose(x, 0, 1)
		}
		return x
	}
	outs := []*Node{StopGradient(words(final[1]))}
	if n := len(final); spec.Counts {
		outs = append(outs, words(final[n-1]))
		final = final[:n-1]
	}
	if n := len(final); spec.Trace {
		outs = append([]*Node{outs[0], final[n-2], final[n-1]}, outs[1:]...)
	}
	return outs
}

// columns makes the rows' axis the last of all inputs in which it stands before the
// nodes'.
func (s *loop) columns() {
	s.Spins = Transpose(s.Spins, 0, 1)
	for _, table := range []**Node{&s.Bias, &s.LateBias} {
		if *table != nil {
			*table = TransposeAllAxes(*table, 0, 2, 3, 1)
		}
	}
}

// rows is the number W of rows of words.
func (s *loop) rows() int { return s.Beta.Shape().Dimensions[1] }

// Places in loop.ticks, after a copy of Control. All small numbers of an iteration
// are one array made by one kernel: XLA runs a program or a loop body of up to
// eight kernels in line, and a longer one through its thread pool, which costs
// more than a small graph's update. Nor can it hoist what they make out of the
// loop, a kernel each.
const (
	tickSweep = ControlSize + iota // sweeps of this call that are done
	tickColor                      // of the iteration
	tickKeys                       // the stream keys, [2, pairs, W]
)

// tick returns one scalar of the iteration.
func (s *loop) tick(i int) *Node { return Reshape(Slice(s.ticks, AxisElem(i))) }

// next returns the sweep and the colour of the next iteration.
func (s *loop) next() (sweep, color *Node) {
	g := s.ticks.Graph()
	one := Const(g, uint32(1))
	sweep, color = s.tick(tickSweep), Add(s.tick(tickColor), one)
	done := GreaterOrEqual(color, s.tick(Colors))
	return Where(done, Add(sweep, one), sweep), Where(done, Const(g, uint32(0)), color)
}

// key returns half 0 or 1 of the stream key of a pair of lanes, as a block of a node.
func (s *loop) key(spec Spec, half, pair int) *Node {
	w := s.rows()
	at := tickKeys + (half*((spec.Lanes+1)/2)+pair)*w
	return Reshape(Slice(s.ticks, AxisRange(at, at+w)), spec.block(w, 1)...)
}

// tock makes the ticks of an iteration: its sweep and colour, and the stream keys
// [2, pairs, W] derived from them (see Key of package philox).
func (s *loop) tock(spec Spec, sweep, color *Node) *Node {
	g := sweep.Graph()
	pairs, w := (spec.Lanes+1)/2, s.rows()
	sh := shapes.Make(dtypes.Uint64, pairs, w)
	pair := Add(Mul(Iota(g, sh, 1), Const(g, uint64(pairs))), Iota(g, sh, 0))
	pair = Add(pair, BroadcastToShape(wide(s.tick(FirstPair)), sh))
	shift := Const(g, uint64(32))
	t := Add(wide(sweep), BitwiseOr(wide(s.tick(SweepLow)), BitwiseShiftLeft(wide(s.tick(SweepHigh)), shift)))
	a, b := permute(BroadcastToShape(wide(s.tick(SeedLow)), sh), BroadcastToShape(t, sh), pair, philox.KeyRounds)
	key := BitwiseXor(s.tick(SeedHigh), Mul(color, Const(g, uint32(philox.ColorMix))))
	key = BitwiseXor(key, Mul(low32(BitwiseShiftRightLogical(t, shift)), Const(g, uint32(philox.SweepMix))))
	a, b = permute(BroadcastToShape(wide(key), sh), a, b, philox.KeyRounds)
	return Concatenate([]*Node{
		Slice(s.ticks, AxisRange(0, ControlSize)), Reshape(sweep, 1), Reshape(color, 1), Reshape(low32(a), pairs*w), Reshape(low32(b), pairs*w),
	}, 0)
}
