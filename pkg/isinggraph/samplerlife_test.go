package isinggraph

import (
	"context"
	"errors"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"
)

// onGrid is a sampler with its graph.
type onGrid struct {
	Sampler
	graph *Graph
}

// plainSamplers are the plain Go sampler of a grid and that of its graph.
func plainSamplers(t *testing.T, gr Grid) []onGrid {
	t.Helper()
	return samplersOf(t, gr, PlainOnGrid, func(g *Graph) (Sampler, error) { return Plain(g), nil })
}

// compiledSamplers are the lattice sampler of a grid and that of its graph.
func compiledSamplers(t *testing.T, gr Grid) []onGrid {
	t.Helper()
	e := testEngine(t)
	return samplersOf(t, gr, e.NewOnGrid, e.New)
}

func samplersOf(t *testing.T, gr Grid, grid func(Grid) (Sampler, error), graph func(*Graph) (Sampler, error)) []onGrid {
	t.Helper()
	g, err := gr.Graph()
	if err != nil {
		t.Fatal(err)
	}
	a, err := grid(gr)
	if err != nil {
		t.Fatal(err)
	}
	b, err := graph(g)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	t.Cleanup(b.Close)
	return []onGrid{{a, g}, {b, g}}
}

// TestLargeSamplersEndWithContext: a call that would take years ends with its context
// on graphs whose single sweeps take long, too.
func TestLargeSamplersEndWithContext(t *testing.T) {
	samplers := plainSamplers(t, Grid{200, 160, 4, true})
	if _, err := DefaultEngine(); err == nil {
		samplers = append(samplers, compiledSamplers(t, Grid{200, 160, 4, true})...)
	}
	for _, s := range samplers {
		r := Request{Model: Model{Beta: 0.4}, Chains: Chains{Count: 3}, Sweeps: 1}
		mustSample(t, s, r) // compiles
		r.Sweeps = 1 << 40
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		start := time.Now()
		if out, err := s.Sample(ctx, r); !errors.Is(err, context.DeadlineExceeded) || out != nil {
			t.Errorf("%v: samples %v with error %v", s.Sampler, out != nil, err)
		}
		t.Logf("%v: ended after %v", s.Sampler, time.Since(start).Round(time.Millisecond))
		if late := time.Since(start); late > 30*time.Second { // of a machine in trouble
			t.Errorf("%v: the call ended after %v", s.Sampler, late)
		}
	}
}

func TestPlainKeepsMemory(t *testing.T) {
	testMemory(t, plainSamplers(t, Grid{20, 32, 4, true})...)
}

func TestCompiledKeepsMemory(t *testing.T) {
	testMemory(t, compiledSamplers(t, Grid{20, 32, 4, true})...)
}

// testMemory: a thousand calls, with other parameters each and with all that can
// be recorded in every fourth, do not grow the process.
func testMemory(t *testing.T, samplers ...onGrid) {
	t.Helper()
	if residentBytes(t) == 0 {
		t.Skip("no /proc/self/statm")
	}
	for _, s := range samplers {
		r := Request{Chains: Chains{Count: 3}, Sweeps: 2, Model: Model{H: make([]float32, s.graph.NumNodes())}}
		call := func(k int) {
			r.Seed, r.H[k%len(r.H)] = uint64(k), float32(k)
			r.Record.Trace = k%4 == 0
			r.Record.Marginals = r.Record.Trace
			mustSample(t, s, r)
		}
		for k := range 100 {
			call(k)
		}
		before := residentBytes(t)
		for k := range 1000 {
			call(100 + k)
		}
		grown := residentBytes(t) - before
		t.Logf("%v: %+.1f MB", s.Sampler, float64(grown)/1e6)
		if grown > 32e6 {
			t.Errorf("%v: a thousand calls grew the process by %.1f MB", s.Sampler, float64(grown)/1e6)
		}
	}
}

// residentBytes is the memory of the process after a collection, or 0 where Linux
// does not tell.
func residentBytes(t *testing.T) int64 {
	t.Helper()
	debug.FreeOSMemory()
	debug.FreeOSMemory() // tensors go by finalizers
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, err := strconv.ParseInt(strings.Fields(string(b))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
