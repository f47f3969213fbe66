package isinggraph

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"example.org/isinggraph/internal/sweep"
	"github.com/gomlx/compute"
	_ "github.com/gomlx/gomlx/backends/default" // registers XLA and the pure Go backend
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// Engine is an open GoMLX backend with the sampler's compiled programs, which
// all samplers and graphs of like shape share.
type Engine struct {
	backend compute.Backend
	onCPU   bool // programs share the host's processors
	devices int  // that a call's chains are sharded over
	remote  bool // the device makes random spins and unpacks the last; words of a node lie side by side
	mu      sync.Mutex
	execs   map[sweep.Spec]*graph.Exec
	built   atomic.Int64 // programs

	exponential, cuts, start, finish program
}

// OpenEngine opens the backend that $GOMLX_BACKEND names, XLA on the CPU by
// default. Where none can be had, or the backend cannot run the compiled sweeps, as
// GoMLX's pure Go backend, the error wraps ErrNoXLA and says what is missing.
func OpenEngine() (e *Engine, err error) {
	defer func() { // GoMLX panics on a backend that it does not know
		if r := recover(); r != nil {
			e, err = nil, noXLA(fmt.Errorf("%v", r))
		}
	}()
	b, err := compute.New()
	if err != nil {
		return nil, noXLA(err)
	}
	return NewEngine(b)
}

// noXLA says that XLA is missing, why, and how it is had.
func noXLA(why error) error {
	first, _, _ := strings.Cut(why.Error(), "\n") // GoMLX appends a stack
	return fmt.Errorf("isinggraph: %w: %s (make env sets XLA's plugin up and prints the variables that find it; Plain samples without)", ErrNoXLA, first)
}

// NewEngine makes an engine of an open backend.
func NewEngine(b compute.Backend) (*Engine, error) {
	if name := b.Name(); !strings.HasPrefix(name, "xla") {
		return nil, noXLA(fmt.Errorf("the backend %q lacks the operations of the compiled sampler", name))
	}
	onCPU := !strings.Contains(b.Description(), "cuda")
	return &Engine{backend: b, onCPU: onCPU, remote: !onCPU, devices: 1, execs: make(map[sweep.Spec]*graph.Exec)}, nil
}

// Backend returns the GoMLX backend.
func (e *Engine) Backend() compute.Backend { return e.backend }

// atOnce returns how many groups of a call's chains run at once, each on a device
// of its own: XLA runs a device's programs one after the other, and its CPU plugin
// presents several devices that share the host's processors. Elsewhere, and where
// programs are sharded, a call is one group.
func (e *Engine) atOnce() int {
	if !e.onCPU || e.devices > 1 {
		return 1
	}
	return max(1, min(runtime.GOMAXPROCS(0), e.backend.NumDevices()))
}

// Compilations returns how many programs the engine has compiled for its samplers.
// Samplers of like shape share programs: see [Engine.New].
func (e *Engine) Compilations() int { return int(e.built.Load()) }

// exec returns the program of a spec; it compiles once for every shape.
func (e *Engine) exec(spec sweep.Spec) (*graph.Exec, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if x := e.execs[spec]; x != nil {
		return x, nil
	}
	x, err := graph.NewExec(e.backend, func(nodes []*graph.Node) []*graph.Node {
		e.built.Add(1) // GoMLX builds a graph for each program that it compiles
		var in sweep.Inputs
		for i, n := range in.List(spec) {
			*n = nodes[i]
		}
		return sweep.Run(spec, in)
	})
	if err != nil {
		return nil, fmt.Errorf("isinggraph: compiling a sweep: %w", err)
	}
	if e.devices > 1 {
		if err := shard(x, e.devices); err != nil {
			return nil, err
		}
	}
	x.SetMaxCache(-1)
	e.execs[spec] = x
	return x, nil
}

// place moves an input that calls share to a device. Calls that did so
// themselves, at once, would find the tensor in neither place.
func (e *Engine) place(t *tensors.Tensor, device compute.DeviceNum) error {
	return t.MaterializeOnDevice(e.backend, true, device)
}

// DefaultEngine returns the one engine that samplers, learners and tasks share unless
// they are told another: that of [OpenEngine], opened at the first call. The
// environment variable ISINGGRAPH_DEVICES says over how many devices it shards
// chains: a number, or all; default 1. Where XLA cannot be had the error wraps
// ErrNoXLA. Do not close its backend.
func DefaultEngine() (*Engine, error) { return defaultEngine() }

var defaultEngine = sync.OnceValues(openDefault)
