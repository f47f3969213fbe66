package isinggraph

import (
	"context"
	"fmt"

	"example.org/isinggraph/internal/xla"
)

// compiled is the sampler that XLA runs.
type compiled struct {
	*xla.Sampler
	graph *Graph
}

// New lays g out for the compiled sampler: a balanced greedy colouring, and the
// neighbours' positions padded to one degree for all nodes and to larger ones for hubs.
// It is an error (ErrUneven) if these tables would be far larger than g. Calls of a few
// thousand updates with the parameters of the call before run in plain Go by tables, and
// draw the same spins.
func (e *Engine) New(g *Graph) (Sampler, error) {
	return newCompiled(e, g, newLayout(g))
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
	return newCompiled(e, g, l)
}

func newCompiled(e *Engine, g *Graph, l *xla.Layout) (Sampler, error) {
	s, err := xla.NewSampler(e.xla, g.rows(), l)
	if err != nil {
		return nil, fmt.Errorf("isinggraph: %w", err)
	}
	return &compiled{s, g}, nil
}

// Sample implements Sampler.
func (s *compiled) Sample(ctx context.Context, r Request) (*Samples, error) {
	r, err := r.On(s.graph)
	if err != nil {
		return nil, err
	}
	if _, uniform := r.J.Uniform(); s.Lattice() && !uniform {
		if _, _, kernel := r.J.Kernel(); !kernel {
			return nil, fmt.Errorf("isinggraph: a lattice sampler takes one J or a kernel; use New for couplings per edge")
		}
	}
	out := r.emptySamples()
	if !r.fresh() { // else Run makes the spins where they are needed
		r.setFirstSpins(out)
	}
	if err := s.Run(ctx, newJob(r, out)); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("isinggraph: %w", err)
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

// rows returns the graph in the form that package xla takes.
func (g *Graph) rows() *xla.Graph {
	return &xla.Graph{RowPtr: g.rowPtr, Col: g.col, MaxDegree: g.maxDegree, EdgeIDs: g.ids}
}

// newLayout lays out a graph by a balanced greedy colouring.
func newLayout(g *Graph) *xla.Layout {
	c := GreedyColoring(g).Balance(g)
	return xla.NewLayout(g.rows(), c.Color, c.Colors)
}

// newGridLayout returns a grid's graph and its layout as a lattice or, where it has
// none, as a graph.
func newGridLayout(gr Grid) (*Graph, *xla.Layout, error) {
	g, err := gr.Graph()
	if err != nil {
		return nil, nil, err
	}
	l, ok := xla.NewLattice(xla.Grid(gr))
	if !ok {
		l = newLayout(g)
	}
	return g, l, nil
}

// newJob returns the job of a request that On returned, with room for its results,
// which it shares with out.
func newJob(r Request, out *Samples) *xla.Job {
	o := &xla.Job{
		Chains: r.Chains.Count, First: r.Chains.First, Sweeps: r.Sweeps, Seed: r.Seed, Done: out.Sweeps,
		Metropolis: r.Rule == Metropolis, H: r.H, Beta: []float32{r.Beta}, Schedule: r.Schedule, Clamp: r.Clamp,
		Fresh: r.fresh(), BurnIn: r.Record.BurnIn, Spins: out.Spins, Mean: out.Mean,
	}
	if straight, diagonal, ok := r.J.Kernel(); ok {
		o.J = xla.Couplings{One: straight, Diagonal: diagonal, Each: r.J.Each(r.Graph)}
	} else {
		j, each := r.J.resolve(r.Graph)
		o.J = xla.Couplings{One: j, Diagonal: j, Each: each}
	}
	if len(r.Chains.H) > 0 {
		o.H = r.Chains.H
	}
	if len(r.Chains.Beta) > 0 {
		o.Beta = r.Chains.Beta
	}
	if out.Trace != nil {
		o.Energy, o.Magnetization = out.Trace.Energy, out.Trace.Magnetization
	}
	return o
}
