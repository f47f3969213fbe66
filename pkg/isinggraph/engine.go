package isinggraph

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/gomlx/backends/default" // registers XLA and the pure Go backend

	"example.org/isinggraph/internal/xla"
)

// Engine is an open GoMLX backend with the sampler's compiled programs, which
// all samplers and graphs of like shape share.
type Engine struct{ xla *xla.Engine }

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
	x, err := xla.NewEngine(b, 1)
	if err != nil {
		return nil, noXLA(err)
	}
	return &Engine{x}, nil
}

// Backend returns the GoMLX backend.
func (e *Engine) Backend() compute.Backend { return e.xla.Backend }

// Compilations returns how many programs the engine has compiled for its samplers.
// Samplers of like shape share programs: see [Engine.New].
func (e *Engine) Compilations() int { return e.xla.Compilations() }

// Devices returns how many devices a call's chains are sharded over.
func (e *Engine) Devices() int { return e.xla.Devices }

// OnDevices returns an engine on the same backend whose samplers shard the chains
// of every call over the first n devices: XLA runs one program on all of them
// (SPMD), each with its own chains. The samples are those of one device, bit by
// bit on the CPU. Chains stay together in pairs (single on lattices), so that n
// devices are busy from 2n chains on; every device holds the graph's tables. It is an
// error if there are not n devices.
func (e *Engine) OnDevices(n int) (*Engine, error) {
	x, err := xla.NewEngine(e.xla.Backend, n)
	if err != nil {
		return nil, fmt.Errorf("isinggraph: %w", err)
	}
	return &Engine{x}, nil
}

// DefaultEngine returns the one engine that samplers, learners and tasks share unless
// they are told another: that of [OpenEngine], opened at the first call. The
// environment variable ISINGGRAPH_DEVICES says over how many devices it shards
// chains: a number, or all; default 1. Where XLA cannot be had the error wraps
// ErrNoXLA. Do not close its backend.
func DefaultEngine() (*Engine, error) { return defaultEngine() }

var defaultEngine = sync.OnceValues(openDefault)

// devicesVariable says over how many devices the default engine shards chains.
const devicesVariable = "ISINGGRAPH_DEVICES"

// openDefault opens the default engine.
func openDefault() (*Engine, error) {
	e, err := OpenEngine()
	value := os.Getenv(devicesVariable)
	if err != nil || value == "" {
		return e, err
	}
	n := e.Backend().NumDevices()
	if value != "all" {
		if n, err = strconv.Atoi(value); err != nil {
			return nil, fmt.Errorf("isinggraph: %s is %q, need a number or all", devicesVariable, value)
		}
	}
	return e.OnDevices(n)
}
