package xla

import (
	"fmt"

	"example.org/isinggraph/internal/xla/sweep"
	"github.com/gomlx/gomlx/core/tensors"
)

// collect takes over what a piece of n sweeps from sweep t recorded.
func (g *group) collect(spec sweep.Spec, outs []*tensors.Tensor, t, n int) error {
	defer func() {
		for _, o := range outs {
			o.MustFinalizeAll()
		}
	}()
	lo, hi := g.chains()
	if spec.Trace {
		nodes := float64(g.sampler.graph.NumNodes())
		energy, err := tensors.CopyFlatData[float64](outs[0])
		if err != nil {
			return fmt.Errorf("reading energies: %w", err)
		}
		ups, err := tensors.CopyFlatData[int32](outs[1])
		if err != nil {
			return fmt.Errorf("reading magnetizations: %w", err)
		}
		for i := range n {
			for k := range g.rows * g.lanes {
				if c := g.chainOf(lo, k); c < hi {
					at := i*g.rows*g.lanes + k
					g.job.Energy[c][t+i] += energy[at]
					g.job.Magnetization[c][t+i] += 2 * float64(ups[at]) / nodes
				}
			}
			for c := lo; c < hi; c++ {
				g.job.Magnetization[c][t+i]--
			}
		}
		outs = outs[2:]
	}
	if spec.Counts {
		err := outs[0].ConstBytes(func(b []byte) {
			if g.tally == nil {
				g.tally = make([]uint32, len(b))
			}
			for i, v := range b {
				g.tally[i] += uint32(v)
			}
		})
		if err != nil {
			return fmt.Errorf("reading counts: %w", err)
		}
	}
	return nil
}
