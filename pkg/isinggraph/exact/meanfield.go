package exact

import (
	"errors"
	"fmt"
	"math"

	"example.org/isinggraph/pkg/isinggraph"
)

// ErrNotConverged is wrapped by the error of a MeanField that ran out of
// iterations.
var ErrNotConverged = errors.New("not converged")

// MeanFieldOptions steers MeanField. Zero values mean the defaults.
type MeanFieldOptions struct {
	Tolerance     float64   // largest residual accepted; default 1e-10
	MaxIterations int       // default 10000
	Start         []float64 // first guess [n], in [-1, 1]; default tanh(βh)
}

// MeanField solves x̄_i = tanh(β(h_i + Σ_j J_ij x̄_j)) (eq. 10) of a model. It returns the mean spins [n], the residual
// max_i |x̄_i - tanh(...)| of exactly these, and the number of iterations.
//
// An iteration sets one node after the other to its right-hand side. Each such
// step raises the variational bound on log Z, so that the iteration converges
// for either sign of J, where updating all nodes at once may oscillate
// (Wainwright and Jordan 2008, section 5.3, doi 10.1561/2200000001). With strong
// couplings there are several solutions and the start chooses; zero field and
// the default start give x̄ = 0. If the tolerance is not reached, the error
// wraps ErrNotConverged and the other results are those of the last iteration.
func MeanField(m isinggraph.Model, opts MeanFieldOptions) (mean []float64, residual float64, iterations int, err error) {
	if err := m.Validate(); err != nil {
		return nil, 0, 0, err
	}
	n, beta := m.Graph.NumNodes(), float64(m.InverseTemperature())
	if err := opts.complete(n); err != nil {
		return nil, 0, 0, err
	}
	mean = make([]float64, n)
	copy(mean, opts.Start)
	if opts.Start == nil {
		for i := range mean {
			mean[i] = math.Tanh(beta * float64(m.Field(i)))
		}
	}
	local := isinggraph.LocalField[float64](m)
	residualOf := func() (r float64) {
		for i, v := range mean {
			r = max(r, math.Abs(v-math.Tanh(beta*local(mean, i))))
		}
		return r
	}
	for residual = residualOf(); residual > opts.Tolerance; {
		if iterations == opts.MaxIterations {
			return mean, residual, iterations, fmt.Errorf("exact: mean field %w: residual %g after %d iterations, tolerance %g",
				ErrNotConverged, residual, iterations, opts.Tolerance)
		}
		residual = 0
		for i, old := range mean {
			mean[i] = math.Tanh(beta * local(mean, i))
			residual = max(residual, math.Abs(mean[i]-old))
		}
		iterations++
		if residual <= opts.Tolerance || iterations == opts.MaxIterations {
			residual = residualOf()
		}
	}
	return mean, residual, iterations, nil
}

// complete fills in the defaults and checks the rest for a graph of n nodes.
func (o *MeanFieldOptions) complete(n int) error {
	if o.Tolerance == 0 {
		o.Tolerance = 1e-10
	}
	if o.MaxIterations == 0 {
		o.MaxIterations = 10000
	}
	switch {
	case !(o.Tolerance > 0):
		return fmt.Errorf("exact: mean field tolerance %v, need a positive value", o.Tolerance)
	case o.MaxIterations < 0:
		return fmt.Errorf("exact: mean field with %d iterations, need a positive number", o.MaxIterations)
	case o.Start != nil && len(o.Start) != n:
		return fmt.Errorf("exact: mean field starts from %d values for %d nodes", len(o.Start), n)
	}
	for i, m := range o.Start {
		if !(math.Abs(m) <= 1) {
			return fmt.Errorf("exact: mean field start[%d] is %v, need a value in [-1, 1]", i, m)
		}
	}
	return nil
}
