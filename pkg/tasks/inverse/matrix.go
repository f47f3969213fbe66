package inverse

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// MaxDense is the largest size of a [Matrix].
const MaxDense = 1024

// Matrix is a small dense square matrix A with where it comes from. It is a
// gonum [mat.Matrix].
type Matrix struct {
	N      int
	Values []float64 // shape (N, N), row-major, finite
	Source string    // the file of a window, "" otherwise
	First  int       // the window's first row in its source
	Det    float64   // determinant
}

// NewMatrix makes a matrix of values of shape (n, n), row-major, which it keeps.
// A size outside 1 to MaxDense, another number of values or one that is not
// finite is an error. It takes O(n³) time for the determinant.
func NewMatrix(n int, values []float64) (*Matrix, error) {
	if n < 1 || n > MaxDense || len(values) != n*n {
		return nil, fmt.Errorf("inverse: matrix of size %d with %d values, want size 1 to %d and its square", n, len(values), MaxDense)
	}
	for k, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("inverse: matrix value (%d, %d) is %v", k/n, k%n, v)
		}
	}
	m := &Matrix{N: n, Values: values}
	m.Det = determinant(n, append([]float64(nil), values...))
	return m, nil
}

// Dims returns the numbers of rows and columns.
func (m *Matrix) Dims() (rows, cols int) { return m.N, m.N }

// At returns the value at row i, column j.
func (m *Matrix) At(i, j int) float64 {
	if j < 0 || j >= m.N {
		panic(mat.ErrColAccess)
	}
	return m.Values[i*m.N+j]
}

// T returns the transpose as a view.
func (m *Matrix) T() mat.Matrix { return mat.Transpose{Matrix: m} }

// Sparsity returns the fraction of zeros.
func (m *Matrix) Sparsity() float64 { return sparsity(m.Values) }

func sparsity(values []float64) float64 {
	zeros := 0
	for _, v := range values {
		if v == 0 {
			zeros++
		}
	}
	return float64(zeros) / float64(len(values))
}

// determinant overwrites a, of shape (n, n), with its LU factors with partial
// pivoting. It is ±Inf or 0 where it leaves the range of float64.
func determinant(n int, a []float64) float64 {
	det := 1.0
	for k := range n {
		pivot := k
		for i := k + 1; i < n; i++ {
			if math.Abs(a[i*n+k]) > math.Abs(a[pivot*n+k]) {
				pivot = i
			}
		}
		p := a[pivot*n+k]
		if p == 0 {
			return 0
		}
		top := a[k*n : k*n+n]
		if pivot != k {
			det = -det
			other := a[pivot*n : pivot*n+n]
			for j := k; j < n; j++ {
				top[j], other[j] = other[j], top[j]
			}
		}
		det *= p
		for i := k + 1; i < n; i++ {
			row := a[i*n : i*n+n]
			f := row[k] / p
			if f == 0 {
				continue
			}
			for j := k + 1; j < n; j++ {
				row[j] -= f * top[j]
			}
		}
	}
	return det
}
