package isinggraph

import (
	"fmt"

	"example.org/isinggraph/internal/sweep"
	"github.com/gomlx/gomlx/core/tensors"
)

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
					r.o.Energy[c][t+i] += energy[at]
					r.o.Magnetization[c][t+i] += 2 * float64(ups[at]) / nodes
				}
			}
			for c := lo; c < hi; c++ {
				r.o.Magnetization[c][t+i]--
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
