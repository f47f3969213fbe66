package bisect

import (
	"errors"
	"math"
	"testing"
)

// TestHalve finds √2, to 2⁻⁴⁰ of the interval after 40 halvings, and ends with an error of
// the condition.
func TestHalve(t *testing.T) {
	tries := 0
	low, high, err := Halve(0.0, 2, 40, func(x float64) (bool, error) { tries++; return x*x > 2, nil })
	if err != nil || tries != 40 || high-low != math.Ldexp(2, -40) || low > math.Sqrt2 || high < math.Sqrt2 {
		t.Errorf("[%v, %v] after %d tries, %v", low, high, tries, err)
	}
	cause := errors.New("no more")
	if _, _, err := Halve(float32(0), 1, 40, func(x float32) (bool, error) { return false, cause }); err != cause {
		t.Errorf("error %v, want %v", err, cause)
	}
}
