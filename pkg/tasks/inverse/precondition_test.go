package inverse

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.org/isinggraph/data"
)

// sparse makes a large-matrix type of a dense one.
func sparse(t testing.TB, a mat.Matrix) *data.Matrix {
	t.Helper()
	rows, cols := a.Dims()
	var entries []data.Entry
	for i := range rows {
		for j := range cols {
			if v := a.At(i, j); v != 0 {
				entries = append(entries, data.Entry{Row: int32(i), Col: int32(j), Value: v})
			}
		}
	}
	m, err := data.NewMatrix(rows, cols, entries)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func mustSparse(t testing.TB, n int, entries []data.Entry) *data.Matrix {
	t.Helper()
	m, err := data.NewMatrix(n, n, entries)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// dominant is a random matrix of size n with a heavy diagonal, not symmetric.
func dominant(t testing.TB, n int, seed uint64) *data.Matrix {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	a := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			if i == j {
				a.Set(i, j, 2+r.Float64())
			} else if r.Float64() < 4/float64(n) {
				a.Set(i, j, r.NormFloat64()/2)
			}
		}
	}
	return sparse(t, a)
}

// arrow is the identity with a dense first row and column, whose square is full.
func arrow(t *testing.T, n int) *data.Matrix {
	var entries []data.Entry
	for i := range int32(n) {
		entries = append(entries, data.Entry{Row: i, Col: i, Value: 1})
		if i > 0 {
			entries = append(entries, data.Entry{Row: i, Value: 0.1}, data.Entry{Col: i, Value: 0.1})
		}
	}
	return mustSparse(t, n, entries)
}

func mustPattern(t *testing.T, a *data.Matrix, power int) *SparsePattern {
	t.Helper()
	s, err := PowerPattern(a, power)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSPAIOfArrow(t *testing.T) {
	// On the pattern of A: by its dense least squares.
	const n = 40
	a := arrow(t, n)
	s := mustPattern(t, a, 1)
	l := mustSquares(t, mustMatrix(t, n, mat.DenseCopyOf(a).RawMatrix().Data...), s.Positions(true))
	for _, c := range []struct {
		name string
		keep func(row, col int32) bool
	}{
		{"all", func(_, _ int32) bool { return true }},
		{"diagonal", func(row, col int32) bool { return row == col }},
		{"no diagonal", func(row, col int32) bool { return row != col }},
	} {
		m, err := NewSPAI(context.Background(), a, s.Restrict(c.keep))
		if err != nil {
			t.Fatal(err)
		}
		x := make([]int8, l.Positions.NumNodes())
		for node, i := range l.Positions.Row {
			x[node] = -1
			if c.keep(i, l.Positions.Col[node]) {
				x[node] = 1
			}
		}
		want, err := l.Columns(nil, x)
		if err != nil {
			t.Fatal(err)
		}
		if !floats.EqualApprox(m.Residuals, want, 1e-12) {
			t.Errorf("%s: residuals %v, want %v", c.name, m.Residuals, want)
		}
	}
}

func TestSPAIEqualsDenseLeastSquares(t *testing.T) {
	ctx := context.Background()
	ms, err := Generate(ctx, Dataset1(5), 3)
	if err != nil {
		t.Fatal(err)
	}
	singular := make([]float64, 900)
	for i := range 20 {
		singular[i*30+i], singular[i*30+(i+3)%20] = 1e200, -1e200
	}
	ms = append(ms, mustMatrix(t, 30, singular...))
	r := rand.New(rand.NewPCG(6, 6))
	for c, a := range ms {
		p, err := PowerPositions(a, 2, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, keep := range []float64{0, 0.5, 1} {
			x := RandomPattern(p, keep, r)
			l := mustSquares(t, a, p)
			want, err := l.Solve(x)
			if err != nil {
				t.Fatal(err)
			}
			loss, err := l.Loss(x)
			if err != nil {
				t.Fatal(err)
			}
			s, err := NewSparsePattern(p, x)
			if err != nil {
				t.Fatal(err)
			}
			got, err := NewSPAI(ctx, sparse(t, a), s)
			if err != nil {
				t.Fatal(err)
			}
			if !mat.EqualApprox(got.M, mat.NewDense(30, 30, want), 1e-10) || math.Abs(got.Loss()-loss) > 1e-7 {
				t.Errorf("matrix %d, keep %v: loss %v, dense %v, or M differs", c, keep, got.Loss(), loss)
			}
		}
	}
}

func TestPowerPatternIsThatOfDensePowers(t *testing.T) {
	a := dominant(t, 25, 3)
	small := mustMatrix(t, 25, mat.DenseCopyOf(a).RawMatrix().Data...)
	for power := range 4 {
		s, err := PowerPattern(a, power)
		if err != nil {
			t.Fatal(err)
		}
		for _, symmetric := range []bool{true, false} {
			want, err := PowerPositions(small, power, symmetric)
			if err != nil {
				t.Fatal(err)
			}
			got := s.Positions(symmetric)
			if !slices.Equal(got.Row, want.Row) || !slices.Equal(got.Col, want.Col) {
				t.Errorf("power %d, symmetric %v: %d nodes, want %d", power, symmetric, got.NumNodes(), want.NumNodes())
			}
			x := RandomPattern(got, 0.5, rand.New(rand.NewPCG(1, 1)))
			one, err := NewSparsePattern(got, x)
			if err != nil {
				t.Fatal(err)
			}
			two, err := NewSparsePattern(want, x)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(one.Row, two.Row) || !slices.Equal(one.ColStart, two.ColStart) {
				t.Errorf("power %d, symmetric %v: kept patterns differ", power, symmetric)
			}
		}
	}
}

func TestPreconditionersOfFullPatternsAreInverses(t *testing.T) {
	// ILU(0) of a full matrix is its LU, SPAI on all positions its inverse, Jacobi of
	// a diagonal matrix its inverse.
	r := rand.New(rand.NewPCG(2, 2))
	full := mat.NewDense(12, 12, nil)
	for i := range 12 {
		for j := range 12 {
			full.Set(i, j, r.NormFloat64())
		}
		full.Set(i, i, 8)
	}
	a := sparse(t, full)
	ilu, err := NewILU0(a)
	if err != nil {
		t.Fatal(err)
	}
	p := AllPositions(12, false)
	all, err := NewSparsePattern(p, RandomPattern(p, 1, r))
	if err != nil {
		t.Fatal(err)
	}
	spai, err := NewSPAI(context.Background(), a, all)
	if err != nil {
		t.Fatal(err)
	}
	diagonal := mat.NewDense(12, 12, nil)
	for i := range 12 {
		diagonal.Set(i, i, float64(i+1))
	}
	jacobi, err := NewJacobi(sparse(t, diagonal))
	if err != nil {
		t.Fatal(err)
	}
	b := make([]float64, 12)
	for i := range b {
		b[i] = r.NormFloat64()
	}
	for name, c := range map[string]struct {
		p Preconditioner
		a *mat.Dense
	}{"ILU(0)": {ilu, full}, "SPAI": {spai, full}, "Jacobi": {jacobi, diagonal}} {
		var want mat.VecDense
		if err := want.SolveVec(c.a, mat.NewVecDense(12, b)); err != nil {
			t.Fatal(err)
		}
		got := make([]float64, 12)
		c.p.Apply(got, b)
		if !floats.EqualApprox(got, want.RawVector().Data, 1e-10) {
			t.Errorf("%s gives %v, want %v", name, got, want.RawVector().Data)
		}
	}
}

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

func TestPreconditionErrors(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	good := dominant(t, 4, 1)
	wide := sparse(t, mat.NewDense(1, 2, []float64{1, 1}))
	nan := &data.Matrix{Rows: 1, Cols: 1, RowStart: []int32{0, 1}, Col: []int32{0}, Value: []float64{math.NaN()}}
	noDiagonal := sparse(t, mat.NewDense(2, 2, []float64{0, 1, 1, 0}))
	zeroPivot := sparse(t, mat.NewDense(2, 2, []float64{1, 1, 1, 1}))
	tiny := sparse(t, mat.NewDense(1, 1, []float64{5e-324}))
	diagonal, err := PowerPattern(good, 0)
	if err != nil {
		t.Fatal(err)
	}
	one, err := PowerPattern(tiny, 1)
	if err != nil {
		t.Fatal(err)
	}
	var errs []error
	add := func(err error) { errs = append(errs, err) }
	for _, a := range []*data.Matrix{wide, nan, noDiagonal, tiny} {
		_, err := NewJacobi(a)
		add(err)
	}
	for _, a := range []*data.Matrix{wide, nan, noDiagonal, zeroPivot} {
		_, err := NewILU0(a)
		add(err)
	}
	for _, a := range []*data.Matrix{wide, nan, zeroPivot} {
		_, err := NewSPAI(ctx, a, diagonal)
		add(err)
	}
	for _, s := range []*SparsePattern{
		{N: 2, ColStart: []int32{0, 1, 2}, Row: []int32{0, 2}}, {N: 2, ColStart: []int32{0, 2, 2}, Row: []int32{1, 0}},
		{N: 2, ColStart: []int32{0, 3, 2}, Row: []int32{0, 1}}, {N: 2, ColStart: []int32{0, 1}, Row: []int32{0}},
	} {
		_, err := NewSPAI(ctx, zeroPivot, s)
		add(err)
	}
	_, err = NewSPAI(ctx, arrow(t, 1000), mustPattern(t, arrow(t, 1000), 2))
	add(err)
	_, err = NewSPAI(ctx, tiny, one)
	add(err)
	_, err = PowerPattern(wide, 1)
	add(err)
	_, err = PowerPattern(good, -1)
	add(err)
	_, err = NewSparsePattern(diagonal.Positions(true), nil)
	add(err)
	b := []float64{1, 2, 3, 4}
	for _, change := range []func(k *Krylov){
		func(k *Krylov) { k.Method = "cg" }, func(k *Krylov) { k.Restart = 0 }, func(k *Krylov) { k.Tolerance = math.NaN() }, func(k *Krylov) { k.MaxProducts = 0 },
	} {
		k := DefaultKrylov()
		change(&k)
		_, err := Solve(ctx, good, b, nil, k)
		add(err)
	}
	for _, rhs := range [][]float64{nil, {1, 2, math.Inf(1), 4}, {math.MaxFloat64, math.MaxFloat64, 0, 0}} {
		_, err := Solve(ctx, good, rhs, nil, DefaultKrylov())
		add(err)
	}
	_, err = Solve(ctx, wide, []float64{1}, nil, DefaultKrylov())
	add(err)
	for i, err := range errs {
		if err == nil || !strings.HasPrefix(err.Error(), "inverse: ") {
			t.Errorf("case %d: error is %v", i, err)
		}
	}
	cancel()
	if _, err := Solve(ctx, good, b, nil, DefaultKrylov()); !errors.Is(err, context.Canceled) {
		t.Errorf("Solve after cancelling: error is %v", err)
	}
	if _, err := NewSPAI(ctx, good, diagonal); !errors.Is(err, context.Canceled) {
		t.Errorf("NewSPAI after cancelling: error is %v", err)
	}
}
