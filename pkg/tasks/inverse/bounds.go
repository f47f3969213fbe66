package inverse

import (
	"fmt"
	"math"
)

// Bounds are what both data sets ask of a matrix.
type Bounds struct {
	MaxSparsity    float64 // largest fraction of zeros
	MinDet, MaxDet float64 // range of the determinant, ends included
	Absolute       bool    // the range is that of |determinant|
}

// PaperBounds are the paper's: at most 96% zeros and |determinant| in
// [0.001, 50].
func PaperBounds() Bounds {
	return Bounds{MaxSparsity: 0.96, MinDet: 0.001, MaxDet: 50, Absolute: true}
}

func (b Bounds) validate() error {
	if !(b.MaxSparsity >= 0 && b.MaxSparsity <= 1) || !(b.MinDet >= 0 && b.MinDet <= b.MaxDet) {
		return fmt.Errorf("inverse: bounds %+v: want a sparsity in [0, 1] and 0 ≤ MinDet ≤ MaxDet", b)
	}
	return nil
}

// determinantRounding is how far rounding may move an integer determinant at the
// ends of the range.
const determinantRounding = 1e-9

func (b Bounds) allowsDet(det float64) bool {
	if b.Absolute {
		det = math.Abs(det)
	}
	return det >= b.MinDet*(1-determinantRounding) && det <= b.MaxDet*(1+determinantRounding)
}
