package xla

import (
	"fmt"

	"example.org/isinggraph/internal/philox"
	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/internal/xla/sweep"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// deviceSpins is what a device needs to make a job's first spins and to unpack its last
// by itself: the inputs of sweep.RandomSpins and sweep.Unpack.
type deviceSpins struct {
	nodes, positions *tensors.Tensor
	lanes            map[int]*tensors.Tensor // by the number of lanes
}

// layDeviceSpins puts them on a device. The caller holds s.inputs.mu.
func (s *Sampler) layDeviceSpins(device compute.DeviceNum) error {
	l, rows := s.layout, 1
	lanes := make(map[int]*tensors.Tensor)
	if l.Lane != nil {
		rows = Strips
		lane := make([]int32, len(l.Lane))
		for i, k := range l.Lane {
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
		if l.Lane != nil {
			at += int32(int(l.Lane[i]) * l.plane)
		}
		nodes[at] = int32(i)
	}
	e := &deviceSpins{tensors.FromFlatDataAndDimensions(nodes, rows, l.plane), tensors.FromFlatDataAndDimensions(l.offset, len(l.offset)), lanes}
	for _, t := range e.list() {
		if err := s.engine.place(t, device); err != nil {
			tensor.Free(e.list())
			return fmt.Errorf("laying out a graph: %w", err)
		}
	}
	s.device[device] = e
	return nil
}

// list returns the tensors, none of nil.
func (e *deviceSpins) list() []*tensors.Tensor {
	if e == nil {
		return nil
	}
	list := []*tensors.Tensor{e.nodes, e.positions}
	for _, t := range e.lanes {
		list = append(list, t)
	}
	return list
}

// makeSpins makes the group's random words on its device, of which the host sends the
// chains' stream keys alone.
func (g *group) makeSpins() (*tensors.Tensor, error) {
	lo, hi := splitmix.Mix(g.job.Seed)
	per, e := g.chainsOfRow(), g.sampler.engine
	chains := g.rows * per
	keys := make([]uint32, 2*chains)
	first := g.job.First + g.firstRow*per
	for c := range chains {
		keys[c], keys[chains+c] = philox.Key(lo, hi, 0, philox.Start, uint32(first+c))
	}
	in := tensors.FromFlatDataAndDimensions(keys, 2, g.rows, per)
	defer in.MustFinalizeAll()
	build := func(in []*graph.Node) *graph.Node { return sweep.RandomSpins(in[0], in[1]) }
	return e.randomSpins.call(e, build, g.device, g.sampler.device[g.device].nodes, in)
}

// fetchSpins unpacks the group's spins on its device and copies them out.
func (g *group) fetchSpins(words *tensors.Tensor) error {
	at, e := g.sampler.device[g.device], g.sampler.engine
	build := func(in []*graph.Node) *graph.Node { return sweep.Unpack(in[0], in[1], in[2]) }
	spins, err := e.unpack.call(e, build, g.device, words, at.positions, at.lanes[g.lanes])
	if err != nil {
		return err
	}
	defer spins.MustFinalizeAll()
	lo, hi := g.chains()
	n := g.sampler.graph.NumNodes()
	return tensors.ConstFlatData(spins, func(flat []int8) { copy(g.job.Spins[lo*n:hi*n], flat) })
}
