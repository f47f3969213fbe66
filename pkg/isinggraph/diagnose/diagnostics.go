package diagnose

import (
	"fmt"
	"math"
	"math/bits"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Estimate is the mean of a quantity over all steps of several chains.
type Estimate struct {
	Mean   float64
	StdErr float64 // standard error of Mean: sqrt(variance/ESS)
	Tau    float64 // integrated autocorrelation time τ = 1 + 2 Σ_t ρ_t, in steps
	RHat   float64 // split R̂, 1 for chains that agree
	ESS    float64 // effective sample size, chains*steps/τ
}

// String returns "mean (standard error e) [τ=…, R̂=…]", the error with two digits.
func (e Estimate) String() string {
	digits := 6
	if e.StdErr > 0 && !math.IsInf(e.StdErr, 1) {
		digits = min(max(1-int(math.Floor(math.Log10(e.StdErr))), 0), 15)
	}
	return fmt.Sprintf("%.*f (standard error %.*f) [τ=%.1f, R̂=%.4f]", digits, e.Mean, digits, e.StdErr, e.Tau, e.RHat)
}

// NewEstimate estimates the mean of series [chains][steps], of at least one
// chain and 4 steps, all of one length and finite.
//
// The autocorrelation ρ_t combines all chains, so that chains that disagree
// raise τ; the sum over t stops by Geyer's initial monotone sequence. R̂ compares
// the halves of all chains. Both follow Gelman et al. and Vehtari et al. 2021,
// equations 1 to 13, without rank normalisation (doi 10.1214/20-BA1221); Geyer
// 1992 is doi 10.1214/ss/1177011137. Series that are constant and equal have
// τ = 1, R̂ = 1 and no error; constant ones that differ have R̂ = +Inf.
func NewEstimate(series [][]float64) (Estimate, error) {
	if err := checkSeries(series); err != nil {
		return Estimate{}, err
	}
	chains, steps := len(series), len(series[0])
	means := make([]float64, chains)
	rho := make([]float64, steps) // within-chain autocovariance, then ρ
	for c, x := range series {
		means[c], _ = meanVariance(x)
		for t, v := range autocovariance(x) {
			rho[t] += v / float64(chains)
		}
	}
	e := Estimate{RHat: splitRHat(series), Tau: 1}
	mean, between := meanVariance(means)
	e.Mean = mean
	total := chains * steps
	// var⁺ = W (N-1)/N + B/N; ρ_t = 1 - (W - γ_t)/var⁺ with γ_t unbiased by N/(N-1).
	bessel := float64(steps) / float64(steps-1)
	within := rho[0] * bessel
	variance := rho[0] + between
	if variance > 0 {
		for t, v := range rho {
			rho[t] = 1 - (within-v*bessel)/variance
		}
		e.Tau = geyer(rho, total)
	}
	e.ESS = float64(total) / e.Tau
	e.StdErr = math.Sqrt(variance / e.ESS)
	return e, nil
}

func checkSeries(series [][]float64) error {
	if len(series) == 0 || len(series[0]) < 4 {
		return fmt.Errorf("diagnose: estimate needs at least one chain of 4 steps")
	}
	for c, x := range series {
		if len(x) != len(series[0]) {
			return fmt.Errorf("diagnose: estimate: chain %d has %d steps, chain 0 has %d", c, len(x), len(series[0]))
		}
		for t, v := range x {
			if v-v != 0 {
				return fmt.Errorf("diagnose: estimate: chain %d is %v at step %d", c, v, t)
			}
		}
	}
	return nil
}

// splitRHat is sqrt(var⁺/W) over the halves of all chains; of an odd number of
// steps the middle one is left out.
func splitRHat(series [][]float64) float64 {
	half := len(series[0]) / 2
	var means []float64
	var within float64
	for _, x := range series {
		for _, part := range [][]float64{x[:half], x[len(x)-half:]} {
			mean, variance := meanVariance(part)
			means = append(means, mean)
			within += variance
		}
	}
	within /= float64(len(means))
	_, between := meanVariance(means)
	if between == 0 && within == 0 {
		return 1
	}
	n := float64(half)
	return math.Sqrt((n-1)/n + between/within)
}

// AutocorrelationTime returns the integrated autocorrelation time
// τ = 1 + 2 Σ_{t>0} ρ_t of one series, in steps, the sum stopping by Geyer's
// initial monotone sequence (Geyer 1992, doi 10.1214/ss/1177011137). The mean of
// N steps has the variance of N/τ independent ones. Independent steps have
// τ = 1, and so has a constant series; steps that alternate have less.
func AutocorrelationTime(x []float64) float64 {
	if len(x) < 2 {
		return 1
	}
	return geyer(Autocorrelation(x, len(x)-1), len(x))
}

// Autocorrelation returns ρ_t = γ_t/γ_0 for the lags t = 0..maxLag, cut to
// len(x)-1, with γ_t = (1/N) Σ_s (x_s - x̄)(x_{s+t} - x̄), in O(N log N). Of a
// constant series all but ρ_0 = 1 are zero.
func Autocorrelation(x []float64, maxLag int) []float64 {
	rho := autocovariance(x)
	if len(rho) == 0 || maxLag < 0 {
		return nil
	}
	rho = rho[:min(maxLag+1, len(rho))]
	scale := rho[0]
	for t := range rho {
		if scale > 0 {
			rho[t] /= scale
		} else {
			rho[t] = 0
		}
	}
	rho[0] = 1
	return rho
}

// autocovariance returns γ_t for all lags, by a Fourier transform of the series
// padded with zeros.
func autocovariance(x []float64) []float64 {
	if len(x) == 0 {
		return nil
	}
	size := 1 << bits.Len(uint(2*len(x)-1))
	padded := make([]float64, size)
	mean, _ := meanVariance(x)
	for t, v := range x {
		padded[t] = v - mean
	}
	fft := fourier.NewFFT(size)
	power := fft.Coefficients(nil, padded)
	for k, c := range power {
		power[k] = complex(real(c)*real(c)+imag(c)*imag(c), 0)
	}
	gamma := fft.Sequence(padded, power)[:len(x)]
	for t := range gamma {
		gamma[t] /= float64(size) * float64(len(x))
	}
	return gamma
}

// geyer sums τ = -1 + 2 Σ_k P_k over P_k = ρ_2k + ρ_2k+1 while these are
// positive, each cut to the smallest before it. Alternating series would give
// any small number: τ is at least 1/log10(total), as in Vehtari et al. 2021,
// section 3.2.
func geyer(rho []float64, total int) float64 {
	tau, least := -1.0, math.Inf(1)
	for t := 0; t+1 < len(rho); t += 2 {
		pair := rho[t] + rho[t+1]
		if pair <= 0 {
			break
		}
		least = min(least, pair)
		tau += 2 * least
	}
	return max(tau, 1/math.Log10(max(float64(total), 10)))
}

// meanVariance returns the mean and the unbiased variance, 0 for a single
// value. A constant series gives its value and 0 without rounding.
func meanVariance(x []float64) (mean, variance float64) {
	var sum, squares float64
	for _, v := range x {
		sum += v - x[0]
	}
	shift := sum / float64(len(x))
	for _, v := range x {
		d := v - x[0] - shift
		squares += d * d
	}
	return x[0] + shift, squares / float64(max(len(x)-1, 1))
}
