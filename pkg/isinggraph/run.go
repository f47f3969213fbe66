package isinggraph

import (
	"context"
	"errors"
	"fmt"

	"example.org/isinggraph/internal/sweep"
	"example.org/isinggraph/internal/tensor"
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
)

// run is one group of a call's chains on one device: words firstWord …
// firstWord+words−1, of which those from endWord on hold no chains.
type run struct {
	s                *compiled
	o                *job
	lanes            int
	firstWord, words int
	endWord          int
	device           compute.DeviceNum
	beside           bool     // other groups of the call run at once
	tally            []uint32 // up states of every byte of the group's words
}

// spec returns the program that the group needs.
func (r *run) spec() sweep.Spec {
	l, lattice := r.s.layout, r.s.layout.lattice
	levels := 0
	if !r.o.Metropolis && r.o.J.each == nil && len(r.o.H) == 0 {
		levels = r.s.regular
	}
	spec := sweep.Spec{
		Levels: levels,
		Lanes:  r.lanes, Metropolis: r.o.Metropolis,
		Weighted: r.o.J.each != nil && !lattice.On(),
		Masked:   l.ragged() || r.o.Energy != nil || len(r.o.Clamp) > 0,
		Trace:    r.o.Energy != nil, Counts: r.o.Mean != nil, Hubs: len(l.hubs), Lattice: lattice,
	}
	spec.Serial = r.beside && r.lanes > 1 && l.block*l.slots >= sharedSlots && !lattice.On() && !spec.Weighted && !spec.Trace && spec.Hubs == 0
	if r.shared() {
		spec.Shared, spec.Levels = true, 0
	}
	if r.s.engine.remote && r.words > 1 && !lattice.On() {
		spec.Columns, spec.Serial = true, false
	}
	return spec
}

// chains returns the group's chains, first and one past the last.
func (r *run) chains() (lo, hi int) {
	per := r.lanes
	if r.s.layout.lattice.On() {
		per = 1
	}
	hi = min((r.firstWord+r.words)*per, r.endWord*per, r.o.Chains)
	return min(r.firstWord*per, hi), hi
}

// advance runs the sweeps of groups of equal size, one on each device of the engine.
func advance(ctx context.Context, runs []*run) error {
	r := runs[0]
	spec := r.spec()
	exec, err := r.s.engine.exec(spec)
	if err != nil {
		return err
	}
	in := make([]*inputs, len(runs))
	spins := make([]*tensors.Tensor, len(runs))
	defer func() {
		for _, t := range spins {
			if t != nil {
				t.MustFinalizeAll()
			}
		}
	}()
	for d, r := range runs {
		if in[d], err = r.s.recent.take(r, spec); err != nil {
			return err
		}
		defer r.s.recent.give(in[d])
		if spins[d], err = r.pack(); err != nil {
			return err
		}
	}
	per := max(1, updatesPerPiece/max(r.s.graph.NumNodes()*r.words*r.lanes, leastUpdates))
	if r.records() {
		per = min(per, sweep.MaxRecorded)
	}
	for t := 0; t < r.o.Sweeps; t += per {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(per, r.o.Sweeps-t)
		var args []any
		var controls []*tensors.Tensor
		for d, r := range runs {
			if r.records() && t > 0 {
				r.temper(spec, in[d].args, t, n)
			}
			control, err := r.control(t, n)
			if err != nil {
				tensor.Free(controls)
				return err
			}
			controls = append(controls, control)
			args = append(args, in[d].args...)
			own := args[len(args)-len(in[d].args):]
			own[spinsArg], own[controlArg] = spins[d], control
		}
		outs, _, err := exec.CallWithGraphOnDevice(r.device, args...)
		tensor.Free(controls)
		if err != nil {
			return fmt.Errorf("isinggraph: sampling with %s: %w", r.s, err)
		}
		each := len(outs) / len(runs)
		for d, r := range runs {
			spins[d].MustFinalizeAll()
			spins[d] = outs[d*each]
			err = errors.Join(err, r.collect(spec, outs[d*each+1:(d+1)*each], t, n))
		}
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for d, r := range runs {
		if err := r.unpack(spins[d]); err != nil {
			return err
		}
	}
	return nil
}

// firstPair is the number of the group's first pair of lanes.
func (r *run) firstPair() int {
	if r.s.layout.lattice.On() {
		return (r.firstWord + r.o.First) * r.lanes / 2
	}
	return (r.firstWord*r.lanes + r.o.First) / 2
}

// records tells whether pieces are short, with a β for each of their sweeps.
func (r *run) records() bool { return r.o.Energy != nil || r.o.Mean != nil || len(r.o.Schedule) > 0 }

// wordsShape is the shape of the group's spins.
func (r *run) wordsShape() shapes.Shape {
	l, dt := r.s.layout, sweep.WordType(r.lanes)
	if r.words == 1 {
		return shapes.Make(dt, l.plane)
	}
	return shapes.Make(dt, r.words, l.plane)
}
