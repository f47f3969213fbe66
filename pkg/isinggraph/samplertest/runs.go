package samplertest

import (
	"math"
	"slices"
	"sync"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"
)

// busy returns a request that records everything for chains of different fields and β.
func (u *suite) busy(rule isinggraph.Rule) isinggraph.Request {
	rng := testutil.Rand(43)
	r, _ := u.several(rng, 5, u.few(), true)
	r.Rule, r.Sweeps, r.Seed = rule, 30, 44
	r.Record.Trace, r.Record.Marginals = true, true
	for range r.Sweeps {
		if !u.NoSchedule {
			r.Schedule = append(r.Schedule, 0.5+rng.Float32())
		}
	}
	return r
}

// cut cuts runs into calls, one of them where the count of sweeps exceeds 32 bits,
// and compares the recorded energies with those of the states.
func (u *suite) cut(t *testing.T) {
	for _, rule := range u.recorded() {
		r := u.busy(rule)
		checked, err := r.On(u.graph)
		if err != nil {
			t.Fatal(err)
		}
		start := checked.Start()
		for _, done := range []uint64{0, 1<<32 - 12} {
			first := &isinggraph.Samples{Spins: start.Spins, Chains: start.Chains, Seed: r.Seed, Sweeps: done}
			r.From = first
			whole := u.sample(t, r)
			if done == 0 {
				r.From = nil
				if random := u.sample(t, r); !slices.Equal(random.Spins, whole.Spins) {
					t.Errorf("%v: a run from the random start differs from one cut after no sweep", rule)
				}
			}
			u.pieces(t, r, first, whole)
		}
	}
}

// pieces repeats the run r from first, which led to whole, in pieces.
func (u *suite) pieces(t *testing.T, r isinggraph.Request, first, whole *isinggraph.Samples) {
	t.Helper()
	scale := 1e-6 * float64(u.graph.NumNodes()+u.graph.NumEdges())
	mean := make([]float64, len(whole.Mean))
	piece, last, done := r, first, 0
	for _, sweeps := range []int{3, 7, 20} {
		piece.From, piece.Sweeps = last, sweeps
		if len(r.Schedule) > 0 {
			piece.Schedule = r.Schedule[done : done+sweeps]
		}
		u.checkTrace(t, r, last, whole.Trace, done, scale)
		last = u.sample(t, piece)
		for c := range last.Chains {
			compare(t, "trace of a piece", last.Trace.Energy[c], whole.Trace.Energy[c][done:done+sweeps+1], 2*scale)
			compare(t, "trace of a piece", last.Trace.Magnetization[c], whole.Trace.Magnetization[c][done:done+sweeps+1], 1e-15)
			checkClamps(t, r.Clamp, last.Chain(c))
		}
		for i, v := range last.Mean {
			mean[i] += float64(v) * float64(sweeps) / float64(r.Sweeps)
		}
		done += sweeps
	}
	u.checkTrace(t, r, last, whole.Trace, done, scale)
	want := make([]float64, len(mean))
	for i, v := range whole.Mean {
		want[i] = float64(v)
	}
	compare(t, "means of pieces", mean, want, 1e-6)
	if !slices.Equal(last.Spins, whole.Spins) || last.Sweeps != whole.Sweeps || whole.Sweeps != first.Sweeps+uint64(r.Sweeps) {
		t.Errorf("%v from sweep %d: 3+7+20 sweeps differ from 30", r.Rule, first.Sweeps)
	}
}

// checkTrace compares what was recorded at state at with the states themselves.
func (u *suite) checkTrace(t *testing.T, r isinggraph.Request, x *isinggraph.Samples, trace *isinggraph.Trace, at int, tolerance float64) {
	t.Helper()
	r.Graph = u.graph
	for c, want := range r.Energies(x.Spins) {
		testutil.Near(t, "recorded energy", trace.Energy[c][at], want, 2*tolerance)
		testutil.Near(t, "recorded magnetization", trace.Magnetization[c][at], isinggraph.Magnetization(x.Chain(c)), 1e-12)
	}
}

// chains runs more and fewer chains, and later ones, each with its own field and β: a
// chain is the same whichever others run.
func (u *suite) chains(t *testing.T) {
	windows := [][2]int{{0, 40}, {0, 9}, {0, 8}, {0, 3}, {0, 2}, {0, 1}, {6, 9}}
	if u.name != "graph" && u.Compiled { // each number of chains is a compilation
		windows = [][2]int{{0, replicated}, {replicated / 2, replicated}}
	}
	most := 0
	for _, w := range windows {
		most = max(most, w[0]+w[1])
	}
	n := u.graph.NumNodes()
	r, _ := u.several(testutil.Rand(45), most, most, false)
	h, beta := r.Chains.H, r.Chains.Beta
	r.Sweeps, r.Seed = 20, 46
	var want []int8 // of the chains so far
	for _, w := range windows {
		first, end := w[0], w[0]+w[1]
		r.Chains = isinggraph.Chains{Count: w[1], First: first, Beta: beta[first:end]}
		if !u.bare {
			r.Chains.H = h[first*n : end*n]
		}
		x := u.sample(t, r).Spins
		known := min(end, len(want)/n) - first
		if known > 0 && !slices.Equal(x[:known*n], want[first*n:(first+known)*n]) {
			t.Errorf("chains %d to %d differ from those of another call", first, first+known-1)
		}
		want = append(want, x[max(known, 0)*n:]...)
	}
	if slices.Equal(want[:n], want[n:2*n]) && slices.Equal(want[n:2*n], want[2*n:3*n]) {
		t.Error("all chains are alike")
	}
}

// schedule compares schedules with the β that they stand for.
func (u *suite) schedule(t *testing.T) {
	r, _ := u.several(testutil.Rand(47), 3, u.few(), false)
	r.Sweeps, r.Seed = 6, 48
	times := func(v float32) (beta []float32) {
		for _, b := range r.Chains.Beta {
			beta = append(beta, v*b)
		}
		return beta
	}
	for _, v := range []float32{0, 1, 2} {
		a, b := r, r
		a.Schedule, b.Chains.Beta = slices.Repeat([]float32{v}, r.Sweeps), times(v)
		u.alike(&a)
		if !slices.Equal(u.sample(t, a).Spins, u.sample(t, b).Spins) {
			t.Errorf("a schedule of %v differs from %v β", v, v)
		}
	}
	a, b := r, r
	u.alike(&a)
	a.Schedule = []float32{0.1, 0.7, 1.3, 0, 2.2, 1.9}
	b.Sweeps = 1
	for _, v := range a.Schedule {
		b.Chains.Beta = times(v)
		b.From = u.sample(t, b)
	}
	if !slices.Equal(u.sample(t, a).Spins, b.From.Spins) {
		t.Error("a schedule differs from its sweeps, one a call")
	}
	a.Schedule, a.Sweeps = nil, 140 // longer than what a compiled program is given at once
	for k := range a.Sweeps {
		a.Schedule = append(a.Schedule, 2*float32(k)/float32(a.Sweeps))
	}
	head, tail := a, a
	head.Schedule, head.Sweeps = a.Schedule[:100], 100
	tail.Schedule, tail.Sweeps = a.Schedule[100:], 40
	tail.From = u.sample(t, head)
	if !slices.Equal(u.sample(t, a).Spins, u.sample(t, tail).Spins) {
		t.Error("a long schedule differs from two calls")
	}
}

// seeds: equal seeds give equal samples, others do not, whichever bit differs; nor do
// sweeps that are 2³² apart.
func (u *suite) seeds(t *testing.T) {
	r, _ := u.several(testutil.Rand(49), 3, u.few(), false)
	r.Sweeps = 6
	for c := range r.Chains.Beta {
		r.Chains.Beta[c] = 0.1 // so that samples are no ground states
	}
	var all [][]int8
	for _, seed := range []uint64{0, 1, 2, 1 << 31, 1 << 32, 1 << 63, math.MaxUint64} {
		r.Seed = seed
		out := u.sample(t, r)
		if out.Seed != seed {
			t.Errorf("Seed is %d, want %d", out.Seed, seed)
		}
		if again := u.sample(t, r); !slices.Equal(again.Spins, out.Spins) {
			t.Errorf("seed %d gives two results", seed)
		}
		all = append(all, out.Spins)
	}
	from := *u.sample(t, r)
	r.Seed, from.Seed = 51, 51 // with the seed that led to these spins heat bath would repeat itself
	r.From = &from
	for _, sweeps := range []uint64{0, 1, 1 << 32, 1 << 33} {
		from.Sweeps = sweeps
		all = append(all, u.sample(t, r).Spins)
	}
	for i, x := range all {
		for _, y := range all[:i] {
			if slices.Equal(x, y) {
				t.Errorf("run %d equals an earlier one", i)
			}
		}
	}
}

// goroutines uses one sampler from several goroutines.
func (u *suite) goroutines(t *testing.T) {
	rng := testutil.Rand(50)
	var calls []isinggraph.Request
	var want [][]int8
	for k := range 8 {
		r, _ := u.several(rng, 3, u.few(), false)
		r.Sweeps, r.Seed = 6, uint64(k/2)
		calls = append(calls, r)
		want = append(want, u.sample(t, r).Spins)
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for k := range calls {
				k := (k + 2*g) % len(calls)
				out, err := u.sampler.Sample(t.Context(), calls[k])
				if err != nil {
					t.Error(err)
				} else if !slices.Equal(out.Spins, want[k]) {
					t.Errorf("call %d differs when others run", k)
				}
			}
		})
	}
	wg.Wait()
}
