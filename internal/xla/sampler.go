package xla

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"
	"golang.org/x/sync/errgroup"

	"example.org/isinggraph/internal/tensor"
)

// Sampler runs jobs on one graph or lattice. It may be used from several goroutines.
type Sampler struct {
	engine *Engine
	graph  *Graph
	layout *Layout
	// Inputs that all calls share, by device, those in use: neighbour positions, of all
	// nodes and of hubs, and the turns of lattices.
	fixed   [][]*tensors.Tensor
	device  []*deviceSpins // by device, those in use, of accelerators
	regular int            // the degree of all nodes, if it is one and at most maxLevels
	inputs  inputCache
}

// NewSampler lays the tables of a graph out on the engine's devices. It is an error
// that wraps ErrUneven if these would be far larger than the graph.
func NewSampler(e *Engine, g *Graph, l *Layout) (*Sampler, error) {
	if err := l.check(g); err != nil {
		return nil, err
	}
	s := &Sampler{engine: e, graph: g, layout: l, fixed: make([][]*tensors.Tensor, e.Backend.NumDevices())}
	s.device = make([]*deviceSpins, len(s.fixed))
	if d, ok := g.regular(); ok && d <= maxLevels {
		s.regular = d
	}
	for d := range e.Devices {
		if err := s.lay(compute.DeviceNum(d)); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// lay puts the inputs that all calls share on a device, unless they are there.
func (s *Sampler) lay(device compute.DeviceNum) error {
	s.inputs.mu.Lock()
	defer s.inputs.mu.Unlock()
	if s.fixed[device] != nil {
		return nil
	}
	var list []*tensors.Tensor
	for _, t := range s.layout.tables() {
		list = append(list, t.input(s.graph, false))
	}
	if l := s.layout; l.lattice.On() {
		list = append(list, tensors.FromFlatDataAndDimensions(l.turns(), 4, l.slots, l.block))
	}
	for _, t := range list {
		if err := s.engine.place(t, device); err != nil {
			tensor.Free(list)
			return fmt.Errorf("laying out a graph: %w", err)
		}
	}
	s.fixed[device] = list
	if s.engine.Accelerator {
		return s.layDeviceSpins(device)
	}
	return nil
}

// String says how the sampler works.
func (s *Sampler) String() string {
	if s.Lattice() {
		return "xla:lattice"
	}
	return "xla:gather"
}

// Lattice tells whether the sampler is of a lattice, which takes no couplings by edge.
func (s *Sampler) Lattice() bool { return s.layout.lattice.On() }

// Close frees the sampler's inputs.
func (s *Sampler) Close() {
	s.inputs.clear()
	for _, list := range s.fixed {
		tensor.Free(list)
	}
	for _, e := range s.device {
		tensor.Free(e.list())
	}
}

// Run advances a job's chains, whose last states it writes to Spins. Of what the job
// records it leaves out energies and magnetizations of the last state. When ctx ends it
// returns its error soon.
func (s *Sampler) Run(ctx context.Context, o *Job) error {
	p := s.plan(o)
	if p.lookup {
		table, err := s.inputs.lookup(s, o)
		if err != nil {
			return fmt.Errorf("tabulating probabilities: %w", err)
		}
		if o.Fresh {
			o.drawFirstSpins()
		}
		table.Run(ctx, o)
		return ctx.Err()
	}
	part := func(ctx context.Context, k int, device compute.DeviceNum) error {
		return advance(ctx, p.shards(p.groups[k], p.groups[k+1], device))
	}
	groups := len(p.groups) - 1
	var err error
	if p.atOnce == 1 { // no goroutine, whose stack would have to grow in every call
		for k := 0; k < groups && err == nil; k++ {
			err = part(ctx, k, 0)
		}
		return err
	}
	eg, ctx := errgroup.WithContext(ctx)
	for w := range p.atOnce {
		eg.Go(func() error {
			device := compute.DeviceNum(w)
			err := s.lay(device)
			for k := w; k < groups && err == nil; k += p.atOnce {
				err = part(ctx, k, device)
			}
			return err
		})
	}
	return eg.Wait()
}
