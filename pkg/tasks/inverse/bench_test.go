package inverse

import (
	"context"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// BenchmarkInverse/leastsquares is the loss of an epoch of the paper's size in
// Setting 2: 960 matrices with two samples each, half of all positions kept;
// leastsquares-gonum is a hundredth of it by gonum's QR. gains are those of one
// matrix, spai is A + A² of a matrix of 2,500 rows.
func BenchmarkInverse(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(c.name, c.run)
	}
}

var benchmarks = []struct {
	name string
	run  func(*testing.B)
}{
	{"leastsquares", benchmarkLeastSquares},
	{"leastsquares-gonum", benchmarkGonum},
	{"gains", benchmarkGains},
	{"spai", benchmarkSPAI},
}

// halves returns matrices of Dataset 1 and a pattern for each.
func halves(b *testing.B, count int) ([]*LeastSquares, [][]int8) {
	ms, err := Generate(context.Background(), Dataset1(1), count)
	if err != nil {
		b.Fatal(err)
	}
	p := AllPositions(30, true)
	r := rand.New(rand.NewPCG(1, 1))
	problems, patterns := make([]*LeastSquares, count), make([][]int8, count)
	for i, a := range ms {
		problems[i], patterns[i] = mustSquares(b, a, p), RandomPattern(p, 0.5, r)
	}
	return problems, patterns
}

func benchmarkLeastSquares(b *testing.B) {
	problems, patterns := halves(b, 960)
	problems, patterns = append(problems, problems...), append(patterns, patterns...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Losses(context.Background(), problems, patterns); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkGonum(b *testing.B) {
	problems, patterns := halves(b, 19)
	for b.Loop() {
		for i, l := range problems {
			for k := range 30 {
				gonumColumn(b, l, patterns[i], k)
			}
		}
	}
}

// gonumColumn solves a column by gonum's QR, whose norm it returns.
func gonumColumn(tb testing.TB, l *LeastSquares, x []int8, k int) float64 {
	n := l.Matrix.N
	var rows []int32
	for _, s := range l.Positions.columns[k] {
		if x[s.node] > 0 {
			rows = append(rows, s.row)
		}
	}
	e := mat.NewVecDense(n, nil)
	e.SetVec(k, 1)
	sub := mat.NewDense(n, len(rows), nil)
	for c, j := range rows {
		for i := range n {
			sub.Set(i, c, l.Matrix.At(i, int(j)))
		}
	}
	var qr mat.QR
	qr.Factorize(sub)
	var sol, fit mat.VecDense
	if err := qr.SolveVecTo(&sol, false, e); err != nil {
		tb.Fatal(err)
	}
	fit.MulVec(sub, &sol)
	e.SubVec(e, &fit)
	return mat.Norm(e, 2)
}

func benchmarkGains(b *testing.B) {
	problems, patterns := halves(b, 1)
	gains := make([]float64, len(patterns[0]))
	for b.Loop() {
		if _, err := problems[0].Gains(gains, patterns[0]); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkSPAI(b *testing.B) {
	n, entries, err := grid(50, 50, func(x, y int) float64 { return 1 }, 0.1)
	if err != nil {
		b.Fatal(err)
	}
	a := mustSparse(b, n, entries)
	s, err := PowerPattern(a, 2)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := NewSPAI(context.Background(), a, s); err != nil {
			b.Fatal(err)
		}
	}
}
