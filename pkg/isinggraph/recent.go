package isinggraph

import (
	"fmt"
	"slices"
	"sync"

	"example.org/isinggraph/internal/sweep"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"
)

// recent keeps the inputs of a sampler's last parameters, so that calls that
// differ in seed and states alone do not make and transfer them again.
type recent struct {
	mu     sync.Mutex
	of     job // the parameters: J, H, Beta, Clamp
	inputs map[group]*inputs
	visits *visits // of small calls, whatever their parameters
	table  *lookup // of small calls
}

// group names a group of words and the program that it runs. Where chains share their
// fields, all groups of a device are one.
type group struct {
	spec             sweep.Spec
	firstWord, words int
	chains           int
	device           compute.DeviceNum
}

// inputs are a group's inputs but spins and control, in the order of
// sweep.Inputs.List. They are freed when they are neither kept nor used.
type inputs struct {
	args  []any
	fixed []*tensors.Tensor // those of the sampler
	users int
	kept  bool
}

// take returns the group's inputs, for give to take back. Those of a call that
// records are its own: β changes from piece to piece.
func (c *recent) take(r *run, spec sweep.Spec) (*inputs, error) {
	if r.records() {
		return r.inputs(spec, min(r.o.Sweeps, sweep.MaxRecorded))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	o := r.o
	if !c.holds(o) {
		c.forget()
		c.of = job{J: kernel{o.J.one, o.J.diagonal, slices.Clone(o.J.each)}, H: slices.Clone(o.H), Beta: slices.Clone(o.Beta), Clamp: slices.Clone(o.Clamp)}
		c.inputs = make(map[group]*inputs)
	}
	key := group{spec, r.firstWord, r.words, o.Chains, r.device}
	if spec.Shared {
		key.firstWord = 0
	}
	in, ok := c.inputs[key]
	if !ok {
		var err error
		if in, err = r.inputs(spec, 1); err != nil {
			return nil, err
		}
		for _, a := range in.args {
			if t, ok := a.(*tensors.Tensor); ok {
				if err := r.s.engine.place(t, r.device); err != nil {
					return nil, fmt.Errorf("isinggraph: sampling with %s: %w", r.s, err)
				}
			}
		}
		in.kept = true
		c.inputs[key] = in
	} else {
		in.users++
	}
	return in, nil
}

// holds tells whether what is kept is of o's parameters. The caller holds c.mu.
func (c *recent) holds(o *job) bool {
	p := &c.of
	return c.inputs != nil && p.J.one == o.J.one && p.J.diagonal == o.J.diagonal && slices.Equal(p.J.each, o.J.each) && slices.Equal(p.H, o.H) && slices.Equal(p.Beta, o.Beta) &&
		slices.Equal(p.Clamp, o.Clamp)
}

// give ends a use of inputs.
func (c *recent) give(in *inputs) {
	c.mu.Lock()
	defer c.mu.Unlock()
	in.users--
	in.free()
}

// forget drops what is kept. The caller holds c.mu, or is alone.
func (c *recent) forget() {
	for _, in := range c.inputs {
		in.kept = false
		in.free()
	}
	c.inputs, c.table = nil, nil
}

// free frees inputs that are neither kept nor used.
func (in *inputs) free() {
	if in.kept || in.users > 0 {
		return
	}
	for _, a := range in.args {
		if t, ok := a.(*tensors.Tensor); ok && !slices.Contains(in.fixed, t) {
			t.MustFinalizeAll()
		}
	}
}
