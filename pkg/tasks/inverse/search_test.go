package inverse

import (
	"math"
	"math/rand/v2"
	"testing"
)

// bestPattern is the least loss of all patterns with the given number of nodes.
func bestPattern(t *testing.T, l *LeastSquares, kept int) float64 {
	t.Helper()
	best := math.Inf(1)
	nodes := l.Positions.NumNodes()
	x := make([]int8, nodes)
	for bits := range 1 << nodes {
		for i := range x {
			x[i] = int8(bits>>i&1)*2 - 1
		}
		if Kept(x) == kept {
			loss, err := l.Loss(x)
			if err != nil {
				t.Fatal(err)
			}
			best = min(best, loss)
		}
	}
	return best
}

func TestSearchesAgainstEnumeration(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	p := AllPositions(4, true)
	reached := 0
	const trials = 10
	for range trials {
		values := make([]float64, 16)
		for i := range 4 {
			for j := range i + 1 {
				v := r.NormFloat64()
				values[i*4+j], values[j*4+i] = v, v
			}
		}
		l := mustSquares(t, mustMatrix(t, 4, values...), p)
		best := bestPattern(t, l, 5)
		x, err := l.Best(5, 50)
		if err != nil {
			t.Fatal(err)
		}
		loss, err := l.Loss(x)
		if err != nil {
			t.Fatal(err)
		}
		if Kept(x) != 5 || loss < best-1e-9 {
			t.Errorf("%d kept, loss %v below the best %v", Kept(x), loss, best)
		}
		if loss < best+1e-9 {
			reached++
		}
		// The first node of greedy is the best single one, the last that pruning leaves out too.
		one, err := l.Greedy(1)
		if err != nil {
			t.Fatal(err)
		}
		most, err := l.Prune(RandomPattern(p, 1, r), p.NumNodes()-1)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			x    []int8
			kept int
		}{{one, 1}, {most, p.NumNodes() - 1}} {
			loss, err := l.Loss(c.x)
			if err != nil {
				t.Fatal(err)
			}
			if want := bestPattern(t, l, c.kept); math.Abs(loss-want) > 1e-9 {
				t.Errorf("%d kept with loss %v, best %v", c.kept, loss, want)
			}
		}
	}
	if reached < trials*7/10 {
		t.Errorf("exchanges reach the best pattern in %d of %d", reached, trials)
	}
}
