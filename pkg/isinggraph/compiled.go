package isinggraph

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"example.org/isinggraph/internal/tensor"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"
	"golang.org/x/sync/errgroup"
)

// compiled is the sampler that XLA runs.
type compiled struct {
	engine *Engine
	graph  *Graph
	grid   *Grid // nil on graphs
	layout *layout
	// Inputs that all calls share, by device, those in use: neighbour positions, of all
	// nodes and of hubs, and strips' ends on lattices.
	fixed [][]*tensors.Tensor
	ends  []*ends // by device, those in use, if engine.remote

	regular int // the degree of all nodes, if it is one and at most maxLevels
	recent  recent
}

// New lays g out for the compiled sampler: a balanced greedy colouring,
// and the neighbours' positions padded to one degree for all nodes and to larger
// ones for hubs. It is an error (ErrUneven) if these tables would be far
// larger than g. Calls of a few thousand updates with the parameters of the call
// before run in plain Go by tables, and draw the same spins.
func (e *Engine) New(g *Graph) (Sampler, error) {
	return newCompiled(e, g, nil, newLayout(g))
}

// NewOnGrid lays a grid out for the compiled sampler by words of eight
// strips, so that one gather serves eight sites: any open grid, and tori with an
// even number of rows and a multiple of 16 columns. Other tori are sampled as
// general graphs. Couplings per edge need New.
func (e *Engine) NewOnGrid(gr Grid) (Sampler, error) {
	g, l, err := newGridLayout(gr)
	if err != nil {
		return nil, err
	}
	return newCompiled(e, g, &gr, l)
}

func newCompiled(e *Engine, g *Graph, grid *Grid, l *layout) (Sampler, error) {
	if err := l.check(g); err != nil {
		return nil, err
	}
	s := &compiled{engine: e, graph: g, grid: grid, layout: l, fixed: make([][]*tensors.Tensor, e.backend.NumDevices())}
	s.ends = make([]*ends, len(s.fixed))
	if d := g.MaxDegree(); d <= maxLevels && 2*g.NumEdges() == d*g.NumNodes() {
		s.regular = d
	}
	for d := range e.devices {
		if err := s.lay(compute.DeviceNum(d)); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// lay puts the inputs that all calls share on a device, unless they are there.
func (s *compiled) lay(device compute.DeviceNum) error {
	s.recent.mu.Lock()
	defer s.recent.mu.Unlock()
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
			return fmt.Errorf("isinggraph: laying out a graph: %w", err)
		}
	}
	s.fixed[device] = list
	if s.engine.remote {
		return s.layEnds(device)
	}
	return nil
}

// String says how the sampler works.
func (s *compiled) String() string {
	if s.layout.lattice.On() {
		return "xla:lattice"
	}
	return "xla:gather"
}

// Close implements Sampler.
func (s *compiled) Close() {
	s.recent.forget()
	for _, list := range s.fixed {
		tensor.Free(list)
	}
	for _, e := range s.ends {
		tensor.Free(e.list())
	}
}

// A call's sweeps run in pieces of about updatesPerPiece spin updates, so that a
// context ends it soon; a sweep counts as leastUpdates at least, for what an
// iteration costs on the smallest graphs.
//
// Where all nodes have one degree of at most maxLevels, one coupling and no H (zeros
// are one: a learner may begin with them, and would need another program later), the
// probability of +1 is looked up by the number of up neighbours.
//
// A call to XLA takes rows of words of bytesPerCall together, and a second
// processor groupWords rows at least. One row in spareWords may be computed in vain
// to spare a program. XLA shares the sums over sharedSlots slots of words out over
// threads, which only costs time where other groups keep the processors busy.
const (
	maxLevels       = 8
	updatesPerPiece = 1 << 27
	leastUpdates    = 1 << 12
	groupWords      = 2
	bytesPerCall    = 1 << 16
	spareWords      = 8
	sharedSlots     = 1 << 16
)

// Sample implements Sampler.
func (s *compiled) Sample(ctx context.Context, r Request) (*Samples, error) {
	r, err := r.On(s.graph)
	if err != nil {
		return nil, err
	}
	if _, uniform := r.J.Uniform(); s.layout.lattice.On() && !uniform {
		if _, _, kernel := r.J.Kernel(); !kernel {
			return nil, fmt.Errorf("isinggraph: a lattice sampler takes one J or a kernel; use New for couplings per edge")
		}
	}
	out := r.room()
	o := newJob(r, out)
	table, err := s.small(o)
	if err != nil {
		return nil, err
	}
	if table != nil || !o.Fresh { // else spins are made where they are packed
		r.begin(out)
	}
	if table != nil {
		table.sample(ctx, o)
	} else if err := s.run(ctx, o); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out.Sweeps += uint64(r.Sweeps)
	if out.Trace != nil {
		energy := r.Energies(out.Spins)
		for c := range out.Chains {
			out.Trace.Energy[c][r.Sweeps] = energy[c]
			out.Trace.Magnetization[c][r.Sweeps] = Magnetization(out.Chain(c))
		}
	}
	return out, nil
}

// run runs a job in groups of its chains.
func (s *compiled) run(ctx context.Context, o *job) (err error) {
	lanes, words := s.layout.lanes(o.Chains, s.engine.devices)
	groups, bound := s.groups(words, lanes)
	part := func(ctx context.Context, k int, device compute.DeviceNum) error {
		r := run{s: s, o: o, lanes: lanes, device: device, beside: groups > 1 && s.engine.atOnce() > 1}
		return advance(ctx, s.shards(r, bound(k), bound(k+1)))
	}
	if workers := min(groups, s.engine.atOnce()); workers == 1 { // no goroutine, whose stack would have to grow in every call
		for k := 0; k < groups && err == nil; k++ {
			err = part(ctx, k, 0)
		}
	} else {
		eg, ctx := errgroup.WithContext(ctx)
		for w := range workers {
			eg.Go(func() error {
				device := compute.DeviceNum(w)
				err := s.lay(device)
				for k := w; k < groups && err == nil; k += workers {
					err = part(ctx, k, device)
				}
				return err
			})
		}
		err = eg.Wait()
	}
	return err
}

// groups is the number of calls that a call's words are split into, and bound the
// first word of each: a row of words each on large graphs, and as many as
// processors, each of groupWords rows at least, on small ones. On an accelerator,
// and on several devices, all words that positions can number are one call.
// The calls have one size, and so one program, where the rows beyond the last
// are few.
func (s *compiled) groups(words, lanes int) (groups int, bound func(k int) int) {
	if d := s.engine.devices; !s.engine.onCPU || d > 1 {
		most := d * max(1, math.MaxInt32/s.layout.plane)
		groups = (words + most - 1) / most
	} else {
		per := max(1, bytesPerCall/(s.layout.plane*lanes))
		groups = max((words+per-1)/per, min(runtime.GOMAXPROCS(0), words/groupWords), 1)
	}
	each := (words + groups - 1) / groups
	if even := (words + each - 1) / each; even*each-words <= words/spareWords {
		return even, func(k int) int { return k * each }
	}
	return groups, func(k int) int { return k * words / groups }
}
