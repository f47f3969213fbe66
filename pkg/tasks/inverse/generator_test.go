package inverse

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// TestDataset1 makes symmetric matrices of zeros and ones whose determinants, sparsity and
// profile are those of the paper, each by its number alone.
func TestDataset1(t *testing.T) {
	const count = 400
	ctx := context.Background()
	ms, err := Generate(ctx, Dataset1(7), count)
	if err != nil {
		t.Fatal(err)
	}
	var zeros []float64
	near, far, negative := 0, 0, 0
	for _, m := range ms {
		zeros = append(zeros, m.Sparsity())
		if d := mat.Det(m); math.Abs(d-m.Det) > 1e-8 || math.Abs(d) < 0.5 || math.Abs(d) > 50.5 {
			t.Errorf("determinant %v, gonum's is %v", m.Det, d)
		}
		if m.Det < 0 {
			negative++
		}
		for i := range 30 {
			for j := range 30 {
				if v := m.At(i, j); v != m.At(j, i) || v != 0 && v != 1 || i == j && v != 1 {
					t.Fatalf("value (%d, %d) is %v", i, j, v)
				}
			}
			if i+1 < 30 && m.At(i, i+1) == 1 {
				near++
			}
			if i+10 < 30 && m.At(i, i+10) == 1 {
				far++
			}
		}
	}
	mean, sd := stat.MeanStdDev(zeros, nil)
	if math.Abs(mean-0.83) > 0.01 || slices.Max(zeros) > 0.96 {
		t.Errorf("sparsity %.3f (%.3f), at most %.3f; want 0.83 and 0.96", mean, sd, slices.Max(zeros))
	}
	// Acceptance shifts the profile a little: within 0.03 of exp(−d/2.85).
	for _, c := range []struct{ d, seen, of int }{{1, near, 29 * count}, {10, far, 20 * count}} {
		if got, want := float64(c.seen)/float64(c.of), math.Exp(-float64(c.d)/2.85); math.Abs(got-want) > 0.03 {
			t.Errorf("at distance %d of the diagonal %.3f are nonzero, want %.3f", c.d, got, want)
		}
	}
	if share := float64(negative) / count; math.Abs(share-0.5) > 4*0.5/math.Sqrt(count) {
		t.Errorf("%.2f of the determinants are negative, want half", share)
	}
	again, err := Generate(ctx, Dataset1(7), 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range again {
		if !slices.Equal(m.Values, ms[i].Values) {
			t.Errorf("matrix %d depends on the number of matrices", i)
		}
	}
	positive := Dataset1(7)
	positive.Bounds.Absolute = false
	if ms, err = Generate(ctx, positive, 20); err != nil {
		t.Fatal(err)
	}
	for _, m := range ms {
		if m.Det < 1 {
			t.Errorf("determinant %v, want a positive one", m.Det)
		}
	}
}

func TestGenerateErrors(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	good := Dataset1(1)
	with := func(change func(*Generator)) error {
		g := good
		change(&g)
		_, err := Generate(ctx, g, 1)
		return err
	}
	for name, err := range map[string]error{
		"size":     with(func(g *Generator) { g.N = 0 }),
		"decay":    with(func(g *Generator) { g.Decay = math.NaN() }),
		"bounds":   with(func(g *Generator) { g.Bounds.MinDet = 100 }),
		"nothing":  with(func(g *Generator) { g.N, g.Bounds.MaxSparsity = 3, 0 }),
		"sparsity": with(func(g *Generator) { g.Bounds.MaxSparsity = 2 }),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "inverse: ") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	cancel()
	if _, err := Generate(ctx, good, 1); err != context.Canceled {
		t.Errorf("after cancelling: error is %v", err)
	}
}
