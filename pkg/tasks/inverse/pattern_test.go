package inverse

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// TestLineGraph compares neighbours and the columns that a position counts for with the
// definition.
func TestLineGraph(t *testing.T) {
	a := mustMatrix(t, 5,
		1, 1, 0, 0, 0,
		1, 1, 1, 0, 0,
		0, 1, 1, 0, 1,
		0, 0, 0, 1, 0,
		0, 0, 1, 0, 1)
	for _, symmetric := range []bool{true, false} {
		some, err := PowerPositions(a, 1, symmetric)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []*Positions{some, AllPositions(5, symmetric)} {
			g, err := p.LineGraph()
			if err != nil {
				t.Fatal(err)
			}
			credit := p.CreditColumns()
			for u := range p.NumNodes() {
				i, j := p.Row[u], p.Col[u]
				if !slices.Contains(credit[u], j) || slices.Contains(credit[u], i) != (symmetric || i == j) {
					t.Errorf("node (%d, %d) belongs to columns %v", i, j, credit[u])
				}
				for v := range p.NumNodes() {
					k, l := p.Row[v], p.Col[v]
					want := u != v && (i == k || j == l)
					if symmetric {
						want = u != v && (i == k || i == l || j == k || j == l)
					}
					if got := slices.Contains(g.Neighbors(u), int32(v)); got != want {
						t.Errorf("(%d, %d) and (%d, %d), symmetric %v: neighbours %v", i, j, k, l, symmetric, got)
					}
				}
			}
		}
	}
}

// dataset1 returns the least squares of matrices of Dataset 1 on the positions of
// a setting.
func dataset1(t *testing.T, count, setting int, symmetric bool) []*LeastSquares {
	t.Helper()
	ms, err := Generate(context.Background(), Dataset1(11), count)
	if err != nil {
		t.Fatal(err)
	}
	problems := make([]*LeastSquares, count)
	for i, a := range ms {
		p := AllPositions(30, symmetric)
		if setting == 1 {
			if p, err = PowerPositions(a, 2, symmetric); err != nil {
				t.Fatal(err)
			}
		}
		problems[i] = mustSquares(t, a, p)
	}
	return problems
}

// meanLoss returns the mean and standard deviation of the losses, and the mean
// kept fraction.
func meanLoss(t *testing.T, problems []*LeastSquares, pattern func(i int, l *LeastSquares) ([]int8, error)) (mean, sd, kept float64) {
	t.Helper()
	patterns := make([][]int8, len(problems))
	for i, l := range problems {
		var err error
		if patterns[i], err = pattern(i, l); err != nil {
			t.Fatal(err)
		}
		kept += float64(Kept(patterns[i])) / float64(len(patterns[i])) / float64(len(problems))
	}
	losses, err := Losses(context.Background(), problems, patterns)
	if err != nil {
		t.Fatal(err)
	}
	mean, sd = stat.MeanStdDev(losses, nil)
	return mean, sd, kept
}

func TestBaselinesScoreAsThePaperSays(t *testing.T) {
	const count = 300
	seeded := func(i int) *rand.Rand { return rand.New(rand.NewPCG(1, uint64(i))) }
	for setting, want := range map[int][2]float64{1: {4.05, 0.16}, 2: {3.88, 0.18}} {
		problems := dataset1(t, count, setting, true)
		mean, sd, kept := meanLoss(t, problems, func(i int, l *LeastSquares) ([]int8, error) {
			return RandomPattern(l.Positions, 0.5, seeded(i)), nil
		})
		// Two standard errors of the paper's 320 test matrices and four of ours.
		if tolerance := 2*want[1]/math.Sqrt(320) + 4*sd/math.Sqrt(count); math.Abs(mean-want[0]) > tolerance || math.Abs(sd-want[1]) > 0.04 || math.Abs(kept-0.5) > 0.01 {
			t.Errorf("Setting %d: RANDOM %.3f (%.3f), kept %.3f; want %v", setting, mean, sd, kept, want)
		}
		mean, sd, _ = meanLoss(t, problems, func(i int, l *LeastSquares) ([]int8, error) { return OnlyA(l.Positions, l.Matrix) })
		if math.Abs(mean-4.13) > 0.09*2/math.Sqrt(320)+4*sd/math.Sqrt(count) || math.Abs(sd-0.09) > 0.03 {
			t.Errorf("Setting %d: ONLY A %.3f (%.3f), want 4.13 (0.09)", setting, mean, sd)
		}
	}
}

func TestPatternsInOrderOfTheirLoss(t *testing.T) {
	const count, fraction = 12, 0.509
	ctx := context.Background()
	seeded := func(i int) *rand.Rand { return rand.New(rand.NewPCG(2, uint64(i))) }
	symmetric, columns := dataset1(t, count, 2, true), dataset1(t, count, 2, false)
	adaptive, err := Adaptive{PerStep: 5, Steps: 30}.Tune(ctx, columns, fraction)
	if err != nil {
		t.Fatal(err)
	}
	kept := symmetric[0].Positions.Count(fraction)
	pruned := func(i int, l *LeastSquares) ([]int8, error) {
		return l.Prune(RandomPattern(l.Positions, 1, seeded(i)), kept)
	}
	last := math.Inf(1)
	for _, c := range []struct {
		name     string
		problems []*LeastSquares
		pattern  func(i int, l *LeastSquares) ([]int8, error)
	}{
		{"RANDOM", symmetric, func(i int, l *LeastSquares) ([]int8, error) {
			return RandomPattern(l.Positions, fraction, seeded(i)), nil
		}},
		{"RANDOM with the diagonal", symmetric, func(i int, l *LeastSquares) ([]int8, error) {
			x := DiagonalRandomPattern(l.Positions, fraction, seeded(i))
			for node, r := range l.Positions.Row {
				if r == l.Positions.Col[node] && x[node] != 1 {
					t.Errorf("diagonal %d is not kept", r)
				}
			}
			return x, nil
		}},
		{"band", symmetric, func(_ int, l *LeastSquares) ([]int8, error) { return BandPattern(l.Positions, kept), nil }},
		{"adaptive SPAI", columns, func(_ int, l *LeastSquares) ([]int8, error) { return adaptive.Pattern(l) }},
		{"greedy by column", columns, func(_ int, l *LeastSquares) ([]int8, error) { return l.GreedyColumns(fraction) }},
		{"symmetric greedy", symmetric, func(_ int, l *LeastSquares) ([]int8, error) { return l.Greedy(kept) }},
		{"pruned and exchanged", symmetric, func(i int, l *LeastSquares) ([]int8, error) {
			x, err := pruned(i, l)
			if err != nil {
				return nil, err
			}
			before := slices.Clone(x)
			y, losses, err := l.Exchange(x, 30)
			if err != nil {
				return nil, err
			}
			loss, err := l.Loss(y)
			if err != nil {
				return nil, err
			}
			if !slices.Equal(x, before) || Kept(y) != kept || losses[len(losses)-1] != loss || !slices.IsSortedFunc(losses, func(a, b float64) int {
				if a >= b {
					return 0
				}
				return 1
			}) {
				t.Errorf("exchange keeps %d of %d with losses %v, %v at the end", Kept(y), kept, losses, loss)
			}
			return y, nil
		}},
	} {
		mean, _, fractionKept := meanLoss(t, c.problems, c.pattern)
		if mean >= last || fractionKept > fraction+0.02 {
			t.Errorf("%s: mean loss %.3f at %.3f kept, the one before %.3f", c.name, mean, fractionKept, last)
		}
		last = mean
	}
}

func TestAdaptiveTuneMeetsItsFraction(t *testing.T) {
	problems := dataset1(t, 10, 1, false)
	for _, fraction := range []float64{0.2, 0.5} {
		o, err := Adaptive{PerStep: 1, Steps: 30}.Tune(context.Background(), problems, fraction)
		if err != nil {
			t.Fatal(err)
		}
		_, _, kept := meanLoss(t, problems, func(_ int, l *LeastSquares) ([]int8, error) { return o.Pattern(l) })
		if kept > fraction || kept < fraction-0.01 {
			t.Errorf("kept %v at tolerance %v, want %v", kept, o.Tolerance, fraction)
		}
		for _, l := range problems[:2] {
			x, err := o.Pattern(l)
			if err != nil {
				t.Fatal(err)
			}
			columns, err := l.Columns(nil, x)
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range columns {
				full := true // all allowed positions kept
				for _, s := range l.Positions.columns[k] {
					full = full && x[s.node] > 0
				}
				if math.Sqrt(v) > o.Tolerance+1e-9 && !full {
					t.Errorf("column %d stopped at %v with tolerance %v", k, math.Sqrt(v), o.Tolerance)
				}
			}
		}
	}
}

func TestPatternErrors(t *testing.T) {
	ctx := context.Background()
	l := mustSquares(t, mustMatrix(t, 2, 1, 0, 0, 1), AllPositions(2, true))
	short := make([]int8, 1)
	_, columns := l.GreedyColumns(0.5)
	_, adaptive := Adaptive{PerStep: 1}.Pattern(l)
	_, options := Adaptive{}.Pattern(l)
	_, tune := Adaptive{PerStep: 1}.Tune(ctx, nil, 0.5)
	_, prune := l.Prune(short, 1)
	_, negative := l.Prune(make([]int8, 3), -1)
	_, _, exchange := l.Exchange(short, 1)
	_, _, rounds := l.Exchange(make([]int8, 3), -1)
	_, only := OnlyA(AllPositions(3, true), l.Matrix)
	_, power := PowerPositions(l.Matrix, -1, true)
	_, size := NewPositions(0, true, nil)
	big := &LeastSquares{Matrix: &Matrix{N: 600}}
	_, greedy := big.Greedy(1)
	_, best := big.Best(1, 1)
	_, bestRounds := l.Best(1, -1)
	for name, err := range map[string]error{
		"columns": columns, "adaptive": adaptive, "options": options, "tune": tune, "prune": prune, "negative": negative,
		"exchange": exchange, "rounds": rounds, "only": only, "power": power, "size": size, "greedy": greedy, "best": best, "best rounds": bestRounds,
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "inverse: ") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}
