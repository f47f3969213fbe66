package inverse

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// rankTolerance is the part of a column's norm, left of it by the columns before,
// below which it counts as dependent on them.
const rankTolerance = 1e-12

// triangle solves least squares min ‖Bx − c‖ by Householder reflections in place
// (Golub and Van Loan 2013, section 5.2), column by column, and is reused. A
// column that depends on those taken before it is left out: its x is 0, a basic
// solution, and the residual is the least all the same.
//
// The columns of B lie in a, rows values each, then c in rhs. After take, the
// first rank values of a taken column are its column of R.
type triangle struct {
	rows, rank int
	a          []float64 // columns, column-major
	rhs        []float64
	taken      []int32 // the columns taken, in order
	v          []float64
}

// reset makes room for a problem whose columns and right-hand side the caller
// fills in.
func (t *triangle) reset(rows, columns int) {
	t.rows, t.rank = rows, 0
	t.a = grow(t.a, rows*columns)
	t.rhs = grow(t.rhs, rows)
	t.v = grow(t.v, rows)
	t.taken = t.taken[:0]
}

func grow(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n, n+n/2)
	}
	return s[:n]
}

func (t *triangle) column(j int) []float64 { return t.a[j*t.rows : (j+1)*t.rows] }

// rest returns the part of column j that is orthogonal to the taken columns, in
// rotated coordinates.
func (t *triangle) rest(j int) []float64 { return t.a[j*t.rows+t.rank : (j+1)*t.rows] }

// take makes column j the next of R by a reflection, which it applies to the
// right-hand side and to the columns of others, and reports whether it could:
// norm2, the square of the column's norm at the start, tells what is dependent.
func (t *triangle) take(j int, norm2 float64, others []int32) bool {
	if t.rank == t.rows {
		return false
	}
	v := t.rest(j)
	n2 := floats.Dot(v, v)
	if !(n2 > rankTolerance*rankTolerance*norm2) {
		return false
	}
	alpha := -math.Copysign(math.Sqrt(n2), v[0])
	// H = I + s u uᵀ with u = v − α e₁, s = −2/‖u‖² = 1/(α u₁).
	u := t.v[:len(v)]
	copy(u, v)
	u[0] -= alpha
	s := 1 / (alpha * u[0])
	reflect := func(w []float64) {
		if d := floats.Dot(u, w); d != 0 {
			floats.AddScaled(w, d*s, u)
		}
	}
	reflect(t.rhs[t.rank:])
	for _, k := range others {
		reflect(t.rest(int(k)))
	}
	v[0] = alpha
	clear(v[1:])
	t.taken = append(t.taken, int32(j))
	t.rank++
	return true
}

// residual2 is the square of the residual's norm.
func (t *triangle) residual2() float64 {
	r := t.rhs[t.rank:]
	return floats.Dot(r, r)
}

// solve writes the solution's values at the taken columns, in their order.
func (t *triangle) solve(x []float64) {
	for k := t.rank - 1; k >= 0; k-- {
		sum := t.rhs[k]
		for l := k + 1; l < t.rank; l++ {
			sum -= t.a[int(t.taken[l])*t.rows+k] * x[l]
		}
		x[k] = sum / t.a[int(t.taken[k])*t.rows+k]
	}
}
