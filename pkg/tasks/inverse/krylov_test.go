package inverse

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// TestSolve compares the solutions with each preconditioner with gonum's.
func TestSolve(t *testing.T) {
	ctx := context.Background()
	a := dominant(t, 120, 9)
	r := rand.New(rand.NewPCG(4, 4))
	b := make([]float64, 120)
	for i := range b {
		b[i] = r.NormFloat64()
	}
	var want mat.VecDense
	if err := want.SolveVec(mat.DenseCopyOf(a), mat.NewVecDense(120, b)); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"gmres", "bicgstab"} {
		k := DefaultKrylov()
		k.Method, k.Tolerance, k.Restart = method, 1e-11, 30
		rows := Compare(ctx, a, b, k, StandardCandidates(a))
		if len(rows) != 5 {
			t.Fatalf("%d rows", len(rows))
		}
		none := rows[0].Solution
		for _, row := range rows {
			if row.Err != nil {
				t.Fatalf("%s: %v", row.Name, row.Err)
			}
			s := row.Solution
			if !s.Converged || s.Residual > 1e-10 || !floats.EqualApprox(s.X, want.RawVector().Data, 1e-9) {
				t.Errorf("%s with %s: converged %v, residual %v", method, row.Name, s.Converged, s.Residual)
			}
			if s.History[0] != 1 || s.History[s.Products()] > k.Tolerance {
				t.Errorf("%s with %s: history from %v to %v", method, row.Name, s.History[0], s.History[s.Products()])
			}
			if s.Products() > none.Products() {
				t.Errorf("%s with %s takes %d products, %d without", method, row.Name, s.Products(), none.Products())
			}
		}
		// A scaled system has the same history, at either end of float64.
		for _, scale := range []float64{1e-200, 1e200} {
			scaled := slices.Clone(b)
			floats.Scale(scale, scaled)
			s, err := Solve(ctx, a, scaled, nil, k)
			if err != nil {
				t.Fatal(err)
			}
			floats.Scale(1/scale, s.X)
			if !s.Converged || !floats.EqualApprox(s.X, want.RawVector().Data, 1e-9) {
				t.Errorf("%s with a right-hand side times %v: converged %v", method, scale, s.Converged)
			}
		}
		zero, err := Solve(ctx, a, make([]float64, 120), nil, k)
		if err != nil || !zero.Converged || zero.Products() != 0 || floats.Norm(zero.X, 2) != 0 {
			t.Errorf("%s with b = 0: %+v, %v", method, zero, err)
		}
		k.MaxProducts = 3
		short, err := Solve(ctx, a, b, nil, k)
		if err != nil || short.Converged || !errors.Is(short.Reason, ErrLimit) || short.Products() != 3 {
			t.Errorf("%s in 3 products: %+v, %v", method, short, err)
		} else if got := short.History[3]; math.Abs(got-short.Residual) > 1e-10 {
			t.Errorf("%s after 3 products: residual %v, its own %v", method, short.Residual, got)
		}
	}
	// One by one, and a singular matrix, which has no solution.
	one := sparse(t, mat.NewDense(1, 1, []float64{4}))
	s, err := Solve(ctx, one, []float64{2}, nil, DefaultKrylov())
	if err != nil || !s.Converged || math.Abs(s.X[0]-0.5) > 1e-12 {
		t.Errorf("1×1: %+v, %v", s, err)
	}
	singular := sparse(t, mat.NewDense(2, 2, []float64{1, 0, 0, 0}))
	if s, err = Solve(ctx, singular, []float64{1, 1}, nil, DefaultKrylov()); err != nil || s.Converged || s.Reason == nil {
		t.Errorf("singular: %+v, %v", s, err)
	}
}
