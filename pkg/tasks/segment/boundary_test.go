package segment

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestBoundaryF(t *testing.T) {
	square := ".......  .###...  .###...  .###...  .......  .......  ......."
	moved := ".......  ..###..  ..###..  ..###..  .......  .......  ......."
	far := ".......  .......  .......  .......  ......#  .......  ......."
	for _, c := range []struct {
		name, pred, truth string
		tolerance         int
		want              float64
	}{
		{"equal", square, square, 0, 1},
		// The square's boundary are its 8 outer pixels. Moved by a column it shares
		// two of the top row and two of the bottom row with the other.
		{"moved by one, no tolerance", moved, square, 0, 0.5},
		{"moved by one, tolerance 1", moved, square, 1, 1},
		{"far, no match", far, square, 2, 0},
		// From row 4, column 6 the square's right column is √10, √13 and √18 away.
		{"far, tolerance 4", far, square, 4, 2 * 1 * (2. / 8) / (1 + 2./8)},
		{"both empty", "....", "....", 1, 1},
		{"both full", "####", "####", 1, 1}, // the frame is no boundary
		{"one empty", "....", "#...", 1, 0},
		{"other empty", "#...", "....", 1, 0},
		{"not known is background", "##..", "##?.", 0, 1},
	} {
		p, y := spins(c.pred), spins(c.truth)
		h := 7
		if len(p) < 7 {
			h = 1
		}
		if got := BoundaryF(p, y, h, len(p)/h, c.tolerance); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	x := spins("##..")
	for _, bad := range []float64{BoundaryF(x, x, 2, 3, 1), BoundaryF(x, x, -2, -2, 1), BoundaryF(x, x, 2, 2, -1), BoundaryF(x, x[:3], 2, 2, 1)} {
		if !math.IsNaN(bad) {
			t.Errorf("sizes that do not fit give %v, want NaN", bad)
		}
	}
}

// The measure by comparing all pairs of boundary pixels, and the transform by
// comparing all pairs of pixels.
func TestBoundaryAgainstBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		h, w, tolerance := 1+rng.IntN(9), 1+rng.IntN(9), rng.IntN(4)
		p, y := randomMask(rng, h*w), randomMask(rng, h*w)
		a, b := boundary(p, h, w), boundary(y, h, w)
		d := squaredDistance(b, h, w)
		for i := range d {
			nearest := math.Inf(1)
			for j, on := range b {
				if on {
					nearest = min(nearest, squared(i, j, w))
				}
			}
			if d[i] != nearest {
				t.Fatalf("%d×%d: squared distance %v of pixel %d, want %v", h, w, d[i], i, nearest)
			}
		}
		share := func(a, b []bool) (s float64, n int) {
			for i, on := range a {
				if !on {
					continue
				}
				n++
				for j, other := range b {
					if other && squared(i, j, w) <= float64(tolerance*tolerance) {
						s++
						break
					}
				}
			}
			return s / max(float64(n), 1), n
		}
		pr, np := share(a, b)
		re, nr := share(b, a)
		want := 0.0
		if np+nr == 0 {
			want = 1
		} else if pr+re > 0 {
			want = 2 * pr * re / (pr + re)
		}
		if got := BoundaryF(p, y, h, w, tolerance); math.Abs(got-want) > 1e-15 {
			t.Fatalf("%d×%d, tolerance %d: %v, want %v", h, w, tolerance, got, want)
		}
	}
}

// squared is the squared distance of two pixels.
func squared(i, j, w int) float64 {
	dy, dx := i/w-j/w, i%w-j%w
	return float64(dy*dy + dx*dx)
}
