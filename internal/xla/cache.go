package xla

import (
	"fmt"
	"slices"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"example.org/isinggraph/internal/xla/sweep"
)

// inputCache keeps the inputs of a sampler's last parameters, so that jobs that
// differ in seed and states alone do not make and transfer them again.
type inputCache struct {
	mu     sync.Mutex
	of     Job // the parameters: J, H, Beta, Clamp
	groups map[inputKey]*inputs
	order  *Order  // of jobs by tables, whatever their parameters
	table  *Lookup // of jobs by tables
}

// inputKey names a group and the program that it runs. Where chains share their
// fields, all groups of a device are one.
type inputKey struct {
	spec           sweep.Spec
	firstRow, rows int
	chains         int
	device         compute.DeviceNum
}

// inputs are a group's inputs but spins and control. They are freed when they are
// neither kept nor used.
type inputs struct {
	sweep.Inputs[*tensors.Tensor]
	spec  sweep.Spec
	fixed []*tensors.Tensor // those of the sampler
	users int
	kept  bool
}

// get returns the group's inputs, for release to take back. Those of a job that
// records are its own: β changes from piece to piece.
func (c *inputCache) get(g *group, spec sweep.Spec) (*inputs, error) {
	o := g.job
	if o.records() {
		return g.inputs(spec, min(o.Sweeps, sweep.MaxRecorded))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.holds(o) {
		c.clear()
		j := Couplings{o.J.One, o.J.Diagonal, slices.Clone(o.J.Each)}
		c.of = Job{J: j, H: slices.Clone(o.H), Beta: slices.Clone(o.Beta), Clamp: slices.Clone(o.Clamp)}
		c.groups = make(map[inputKey]*inputs)
	}
	key := inputKey{spec, g.firstRow, g.rows, o.Chains, g.device}
	if spec.Cuts {
		key.firstRow = 0
	}
	if in, ok := c.groups[key]; ok {
		in.users++
		return in, nil
	}
	in, err := g.inputs(spec, 1)
	if err != nil {
		return nil, err
	}
	for _, place := range in.List(spec) {
		if *place == nil { // spins and control
			continue
		}
		if err := g.sampler.engine.place(*place, g.device); err != nil {
			return nil, fmt.Errorf("sampling with %v: %w", g.sampler, err)
		}
	}
	in.kept = true
	c.groups[key] = in
	return in, nil
}

// areOf tells whether what is kept is of o's parameters.
func (c *inputCache) areOf(o *Job) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.holds(o)
}

// holds is areOf for a caller that holds c.mu.
func (c *inputCache) holds(o *Job) bool {
	p := &c.of
	return c.groups != nil && p.J.One == o.J.One && p.J.Diagonal == o.J.Diagonal && slices.Equal(p.J.Each, o.J.Each) &&
		slices.Equal(p.H, o.H) && slices.Equal(p.Beta, o.Beta) && slices.Equal(p.Clamp, o.Clamp)
}

// lookup returns the table of a job's parameters, which it keeps while these are the
// sampler's last.
func (c *inputCache) lookup(s *Sampler, o *Job) (*Lookup, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.holds(o)
	if last && c.table != nil {
		return c.table, nil
	}
	if c.order == nil {
		c.order = NewOrder(s.graph, s.layout)
	}
	table, err := NewLookup(s.graph, c.order, o, s.engine.exp)
	if err == nil && last {
		c.table = table
	}
	return table, err
}

// release ends a use of inputs.
func (c *inputCache) release(in *inputs) {
	c.mu.Lock()
	defer c.mu.Unlock()
	in.users--
	in.free()
}

// clear drops what is kept. The caller holds c.mu, or is alone.
func (c *inputCache) clear() {
	for _, in := range c.groups {
		in.kept = false
		in.free()
	}
	c.groups, c.table = nil, nil
}

// free frees inputs that are neither kept nor used.
func (in *inputs) free() {
	if in.kept || in.users > 0 {
		return
	}
	for _, place := range in.List(in.spec) {
		if t := *place; t != nil && !slices.Contains(in.fixed, t) {
			t.MustFinalizeAll()
		}
	}
}
