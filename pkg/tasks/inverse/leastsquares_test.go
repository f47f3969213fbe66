package inverse

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// mustMatrix makes a matrix of rows.
func mustMatrix(t testing.TB, n int, values ...float64) *Matrix {
	t.Helper()
	m, err := NewMatrix(n, values)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func mustSquares(t testing.TB, a *Matrix, p *Positions) *LeastSquares {
	t.Helper()
	l, err := NewLeastSquares(a, p)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// gonumSolve solves eq. 25 for every column by gonum's SVD with minimum norm.
func gonumSolve(a *Matrix, p *Positions, x []int8) (m *mat.Dense, columns []float64) {
	n := a.N
	m = mat.NewDense(n, n, nil)
	for k := range n {
		var rows []int
		for node, s := range x {
			i, j := int(p.Row[node]), int(p.Col[node])
			if s > 0 && j == k {
				rows = append(rows, i)
			} else if s > 0 && p.Symmetric && i == k {
				rows = append(rows, j)
			}
		}
		e := mat.NewVecDense(n, nil)
		e.SetVec(k, 1)
		if len(rows) > 0 {
			b := mat.NewDense(n, len(rows), nil)
			for c, r := range rows {
				for i := range n {
					b.Set(i, c, a.At(i, r))
				}
			}
			var svd mat.SVD
			svd.Factorize(b, mat.SVDThin)
			if rank := svd.Rank(1e-12); rank > 0 {
				var sol mat.Dense
				svd.SolveTo(&sol, e, rank)
				var fit mat.VecDense
				fit.MulVec(b, sol.ColView(0))
				e.SubVec(e, &fit)
				for c, r := range rows {
					m.Set(r, k, sol.At(c, 0))
				}
			}
		}
		columns = append(columns, mat.Dot(e, e))
	}
	return m, columns
}

func TestLeastSquaresAgreesWithGonum(t *testing.T) {
	ms, err := Generate(context.Background(), Dataset1(1), 6)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	dense := make([]float64, 17*17)
	for i := range dense {
		dense[i] = r.NormFloat64()
	}
	ms = append(ms, mustMatrix(t, 17, dense...), mustMatrix(t, 1, 3), mustMatrix(t, 1, 0))
	for c, a := range ms {
		for _, symmetric := range []bool{true, false} {
			p := AllPositions(a.N, symmetric)
			l := mustSquares(t, a, p)
			for _, keep := range []float64{0, 0.1, 0.5, 1} {
				x := RandomPattern(p, keep, r)
				want, columns := gonumSolve(a, p, x)
				parts, err := l.Columns(nil, x)
				if err != nil {
					t.Fatal(err)
				}
				for k := range parts {
					if math.Abs(parts[k]-columns[k]) > 1e-10 {
						t.Errorf("matrix %d, keep %v: column %d has loss %v, gonum %v", c, keep, k, parts[k], columns[k])
					}
				}
				m, err := l.Solve(x)
				if err != nil {
					t.Fatal(err)
				}
				if !mat.EqualApprox(mat.NewDense(a.N, a.N, m), want, 1e-10) {
					t.Errorf("matrix %d, keep %v: M differs from gonum's", c, keep)
				}
				loss, err := l.Loss(x)
				if err != nil {
					t.Fatal(err)
				}
				sum := 0.0
				shares, err := l.Parts(x)
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range shares {
					sum += v
				}
				var am mat.Dense
				am.Mul(a, want)
				for i := range a.N {
					am.Set(i, i, am.At(i, i)-1)
				}
				if f := mat.Norm(&am, 2); math.Abs(loss-f) > 1e-7 || math.Abs(sum-loss) > 1e-12 {
					t.Errorf("matrix %d, keep %v: loss %v, parts add up to %v, ‖AM − I‖ is %v", c, keep, loss, sum, f)
				}
			}
		}
	}
}

func TestLeastSquaresOfSingularAndHuge(t *testing.T) {
	// Two equal columns, one of zeros, and scales from 1e-300 to 1e300.
	base := []float64{1, 1, 0, 2, 3, 3, 0, 1, 0, 0, 0, 5, 2, 2, 0, 1}
	for _, scale := range []float64{1, 1e-300, 1e300, 5e-324} {
		values := make([]float64, len(base))
		for i, v := range base {
			values[i] = v * scale
		}
		p := AllPositions(4, false)
		x := RandomPattern(p, 1, rand.New(rand.NewPCG(1, 1)))
		got, err := mustSquares(t, mustMatrix(t, 4, values...), p).Columns(nil, x)
		if err != nil {
			t.Fatal(err)
		}
		_, want := gonumSolve(mustMatrix(t, 4, base...), p, x)
		for k := range got {
			if math.Abs(got[k]-want[k]) > 1e-10 {
				t.Errorf("scale %v: column %d has loss %v, want %v", scale, k, got[k], want[k])
			}
		}
	}
}

func TestGainsAreDifferences(t *testing.T) {
	ms, err := Generate(context.Background(), Dataset1(2), 2)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for _, a := range ms {
		for _, symmetric := range []bool{true, false} {
			p, err := PowerPositions(a, 2, symmetric)
			if err != nil {
				t.Fatal(err)
			}
			l := mustSquares(t, a, p)
			x := RandomPattern(p, 0.5, r)
			square := func() float64 {
				v, err := l.Loss(x)
				if err != nil {
					t.Fatal(err)
				}
				return v * v
			}
			gains, err := l.Gains(nil, x)
			if err != nil {
				t.Fatal(err)
			}
			for i := range x {
				before := square()
				x[i] = -x[i]
				if d := before - square(); math.Abs(d-gains[i]) > 1e-9 {
					t.Errorf("flipping node %d lowers the square by %v, its gain is %v", i, d, gains[i])
				}
				x[i] = -x[i]
			}
		}
	}
}

func TestLeastSquaresErrors(t *testing.T) {
	good := mustMatrix(t, 2, 1, 0, 0, 1)
	l := mustSquares(t, good, AllPositions(2, true))
	short := make([]int8, 2)
	_, columns := l.Columns(nil, short)
	_, room := l.Columns(make([]float64, 1), make([]int8, 3))
	_, gains := l.Gains(nil, short)
	_, gainRoom := l.Gains(make([]float64, 1), make([]int8, 3))
	_, solve := l.Solve(short)
	_, parts := l.Parts(short)
	_, size := NewLeastSquares(good, AllPositions(3, true))
	_, nan := NewMatrix(1, []float64{math.NaN()})
	_, inf := NewLeastSquares(&Matrix{N: 1, Values: []float64{math.Inf(1)}}, AllPositions(1, true))
	_, count := NewMatrix(2, make([]float64, 3))
	_, empty := NewMatrix(0, nil)
	_, number := Losses(context.Background(), []*LeastSquares{l}, nil)
	_, inLosses := Losses(context.Background(), []*LeastSquares{l}, [][]int8{short})
	for name, err := range map[string]error{
		"columns": columns, "room": room, "gains": gains, "gain room": gainRoom, "solve": solve, "parts": parts, "size": size,
		"nan": nan, "inf": inf, "count": count, "empty": empty, "number": number, "in losses": inLosses,
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "inverse: ") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}
