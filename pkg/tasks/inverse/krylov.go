package inverse

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"gonum.org/v1/exp/linsolve"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.org/isinggraph/data"
)

// Krylov says how [Solve] solves a system.
type Krylov struct {
	// Method is "gmres" or "bicgstab" (gonum's linsolve).
	Method string
	// Restart is the number of GMRES iterations between restarts, at least 1; a
	// larger one than the system is cut to its size. BiCGSTAB does not use it.
	Restart int
	// Tolerance is that of the relative residual ‖b − Ax‖/‖b‖, in (0, 1).
	Tolerance float64
	// MaxProducts bounds the products with A, at least 1.
	MaxProducts int
}

// DefaultKrylov returns GMRES(50) to 1e-8 in at most 2,000 products.
func DefaultKrylov() Krylov {
	return Krylov{Method: "gmres", Restart: 50, Tolerance: 1e-8, MaxProducts: 2000}
}

// Solution is what an iterative solver found.
type Solution struct {
	X []float64 // shape (N)
	// History is the solver's relative residual before the first and after every
	// product with A P: GMRES has one in an iteration, BiCGSTAB two.
	History   []float64
	Residual  float64 // ‖b − AX‖/‖b‖, computed afresh
	Converged bool    // the solver did, and Residual is at most ten times the tolerance
	// Reason tells why it did not converge: ErrLimit, the solver's breakdown, or a
	// residual that is not what the solver took it for.
	Reason error
	Time   time.Duration
}

// Products returns the number of products with A P.
func (s *Solution) Products() int { return len(s.History) - 1 }

// ErrLimit is the reason of a solver that used up its products.
var ErrLimit = errors.New("inverse: limit of products reached")

// drift is how many times the tolerance the residual may be of a solver that finds
// itself converged.
const drift = 10

// errDrift is the reason of a solver that took itself for converged wrongly.
var errDrift = errors.New("inverse: the residual exceeds the solver's recurrence")

// errNotFinite is the reason of a solver whose residual is not finite.
var errNotFinite = errors.New("inverse: the residual is not finite")

// Solve solves A x = b with p on the right: A P y = b, x = P y, so that residuals
// are those of the system itself, from x = 0; nil stands for no preconditioner. A
// solver that does not converge is no error. A matrix that is not square, values
// that are not finite, settings out of range and a cancelled context are.
func Solve(ctx context.Context, a *data.Matrix, b []float64, p Preconditioner, k Krylov) (*Solution, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	n := a.Rows
	if len(b) != n {
		return nil, fmt.Errorf("inverse: right-hand side of %d values for a matrix of size %d", len(b), n)
	}
	if i := slices.IndexFunc(b, func(v float64) bool { return v-v != 0 }); i >= 0 {
		return nil, fmt.Errorf("inverse: right-hand side value %d is %v", i, b[i])
	}
	if !(k.Tolerance > 0 && k.Tolerance < 1) || k.MaxProducts < 1 {
		return nil, fmt.Errorf("inverse: tolerance %v and %d products, want a tolerance in (0, 1) and at least one product", k.Tolerance, k.MaxProducts)
	}
	s := &Solution{X: make([]float64, n)}
	size := floats.Norm(b, 2) // scaled against overflow
	if size == 0 {
		s.History, s.Converged = []float64{0}, true
		return s, nil
	}
	if math.IsInf(size, 0) {
		return nil, fmt.Errorf("inverse: the norm of the right-hand side is beyond float64")
	}
	var method linsolve.Method
	switch k.Method {
	case "gmres":
		if k.Restart < 1 {
			return nil, fmt.Errorf("inverse: GMRES restarted after %d iterations, want at least 1", k.Restart)
		}
		method = &linsolve.GMRES{Restart: min(k.Restart, n)}
	case "bicgstab":
		method = new(linsolve.BiCGStab)
	default:
		return nil, fmt.Errorf("inverse: solver %q, want gmres or bicgstab", k.Method)
	}
	unit := make([]float64, n)
	for i, v := range b {
		unit[i] = v / size
	}
	r := &recorder{Method: method, ctx: ctx, products: k.MaxProducts, history: []float64{1}}
	start := time.Now()
	work := linsolve.NewContext(n)
	system := &rightPreconditioned{a: a, p: p, y: make([]float64, n)}
	_, reason := linsolve.Iterative(system, mat.NewVecDense(n, unit), r, &linsolve.Settings{
		Tolerance: k.Tolerance, MaxIterations: math.MaxInt, Work: work,
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.History = r.history
	y := work.X.RawVector().Data
	if p == nil {
		copy(s.X, y)
	} else {
		p.Apply(s.X, y)
	}
	residual := system.y
	multiply(a, residual, s.X)
	floats.Sub(residual, unit)
	s.Residual = floats.Norm(residual, 2)
	s.Time = time.Since(start)
	floats.Scale(size, s.X)
	switch {
	case reason != nil:
		s.Reason = reason
	case r.reason != nil:
		s.Reason = r.reason
	case !(s.Residual <= drift*k.Tolerance):
		s.Reason = errDrift
	}
	s.Converged = s.Reason == nil
	return s, nil
}

// rightPreconditioned is the operator A P.
type rightPreconditioned struct {
	a *data.Matrix
	p Preconditioner
	y []float64
}

// MulVecTo writes A P x into dst; linsolve's methods used here ask for no
// transpose.
func (o *rightPreconditioned) MulVecTo(dst *mat.VecDense, _ bool, x mat.Vector) {
	in := x.(mat.RawVectorer).RawVector().Data
	if o.p != nil {
		o.p.Apply(o.y, in)
		in = o.y
	}
	multiply(o.a, dst.RawVector().Data, in)
}

// recorder keeps a method's residuals, and lets it finish early as if it had
// converged, so that it brings its solution up to date.
type recorder struct {
	linsolve.Method
	ctx      context.Context
	products int
	history  []float64
	reason   error
}

// Iterate is one step of the method.
func (r *recorder) Iterate(c *linsolve.Context) (linsolve.Operation, error) {
	if r.reason != nil || r.ctx.Err() != nil {
		c.Converged = true
	}
	op, err := r.Method.Iterate(c)
	if op == linsolve.CheckResidualNorm && err == nil {
		r.history = append(r.history, c.ResidualNorm)
		if v := c.ResidualNorm; v-v != 0 {
			r.reason = errNotFinite
		} else if len(r.history) > r.products {
			r.reason = ErrLimit
		}
	}
	return op, err
}
