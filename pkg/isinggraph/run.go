package isinggraph

import (
	"context"
	"fmt"
	"slices"

	"example.org/isinggraph/internal/sweep"
	"github.com/gomlx/compute/shapes"
)

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
	levels := 0
	if r.o.Rule == HeatBath && r.couplings.each == nil && len(r.o.H) == 0 {
		levels = r.s.regular
	}
	return sweep.Spec{
		Levels: levels,
		Lanes:  r.lanes, Metropolis: r.o.Rule == Metropolis,
		Weighted: r.couplings.each != nil && !lattice.On(),
		Masked:   r.s.layout.ragged() || r.o.Trace || len(r.o.Clamp) > 0,
		Trace:    r.o.Trace, Counts: r.o.Marginals, Hubs: len(r.s.layout.hubs), Lattice: lattice,
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
	in, err := r.s.recent.take(r, spec)
	if err != nil {
		return err
	}
	defer r.s.recent.give(r.s, in)
	spins, err := r.pack()
	if err != nil {
		return err
	}
	defer func() { spins.MustFinalizeAll() }()
	per := max(1, updatesPerPiece/max(r.s.graph.NumNodes()*r.words*r.lanes, leastUpdates))
	if r.records() {
		per = min(per, sweep.MaxRecorded)
	}
	for t := 0; t < r.o.Sweeps; t += per {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(per, r.o.Sweeps-t)
		if r.records() && t > 0 {
			r.temper(spec, in.args, t, n)
		}
		control, err := r.control(t, n)
		if err != nil {
			return err
		}
		args := slices.Clone(in.args)
		args[spinsArg], args[controlArg] = spins, control
		outs, err := exec.Call(args...)
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

// records tells whether pieces are short, with a β for each of their sweeps.
func (r *run) records() bool { return r.o.Trace || r.o.Marginals || len(r.o.Schedule) > 0 }

// wordsShape is the shape of the group's spins.
func (r *run) wordsShape() shapes.Shape {
	l, dt := r.s.layout, sweep.WordType(r.lanes)
	if r.words == 1 {
		return shapes.Make(dt, l.plane)
	}
	return shapes.Make(dt, r.words, l.plane)
}
