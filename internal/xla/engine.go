package xla

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/distributed"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"example.org/isinggraph/internal/xla/sweep"
)

// Engine is an open GoMLX backend with the compiled programs, which all samplers and
// graphs of like shape share.
type Engine struct {
	Backend compute.Backend
	Devices int // over which a job's chains are sharded
	// Accelerator tells whether devices are not the host's processors: they make the
	// random spins and unpack the last, and words of a node lie side by side.
	Accelerator bool
	mu          sync.Mutex
	sweeps      map[sweep.Spec]*graph.Exec
	built       atomic.Int64 // programs

	exponential, cuts, randomSpins, unpack program
}

// NewEngine makes an engine of an open backend, which must be XLA's, for a number of
// its devices.
func NewEngine(b compute.Backend, devices int) (*Engine, error) {
	if name := b.Name(); !strings.HasPrefix(name, "xla") {
		return nil, fmt.Errorf("the backend %q lacks the operations of the compiled sampler", name)
	}
	if have := b.NumDevices(); devices < 1 || devices > have {
		return nil, fmt.Errorf("%d devices, the backend has %d", devices, have)
	}
	return &Engine{Backend: b, Devices: devices, Accelerator: strings.Contains(b.Description(), "cuda"), sweeps: make(map[sweep.Spec]*graph.Exec)}, nil
}

// Compilations returns how many programs the engine has compiled.
func (e *Engine) Compilations() int { return int(e.built.Load()) }

// atOnce returns how many groups of a job's chains run at once, each on a device
// of its own: XLA runs a device's programs one after the other, and its CPU plugin
// presents several devices that share the host's processors. Elsewhere, and where
// programs are sharded, a job is one group.
func (e *Engine) atOnce() int {
	if e.Accelerator || e.Devices > 1 {
		return 1
	}
	return max(1, min(runtime.GOMAXPROCS(0), e.Backend.NumDevices()))
}

// sweep returns the program of a spec; it compiles once for every shape.
func (e *Engine) sweep(spec sweep.Spec) (*graph.Exec, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if x := e.sweeps[spec]; x != nil {
		return x, nil
	}
	x, err := graph.NewExec(e.Backend, func(nodes []*graph.Node) []*graph.Node {
		e.built.Add(1) // GoMLX builds a graph for each program that it compiles
		var in sweep.Inputs[*graph.Node]
		for i, n := range in.List(spec) {
			*n = nodes[i]
		}
		return sweep.Run(spec, in)
	})
	if err != nil {
		return nil, fmt.Errorf("compiling a sweep: %w", err)
	}
	if e.Devices > 1 {
		if err := shard(x, e.Devices); err != nil {
			return nil, err
		}
	}
	x.SetMaxCache(-1)
	e.sweeps[spec] = x
	return x, nil
}

// shard makes programs run on the first n devices at once.
func shard(x *graph.Exec, n int) error {
	mesh, err := distributed.NewDeviceMesh([]int{n}, []string{"chains"})
	if err != nil {
		return fmt.Errorf("sharding over %d devices: %w", n, err)
	}
	devices := make([]compute.DeviceNum, n)
	for k := range devices {
		devices[k] = compute.DeviceNum(k)
	}
	x.SPMD(mesh).WithDeviceAssignment(devices)
	return nil
}

// place moves an input that calls share to a device. Calls that did so
// themselves, at once, would find the tensor in neither place.
func (e *Engine) place(t *tensors.Tensor, device compute.DeviceNum) error {
	return t.MaterializeOnDevice(e.Backend, true, device)
}

// program is one that the engine compiles when it is first needed.
type program struct {
	once sync.Once
	x    *graph.Exec
	err  error
}

// exec returns the program of what builds its graph.
func (p *program) exec(e *Engine, build func(in []*graph.Node) *graph.Node) (*graph.Exec, error) {
	p.once.Do(func() {
		if p.x, p.err = graph.NewExec(e.Backend, func(in []*graph.Node) *graph.Node {
			e.built.Add(1)
			return build(in)
		}); p.err == nil {
			p.x.SetMaxCache(-1)
		}
	})
	return p.x, p.err
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

// exp replaces x by the exponentials that the compiled sweeps compute.
func (e *Engine) exp(x []float32) error {
	p, err := e.exponential.exec(e, func(in []*graph.Node) *graph.Node { return graph.Exp(in[0]) })
	if err != nil {
		return err
	}
	size := 1024
	for size < len(x) {
		size *= 2
	}
	in := tensors.FromFlatDataAndDimensions(append(make([]float32, 0, size), x...)[:size], size)
	defer in.MustFinalizeAll()
	outs, err := p.Call(in)
	if err != nil {
		return err
	}
	defer outs[0].MustFinalizeAll()
	return tensors.ConstFlatData(outs[0], func(flat []float32) { copy(x, flat) })
}
