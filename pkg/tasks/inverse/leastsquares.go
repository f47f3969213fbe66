package inverse

import (
	"context"
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/floats"

	"example.org/isinggraph/internal/par"
)

// LeastSquares finds the M of a pattern and its loss, for one matrix and its
// positions. Every column k of M solves eq. 25,
//
//	min ‖A M_k − e_k‖²    over M_k with zeros where the pattern has none,
//
// by Householder reflections; a column of A that depends on the kept ones before
// it gets a zero (a basic solution), which leaves the residual the least. Columns
// of A are scaled by powers of two, so that no finite A overflows. It may be used
// by several goroutines.
type LeastSquares struct {
	Matrix    *Matrix
	Positions *Positions

	columns []float64 // of A, column-major, scaled
	norm2   []float64 // of the scaled columns, squared
	scale   []float64 // scaled column j = scale[j] · column j
}

// workspace is what one column needs.
type workspace struct {
	triangle
	slots  []slot  // kept by the column
	others []int32 // 0, 1, 2, …
	x, y   []float64
}

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

// borrow returns a workspace for size n, to be given back to workspaces.
func borrow(n int) *workspace {
	w := workspaces.Get().(*workspace)
	w.x, w.y = grow(w.x, n), grow(w.y, n*n)
	for len(w.others) < n {
		w.others = append(w.others, int32(len(w.others)))
	}
	return w
}

// NewLeastSquares prepares a matrix, which it keeps. Positions of another size,
// or values that are not finite, are errors.
func NewLeastSquares(a *Matrix, p *Positions) (*LeastSquares, error) {
	n := a.N
	if p.N != n || len(a.Values) != n*n {
		return nil, fmt.Errorf("inverse: positions of size %d for a matrix of size %d with %d values", p.N, n, len(a.Values))
	}
	l := &LeastSquares{
		Matrix: a, Positions: p,
		columns: make([]float64, n*n), norm2: make([]float64, n), scale: make([]float64, n),
	}
	for j := range n {
		col := l.columns[j*n : j*n+n]
		for i := range n {
			if col[i] = a.Values[i*n+j]; math.IsNaN(col[i]) || math.IsInf(col[i], 0) {
				return nil, fmt.Errorf("inverse: matrix value (%d, %d) is %v", i, j, col[i])
			}
		}
		l.scale[j] = scaleColumn(col)
		l.norm2[j] = floats.Dot(col, col)
	}
	return l, nil
}

// scaleColumn multiplies a column by a power of two that brings its largest
// absolute value into [1/2, 1), and returns it; 1 for a column of zeros.
func scaleColumn(col []float64) float64 {
	var largest float64
	for _, v := range col {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 {
		return 1
	}
	_, exp := math.Frexp(largest)
	exp = max(exp, -1021) // whose inverse is still finite
	for i, v := range col {
		col[i] = math.Ldexp(v, -exp)
	}
	return math.Ldexp(1, -exp)
}

// factor solves column k for the pattern x.
func (l *LeastSquares) factor(w *workspace, k int, x []int8) {
	n := l.Matrix.N
	w.slots = w.slots[:0]
	for _, s := range l.Positions.columns[k] {
		if x[s.node] > 0 {
			w.slots = append(w.slots, s)
		}
	}
	m := len(w.slots)
	w.reset(n, m)
	for c, s := range w.slots {
		copy(w.column(c), l.columns[int(s.row)*n:][:n])
	}
	clear(w.rhs)
	w.rhs[k] = 1
	for c, s := range w.slots {
		w.take(c, l.norm2[s.row], w.others[c+1:m])
	}
}

// Columns writes ‖A M_k − e_k‖² of a pattern into dst, of shape (N), or into a
// new slice where dst is nil, and returns it. Their sum is the square of eq. 20.
// Column k takes O(n m²) time for the m positions that it keeps, and allocates
// nothing.
func (l *LeastSquares) Columns(dst []float64, x []int8) ([]float64, error) {
	if err := l.Positions.check(x); err != nil {
		return nil, err
	}
	n := l.Matrix.N
	if dst == nil {
		dst = make([]float64, n)
	} else if len(dst) != n {
		return nil, fmt.Errorf("inverse: room for %d columns of %d", len(dst), n)
	}
	w := borrow(n)
	for k := range dst {
		l.factor(w, k, x)
		dst[k] = w.residual2()
	}
	workspaces.Put(w)
	return dst, nil
}

// Loss returns eq. 20, ‖A M(x) − I‖_F.
func (l *LeastSquares) Loss(x []int8) (float64, error) {
	parts, err := l.Columns(nil, x)
	if err != nil {
		return 0, err
	}
	return math.Sqrt(floats.Sum(parts)), nil
}

// Parts returns eq. 20 as one part for every column that sum to it:
// ‖A M_k − e_k‖² / ‖AM − I‖_F.
func (l *LeastSquares) Parts(x []int8) ([]float64, error) {
	parts, err := l.Columns(nil, x)
	if err != nil {
		return nil, err
	}
	if total := math.Sqrt(floats.Sum(parts)); total > 0 {
		floats.Scale(1/total, parts)
	}
	return parts, nil
}

// CreditColumns returns for every node the columns of M, or parts, that it
// belongs to: its two indices where Symmetric, its column otherwise.
func (p *Positions) CreditColumns() [][]int32 {
	of := make([][]int32, p.NumNodes())
	for node, j := range p.Col {
		of[node] = []int32{j}
		if i := p.Row[node]; p.Symmetric && i != j {
			of[node] = []int32{i, j}
		}
	}
	return of
}

// Solve returns M of shape (N, N), row-major. It has the values that column
// scaling allows: those beyond float64 are ±Inf.
func (l *LeastSquares) Solve(x []int8) ([]float64, error) {
	if err := l.Positions.check(x); err != nil {
		return nil, err
	}
	n := l.Matrix.N
	m := make([]float64, n*n)
	w := borrow(n)
	for k := range n {
		l.factor(w, k, x)
		w.solve(w.x[:w.rank])
		for c, j := range w.taken {
			row := int(w.slots[j].row)
			m[row*n+k] = w.x[c] * l.scale[row]
		}
	}
	workspaces.Put(w)
	return m, nil
}

// Losses returns eq. 20 of patterns[i] under problems[i], on all processors.
func Losses(ctx context.Context, problems []*LeastSquares, patterns [][]int8) ([]float64, error) {
	if len(problems) != len(patterns) {
		return nil, fmt.Errorf("inverse: %d patterns for %d matrices", len(patterns), len(problems))
	}
	losses := make([]float64, len(problems))
	err := par.Each(ctx, len(problems), func() func(int) error {
		return func(i int) (err error) {
			losses[i], err = problems[i].Loss(patterns[i])
			return err
		}
	})
	return losses, err
}
