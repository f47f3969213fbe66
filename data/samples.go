package data

import (
	"bytes"
	"fmt"
	"math"
)

// Samples are states of spins as a sampler returns them, with what belongs to
// each.
type Samples struct {
	N        int       // spins of a sample
	Spins    []int8    // −1 or 1, sample after sample
	Energies []float64 // one per sample
	Counts   []int64   // how often each sample occurred; nil stands for once
	// Marginals are estimates of P(x_i = 1), one per spin; nil if there are none.
	Marginals []float64
}

// Len returns the number of samples.
func (s *Samples) Len() int { return len(s.Energies) }

// Sample returns the spins of sample i, a part of s.
func (s *Samples) Sample(i int) []int8 { return s.Spins[i*s.N : (i+1)*s.N : (i+1)*s.N] }

// count returns how often sample i occurred.
func (s *Samples) count(i int) int64 {
	if s.Counts == nil {
		return 1
	}
	return s.Counts[i]
}

// Aggregate returns the samples without repetition, in the order in which each
// first occurs, with the sums of their counts, as dimod's
// SampleSet.aggregate does. Equal samples must have equal energies.
// It takes O(samples × N) time and memory.
func (s *Samples) Aggregate() (*Samples, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("data: aggregate: %w", err)
	}
	a := &Samples{N: s.N, Spins: []int8{}, Energies: []float64{}, Counts: []int64{}, Marginals: s.Marginals}
	seen := map[string]int{}
	var key bytes.Buffer
	for i, energy := range s.Energies {
		key.Reset()
		for _, x := range s.Sample(i) {
			key.WriteByte(byte(x))
		}
		k, ok := seen[key.String()]
		if !ok {
			k = a.Len()
			seen[key.String()] = k
			a.Spins = append(a.Spins, s.Sample(i)...)
			a.Energies, a.Counts = append(a.Energies, energy), append(a.Counts, 0)
		}
		if a.Energies[k] != energy {
			return nil, fmt.Errorf("data: aggregate: sample %d has energy %v, an equal one before it %v", i, energy, a.Energies[k])
		}
		a.Counts[k] += s.count(i)
	}
	return a, nil
}

// Frequencies returns how often each spin is 1 among the samples, counted: an
// estimate of the marginals P(x_i = 1). It is NaN where there are no samples.
func (s *Samples) Frequencies() []float64 {
	up, all := make([]float64, s.N), 0.0
	for i := range s.Len() {
		c := float64(s.count(i))
		all += c
		for k, x := range s.Sample(i) {
			if x > 0 {
				up[k] += c
			}
		}
	}
	for k := range up {
		up[k] /= all
	}
	return up
}

// check returns an error if lengths do not fit or a value is out of range.
func (s *Samples) check() error {
	if s.N < 0 || len(s.Spins) != s.N*s.Len() {
		return fmt.Errorf("%d spins for %d samples of %d", len(s.Spins), s.Len(), s.N)
	}
	if s.Counts != nil && len(s.Counts) != s.Len() {
		return fmt.Errorf("%d counts for %d samples", len(s.Counts), s.Len())
	}
	if s.Marginals != nil && len(s.Marginals) != s.N {
		return fmt.Errorf("%d marginals for %d spins", len(s.Marginals), s.N)
	}
	for i, x := range s.Spins {
		if x != 1 && x != -1 {
			return fmt.Errorf("spin %d of sample %d is %d", i%s.N, i/s.N, x)
		}
	}
	for i, e := range s.Energies {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fmt.Errorf("energy %g of sample %d is not finite", e, i)
		}
	}
	for i, c := range s.Counts {
		if c < 0 {
			return fmt.Errorf("sample %d occurs %d times", i, c)
		}
	}
	for i, p := range s.Marginals {
		if !(p >= 0 && p <= 1) {
			return fmt.Errorf("marginal %g of spin %d is not within 0..1", p, i)
		}
	}
	return nil
}
