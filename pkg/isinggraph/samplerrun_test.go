package isinggraph

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"example.org/isinggraph/internal/testutil"

	"gonum.org/v1/gonum/stat"
)

// paramSets draws of parameters, each of so many replicas, are the chains of
// testMarginals; replicated is their number. They fill no row of words on graphs.
const (
	paramSets, replicas = 4, 63
	replicated          = paramSets * replicas
)

// testMarginals runs chains of several β and fields at once and compares their
// running means with enumeration. Errors come from the spread over chains of like
// parameters.
func testMarginals(t *testing.T, m conformer, s Sampler) {
	const burnIn = 40
	sweeps := 200
	if testing.Short() {
		sweeps = 100
	}
	for _, rule := range m.recorded(s) {
		rng := testutil.Rand(41)
		n := m.graph.NumNodes()
		o, models := m.several(rng, paramSets, replicated, true)
		o.Rule, o.Seed = rule, 52
		o.Sweeps, o.BurnIn, o.Marginals = burnIn+sweeps, burnIn, true
		m.alike(s, &o)
		out := mustSample(t, s, o)
		all := make([]float64, n)
		for k, model := range models {
			free, g, p := m.conditional(t, &model)
			exact := marginals(g, p)
			want := clampValues(model.Clamp, n)
			for bit, i := range free {
				want[i] = exact[bit]
			}
			for i := range n {
				var x []float64
				for c := k; c < o.Chains; c += paramSets {
					x = append(x, float64(out.Mean[c*n+i]))
				}
				mean, sd := stat.MeanStdDev(x, nil)
				all[i] += mean / paramSets
				if se := sd / math.Sqrt(replicas); math.Abs(mean-want[i]) > 4*se+1e-6 {
					t.Errorf("%v, parameters %d: mean of spin %d is %.5f ± %.5f, want %.5f", rule, k, i, mean, se, want[i])
				}
			}
		}
		compareFloats(t, "Marginals", out.Marginals(), all, 1e-6)
	}
}

// clampValues returns clamps, or none, as n numbers.
func clampValues(clamp []int8, n int) []float64 {
	x := make([]float64, n)
	for i, v := range clamp {
		x[i] = float64(v)
	}
	return x
}

// several returns options of chains that take turns with several draws' fields
// and β, by the model's one rule, and those draws.
func (m conformer) several(rng *rand.Rand, sets, chains int, clamp bool) (o Options, draws []Options) {
	o = m.draw(rng, clamp)
	for range sets {
		d := m.draw(rng, false)
		d.J, d.Diagonal, d.Clamp = o.J, o.Diagonal, o.Clamp
		draws = append(draws, d)
	}
	o.Rule, o.Chains, o.H, o.Beta = m.rule(), chains, nil, nil
	for c := range chains {
		o.H = append(o.H, draws[c%sets].H...)
		o.Beta = append(o.Beta, draws[c%sets].Beta...)
	}
	return o, draws
}

// busy returns options that record everything for chains of different fields and β.
func (m conformer) busy(s Sampler, rule Rule) Options {
	rng := testutil.Rand(43)
	o, _ := m.several(rng, 5, m.chains(s), true)
	o.Rule, o.Sweeps, o.Seed = rule, 30, 44
	o.Trace, o.Marginals = true, true
	for range o.Sweeps {
		o.Schedule = append(o.Schedule, 0.5+rng.Float32())
	}
	return o
}

// testCut cuts runs into calls, one of them where the count of sweeps exceeds 32
// bits, and compares the recorded energies with those of the states.
func testCut(t *testing.T, m conformer, s Sampler) {
	reference, err := m.reference()
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range m.recorded(s) {
		o := m.busy(s, rule)
		start := o
		start.Sweeps, start.Schedule, start.Marginals = 0, nil, false
		first := mustSample(t, reference, start)
		for _, done := range []uint64{0, 1<<32 - 12} {
			first.Sweeps = done
			o.From = first
			whole := mustSample(t, s, o)
			if done == 0 {
				o.From = nil
				if random := mustSample(t, s, o); !slices.Equal(random.Spins, whole.Spins) {
					t.Errorf("%v: a run from the random start differs from one cut after no sweep", rule)
				}
			}
			testPieces(t, m, s, o, first, whole)
		}
	}
}

// testPieces repeats the run o from first, which led to whole, in pieces.
func testPieces(t *testing.T, m conformer, s Sampler, o Options, first, whole *Samples) {
	t.Helper()
	n := m.graph.NumNodes()
	scale := 1e-6 * float64(n+m.graph.NumEdges())
	mean := make([]float64, len(whole.Mean))
	piece, last, done := o, first, 0
	for _, sweeps := range []int{3, 7, 20} {
		piece.From, piece.Sweeps, piece.Schedule = last, sweeps, o.Schedule[done:done+sweeps]
		checkTrace(t, last, whole.Trace, done, scale)
		last = mustSample(t, s, piece)
		for c := range o.Chains {
			compareFloats(t, "trace of a piece", last.Trace.Energy[c], whole.Trace.Energy[c][done:done+sweeps+1], 2*scale)
			compareFloats(t, "trace of a piece", last.Trace.Magnetization[c], whole.Trace.Magnetization[c][done:done+sweeps+1], 1e-15)
			checkClamps(t, o.Clamp, last.Chain(c))
		}
		for i, v := range last.Mean {
			mean[i] += float64(v) * float64(sweeps) / float64(o.Sweeps)
		}
		done += sweeps
	}
	checkTrace(t, last, whole.Trace, done, scale)
	compareFloats(t, "means of pieces", mean, float64s(whole.Mean), 1e-6)
	if !slices.Equal(last.Spins, whole.Spins) || last.Sweeps != whole.Sweeps || whole.Sweeps != first.Sweeps+uint64(o.Sweeps) {
		t.Errorf("%v from sweep %d: 3+7+20 sweeps differ from 30", o.Rule, first.Sweeps)
	}
}

// checkTrace compares what was recorded at state t with the states themselves.
func checkTrace(t *testing.T, x *Samples, trace *Trace, at int, tolerance float64) {
	t.Helper()
	for c, want := range x.Energies() {
		testutil.Near(t, "recorded energy", trace.Energy[c][at], want, 2*tolerance)
		testutil.Near(t, "recorded magnetization", trace.Magnetization[c][at], Magnetization(x.Chain(c)), 1e-12)
	}
}

// testChains runs more and fewer chains, and later ones, each with its own field
// and β: a chain is the same whichever others run. That padding does not matter
// either shows in the agreement with the plain Go sampler, which has none.
func testChains(t *testing.T, m conformer, s Sampler) {
	windows := [][2]int{{0, 40}, {0, 9}, {0, 8}, {0, 3}, {0, 2}, {0, 1}, {6, 9}}
	if m.name != "graph" && s.Name() != "go" { // each number of chains is a compilation
		windows = [][2]int{{0, replicated}, {replicated / 2, replicated}}
	}
	most := 0
	for _, w := range windows {
		most = max(most, w[0]+w[1])
	}
	n := m.graph.NumNodes()
	o, _ := m.several(testutil.Rand(45), most, most, false)
	h, beta := o.H, o.Beta
	o.Sweeps, o.Seed = 20, 46
	var want []int8 // of the chains so far
	for _, w := range windows {
		first, end := w[0], w[0]+w[1]
		o.FirstChain, o.Chains, o.Beta = first, w[1], beta[first:end]
		if !m.bare {
			o.H = h[first*n : end*n]
		}
		x := mustSample(t, s, o).Spins
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

// testSchedule compares schedules with the β that they stand for.
func testSchedule(t *testing.T, m conformer, s Sampler) {
	o, _ := m.several(testutil.Rand(47), 3, m.chains(s), false)
	o.Sweeps, o.Seed = 6, 48
	times := func(v float32) (beta []float32) {
		for _, b := range o.Beta {
			beta = append(beta, v*b)
		}
		return beta
	}
	for _, v := range []float32{0, 1, 2} {
		a, b := o, o
		a.Schedule, b.Beta = slices.Repeat([]float32{v}, o.Sweeps), times(v)
		m.alike(s, &a)
		if !slices.Equal(mustSample(t, s, a).Spins, mustSample(t, s, b).Spins) {
			t.Errorf("a schedule of %v differs from %v β", v, v)
		}
	}
	a, b := o, o
	m.alike(s, &a)
	a.Schedule = []float32{0.1, 0.7, 1.3, 0, 2.2, 1.9}
	b.Sweeps = 1
	for _, v := range a.Schedule {
		b.Beta = times(v)
		b.From = mustSample(t, s, b)
	}
	if !slices.Equal(mustSample(t, s, a).Spins, b.From.Spins) {
		t.Error("a schedule differs from its sweeps, one a call")
	}
	a.Schedule, a.Sweeps = nil, 140 // longer than what a compiled program is given at once
	for k := range a.Sweeps {
		a.Schedule = append(a.Schedule, 2*float32(k)/float32(a.Sweeps))
	}
	head, tail := a, a
	head.Schedule, head.Sweeps = a.Schedule[:100], 100
	tail.Schedule, tail.Sweeps = a.Schedule[100:], 40
	tail.From = mustSample(t, s, head)
	if !slices.Equal(mustSample(t, s, a).Spins, mustSample(t, s, tail).Spins) {
		t.Error("a long schedule differs from two calls")
	}
}

// testSeeds: equal seeds give equal samples, others do not, whichever bit
// differs; nor do sweeps that are 2³² apart.
func testSeeds(t *testing.T, m conformer, s Sampler) {
	o, _ := m.several(testutil.Rand(49), 3, m.chains(s), false)
	o.Sweeps = 6
	for c := range o.Beta {
		o.Beta[c] = 0.1 // so that samples are no ground states
	}
	var all [][]int8
	for _, seed := range []uint64{0, 1, 2, 1 << 31, 1 << 32, 1 << 63, math.MaxUint64} {
		o.Seed = seed
		out := mustSample(t, s, o)
		if out.Seed != seed {
			t.Errorf("Seed is %d, want %d", out.Seed, seed)
		}
		if again := mustSample(t, s, o); !slices.Equal(again.Spins, out.Spins) {
			t.Errorf("seed %d gives two results", seed)
		}
		all = append(all, out.Spins)
	}
	o.From = mustSample(t, s, o)
	o.Seed = 51 // with that of From heat bath would repeat itself
	for _, sweeps := range []uint64{0, 1, 1 << 32, 1 << 33} {
		o.From.Sweeps = sweeps
		all = append(all, mustSample(t, s, o).Spins)
	}
	for i, x := range all {
		for _, y := range all[:i] {
			if slices.Equal(x, y) {
				t.Errorf("run %d equals an earlier one", i)
			}
		}
	}
}

// testGoroutines uses one sampler from several goroutines.
func testGoroutines(t *testing.T, m conformer, s Sampler) {
	rng := testutil.Rand(50)
	var calls []Options
	var want [][]int8
	for k := range 8 {
		o, _ := m.several(rng, 3, m.chains(s), false)
		o.Sweeps, o.Seed = 6, uint64(k/2)
		calls = append(calls, o)
		want = append(want, mustSample(t, s, o).Spins)
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for k := range calls {
				k := (k + 2*g) % len(calls)
				out, err := s.Sample(t.Context(), calls[k])
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

// TestReferenceLookup compares the tabulated sweeps of the plain Go sampler with
// the ones that record, which evaluate every probability.
func TestReferenceLookup(t *testing.T) {
	rng := testutil.Rand(53)
	for _, g := range []*Graph{randomGraph(t, 120, 0.08, rng), mustGraph(t, 30, testutil.Cycle(30))} {
		s := newReference(g, nil, newLayout(g))
		for _, chains := range []int{1, 2, 7, 8, 19} {
			o := Options{Chains: chains, Sweeps: 30, Seed: uint64(chains)}
			o.J, o.Beta = []float32{rng.Float32() - 0.5}, []float32{2 * rng.Float32()}
			for range g.NumNodes() {
				o.H = append(o.H, float32(rng.NormFloat64()))
			}
			if !s.worthLookup(&o, couplings{one: o.J[0]}) {
				t.Fatalf("%d chains are not tabulated", chains)
			}
			table := mustSample(t, s, o)
			o.Trace = true
			if !slices.Equal(table.Spins, mustSample(t, s, o).Spins) {
				t.Errorf("%d chains of %d nodes differ", chains, g.NumNodes())
			}
		}
	}
}
