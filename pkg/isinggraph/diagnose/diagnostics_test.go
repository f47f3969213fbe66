package diagnose

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// autoregressive returns a stationary AR(1) series x_t = ρ x_{t-1} + noise of
// unit variance about the mean.
func autoregressive(rng *rand.Rand, steps int, rho, mean float64) []float64 {
	x := make([]float64, steps)
	y := rng.NormFloat64()
	for t := range x {
		x[t] = mean + y
		y = rho*y + math.Sqrt(1-rho*rho)*rng.NormFloat64()
	}
	return x
}

func mustEstimate(t *testing.T, series [][]float64) Estimate {
	t.Helper()
	e, err := NewEstimate(series)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestAutocorrelationTimeOfAR1 compares with τ = (1+ρ)/(1-ρ) and ρ_t = ρ^t. The
// standard error of τ over a window of W ≈ 5τ lags is about τ sqrt(2(2W+1)/N)
// (Sokal 1997, doi 10.1007/978-1-4899-0319-8_6).
func TestAutocorrelationTimeOfAR1(t *testing.T) {
	const steps = 50000
	for _, rho := range []float64{-0.5, 0, 0.5, 0.9, 0.97} {
		x := autoregressive(testutil.Rand(6), steps, rho, 3)
		want := (1 + rho) / (1 - rho)
		tolerance := 4 * want * math.Sqrt(2*(10*max(want, 1)+1)/steps)
		testutil.Near(t, fmt.Sprintf("τ of ρ=%v", rho), AutocorrelationTime(x), want, tolerance)
		e := mustEstimate(t, [][]float64{x[:steps/2], x[steps/2:]})
		testutil.Near(t, fmt.Sprintf("pooled τ of ρ=%v", rho), e.Tau, want, tolerance)
		for lag, r := range Autocorrelation(x, 20) {
			testutil.Near(t, "autocorrelation", r, math.Pow(rho, float64(lag)), 4*math.Sqrt(2*want/steps)+4/math.Sqrt(steps))
		}
	}
}

func TestAutocorrelationMatchesItsDefinition(t *testing.T) {
	x := []float64{2, -1, 0.5, 3, 3, -2, 0}
	mean := 5.5 / 7
	gamma := func(t int) (sum float64) {
		for s := range len(x) - t {
			sum += (x[s] - mean) * (x[s+t] - mean)
		}
		return sum
	}
	rho := Autocorrelation(x, 100)
	if len(rho) != len(x) || len(Autocorrelation(x, 2)) != 3 || Autocorrelation(nil, 3) != nil {
		t.Fatalf("%d lags of %d steps", len(rho), len(x))
	}
	for lag, r := range rho {
		testutil.Near(t, "autocorrelation", r, gamma(lag)/gamma(0), 1e-14)
	}
}

// TestEstimateErrorIsHonest: over many repetitions (mean - truth)/error has unit
// variance and the truth lies within two errors about 95% of the time.
func TestEstimateErrorIsHonest(t *testing.T) {
	const repeats, chains, steps, rho, mean = 300, 4, 1000, 0.8, -1.5
	rng := testutil.Rand(7)
	var squares float64
	for range repeats {
		series := make([][]float64, chains)
		for c := range series {
			series[c] = autoregressive(rng, steps, rho, mean)
		}
		e := mustEstimate(t, series)
		squares += math.Pow((e.Mean-mean)/e.StdErr, 2)
		testutil.Near(t, "ESS", e.ESS, chains*steps/e.Tau, 1e-9)
		if e.RHat > 1.05 {
			t.Errorf("R̂ of stationary chains is %v", e.RHat)
		}
	}
	testutil.Near(t, "mean squared deviation in units of the error", squares/repeats, 1, 4*math.Sqrt(2./repeats))
}

// TestEstimateSeesDisagreement: chains about different means raise R̂ and τ.
func TestEstimateSeesDisagreement(t *testing.T) {
	rng := testutil.Rand(8)
	const steps = 1000
	apart := mustEstimate(t, [][]float64{
		autoregressive(rng, steps, 0, 0), autoregressive(rng, steps, 0, 0),
		autoregressive(rng, steps, 0, 4), autoregressive(rng, steps, 0, 4),
	})
	// Between-chain variance 16/3 and within-chain variance 1; of 8 halves, 32/7.
	testutil.Near(t, "R̂", apart.RHat, math.Sqrt(1+32./7), 0.2)
	if apart.ESS > 10 {
		t.Errorf("effective sample size of chains that disagree is %v", apart.ESS)
	}
	drift := make([]float64, steps)
	for s := range drift {
		drift[s] = float64(s)
	}
	// Halves of length n: variance n²/12 within, means n apart.
	testutil.Near(t, "R̂ of a drift", mustEstimate(t, [][]float64{drift}).RHat, math.Sqrt(1+6), 0.01)
}

func TestEstimateOfDegenerateSeries(t *testing.T) {
	same := mustEstimate(t, [][]float64{{0.1, 0.1, 0.1, 0.1, 0.1}, {0.1, 0.1, 0.1, 0.1, 0.1}})
	if want := (Estimate{Mean: 0.1, Tau: 1, RHat: 1, ESS: 10}); same != want {
		t.Errorf("constant series: %+v, want %+v", same, want)
	}
	differ := mustEstimate(t, [][]float64{{0.1, 0.1, 0.1, 0.1}, {0.3, 0.3, 0.3, 0.3}})
	if !math.IsInf(differ.RHat, 1) || differ.StdErr < 0.05 {
		t.Errorf("constant series that differ: %+v", differ)
	}
	alternating := make([]float64, 1000)
	for t := range alternating {
		alternating[t] = float64(t % 2)
	}
	testutil.Near(t, "τ of an alternating series", AutocorrelationTime(alternating), 1./3, 1e-12) // 1/log10(1000)
	if AutocorrelationTime([]float64{1}) != 1 || AutocorrelationTime([]float64{0.1, 0.1, 0.1}) != 1 {
		t.Error("τ of a constant series is not 1")
	}
}

func TestEstimateErrors(t *testing.T) {
	for _, c := range []struct {
		series [][]float64
		word   string
	}{
		{nil, "at least one chain"},
		{[][]float64{{1, 2, 3}}, "4 steps"},
		{[][]float64{{1, 2, 3, 4}, {1, 2, 3}}, "chain 1 has 3 steps"},
		{[][]float64{{1, 2, 3, 4}, {1, 2, math.NaN(), 4}}, "chain 1 is NaN at step 2"},
	} {
		_, err := NewEstimate(c.series)
		testutil.WantError(t, "diagnose", err, c.word)
	}
}

func ExampleEstimate_String() {
	fmt.Println(Estimate{Mean: -1.41967, StdErr: 0.000321, Tau: 12.34, RHat: 1.00021})
	// Output: -1.41967 (standard error 0.00032) [τ=12.3, R̂=1.0002]
}
