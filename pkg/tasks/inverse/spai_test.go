package inverse

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.org/isinggraph/data"
)

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
