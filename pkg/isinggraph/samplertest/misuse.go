package samplertest

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"
)

// errors: what is wrong with a request is an error that names it, and no samples come
// with it.
func (u *suite) errors(t *testing.T) {
	n, m := u.graph.NumNodes(), u.graph.NumEdges()
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	spins := func(count int, last int8) []int8 {
		x := make([]int8, count)
		for i := range x {
			x[i] = 1
		}
		x[count-1] = last
		return x
	}
	values := func(count int, last float32) []float32 {
		x := make([]float32, count)
		x[count-1] = last
		return x
	}
	other, err := isinggraph.NewGraph(n+1, nil)
	if err != nil {
		t.Fatal(err)
	}
	type r = isinggraph.Request
	for _, c := range []struct {
		what string
		r    r
		word string
	}{
		{"another graph", r{Model: isinggraph.Model{Graph: other}}, "graph"},
		{"negative chains", r{Chains: isinggraph.Chains{Count: -1}}, "-1 chains"},
		{"too many chains", r{Chains: isinggraph.Chains{Count: 1 << 41}}, "too many"},
		{"an odd first chain", r{Chains: isinggraph.Chains{First: 3}}, "First is 3"},
		{"fields of too few chains", r{Chains: isinggraph.Chains{Count: 2, H: values(n, 0)}}, "Chains.H"},
		{"an infinite field of a chain", r{Chains: isinggraph.Chains{H: values(n, inf)}}, "Chains.H"},
		{"β of other chains", r{Chains: isinggraph.Chains{Count: 3, Beta: values(2, 1)}}, "Chains.Beta"},
		{"a negative β of a chain", r{Chains: isinggraph.Chains{Count: 2, Beta: values(2, -0.5)}}, "Chains.Beta[1] is -0.5"},
		{"negative sweeps", r{Sweeps: -2}, "-2 sweeps"},
		{"an unknown rule", r{Rule: 7}, "rule 7"},
		{"couplings of other edges", r{Model: isinggraph.Model{J: isinggraph.PerEdge(values(m+1, 1))}}, "couplings J"},
		{"an infinite coupling", r{Model: isinggraph.Model{J: isinggraph.Uniform(inf)}}, "J is +Inf"},
		{"fields of other nodes", r{Model: isinggraph.Model{H: values(n+1, 1)}}, "fields H"},
		{"a field that is no number", r{Model: isinggraph.Model{H: values(n, nan)}}, "is NaN"},
		{"a negative β", r{Model: isinggraph.Model{Beta: -0.5}}, "Beta is -0.5"},
		{"a short schedule", r{Sweeps: 2, Schedule: values(1, 1)}, "Schedule has 1"},
		{"a negative schedule", r{Sweeps: 2, Schedule: values(2, -3)}, "Schedule[1] is -3"},
		{"clamps of other nodes", r{Clamp: make([]int8, n+1)}, "Clamp has"},
		{"a clamp that is no spin", r{Clamp: spins(n, 2)}, "is 2"},
		{"other chains to continue", r{From: &isinggraph.Samples{Spins: spins(2*n, 1), Chains: 2}}, "From has 2 chains"},
		{"another seed to continue", r{Seed: 5, From: &isinggraph.Samples{Spins: spins(n, 1), Chains: 1, Seed: 4}}, "seed 4"},
		{"spins that are none", r{From: &isinggraph.Samples{Spins: spins(n, 0), Chains: 1}}, "is 0"},
		{"a negative burn-in", r{Sweeps: 3, Record: isinggraph.Record{BurnIn: -1}}, "BurnIn is -1"},
		{"nothing but burn-in", r{Sweeps: 3, Record: isinggraph.Record{BurnIn: 3, Marginals: true}}, "BurnIn is 3 of 3"},
	} {
		out, err := u.sampler.Sample(context.Background(), c.r)
		if err == nil || out != nil {
			t.Errorf("%s: samples %v, error %v", c.what, out != nil, err)
		} else if !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: error %q does not mention %q", c.what, err, c.word)
		}
	}
	if _, kernel := u.kernel(); !kernel {
		if _, err := u.sampler.Sample(context.Background(), r{Model: isinggraph.Model{J: isinggraph.Kernel(1, 1)}}); err == nil {
			t.Error("a kernel passes on a graph that is no grid with 8 neighbours")
		}
	}
}

// context: a call that would take years ends with its context, with the context's
// error and no samples. Two minutes are for machines in trouble.
func (u *suite) context(t *testing.T) {
	r, _ := u.several(testutil.Rand(51), 3, u.few(), false)
	r.Sweeps = 6
	u.sample(t, r) // compiles
	r.Sweeps = 1 << 40
	done, cancel := context.WithCancel(context.Background())
	cancel()
	late, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	for ctx, want := range map[context.Context]error{done: context.Canceled, late: context.DeadlineExceeded} {
		start := time.Now()
		out, err := u.sampler.Sample(ctx, r)
		if !errors.Is(err, want) || out != nil {
			t.Errorf("samples %v with error %v, want none with %v", out != nil, err, want)
		}
		if late := time.Since(start); late > 2*time.Minute {
			t.Errorf("the call ended after %v", late)
		}
	}
}
