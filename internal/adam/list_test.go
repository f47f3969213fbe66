package adam

import (
	"math"
	"testing"
)

// TestList: the first step is the rate, whatever the gradient's size; then it finds the
// least value of a parabola.
func TestList(t *testing.T) {
	near := func(what string, got, want, within float64) {
		t.Helper()
		if !(math.Abs(got-want) <= within) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	l, x := List{Rate: 0.1}, []float64{1, -2}
	l.Step(x, []float64{1e-3, -50})
	near("first step", x[0], 0.9, 1e-5)
	near("first step", x[1], -1.9, 1e-5)
	for range 500 {
		l.Step(x, []float64{x[0] - 0.3, 4 * (x[1] + 1)})
	}
	near("minimum", x[0], 0.3, 1e-3)
	near("minimum", x[1], -1, 1e-3)
}
