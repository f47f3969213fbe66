package isinggraph

import (
	"fmt"

	"example.org/isinggraph/internal/sweep"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// cutsPlane is the least number of positions for which a program of its own for the
// table of probabilities pays.
const cutsPlane = 1 << 12

// shared tells whether probabilities are tabulated by node and number of up
// neighbours, which pays from four lanes on.
func (r *run) shared() bool {
	l, o := r.s.layout, r.o
	return r.lanes >= 4 && l.plane >= cutsPlane && o.alike() &&
		l.reach() <= maxLevels && !l.lattice.On()
}

// tabulate replaces the bias by the table of cuts.
func (r *run) tabulate(args []any) error {
	bias := args[biasArg].(*tensors.Tensor)
	defer bias.MustFinalizeAll()
	ups := make([]float32, 1+r.s.layout.reach())
	for k := range ups {
		ups[k] = float32(k)
	}
	up := tensors.FromValue(ups)
	defer up.MustFinalizeAll()
	build := func(in []*graph.Node) *graph.Node { return sweep.Cuts(in[0], in[1], in[2], in[3]) }
	cuts, err := r.s.engine.cuts.call(r.s.engine, build, r.device, args[couplingArg], args[betaArg], bias, up)
	if err != nil {
		return fmt.Errorf("isinggraph: tabulating probabilities: %w", err)
	}
	args[cutsArg] = cuts
	return nil
}
