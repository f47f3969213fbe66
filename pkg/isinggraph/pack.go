package isinggraph

import (
	"fmt"

	"example.org/isinggraph/internal/sweep"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
)

// Places of the two inputs that change from piece to piece, in the order of
// sweep.Inputs.List.
const (
	betaArg    = 3
	controlArg = 4
)

// inputs makes a call's inputs, in the order of sweep.Inputs.List.
func (r *run) inputs(spec sweep.Spec) ([]any, error) {
	spins, err := r.pack()
	if err != nil {
		return nil, err
	}
	l := r.s.layout
	args := []any{spins, r.couplingInput(), r.biasInput(false), nil, nil, r.s.table}
	if spec.Masked {
		active, err := r.activeInput()
		if err != nil {
			return nil, err
		}
		args = append(args, active)
	}
	if spec.Trace {
		table, degree, err := l.neighborTable(r.s.graph, true)
		if err != nil {
			return nil, err
		}
		later := tensors.FromFlatDataAndDimensions(table, roundColors(l.colors), degree, l.block)
		args = append(args, r.biasInput(true), later)
	}
	if l.lattice.On() {
		args = append(args, r.s.turn)
	}
	return args, nil
}

// pack makes the group's words of its chains' spins.
func (r *run) pack() (*tensors.Tensor, error) {
	t := tensors.FromShape(r.wordsShape())
	lo, hi := r.chains()
	l, n := r.s.layout, r.s.graph.NumNodes()
	err := t.MutableBytes(func(b []byte) {
		clear(b)
		for c := lo; c < hi; c++ {
			x := r.out.Chain(c)
			parallelRange(n, 1<<15, func(from, to int) {
				for i := from; i < to; i++ {
					b[l.byteAt(i, c-lo, r.lanes)] = byte(x[i]+1) >> 1
				}
			})
		}
	})
	if err != nil {
		return nil, fmt.Errorf("isinggraph: packing spins: %w", err)
	}
	return t, nil
}

// unpack copies the group's spins out of its words, and the means out of the
// tally.
func (r *run) unpack(t *tensors.Tensor) error {
	lo, hi := r.chains()
	l, n := r.s.layout, r.s.graph.NumNodes()
	err := t.ConstBytes(func(b []byte) {
		for c := lo; c < hi; c++ {
			x := r.out.Chain(c)
			parallelRange(n, 1<<15, func(from, to int) {
				for i := from; i < to; i++ {
					x[i] = int8(b[l.byteAt(i, c-lo, r.lanes)])*2 - 1
				}
			})
			if r.o.Marginals {
				kept := float64(r.o.Sweeps - r.o.BurnIn)
				for i := range n {
					up := float64(r.tally[l.byteAt(i, c-lo, r.lanes)]) + float64(x[i]+1)/2
					r.out.Mean[c*n+i] = float32(2*up/kept - 1)
				}
			}
		}
	})
	if err != nil {
		return fmt.Errorf("isinggraph: unpacking spins: %w", err)
	}
	return nil
}

// couplingInput is 2J: one number, by neighbour slot, or straight and diagonal.
func (r *run) couplingInput() *tensors.Tensor {
	l, c := r.s.layout, r.couplings
	switch {
	case l.lattice.On():
		return tensors.FromValue([]float32{2 * c.one, 2 * c.diagonal})
	case c.each != nil:
		return tensors.FromFlatDataAndDimensions(l.couplingTable(r.s.graph, c.each, r.s.degree), roundColors(l.colors), r.s.degree, l.block)
	}
	return tensors.FromValue([]float32{2 * c.one})
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
	r.couplings.biases(r.s.graph, l, r.o.Params, later, func(chain, i int, v float32) {
		lane, w := l.laneOf(i, chain-lo, r.lanes)
		at := (int(l.color[i])*rows+w%rows)*lanes + lane%lanes
		table[at*l.block+int(l.rank[i])] = v
	}, chains)
	return tensors.FromFlatDataAndDimensions(table, roundColors(l.colors), rows, lanes, l.block)
}

// activeInput marks the spins that may change.
func (r *run) activeInput() (*tensors.Tensor, error) {
	l := r.s.layout
	t := tensors.FromShape(shapes.Make(sweep.WordType(r.lanes), roundColors(l.colors), l.block))
	err := t.MutableBytes(func(b []byte) {
		clear(b)
		for i := range r.s.graph.NumNodes() {
			if len(r.o.Clamp) > 0 && r.o.Clamp[i] != 0 {
				continue
			}
			at := (int(l.color[i])*l.block + int(l.rank[i])) * r.lanes
			if l.lane != nil {
				b[at+int(l.lane[i])] = 0xFF
				continue
			}
			for k := range r.lanes {
				b[at+k] = 0xFF
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("isinggraph: packing the mask: %w", err)
	}
	return t, nil
}

// beta is −2β times the schedule for n sweeps from sweep t of the call, [1 or
// sweep.MaxRecorded, words, lanes].
func (r *run) beta(t, n int) *tensors.Tensor {
	size := 1
	if r.o.Trace || r.o.Marginals || len(r.o.Schedule) > 0 {
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

// chainOf is the chain of the k-th lane of the group's words.
func (r *run) chainOf(lo, k int) int {
	if r.s.layout.lattice.On() {
		return lo + k/r.lanes
	}
	return lo + k
}

// control are the scalars for n sweeps from sweep t of the call.
func (r *run) control(t, n int) *tensors.Tensor {
	lo, hi := mixSeed(r.o.Seed)
	done := r.out.Sweeps + uint64(t)
	v := make([]uint32, sweep.ControlSize)
	v[sweep.SeedLow], v[sweep.SeedHigh] = lo, hi
	v[sweep.SweepLow], v[sweep.SweepHigh] = uint32(done), uint32(done>>32)
	v[sweep.Sweeps], v[sweep.Colors] = uint32(n), uint32(r.s.layout.colors)
	v[sweep.FirstPair] = uint32(r.firstWord * r.lanes / 2)
	// States before sweeps BurnIn+1, BurnIn+2, … of the call are counted here, the
	// last one in unpack.
	v[sweep.SkipCount] = uint32(max(0, r.o.BurnIn+1-t))
	return tensors.FromValue(v)
}

// collect takes over what a piece of n sweeps from sweep t recorded.
func (r *run) collect(spec sweep.Spec, outs []*tensors.Tensor, t, n int) error {
	defer func() {
		for _, o := range outs {
			o.MustFinalizeAll()
		}
	}()
	lo, hi := r.chains()
	if spec.Trace {
		nodes := float64(r.s.graph.NumNodes())
		energy, err := tensors.CopyFlatData[float64](outs[0])
		if err != nil {
			return fmt.Errorf("isinggraph: reading energies: %w", err)
		}
		ups, err := tensors.CopyFlatData[int32](outs[1])
		if err != nil {
			return fmt.Errorf("isinggraph: reading magnetizations: %w", err)
		}
		for i := range n {
			for k := range r.words * r.lanes {
				if c := r.chainOf(lo, k); c < hi {
					at := i*r.words*r.lanes + k
					r.out.Trace.Energy[c][t+i] += energy[at]
					r.out.Trace.Magnetization[c][t+i] += 2 * float64(ups[at]) / nodes
				}
			}
			for c := lo; c < hi; c++ {
				r.out.Trace.Magnetization[c][t+i]--
			}
		}
		outs = outs[2:]
	}
	if spec.Counts {
		err := outs[0].ConstBytes(func(b []byte) {
			if r.tally == nil {
				r.tally = make([]uint32, len(b))
			}
			for i, v := range b {
				r.tally[i] += uint32(v)
			}
		})
		if err != nil {
			return fmt.Errorf("isinggraph: reading counts: %w", err)
		}
	}
	return nil
}
