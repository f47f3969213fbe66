package learn_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TestExactly compares with every way to turn the nodes too many or too few: the turned
// ones must be those whose turns, each by itself, raise the energy the least in sum.
func TestExactly(t *testing.T) {
	const n = 9
	rng := rand.New(rand.NewPCG(7, 0))
	g, err := isinggraph.NewGraph(n, testutil.RandomEdges(n, 0.4, rng))
	if err != nil {
		t.Fatal(err)
	}
	m := isinggraph.Model{Graph: g, J: isinggraph.Uniform(-0.7), H: make([]float32, n)}
	x := make([]int8, n)
	had := 0
	for i := range x {
		m.H[i] = float32(rng.NormFloat64())
		if x[i] = -1; rng.IntN(2) == 0 {
			x[i] = 1
			had++
		}
	}
	before := slices.Clone(x)
	rise := make([]float64, n) // of the energy, by the turn of a node alone
	for i := range n {
		y := slices.Clone(x)
		y[i] = -y[i]
		rise[i] = m.Energies(y)[0] - m.Energies(x)[0]
	}
	for kept := range n + 1 {
		got, err := learn.Exactly(m, x, kept)
		if err != nil {
			t.Fatal(err)
		}
		if f := isinggraph.Fraction(got); math.Abs(f-float64(kept)/n) > 1e-9 {
			t.Errorf("%d kept: fraction %v", kept, f)
		}
		var sum float64
		turned := 0
		for i := range got {
			if got[i] != x[i] {
				sum += rise[i]
				turned++
			}
		}
		best := math.Inf(1)
		for set := range 1 << n {
			var cost float64
			up, turns := 0, 0
			for i := range n {
				on := set>>i&1 == 1
				if on {
					up++
				}
				if on != (x[i] > 0) {
					cost += rise[i]
					turns++
				}
			}
			if up == kept && turns == max(kept-had, had-kept) {
				best = min(best, cost)
			}
		}
		if turned != max(kept-had, had-kept) || math.Abs(sum-best) > 1e-5 {
			t.Errorf("%d kept of %d: %d turned at a cost of %v, at best %v", kept, had, turned, sum, best)
		}
	}
	if !slices.Equal(x, before) {
		t.Error("Exactly has written to the sample")
	}
	_, err = learn.Exactly(m, x, n+1)
	testutil.WantError(t, "learn", err, "10", "9 nodes")
}
