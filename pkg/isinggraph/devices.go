package isinggraph

import (
	"fmt"
	"os"
	"strconv"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/distributed"
	"github.com/gomlx/gomlx/core/graph"
)

// Devices returns how many devices a call's chains are sharded over.
func (e *Engine) Devices() int { return e.devices }

// OnDevices returns an engine on the same backend whose samplers shard the chains
// of every call over the first n devices: XLA runs one program on all of them
// (SPMD), each with its own chains. The samples are those of one device, bit by
// bit on the CPU. Chains stay together in pairs (single on lattices), so that n
// devices are busy from 2n chains on; every device holds the graph's tables. It is an
// error if there are not n devices.
func (e *Engine) OnDevices(n int) (*Engine, error) {
	if have := e.backend.NumDevices(); n < 1 || n > have {
		return nil, fmt.Errorf("isinggraph: %d devices, the backend has %d", n, have)
	}
	d, err := NewEngine(e.backend)
	if err == nil {
		d.devices, d.remote = n, e.remote
	}
	return d, err
}

// devicesVariable says over how many devices the default engine shards chains: a
// number, or all. Default 1.
const devicesVariable = "ISINGGRAPH_DEVICES"

// openDefault opens the default engine.
func openDefault() (*Engine, error) {
	e, err := OpenEngine()
	value := os.Getenv(devicesVariable)
	if err != nil || value == "" {
		return e, err
	}
	n := e.backend.NumDevices()
	if value != "all" {
		if n, err = strconv.Atoi(value); err != nil {
			return nil, fmt.Errorf("isinggraph: %s is %q, need a number or all", devicesVariable, value)
		}
	}
	return e.OnDevices(n)
}

// shard makes programs run on the first n devices at once.
func shard(x *graph.Exec, n int) error {
	mesh, err := distributed.NewDeviceMesh([]int{n}, []string{"chains"})
	if err != nil {
		return fmt.Errorf("isinggraph: sharding over %d devices: %w", n, err)
	}
	devices := make([]compute.DeviceNum, n)
	for k := range devices {
		devices[k] = compute.DeviceNum(k)
	}
	x.SPMD(mesh).WithDeviceAssignment(devices)
	return nil
}

// shards splits the words first … end−1 into a run for each device, of as many
// words each; those beyond end hold no chains.
func (s *compiled) shards(r run, first, end int) []*run {
	n := s.engine.devices
	r.words, r.endWord = (end-first+n-1)/n, end
	var list []*run
	for d := range n {
		part := r
		part.device, part.firstWord = r.device+compute.DeviceNum(d), first+d*r.words
		list = append(list, &part)
	}
	return list
}
