package xla

import (
	"context"
	"errors"
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"

	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/internal/xla/sweep"
)

// group is a group of a job's rows on one device: rows firstRow … firstRow+rows−1, of
// which those from endRow on hold no chains.
type group struct {
	*plan
	firstRow, rows int
	endRow         int
	device         compute.DeviceNum
	tally          []uint32 // up states of every byte of the group's words
}

// shards splits the rows first … end−1 into a group for each device from one on, of as
// many rows each; those beyond end hold no chains.
func (p *plan) shards(first, end int, device compute.DeviceNum) []*group {
	rows := (end - first + p.devices - 1) / p.devices
	var list []*group
	for d := range p.devices {
		list = append(list, &group{plan: p, firstRow: first + d*rows, rows: rows, endRow: end, device: device + compute.DeviceNum(d)})
	}
	return list
}

// chains returns the group's chains, first and one past the last.
func (g *group) chains() (lo, hi int) {
	per := g.chainsOfRow()
	hi = min((g.firstRow+g.rows)*per, g.endRow*per, g.job.Chains)
	return min(g.firstRow*per, hi), hi
}

// chainsOfRow is the number of chains in a row.
func (g *group) chainsOfRow() int {
	if g.sampler.Lattice() {
		return 1
	}
	return g.lanes
}

// chainOf is the chain of the k-th lane of the group's rows, whose first chain is lo.
func (g *group) chainOf(lo, k int) int { return lo + k*g.chainsOfRow()/g.lanes }

// firstPair is the number of the group's first pair of lanes.
func (g *group) firstPair() int {
	if g.sampler.Lattice() {
		return (g.firstRow + g.job.First) * g.lanes / 2
	}
	return (g.firstRow*g.lanes + g.job.First) / 2
}

// wordsShape is the shape of the group's spins.
func (g *group) wordsShape() shapes.Shape {
	l, dt := g.sampler.layout, sweep.WordType(g.lanes)
	if g.rows == 1 {
		return shapes.Make(dt, l.plane)
	}
	return shapes.Make(dt, g.rows, l.plane)
}

// advance runs the sweeps of groups of equal size, one on each device of the engine.
func advance(ctx context.Context, groups []*group) (err error) {
	first := groups[0]
	spec, s, o := first.of(first.rows), first.sampler, first.job
	exec, err := s.engine.sweep(spec)
	if err != nil {
		return err
	}
	in := make([]*inputs, len(groups))
	spins := make([]*tensors.Tensor, len(groups))
	defer func() {
		for _, t := range spins {
			if t != nil {
				t.MustFinalizeAll()
			}
		}
	}()
	for d, g := range groups {
		if in[d], err = s.inputs.get(g, spec); err != nil {
			return err
		}
		defer s.inputs.release(in[d])
		if spins[d], err = g.pack(); err != nil {
			return err
		}
	}
	per := first.piece(first.rows)
	for t := 0; t < o.Sweeps; t += per {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(per, o.Sweeps-t)
		var args []any
		var controls []*tensors.Tensor
		for d, g := range groups {
			if o.records() && t > 0 {
				g.temper(spec, &in[d].Inputs, t, n)
			}
			control, err := g.control(t, n)
			if err != nil {
				tensor.Free(controls)
				return err
			}
			controls = append(controls, control)
			call := in[d].Inputs
			call.Spins, call.Control = spins[d], control
			for _, place := range call.List(spec) {
				args = append(args, *place)
			}
		}
		outs, _, err := exec.CallWithGraphOnDevice(first.device, args...)
		tensor.Free(controls)
		if err != nil {
			return fmt.Errorf("sampling with %v: %w", s, err)
		}
		each := len(outs) / len(groups)
		for d, g := range groups {
			spins[d].MustFinalizeAll()
			spins[d] = outs[d*each]
			err = errors.Join(err, g.collect(spec, outs[d*each+1:(d+1)*each], t, n))
		}
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for d, g := range groups {
		if err := g.unpack(spins[d]); err != nil {
			return err
		}
	}
	return nil
}
