package isinggraph

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// referenceSamplers are the plain Go sampler of a grid and that of its graph.
func referenceSamplers(t *testing.T, gr Grid) []Sampler {
	t.Helper()
	s, err := NewGridReference(gr)
	if err != nil {
		t.Fatal(err)
	}
	return []Sampler{s, NewReference(s.Graph())}
}

// compiledSamplers are the lattice sampler of a grid and that of its graph.
func compiledSamplers(t *testing.T, gr Grid) []Sampler {
	t.Helper()
	e := testEngine(t)
	a, err := e.NewGridSampler(gr)
	if err != nil {
		t.Fatal(err)
	}
	b, err := e.NewSampler(a.Graph())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	t.Cleanup(b.Close)
	return []Sampler{a, b}
}

func TestReferenceEndsWithContext(t *testing.T) {
	testContext(t, referenceSamplers(t, Grid{4, 16, 4, true})...)
	testContext(t, referenceSamplers(t, Grid{200, 160, 4, true})...)
}

func TestCompiledEndsWithContext(t *testing.T) {
	testContext(t, compiledSamplers(t, Grid{4, 16, 4, true})...)
	testContext(t, compiledSamplers(t, Grid{200, 160, 4, true})...)
}

// testContext: a call that would take years ends with its context, with the
// context's error and no samples. Half a minute is for machines in trouble.
func testContext(t *testing.T, samplers ...Sampler) {
	t.Helper()
	for _, s := range samplers {
		o := Options{Params: Params{Beta: []float32{0.4}}, Chains: 3, Sweeps: 1}
		mustSample(t, s, o) // compiles
		o.Sweeps = 1 << 40
		done, cancel := context.WithCancel(context.Background())
		cancel()
		late, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		for ctx, want := range map[context.Context]error{done: context.Canceled, late: context.DeadlineExceeded} {
			start := time.Now()
			out, err := s.Sample(ctx, o)
			if !errors.Is(err, want) || out != nil {
				t.Errorf("%s: samples %v with error %v, want none with %v", s.Name(), out, err, want)
			}
			t.Logf("%s, %d nodes: %v after %v", s.Name(), s.Graph().NumNodes(), err, time.Since(start).Round(time.Millisecond))
			if late := time.Since(start); late > 30*time.Second {
				t.Errorf("%s: the call ended after %v", s.Name(), late)
			}
		}
	}
}

func TestReferenceKeepsMemory(t *testing.T) {
	testMemory(t, referenceSamplers(t, Grid{20, 32, 4, true})...)
}

func TestCompiledKeepsMemory(t *testing.T) {
	testMemory(t, compiledSamplers(t, Grid{20, 32, 4, true})...)
}

// testMemory: a thousand calls, with other parameters each and with all that can
// be recorded in every fourth, do not grow the process.
func testMemory(t *testing.T, samplers ...Sampler) {
	t.Helper()
	if residentBytes(t) == 0 {
		t.Skip("no /proc/self/statm")
	}
	for _, s := range samplers {
		o := Options{Chains: 3, Sweeps: 2, Params: Params{H: make([]float32, s.Graph().NumNodes())}}
		call := func(k int) {
			o.Seed, o.H[k%len(o.H)] = uint64(k), float32(k)
			o.Trace = k%4 == 0
			o.Marginals = o.Trace
			mustSample(t, s, o)
		}
		for k := range 100 {
			call(k)
		}
		before := residentBytes(t)
		for k := range 1000 {
			call(100 + k)
		}
		grown := residentBytes(t) - before
		t.Logf("%s: %+.1f MB", s.Name(), float64(grown)/1e6)
		if grown > 32e6 {
			t.Errorf("%s: a thousand calls grew the process by %.1f MB", s.Name(), float64(grown)/1e6)
		}
	}
}

// residentBytes is the memory of the process after a collection, or 0 where Linux
// does not tell.
func residentBytes(t *testing.T) int64 {
	t.Helper()
	runtime.GC()
	runtime.GC() // tensors go by finalizers
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
