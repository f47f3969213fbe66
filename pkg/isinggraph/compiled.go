package isinggraph

import (
	"context"
	"fmt"
	"runtime"

	"example.org/isinggraph/internal/sweep"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"golang.org/x/sync/errgroup"
)

// compiled is the sampler that XLA runs.
type compiled struct {
	engine *Engine
	graph  *Graph
	grid   *Grid // nil on graphs
	layout *layout
	degree int
	table  *tensors.Tensor // neighbour positions
	turn   *tensors.Tensor // strips' ends, nil on graphs
}

// NewSampler lays g out for the compiled sampler: a balanced greedy colouring,
// and the neighbours' positions padded to the largest degree. It is an error
// (ErrPaddedTable) if that table would be far larger than g.
func (e *Engine) NewSampler(g *Graph) (Sampler, error) {
	return newCompiled(e, g, nil, newLayout(g))
}

// NewGridSampler lays a grid out for the compiled sampler on shifts: any open
// grid, and tori with an even number of rows and a multiple of 16 columns. Other
// tori are sampled as general graphs. Couplings per edge need NewSampler.
func (e *Engine) NewGridSampler(gr Grid) (Sampler, error) {
	g, err := gr.Graph()
	if err != nil {
		return nil, err
	}
	l, ok := newLatticeLayout(gr)
	if !ok {
		l = newLayout(g)
	}
	return newCompiled(e, g, &gr, l)
}

func newCompiled(e *Engine, g *Graph, grid *Grid, l *layout) (Sampler, error) {
	table, degree, err := l.neighborTable(g, false)
	if err != nil {
		return nil, err
	}
	s := &compiled{engine: e, graph: g, grid: grid, layout: l, degree: degree}
	s.table = tensors.FromFlatDataAndDimensions(table, roundColors(l.colors), degree, l.block)
	if l.lattice.On() {
		_, turn := l.latticeTables(false)
		s.turn = tensors.FromFlatDataAndDimensions(turn, 4, 2, l.block)
	}
	return s, nil
}

func (s *compiled) Graph() *Graph { return s.graph }

func (s *compiled) Name() string {
	if s.layout.lattice.On() {
		return "xla:lattice"
	}
	return "xla:gather"
}

func (s *compiled) Close() {
	s.table.MustFinalizeAll()
	if s.turn != nil {
		s.turn.MustFinalizeAll()
	}
}

// A call's sweeps run in pieces of about updatesPerPiece spin updates, so that a
// context ends it soon; chains run in one group a processor where each has at
// least groupWords words of eight chains.
const (
	updatesPerPiece = 1 << 27
	groupWords      = 2
)

// Sample implements Sampler.
func (s *compiled) Sample(ctx context.Context, o Options) (*Samples, error) {
	if err := o.validate(s.graph, s.grid); err != nil {
		return nil, err
	}
	couplings, err := edgeCouplings(s.graph, s.grid, &o)
	if err != nil {
		return nil, err
	}
	if s.layout.lattice.On() && couplings.each != nil && len(o.Diagonal) == 0 {
		return nil, fmt.Errorf("isinggraph: a lattice sampler takes one J, or J and Diagonal; use NewSampler for couplings per edge")
	}
	out := o.start(s.graph, couplings.params(o.Params))
	lanes, words := s.layout.lanes(o.Chains)
	groups := max(1, min(runtime.GOMAXPROCS(0), words/groupWords))
	if !s.engine.onCPU() {
		groups = 1
	}
	eg, ctx := errgroup.WithContext(ctx)
	for k := range groups {
		r := &run{s: s, o: &o, out: out, couplings: couplings, lanes: lanes}
		r.firstWord, r.words = k*words/groups, (k+1)*words/groups-k*words/groups
		eg.Go(func() error { return r.advance(ctx) })
	}
	if err := eg.Wait(); err != nil {
		return nil, err
	}
	out.Sweeps += uint64(o.Sweeps)
	if o.Trace {
		energy := out.Energies()
		for c := range o.Chains {
			out.Trace.Energy[c][o.Sweeps] = energy[c]
			out.Trace.Magnetization[c][o.Sweeps] = Magnetization(out.Chain(c))
		}
	}
	return out, nil
}

// run is one group of a call's chains: words firstWord … firstWord+words−1.
type run struct {
	s                *compiled
	o                *Options
	out              *Samples
	couplings        couplings
	lanes            int
	firstWord, words int
	tally            []uint32 // up states of every byte of the group's words
}

// spec returns the program that the group needs.
func (r *run) spec() sweep.Spec {
	lattice := r.s.layout.lattice
	return sweep.Spec{
		Lanes: r.lanes, Metropolis: r.o.Rule == Metropolis,
		Weighted: r.couplings.each != nil && !lattice.On(),
		Masked:   r.s.layout.ragged() || r.o.Trace || len(r.o.Clamp) > 0,
		Trace:    r.o.Trace, Counts: r.o.Marginals, Lattice: lattice,
	}
}

// chains returns the group's chains, first and one past the last.
func (r *run) chains() (lo, hi int) {
	per := r.lanes
	if r.s.layout.lattice.On() {
		per = 1
	}
	return r.firstWord * per, min((r.firstWord+r.words)*per, r.o.Chains)
}

// advance runs the group's sweeps.
func (r *run) advance(ctx context.Context) error {
	spec := r.spec()
	exec, err := r.s.engine.exec(spec)
	if err != nil {
		return err
	}
	args, err := r.inputs(spec)
	if err != nil {
		return err
	}
	spins := args[0].(*tensors.Tensor)
	defer func() {
		spins.MustFinalizeAll()
		for i, a := range args {
			if t, ok := a.(*tensors.Tensor); ok && i != 0 && i != betaArg && i != controlArg && t != r.s.table && t != r.s.turn {
				t.MustFinalizeAll()
			}
		}
	}()
	per := max(1, updatesPerPiece/(r.s.graph.NumNodes()*r.words*r.lanes))
	if spec.Trace || spec.Counts || len(r.o.Schedule) > 0 {
		per = min(per, sweep.MaxRecorded)
	}
	for t := 0; t < r.o.Sweeps; t += per {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(per, r.o.Sweeps-t)
		beta, control := r.beta(t, n), r.control(t, n)
		args[0], args[betaArg], args[controlArg] = spins, beta, control
		outs, err := exec.Call(args...)
		beta.MustFinalizeAll()
		control.MustFinalizeAll()
		if err != nil {
			return fmt.Errorf("isinggraph: sampling with %s: %w", r.s.Name(), err)
		}
		spins.MustFinalizeAll()
		spins = outs[0]
		if err := r.collect(spec, outs[1:], t, n); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return r.unpack(spins)
}

// wordsShape is the shape of the group's spins.
func (r *run) wordsShape() shapes.Shape {
	l, dt := r.s.layout, sweep.WordType(r.lanes)
	if r.words == 1 {
		return shapes.Make(dt, l.plane)
	}
	return shapes.Make(dt, r.words, l.plane)
}
