package isinggraph

import (
	"errors"
	"fmt"
	"math"
)

// ErrNotConverged is wrapped by the error of a MeanField that ran out of
// iterations.
var ErrNotConverged = errors.New("not converged")

// MeanFieldOptions steers MeanField. Zero values mean the defaults.
type MeanFieldOptions struct {
	Damping       float64   // share of the old value kept, in (0, 1); default 0.5
	Tolerance     float64   // largest residual accepted; default 1e-10
	MaxIterations int       // default 10000
	Start         []float64 // first guess [n], in [-1, 1]; default tanh(βh)
}

// MeanField solves x̄_i = tanh(β(h_i + Σ_j J_ij x̄_j)) (eq. 10), with chain 0 of
// the parameters, by the damped iteration x̄ ← d x̄ + (1-d) tanh(...). It returns
// the mean spins [n], the residual max_i |x̄_i - tanh(...)| of exactly these, and
// the number of iterations. With strong couplings there are several solutions,
// and the start chooses. Damping of 0.5 also stops the period-2 oscillation of
// antiferromagnets. If the tolerance is not reached, the error wraps
// ErrNotConverged and the other results are those of the last iteration.
func MeanField(g *Graph, p Params, opts MeanFieldOptions) (mean []float64, residual float64, iterations int, err error) {
	if err := p.Validate(g, 1); err != nil {
		return nil, 0, 0, err
	}
	n, beta := g.NumNodes(), float64(p.BetaOf(0))
	if err := opts.complete(n); err != nil {
		return nil, 0, 0, err
	}
	mean = make([]float64, n)
	copy(mean, opts.Start)
	if opts.Start == nil {
		for i := range mean {
			mean[i] = math.Tanh(beta * float64(p.Field(0, i, n)))
		}
	}
	next := make([]float64, n)
	for {
		effectiveField(g, p, mean, 0, next)
		residual = 0
		for i, h := range next {
			next[i] = math.Tanh(beta * h)
			residual = max(residual, math.Abs(mean[i]-next[i]))
		}
		if residual <= opts.Tolerance {
			return mean, residual, iterations, nil
		}
		if iterations == opts.MaxIterations {
			return mean, residual, iterations, fmt.Errorf("isinggraph: mean field %w: residual %g after %d iterations, tolerance %g",
				ErrNotConverged, residual, iterations, opts.Tolerance)
		}
		for i := range mean {
			mean[i] = opts.Damping*mean[i] + (1-opts.Damping)*next[i]
		}
		iterations++
	}
}

// complete fills in the defaults and checks the rest for a graph of n nodes.
func (o *MeanFieldOptions) complete(n int) error {
	if o.Damping == 0 {
		o.Damping = 0.5
	}
	if o.Tolerance == 0 {
		o.Tolerance = 1e-10
	}
	if o.MaxIterations == 0 {
		o.MaxIterations = 10000
	}
	switch {
	case !(o.Damping > 0 && o.Damping < 1):
		return fmt.Errorf("isinggraph: mean field damping %v, need a value in (0, 1)", o.Damping)
	case !(o.Tolerance > 0):
		return fmt.Errorf("isinggraph: mean field tolerance %v, need a positive value", o.Tolerance)
	case o.MaxIterations < 0:
		return fmt.Errorf("isinggraph: mean field with %d iterations, need a positive number", o.MaxIterations)
	case o.Start != nil && len(o.Start) != n:
		return fmt.Errorf("isinggraph: mean field starts from %d values for %d nodes", len(o.Start), n)
	}
	for i, m := range o.Start {
		if !(math.Abs(m) <= 1) {
			return fmt.Errorf("isinggraph: mean field start[%d] is %v, need a value in [-1, 1]", i, m)
		}
	}
	return nil
}
