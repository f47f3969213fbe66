package segment

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestFlips compares with metrics of masks that are flipped one pixel at a time.
func TestFlips(t *testing.T) {
	const h, w = 7, 9
	rng := rand.New(rand.NewPCG(1, 0))
	for range 20 {
		x, y := randomMask(rng, h*w), make([]int8, h*w)
		for i := range y { // a blob, which has a boundary of its own
			y[i] = -1
			if r, c := i/w-3, i%w-4; r*r+c*c < 4+rng.IntN(6) {
				y[i] = 1
			}
		}
		if rng.IntN(2) == 0 {
			copy(x, y)
			x[rng.IntN(h*w)] *= -1
		}
		for _, m := range []Metric{MetricError, MetricDice, MetricIoU, MetricBoundary} {
			got := make([]float32, h*w)
			m.flips(x, y, h, w, got)
			for i := range x {
				old := x[i]
				x[i] = 1
				up := m.score(x, y, h, w)
				x[i] = -1
				down := m.score(x, y, h, w)
				x[i] = old
				if want := (down - up) / 2; math.Abs(float64(got[i])-want) > 1e-6 {
					t.Fatalf("%s: flip %d has %v, want %v", m, i, got[i], want)
				}
			}
		}
	}
}
