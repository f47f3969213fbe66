package inverse

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"example.org/isinggraph/data"
)

// SPAI is a sparse approximate inverse M ≈ A⁻¹ of a large sparse matrix, a
// [Preconditioner].
type SPAI struct {
	M         *data.Matrix
	Residuals []float64 // shape (N), ‖A M_k − e_k‖² of every column
}

// maxWork bounds Σ r m² of all columns of SPAI, about a minute on two cores.
const maxWork = 1 << 36

// NewSPAI solves eq. 25 for every column of a pattern, several at once, by
// Householder reflections on the rows that the column's positions touch; a column
// of A that depends on those before it gets a zero. A column takes O(r m²) time for
// m positions that touch r rows. A matrix that is not square or not finite, a
// pattern of another size, and one whose columns together exceed 2^36 of that, as
// A² does where a row of A is dense, are errors.
func NewSPAI(ctx context.Context, a *data.Matrix, s *SparsePattern) (*SPAI, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	n := a.Rows
	if s.N != n {
		return nil, fmt.Errorf("inverse: pattern of size %d for a matrix of size %d", s.N, n)
	}
	at := transpose(a)
	if err := checkWork(at, s); err != nil {
		return nil, err
	}
	scale := make([]float64, n)
	norm2 := make([]float64, n)
	for j := range n {
		_, values := at.Row(j)
		scale[j] = scaleColumn(values)
		norm2[j] = floats.Dot(values, values)
	}
	p := &SPAI{Residuals: make([]float64, n)}
	solution := make([]float64, len(s.Row)) // by position
	err := parallel(ctx, n, func() func(int) error {
		w := &sparseColumn{local: make([]int32, n)}
		return func(k int) error {
			rows := s.Column(k)
			w.load(at, rows, k)
			for c, j := range rows {
				w.take(c, norm2[j], w.others[c+1:len(rows)])
			}
			w.solve(w.x[:w.rank])
			for c, j := range w.taken {
				v := w.x[c] * scale[rows[j]]
				if math.IsInf(v, 0) {
					return fmt.Errorf("inverse: column %d of M has a value beyond float64", k)
				}
				solution[int(s.ColStart[k])+int(j)] = v
			}
			p.Residuals[k] = w.residual2()
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	p.M = transpose(&data.Matrix{Rows: n, Cols: n, RowStart: s.ColStart, Col: s.Row, Value: solution})
	return p, nil
}

// sparseColumn is what one worker needs: local is the row of each row of A in the
// small problem, from 1; 0 where it is not in it.
type sparseColumn struct {
	triangle
	local   []int32
	touched []int32
	others  []int32
	x       []float64
}

// load sets up column k with the given positions.
func (w *sparseColumn) load(at *data.Matrix, positions []int32, k int) {
	w.touched = append(w.touched[:0], int32(k))
	w.local[k] = 1
	for _, j := range positions {
		rows, _ := at.Row(int(j))
		for _, i := range rows {
			if w.local[i] == 0 {
				w.touched = append(w.touched, i)
				w.local[i] = int32(len(w.touched))
			}
		}
	}
	w.reset(len(w.touched), len(positions))
	clear(w.a)
	clear(w.rhs)
	w.rhs[0] = 1
	for c, j := range positions {
		col := w.column(c)
		rows, values := at.Row(int(j))
		for e, i := range rows {
			col[w.local[i]-1] = values[e]
		}
	}
	w.x = grow(w.x, len(positions))
	for len(w.others) < len(positions) {
		w.others = append(w.others, int32(len(w.others)))
	}
	for _, i := range w.touched {
		w.local[i] = 0
	}
}

// checkWork returns an error for patterns beyond maxWork, by a bound of the rows
// that each column touches.
func checkWork(at *data.Matrix, s *SparsePattern) error {
	var work float64
	for k := range s.N {
		rows := 1
		for _, j := range s.Column(k) {
			rows += int(at.RowStart[j+1] - at.RowStart[j])
		}
		m := float64(len(s.Column(k)))
		work += float64(min(rows, s.N)) * m * m
	}
	if work > maxWork {
		return fmt.Errorf("inverse: the least squares of a pattern of %d positions take %.1e steps, at most %.1e; restrict the pattern", len(s.Row), work, float64(maxWork))
	}
	return nil
}

// Apply writes M x into dst.
func (p *SPAI) Apply(dst, x []float64) { multiply(p.M, dst, x) }

// Loss returns eq. 20, ‖AM − I‖_F.
func (p *SPAI) Loss() float64 { return math.Sqrt(floats.Sum(p.Residuals)) }
