package isinggraph

import (
	"fmt"

	"example.org/isinggraph/internal/philox"
	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/internal/sweep"
	"example.org/isinggraph/internal/tensor"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// ends are what a device needs to make a call's first spins and to read its last:
// the inputs of sweep.Start and sweep.Finish.
type ends struct {
	nodes, positions *tensors.Tensor
	lanes            map[int]*tensors.Tensor // by the number of lanes
}

// layEnds puts them on a device. The caller holds s.recent.mu.
func (s *compiled) layEnds(device compute.DeviceNum) error {
	l, rows := s.layout, 1
	lanes := make(map[int]*tensors.Tensor)
	if l.lane != nil {
		rows = latticeLanes
		lane := make([]int32, len(l.lane))
		for i, k := range l.lane {
			lane[i] = int32(k)
		}
		lanes[rows] = tensors.FromFlatDataAndDimensions(lane, 1, len(lane))
	} else {
		for k := 1; k <= 8; k *= 2 {
			lane := []int32{0, 1, 2, 3, 4, 5, 6, 7}
			lanes[k] = tensors.FromFlatDataAndDimensions(lane[:k], k, 1)
		}
	}
	nodes := make([]int32, rows*l.plane)
	for at := range nodes {
		nodes[at] = -1
	}
	for i, at := range l.offset {
		if l.lane != nil {
			at += int32(int(l.lane[i]) * l.plane)
		}
		nodes[at] = int32(i)
	}
	e := &ends{tensors.FromFlatDataAndDimensions(nodes, rows, l.plane), tensors.FromFlatDataAndDimensions(l.offset, len(l.offset)), lanes}
	for _, t := range e.list() {
		if err := s.engine.place(t, device); err != nil {
			tensor.Free(e.list())
			return fmt.Errorf("isinggraph: laying out a graph: %w", err)
		}
	}
	s.ends[device] = e
	return nil
}

// list returns the tensors, none of nil.
func (e *ends) list() []*tensors.Tensor {
	if e == nil {
		return nil
	}
	list := []*tensors.Tensor{e.nodes, e.positions}
	for _, t := range e.lanes {
		list = append(list, t)
	}
	return list
}

// begin makes the group's random words on its device, of which the host sends the
// chains' stream keys alone.
func (r *run) begin() (*tensors.Tensor, error) {
	lo, hi := splitmix.Mix(r.o.Seed)
	per := r.lanes
	if r.s.layout.lane != nil {
		per = 1
	}
	chains := r.words * per
	keys := make([]uint32, 2*chains)
	first := r.o.First + r.firstWord*per
	for c := range chains {
		keys[c], keys[chains+c] = philox.Key(lo, hi, 0, philox.Start, uint32(first+c))
	}
	in := tensors.FromFlatDataAndDimensions(keys, 2, r.words, per)
	defer in.MustFinalizeAll()
	build := func(in []*graph.Node) *graph.Node { return sweep.Start(in[0], in[1]) }
	return r.s.engine.start.call(r.s.engine, build, r.device, r.s.ends[r.device].nodes, in)
}

// fetch unpacks the group's spins on its device and copies them out.
func (r *run) fetch(words *tensors.Tensor) error {
	at := r.s.ends[r.device]
	build := func(in []*graph.Node) *graph.Node { return sweep.Finish(in[0], in[1], in[2]) }
	spins, err := r.s.engine.finish.call(r.s.engine, build, r.device, words, at.positions, at.lanes[r.lanes])
	if err != nil {
		return err
	}
	defer spins.MustFinalizeAll()
	lo, hi := r.chains()
	n := r.s.graph.NumNodes()
	return tensors.ConstFlatData(spins, func(flat []int8) { copy(r.o.Spins[lo*n:hi*n], flat) })
}

// call calls the program on a device.
func (p *program) call(e *Engine, build func(in []*graph.Node) *graph.Node, device compute.DeviceNum, args ...any) (*tensors.Tensor, error) {
	x, err := p.exec(e, build)
	if err != nil {
		return nil, err
	}
	outs, _, err := x.CallWithGraphOnDevice(device, args...)
	if err != nil {
		return nil, err
	}
	return outs[0], nil
}
