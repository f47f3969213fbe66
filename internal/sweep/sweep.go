// Package sweep builds the compiled sweeps of the samplers: Algorithm 1 of
// "Ising on the Graph" as one While loop that updates the nodes of one colour an
// iteration.
//
// A word holds one byte for each of its lanes, 1 for spin +1 and 0 for −1. On
// graphs the lanes are chains, on lattices they are vertical strips. One colour
// an iteration, because XLA would otherwise fuse a colour's update into the
// gathers of the next and compute it again for every neighbour.
package sweep

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// MaxRecorded is the largest number of sweeps of a call that records: a byte
// of the running counts must not overflow.
const MaxRecorded = 128

// Spec is the static form of a compiled sweep.
type Spec struct {
	Lanes      int  // spins in a word: 1, 2, 4 or 8
	Metropolis bool // else heat bath
	Weighted   bool // one coupling per neighbour slot, else one number
	Masked     bool // some nodes keep their spin
	Trace      bool // record energy and number of up spins before each sweep
	Counts     bool // count the up states of every node before each sweep
	Lattice    Lattice
}

// Control indexes the uint32 vector of a call's scalars.
const (
	SeedLow = iota
	SeedHigh
	SweepLow // sweeps done before this call
	SweepHigh
	Sweeps    // of this call
	Colors    // in use, at most the first axis of the tables
	FirstPair // of this call's first word: its first lane's chain, halved
	SkipCount // states of this call that the counts leave out, from the start
	ControlSize
)

// Inputs are the nodes of a call. C colours (4 sub-lattices), D neighbour slots,
// B nodes a colour, W words a node; S is 1 or MaxRecorded.
type Inputs struct {
	Spins    *Node // words [C*B+1], or [W, C*B+1] for W > 1, the last one zero; lattices see Lattice
	Neighbor *Node // int32 [C, D, B] positions, C*B where there is none (graphs)
	Coupling *Node // float32 2J: [1], [C, D, B] if Weighted, or [2] (straight, diagonal) on lattices
	Bias     *Node // float32 h_i − Σ_j J_ij, [C, 1 or W, 1 or Lanes, B]
	Beta     *Node // float32 −2β, [W, Lanes]
	Schedule *Node // float32 [S], the factor on β by sweep of this call
	Control  *Node // uint32 [ControlSize]
	Active   *Node // words [C, B] of 0xFF bytes where spins may change; if Masked
	Later    *Node // int32 [C, D, B], the neighbours of a later colour; if Trace (graphs)
	LateBias *Node // Bias over the later neighbours only, shaped as Bias; if Trace
}

// List returns the inputs that spec uses, in a fixed order.
func (in *Inputs) List(spec Spec) []**Node {
	l := []**Node{&in.Spins, &in.Coupling, &in.Bias, &in.Beta, &in.Schedule, &in.Control}
	if !spec.Lattice.On() {
		l = append(l, &in.Neighbor)
	}
	if spec.Masked {
		l = append(l, &in.Active)
	}
	if spec.Trace {
		l = append(l, &in.LateBias)
		if !spec.Lattice.On() {
			l = append(l, &in.Later)
		}
	}
	return l
}

// loop is the state of the While loop.
type loop struct {
	Inputs
	step, k0, k1        *Node // iteration; stream keys [pairs, W] of this iteration
	energy, ups, counts *Node // float64 and int32 [S, W, Lanes]; words as Spins
}

func (s *loop) list(spec Spec) []**Node {
	l := append([]**Node{&s.step, &s.k0, &s.k1}, s.Inputs.List(spec)...)
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
func Run(spec Spec, in Inputs) []*Node {
	g := in.Spins.Graph()
	first := loop{Inputs: in, step: Const(g, uint32(0))}
	for _, n := range first.Inputs.List(spec) {
		*n = StopGradient(*n)
	}
	first.k0, first.k1 = keys(spec, &first)
	w := in.Beta.Shape().Dimensions[0]
	rec := []int{in.Schedule.Shape().Dimensions[0], w, spec.Lanes}
	if spec.Trace {
		first.energy = Zeros(g, shapes.Make(dtypes.Float64, rec...))
		first.ups = Zeros(g, shapes.Make(dtypes.Int32, rec...))
	}
	if spec.Counts {
		first.counts = Zeros(g, in.Spins.Shape())
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
		return []*Node{LessThan(s.step, Mul(s.control(Sweeps), s.control(Colors)))}
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
	outs := []*Node{StopGradient(final[3])}
	if n := len(final); spec.Counts {
		outs = append(outs, final[n-1])
		final = final[:n-1]
	}
	if n := len(final); spec.Trace {
		outs = append([]*Node{outs[0], final[n-2], final[n-1]}, outs[1:]...)
	}
	return outs
}

// control returns one scalar of the call.
func (s *loop) control(i int) *Node { return Reshape(Slice(s.Control, AxisElem(i))) }

// at returns the sweep of this call and the colour of the iteration.
func (s *loop) at() (sweep, color *Node) {
	c := s.control(Colors)
	return Div(s.step, c), Rem(s.step, c)
}

// keys derives the stream keys [pairs, W] of the iteration s.step. They are
// loop state, so that XLA computes them once and not for every node.
func keys(spec Spec, s *loop) (k0, k1 *Node) {
	g := s.step.Graph()
	pairs, w := (spec.Lanes+1)/2, s.Beta.Shape().Dimensions[0]
	sh := shapes.Make(dtypes.Uint64, pairs, w)
	pair := Add(Mul(Iota(g, sh, 1), Const(g, uint64(pairs))), Iota(g, sh, 0))
	pair = Add(pair, BroadcastToShape(wide(s.control(FirstPair)), sh))
	t, color := s.at()
	shift := Const(g, uint64(32))
	sweep := Add(wide(t), BitwiseOr(wide(s.control(SweepLow)), BitwiseShiftLeft(wide(s.control(SweepHigh)), shift)))
	a, b := philox(BroadcastToShape(wide(s.control(SeedLow)), sh), BroadcastToShape(sweep, sh), pair, keyRounds)
	key := BitwiseXor(s.control(SeedHigh), Mul(color, Const(g, uint32(colorMix))))
	key = BitwiseXor(key, Mul(low32(BitwiseShiftRightLogical(sweep, shift)), Const(g, uint32(sweepMix))))
	a, b = philox(BroadcastToShape(wide(key), sh), a, b, keyRounds)
	return low32(a), low32(b)
}
