package xla

import (
	"fmt"
	"math"

	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/internal/xla/sweep"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// temper makes the inputs that hold β, for n sweeps from sweep t of the job, in
// place of those before.
func (g *group) temper(spec sweep.Spec, in *sweep.Inputs[*tensors.Tensor], t, n int) {
	for _, old := range []*tensors.Tensor{in.Beta, in.Level} {
		if old != nil {
			old.MustFinalizeAll()
		}
	}
	in.Beta = g.beta(t, n)
	if spec.Levels > 0 {
		in.Level = g.level(in.Beta, spec.Levels)
	}
}

// inputs makes a group's inputs, with β for its first n sweeps, for one user.
func (g *group) inputs(spec sweep.Spec, n int) (*inputs, error) {
	s, o, l := g.sampler, g.job, g.sampler.layout
	tables, fixed := l.tables(), s.fixed[g.device]
	in := &inputs{spec: spec, fixed: fixed, users: 1}
	couplings := func(t table) *tensors.Tensor { return tableTensor(t, t.couplings(s.graph, o.J.Each)) }
	in.Neighbor = fixed[0]
	if spec.Weighted {
		in.Coupling = couplings(tables[0])
	} else {
		in.Coupling = tensors.FromValue([]float32{2 * o.J.One, 2 * o.J.Diagonal})
	}
	if spec.Levels == 0 {
		in.Bias = g.bias(false)
	}
	var err error
	if spec.Masked {
		in.Active, err = g.mask(func(i int) byte {
			if len(o.Clamp) > 0 && o.Clamp[i] != 0 {
				return 0
			}
			return 0xFF
		})
		if err != nil {
			return nil, err
		}
	}
	if spec.Trace {
		in.LateBias, in.Later = g.bias(true), tables[0].input(s.graph, true)
	}
	for k := range spec.Hubs {
		in.Hub[k] = fixed[k+1]
		if spec.Weighted {
			in.HubCoupling[k] = couplings(tables[k+1])
		}
		if spec.Trace {
			in.HubLater[k] = tables[k+1].input(s.graph, true)
		}
	}
	if l.lattice.On() {
		in.Turn = fixed[len(fixed)-1]
		if spec.Trace {
			if in.Site, err = g.mask(func(int) byte { return 1 }); err != nil {
				return nil, err
			}
		}
	}
	g.temper(spec, &in.Inputs, 0, n)
	if spec.Cuts {
		return in, g.tabulate(in)
	}
	return in, nil
}

// tabulate replaces the bias by the table of cuts.
func (g *group) tabulate(in *inputs) error {
	ups := make([]float32, 1+g.sampler.layout.reach())
	for k := range ups {
		ups[k] = float32(k)
	}
	up := tensors.FromValue(ups)
	defer up.MustFinalizeAll()
	build := func(in []*graph.Node) *graph.Node { return sweep.Cuts(in[0], in[1], in[2], in[3]) }
	e := g.sampler.engine
	cuts, err := e.cuts.call(e, build, g.device, in.Coupling, in.Beta, in.Bias, up)
	in.Bias.MustFinalizeAll()
	in.Bias, in.Cuts = nil, cuts
	if err != nil {
		return fmt.Errorf("tabulating probabilities: %w", err)
	}
	return nil
}

// tableTensor is a value for each slot of a table.
func tableTensor[T int32 | float32](t table, values []T) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(values, t.colors, t.slots, t.nodes)
}

// input is the table's neighbours.
func (t table) input(g *Graph, later bool) *tensors.Tensor {
	return tableTensor(t, t.neighbors(g, later))
}

// bias is h_i − Σ_j J_ij, [colors, 1 or words, 1 or lanes, block].
func (g *group) bias(later bool) *tensors.Tensor {
	l, n := g.sampler.layout, g.sampler.graph.NumNodes()
	lo, hi := g.chains()
	rows, lanes := 1, 1
	chains := []int{lo}
	if len(g.job.H) > n {
		rows, lanes, chains = g.rows, g.lanes, chains[:0]
		for c := lo; c < hi; c++ {
			chains = append(chains, c)
		}
	}
	if l.lattice.On() {
		lanes = g.lanes
	}
	table := make([]float32, roundColors(l.Colors)*rows*lanes*l.block)
	if c := g.job.J; rows*lanes == 1 && c.Each == nil && !later { // position = place in the table
		h := g.job.H
		rowPtr := g.sampler.graph.RowPtr
		for i, at := range l.offset {
			v := -c.One * float32(rowPtr[i+1]-rowPtr[i])
			if len(h) > 0 {
				v += h[i]
			}
			table[at] = v
		}
		return tensors.FromFlatDataAndDimensions(table, roundColors(l.Colors), 1, 1, l.block)
	}
	g.job.biases(g.sampler.graph, l, later, func(chain, i int, v float32) {
		lane, w := l.laneOf(i, chain-lo, g.lanes)
		at := (int(l.Color[i])*rows+w%rows)*lanes + lane%lanes
		table[at*l.block+int(l.Rank[i])] = v
	}, chains)
	return tensors.FromFlatDataAndDimensions(table, roundColors(l.Colors), rows, lanes, l.block)
}

// mask is a byte for every node, [colors, block] words.
func (g *group) mask(value func(node int) byte) (*tensors.Tensor, error) {
	l := g.sampler.layout
	t := tensors.FromShape(shapes.Make(sweep.WordType(g.lanes), roundColors(l.Colors), l.block))
	err := t.MutableBytes(func(b []byte) {
		clear(b)
		for i := range g.sampler.graph.NumNodes() {
			v, at := value(i), int(l.offset[i])*g.lanes
			if l.Lane != nil {
				b[at+int(l.Lane[i])] = v
				continue
			}
			for k := range g.lanes {
				b[at+k] = v
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("packing a mask: %w", err)
	}
	return t, nil
}

// beta is −2β times the schedule for n sweeps from sweep t of the call, [1 or
// sweep.MaxRecorded, words, lanes].
func (g *group) beta(t, n int) *tensors.Tensor {
	size := 1
	if g.job.records() {
		size = sweep.MaxRecorded
	}
	lo, hi := g.chains()
	b := make([]float32, 0, size*g.rows*g.lanes)
	for i := range size {
		scale := g.job.scale(t + min(i, n-1))
		for k := range g.rows * g.lanes {
			b = append(b, g.job.minusTwoBeta(min(g.chainOf(lo, k), hi-1))*scale)
		}
	}
	return tensors.FromFlatDataAndDimensions(b, size, g.rows, g.lanes)
}

// level is P(up) by the number of up neighbours for every −2β, [1 or
// sweep.MaxRecorded, words, lanes, degree+1], as the number of the 2²³ uniforms
// (k+½)/2²³ that are below it.
func (g *group) level(beta *tensors.Tensor, degree int) *tensors.Tensor {
	var cuts []uint32
	tensors.MustConstFlatData(beta, func(flat []float32) {
		for _, b := range flat {
			for k := range degree + 1 {
				f := float64(g.job.J.One) * float64(2*k-degree)
				p := float32(1 / (1 + math.Exp(float64(b)*f)))
				cuts = append(cuts, uint32(max(0, math.Ceil(float64(p)*(1<<23)-0.5))))
			}
		}
	})
	return tensors.FromFlatDataAndDimensions(cuts, beta.Shape().Dimensions[0], g.rows, g.lanes, degree+1)
}

// control are the scalars for n sweeps from sweep t of the call.
func (g *group) control(t, n int) (*tensors.Tensor, error) {
	lo, hi := splitmix.Mix(g.job.Seed)
	done := g.job.Done + uint64(t)
	out, err := tensors.FromShapeForBackend(g.sampler.engine.Backend, g.device, shapes.Make(dtypes.Uint32, sweep.ControlSize))
	if err != nil {
		return nil, fmt.Errorf("making a call's scalars: %w", err)
	}
	err = out.MutableFlatData(func(flat any) {
		v := flat.([]uint32)
		v[sweep.SeedLow], v[sweep.SeedHigh] = lo, hi
		v[sweep.SweepLow], v[sweep.SweepHigh] = uint32(done), uint32(done>>32)
		v[sweep.Sweeps], v[sweep.Colors] = uint32(n), uint32(g.sampler.layout.Colors)
		v[sweep.FirstPair] = uint32(g.firstPair())
		// States before sweeps BurnIn+1, BurnIn+2, … of the call are counted in the
		// compiled sweep, the last one in unpack.
		v[sweep.SkipCount] = uint32(max(0, g.job.BurnIn+1-t))
	})
	if err != nil {
		return nil, fmt.Errorf("making a call's scalars: %w", err)
	}
	return out, nil
}
