package learn

import (
	"fmt"
	"slices"
)

// CheckOptions say what [Learner.Check] compares; the zero value is useful.
type CheckOptions struct {
	Estimators []Estimator // default Whole, Local of radius 0 to 3 and tapered of 3, and Flips, as far as the loss allows
	Samples    []int       // K of each; default the learner's, and 8
	Repeats    int         // gradients of each estimator; default 200
	Directions int         // random directions of the field, beside the constant one; default 3
	Chains     int         // samples at either end of a finite difference; default 4,096
	Epsilon    float64     // step of the finite differences; default 0.05
	Seed       uint64
}

// Slope is a derivative with its standard error.
type Slope struct{ Mean, StdErr float64 }

// CheckRow is what was found of one estimator with K samples.
type CheckRow struct {
	Estimator Estimator
	Samples   int
	Slopes    []Slope // of the estimator's gradient, along each direction
	// Bias is how far the slopes are from the finite differences, as the root of the
	// mean square over the directions, relative to that of the finite differences.
	Bias float64
	// Cosine is that of the angle between the mean gradient and the one of all samples
	// together by eq. 7, with the noise of both taken out; NaN where that leaves nothing.
	Cosine float64
	// SignalToNoise is the norm of the mean gradient over the root mean square of a
	// single gradient's distance from it.
	SignalToNoise float64
}

// CheckReport says how far estimators can be trusted on some items.
type CheckReport struct {
	Differences []Slope // of the expected loss, along the constant field, then random directions
	Rows        []CheckRow
	Chains      int
	Repeats     int
}

// complete fills in defaults for a learner and checks the rest.
func (o *CheckOptions) complete(c *Config) error {
	if len(o.Samples) == 0 {
		o.Samples = slices.Compact(slices.Sorted(slices.Values([]int{c.Sampling.Samples, 8})))
	}
	for k, v := range map[*int]int{&o.Repeats: 200, &o.Directions: 3, &o.Chains: 4096} {
		if *k == 0 {
			*k = v
		}
	}
	if o.Epsilon == 0 {
		o.Epsilon = 0.05
	}
	switch {
	case !c.Objective.Loss.given():
		return fmt.Errorf("learn: a check needs a loss")
	case o.Repeats < 2 || o.Directions < 0 || o.Chains < 2*checkChunk || !(o.Epsilon > 0):
		return fmt.Errorf("learn: a check with Repeats %d, Directions %d, Chains %d, Epsilon %v: need at least 2, 0, %d and a positive value",
			o.Repeats, o.Directions, o.Chains, o.Epsilon, 2*checkChunk)
	}
	if o.Estimators == nil {
		o.Estimators = []Estimator{Whole{}, Local{Radius: 0}, Local{Radius: 1}, Local{Radius: 2}, Local{Radius: 3}, Local{Radius: 3, Taper: true}, Flips{}}
		if l, ok := c.Objective.Estimator.(Local); ok && l.Of != nil {
			o.Estimators = []Estimator{Whole{}, l}
		}
		o.Estimators = slices.DeleteFunc(o.Estimators, func(e Estimator) bool { return e.check(c) != nil })
	}
	for _, e := range o.Estimators {
		for _, k := range o.Samples {
			with := *c
			with.Sampling.Samples = k
			if err := e.check(&with); err != nil {
				return fmt.Errorf("learn: check of %s: %w", e, err)
			}
			if !e.kind().samples || !e.kind().weights {
				return fmt.Errorf("learn: check of %s, which follows no loss", e)
			}
		}
	}
	return nil
}
