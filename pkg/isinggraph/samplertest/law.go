package samplertest

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/exact"
)

// alarm is the p-value below which a Fisher test of the suite fails: 1e-6 over
// its less than 100 tests.
const alarm = 1e-8

// distribution compares the last states of independent chains with all
// probabilities by χ², and combines the p-values of several models by Fisher's
// method.
func (u *suite) distribution(t *testing.T) {
	u.law(t, 32, u.Sweeps, false)
}

// stationary does so for chains that begin with states drawn by enumeration, after
// one sweep: the law is invariant, however slowly a sampler mixes.
func (u *suite) stationary(t *testing.T) {
	u.law(t, 33, 1, true)
}

func (u *suite) law(t *testing.T, seed uint64, sweeps int, exactly bool) {
	chains, draws := 2016, 4 // a multiple of what the compiled sampler runs at once
	if testing.Short() {
		chains, draws = 504, 2
	}
	for _, rule := range u.rules() {
		rng := testutil.Rand(seed)
		var fisher float64
		for k := range draws {
			r := u.draw(rng, k >= draws/2)
			r.Rule, r.Chains.Count, r.Sweeps, r.Seed = rule, chains, sweeps, rng.Uint64()
			free, m := u.conditional(t, r)
			prob, err := exact.Probabilities(m)
			if err != nil {
				t.Fatal(err)
			}
			if exactly {
				r.From = u.drawn(r, free, prob, rng.Float64)
			}
			counts := make([]float64, len(prob))
			out := u.sample(t, r)
			for c := range chains {
				x, state := out.Chain(c), 0
				for bit, i := range free {
					state |= int(x[i]+1) / 2 << bit
				}
				counts[state]++
				checkClamps(t, r.Clamp, x)
			}
			pValue := chiSquare(counts, prob, float64(chains))
			t.Logf("%v, %d free nodes: p = %.3g", rule, len(free), pValue)
			fisher -= 2 * math.Log(max(pValue, 1e-300))
		}
		if p := (distuv.ChiSquared{K: float64(2 * draws)}).Survival(fisher); p < alarm {
			t.Errorf("%v: the distribution differs from the exact one, p = %g", rule, p)
		}
	}
}

// drawn returns chains whose free nodes have states of the given probabilities.
func (u *suite) drawn(r isinggraph.Request, free []int, prob []float64, uniform func() float64) *isinggraph.Samples {
	n := u.graph.NumNodes()
	from := &isinggraph.Samples{Spins: make([]int8, r.Chains.Count*n), Chains: r.Chains.Count, Seed: r.Seed}
	for c := range from.Chains {
		x := from.Chain(c)
		copy(x, r.Clamp)
		state, left := 0, uniform()
		for left -= prob[0]; left > 0 && state+1 < len(prob); left -= prob[state] {
			state++
		}
		for bit, i := range free {
			x[i] = int8(state>>bit&1)*2 - 1
		}
	}
	return from
}

// chiSquare returns the p-value of counts, with rare states merged to bins of at
// least 5 expected.
func chiSquare(counts, prob []float64, total float64) float64 {
	order := make([]int, len(prob))
	for s := range order {
		order[s] = s
	}
	slices.SortFunc(order, func(a, b int) int { return int(math.Copysign(1, prob[a]-prob[b])) })
	var statistic, seen, expected float64
	bins := 0
	rest := total
	for k, s := range order {
		seen, expected = seen+counts[s], expected+total*prob[s]
		if k == len(order)-1 || expected >= 5 && rest-expected >= 5 {
			statistic += (seen - expected) * (seen - expected) / expected
			rest -= expected
			bins++
			seen, expected = 0, 0
		}
	}
	return distuv.ChiSquared{K: float64(max(bins-1, 1))}.Survival(statistic)
}

func checkClamps(t *testing.T, clamp, x []int8) {
	t.Helper()
	for i, v := range clamp {
		if v != 0 && x[i] != v {
			t.Fatalf("node %d, clamped at %d, is %d", i, v, x[i])
		}
	}
}

// paramSets draws of parameters, each of so many replicas, are the chains of
// marginals; replicated is their number. They fill no row of words on graphs.
const (
	paramSets, replicas = 4, 63
	replicated          = paramSets * replicas
)

// marginals runs chains of several β and fields at once and compares their running
// means with enumeration. Errors come from the spread over chains of like parameters.
func (u *suite) marginals(t *testing.T) {
	const burnIn = 40
	sweeps := 200
	if testing.Short() {
		sweeps = 100
	}
	for _, rule := range u.recorded() {
		rng := testutil.Rand(41)
		n := u.graph.NumNodes()
		r, draws := u.several(rng, paramSets, replicated, true)
		r.Rule, r.Seed = rule, 52
		r.Sweeps, r.Record = burnIn+sweeps, isinggraph.Record{BurnIn: burnIn, Marginals: true}
		u.alike(&r)
		out := u.sample(t, r)
		all := make([]float64, n)
		for k, d := range draws {
			free, m := u.conditional(t, d)
			law, err := exact.Enumerate(m)
			if err != nil {
				t.Fatal(err)
			}
			want := make([]float64, n)
			for i, v := range d.Clamp {
				want[i] = float64(v)
			}
			for bit, i := range free {
				want[i] = law.Marginals[bit]
			}
			for i := range n {
				var x []float64
				for c := k; c < out.Chains; c += paramSets {
					x = append(x, float64(out.Mean[c*n+i]))
				}
				mean, sd := stat.MeanStdDev(x, nil)
				all[i] += mean / paramSets
				if se := sd / math.Sqrt(replicas); math.Abs(mean-want[i]) > 4*se+1e-6 {
					t.Errorf("%v, parameters %d: mean of spin %d is %.5f (standard error %.5f), want %.5f", rule, k, i, mean, se, want[i])
				}
			}
		}
		compare(t, "Marginals", out.Marginals(), all, 1e-6)
	}
}

// compare fails the test where two series differ.
func compare(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for i, v := range got {
		if !(v-want[i] <= tolerance && want[i]-v <= tolerance) {
			t.Errorf("%s[%d] = %v, want %v", what, i, v, want[i])
			return
		}
	}
}
