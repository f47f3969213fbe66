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
