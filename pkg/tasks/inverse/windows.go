package inverse

import (
	"encoding/binary"
	"fmt"
	"math"

	"example.org/isinggraph/data"
)

// minWindow is the smallest largest absolute value of a window.
const minWindow = 1e-6

// Windows cuts a sparse matrix into blocks of n×n along its diagonal that do not
// overlap (Dataset 2). A block is made symmetric from its upper triangle and
// scaled to a largest absolute value of 1; those whose values are all below 1e-6
// before, and those outside the bounds, are left out. Source is the matrix's name.
// A size outside 1 to MaxDense, or bounds that contain nothing, are errors. A
// matrix that is not square has the blocks of its leading square.
func Windows(m *data.Matrix, source string, n int, bounds Bounds) ([]*Matrix, error) {
	if n < 1 || n > MaxDense {
		return nil, fmt.Errorf("inverse: windows of size %d, want 1 to %d", n, MaxDense)
	}
	if err := bounds.validate(); err != nil {
		return nil, err
	}
	var out []*Matrix
	a := make([]float64, n*n)
	scratch := make([]float64, n*n)
	for first := 0; first+n <= min(m.Rows, m.Cols); first += n {
		clear(a)
		var largest float64
		for i := range n {
			cols, values := m.Row(first + i)
			for k, c := range cols {
				if j := int(c) - first; j >= i && j < n {
					a[i*n+j], a[j*n+i] = values[k], values[k]
					largest = max(largest, math.Abs(values[k]))
				}
			}
		}
		if largest < minWindow || sparsity(a) > bounds.MaxSparsity {
			continue
		}
		for k := range a {
			a[k] /= largest
		}
		copy(scratch, a)
		if det := determinant(n, scratch); bounds.allowsDet(det) {
			out = append(out, &Matrix{N: n, Values: append([]float64(nil), a...), Source: source, First: first, Det: det})
		}
	}
	return out, nil
}

// Distinct returns the matrices without those whose values equal those of an
// earlier one.
func Distinct(ms []*Matrix) []*Matrix {
	seen := make(map[string]bool, len(ms))
	var out []*Matrix
	var key []byte
	for _, m := range ms {
		key = key[:0]
		for _, v := range m.Values {
			key = binary.LittleEndian.AppendUint64(key, math.Float64bits(v+0)) // −0 is 0
		}
		if !seen[string(key)] {
			seen[string(key)] = true
			out = append(out, m)
		}
	}
	return out
}
