package learn

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"example.org/isinggraph/internal/bisect"
	"example.org/isinggraph/pkg/isinggraph"
)

// ShiftToCount returns the constant c for which exactly m of the n values h_i + c
// are positive, halfway between the m-th and the next largest; all are for
// m = n, with a margin of 1. It is an error where these two are equal, which no
// shift separates. O(n log n).
func ShiftToCount(h []float32, m int) (float32, error) {
	if m < 0 || m > len(h) || len(h) == 0 {
		return 0, fmt.Errorf("learn: shift that keeps %d of %d nodes", m, len(h))
	}
	sorted := slices.Clone(h)
	slices.Sort(sorted)
	at := len(h) - m
	if m == 0 {
		return -1 - sorted[len(h)-1], nil
	}
	if m == len(h) {
		return 1 - sorted[0], nil
	}
	low, high := sorted[at-1], sorted[at]
	c := -(low/2 + high/2)
	if low+c > 0 || high+c <= 0 {
		return 0, fmt.Errorf("learn: no shift keeps exactly %d of %d nodes: two of the fields there are %v and %v", m, len(h), low, high)
	}
	return c, nil
}

// ShiftToEta returns the constant c for which mean_i tanh(β(h_i + c)) (eq. 11) is
// η in (−1, 1), by bisection to a width of 1e-9 of the interval in which it must lie.
func ShiftToEta(h []float32, beta, eta float64) (float64, error) {
	if len(h) == 0 || !(beta > 0) || !(math.Abs(eta) < 1) {
		return 0, fmt.Errorf("learn: shift to η = %v for %d fields and β = %v", eta, len(h), beta)
	}
	reach := math.Atanh(math.Abs(eta)) / beta
	low, high := -float64(slices.Max(h))-reach-1, -float64(slices.Min(h))+reach+1
	low, high, err := bisect.Halve(low, high, 30, func(c float64) (bool, error) {
		var sum float64
		for _, v := range h {
			sum += math.Tanh(beta * (float64(v) + c))
		}
		return sum/float64(len(h)) > eta, nil
	})
	return low + (high-low)/2, err
}

// ShiftToFraction returns the constant c for which h + c, sampled as r says,
// keeps a share of the nodes, by bisection. The kept share rises with c where
// J ≥ 0, and so nearly elsewhere; c is found to 2^-24 of the range of fields in
// which it must lie.
func ShiftToFraction(ctx context.Context, s isinggraph.Sampler, r isinggraph.Request, fraction float64) (float32, error) {
	if err := r.Validate(); err != nil {
		return 0, err
	}
	if n := r.Graph.NumNodes(); len(r.H) != n || len(r.Chains.H) != 0 || !(fraction > 0 && fraction < 1) {
		return 0, fmt.Errorf("learn: shift to a fraction of %v for %d fields of %d nodes, and %d of chains", fraction, len(r.H), n, len(r.Chains.H))
	}
	reach := max(slices.Max(r.H), -slices.Min(r.H)) + 20/max(r.InverseTemperature(), 1e-3)
	var strongest float32
	for _, j := range r.J.Each(r.Graph) {
		strongest = max(strongest, j, -j)
	}
	bound := float64(reach + strongest*float32(r.Graph.MaxDegree()))
	h := r.H
	shifted := slices.Clone(h)
	low, high, err := bisect.Halve(-bound, bound, 24, func(c float64) (bool, error) {
		for i, v := range h {
			shifted[i] = v + float32(c)
		}
		r.H = shifted
		out, err := s.Sample(ctx, r)
		if err != nil {
			return false, err
		}
		return isinggraph.Fraction(out.Spins) > fraction, nil
	})
	return float32(low + (high-low)/2), err
}

// Top keeps exactly the m nodes of the largest values, such as fields or
// marginals: +1 there, −1 elsewhere; of equal values, those of lower index.
func Top[T cmp.Ordered](values []T, m int) ([]int8, error) {
	if m < 0 || m > len(values) {
		return nil, fmt.Errorf("learn: the top %d of %d nodes", m, len(values))
	}
	order := make([]int, len(values))
	x := make([]int8, len(values))
	for i := range order {
		order[i], x[i] = i, -1
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	for _, i := range order[:m] {
		x[i] = 1
	}
	return x, nil
}
