package isinggraph

import (
	"fmt"
	"math"

	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/internal/sweep"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
)

// Places of inputs in the order of sweep.Inputs.List.
const (
	spinsArg = iota
	couplingArg
	betaArg
	controlArg
	_
	biasArg
	levelArg = biasArg // if spec.Levels
	cutsArg  = biasArg // if spec.Shared
)

// temper makes the inputs that hold β, for n sweeps from sweep t of the call, in
// place of those before.
func (r *run) temper(spec sweep.Spec, args []any, t, n int) {
	for _, i := range []int{betaArg, levelArg} {
		if old, ok := args[i].(*tensors.Tensor); ok && (i == betaArg || spec.Levels > 0) {
			old.MustFinalizeAll()
		}
	}
	beta := r.beta(t, n)
	args[betaArg] = beta
	if spec.Levels > 0 {
		args[levelArg] = r.level(beta, spec.Levels)
	}
}

// inputs makes a call's inputs, with β for its first n sweeps, for one user.
func (r *run) inputs(spec sweep.Spec, n int) (*inputs, error) {
	l, g := r.s.layout, r.s.graph
	tables := l.tables()
	couplings := func(t table) *tensors.Tensor {
		return tableTensor(t, t.couplings(g, r.o.J.each))
	}
	fixed := r.s.fixed[r.device]
	args := []any{nil, nil, nil, nil, fixed[0], nil}
	if spec.Weighted {
		args[couplingArg] = couplings(tables[0])
	} else {
		args[couplingArg] = tensors.FromValue([]float32{2 * r.o.J.one, 2 * r.o.J.diagonal})
	}
	if spec.Levels == 0 {
		args[biasArg] = r.biasInput(false)
	}
	if spec.Masked {
		active, err := r.maskInput(func(i int) byte {
			if len(r.o.Clamp) > 0 && r.o.Clamp[i] != 0 {
				return 0
			}
			return 0xFF
		})
		if err != nil {
			return nil, err
		}
		args = append(args, active)
	}
	if spec.Trace {
		args = append(args, r.biasInput(true), tables[0].input(g, true))
	}
	for k := 1; k <= spec.Hubs; k++ {
		args = append(args, fixed[k])
		if spec.Weighted {
			args = append(args, couplings(tables[k]))
		}
		if spec.Trace {
			args = append(args, tables[k].input(g, true))
		}
	}
	if l.lattice.On() {
		args = append(args, fixed[len(fixed)-1])
		if spec.Trace {
			site, err := r.maskInput(func(int) byte { return 1 })
			if err != nil {
				return nil, err
			}
			args = append(args, site)
		}
	}
	r.temper(spec, args, 0, n)
	if spec.Shared {
		if err := r.tabulate(args); err != nil {
			return nil, err
		}
	}
	return &inputs{args: args, fixed: fixed, users: 1}, nil
}

// tableTensor is a value for each slot of a table.
func tableTensor[T int32 | float32](t table, values []T) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(values, t.colors, t.slots, t.nodes)
}

// input is the table's neighbours.
func (t table) input(g *Graph, later bool) *tensors.Tensor {
	return tableTensor(t, t.neighbors(g, later))
}

// biasInput is h_i − Σ_j J_ij, [colors, 1 or words, 1 or lanes, block].
func (r *run) biasInput(later bool) *tensors.Tensor {
	l, n := r.s.layout, r.s.graph.NumNodes()
	lo, hi := r.chains()
	rows, lanes := 1, 1
	chains := []int{lo}
	if len(r.o.H) > n {
		rows, lanes, chains = r.words, r.lanes, chains[:0]
		for c := lo; c < hi; c++ {
			chains = append(chains, c)
		}
	}
	if l.lattice.On() {
		lanes = r.lanes
	}
	table := make([]float32, roundColors(l.colors)*rows*lanes*l.block)
	if c := r.o.J; rows*lanes == 1 && c.each == nil && !later { // position = place in the table
		h := r.o.H
		rowPtr, _ := r.s.graph.CSR()
		for i, at := range l.offset {
			v := -c.one * float32(rowPtr[i+1]-rowPtr[i])
			if len(h) > 0 {
				v += h[i]
			}
			table[at] = v
		}
		return tensors.FromFlatDataAndDimensions(table, roundColors(l.colors), 1, 1, l.block)
	}
	r.o.biases(r.s.graph, l, later, func(chain, i int, v float32) {
		lane, w := l.laneOf(i, chain-lo, r.lanes)
		at := (int(l.color[i])*rows+w%rows)*lanes + lane%lanes
		table[at*l.block+int(l.rank[i])] = v
	}, chains)
	return tensors.FromFlatDataAndDimensions(table, roundColors(l.colors), rows, lanes, l.block)
}

// maskInput is a byte for every node, [colors, block] words.
func (r *run) maskInput(value func(node int) byte) (*tensors.Tensor, error) {
	l := r.s.layout
	t := tensors.FromShape(shapes.Make(sweep.WordType(r.lanes), roundColors(l.colors), l.block))
	err := t.MutableBytes(func(b []byte) {
		clear(b)
		for i := range r.s.graph.NumNodes() {
			v, at := value(i), int(l.offset[i])*r.lanes
			if l.lane != nil {
				b[at+int(l.lane[i])] = v
				continue
			}
			for k := range r.lanes {
				b[at+k] = v
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("isinggraph: packing a mask: %w", err)
	}
	return t, nil
}

// beta is −2β times the schedule for n sweeps from sweep t of the call, [1 or
// sweep.MaxRecorded, words, lanes].
func (r *run) beta(t, n int) *tensors.Tensor {
	size := 1
	if r.records() {
		size = sweep.MaxRecorded
	}
	lo, hi := r.chains()
	b := make([]float32, 0, size*r.words*r.lanes)
	for i := range size {
		scale := r.o.scale(t + min(i, n-1))
		for k := range r.words * r.lanes {
			b = append(b, r.o.minusTwoBeta(min(r.chainOf(lo, k), hi-1))*scale)
		}
	}
	return tensors.FromFlatDataAndDimensions(b, size, r.words, r.lanes)
}

// level is P(up) by the number of up neighbours for every −2β, [1 or
// sweep.MaxRecorded, words, lanes, degree+1], as the number of the 2²³ uniforms
// (k+½)/2²³ that are below it.
func (r *run) level(beta *tensors.Tensor, degree int) *tensors.Tensor {
	var cuts []uint32
	tensors.MustConstFlatData(beta, func(flat []float32) {
		for _, b := range flat {
			for k := range degree + 1 {
				f := float64(r.o.J.one) * float64(2*k-degree)
				p := float32(1 / (1 + math.Exp(float64(b)*f)))
				cuts = append(cuts, uint32(max(0, math.Ceil(float64(p)*(1<<23)-0.5))))
			}
		}
	})
	return tensors.FromFlatDataAndDimensions(cuts, beta.Shape().Dimensions[0], r.words, r.lanes, degree+1)
}

// chainOf is the chain of the k-th lane of the group's words.
func (r *run) chainOf(lo, k int) int {
	if r.s.layout.lattice.On() {
		return lo + k/r.lanes
	}
	return lo + k
}

// control are the scalars for n sweeps from sweep t of the call.
func (r *run) control(t, n int) (*tensors.Tensor, error) {
	lo, hi := splitmix.Mix(r.o.Seed)
	done := r.o.Done + uint64(t)
	out, err := tensors.FromShapeForBackend(r.s.engine.backend, r.device, shapes.Make(dtypes.Uint32, sweep.ControlSize))
	if err != nil {
		return nil, fmt.Errorf("isinggraph: %w", err)
	}
	err = out.MutableFlatData(func(flat any) {
		v := flat.([]uint32)
		v[sweep.SeedLow], v[sweep.SeedHigh] = lo, hi
		v[sweep.SweepLow], v[sweep.SweepHigh] = uint32(done), uint32(done>>32)
		v[sweep.Sweeps], v[sweep.Colors] = uint32(n), uint32(r.s.layout.colors)
		v[sweep.FirstPair] = uint32(r.firstPair())
		// States before sweeps BurnIn+1, BurnIn+2, … of the call are counted in the
		// compiled sweep, the last one in unpack.
		v[sweep.SkipCount] = uint32(max(0, r.o.BurnIn+1-t))
	})
	if err != nil {
		return nil, fmt.Errorf("isinggraph: %w", err)
	}
	return out, nil
}
