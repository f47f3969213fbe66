package inverse

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/par"
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
	if err := s.check(n); err != nil {
		return nil, err
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
	err := par.Each(ctx, n, func() func(int) error {
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

// sparseColumn is what one worker needs.
type sparseColumn struct {
	triangle
	local   []int32 // the row of each row of A in the small problem, from 1; 0 between columns
	touched []int32
	own     []int32 // the row, from 1, of what only this column touches
	others  []int32
	x       []float64
}

// load sets up column k with the given positions, on the rows that they touch, row
// k first. Rows that one column alone touches, and not k, are rotated into a
// single one: the problem is the same, and its size does not grow with the length
// of a dense column.
func (w *sparseColumn) load(at *data.Matrix, positions []int32, k int) {
	local := w.local
	w.touched = append(w.touched[:0], int32(k))
	local[k] = 2 // times touched: k always has a row
	for _, j := range positions {
		rows, _ := at.Row(int(j))
		for _, i := range rows {
			if local[i]++; local[i] == 1 {
				w.touched = append(w.touched, i)
			}
		}
	}
	shared := 0
	for _, i := range w.touched {
		if local[i] == 1 {
			local[i] = -1
		} else {
			shared++
			local[i] = int32(shared)
		}
	}
	w.own = w.own[:0]
	total := shared
	for _, j := range positions {
		rows, _ := at.Row(int(j))
		own := int32(0)
		if slices.ContainsFunc(rows, func(i int32) bool { return local[i] < 0 }) {
			total++
			own = int32(total)
		}
		w.own = append(w.own, own)
	}
	w.reset(total, len(positions))
	clear(w.a)
	clear(w.rhs)
	w.rhs[0] = 1
	for c, j := range positions {
		col := w.column(c)
		rows, values := at.Row(int(j))
		var own2 float64
		for e, i := range rows {
			if r := local[i]; r > 0 {
				col[r-1] = values[e]
			} else {
				own2 += values[e] * values[e]
			}
		}
		if w.own[c] > 0 {
			col[w.own[c]-1] = math.Sqrt(own2)
		}
	}
	w.x = grow(w.x, len(positions))
	for len(w.others) < len(positions) {
		w.others = append(w.others, int32(len(w.others)))
	}
	for _, i := range w.touched {
		local[i] = 0
	}
}

// checkWork returns an error for patterns beyond maxWork. The rows of a column's
// problem are at most those of A, and at most the entries of its columns.
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
		return fmt.Errorf("inverse: the least squares of a pattern of %d positions take up to %.1e steps, "+
			"at most %.1e; restrict the pattern",
			len(s.Row), work, float64(maxWork))
	}
	return nil
}

// Apply writes M x into dst.
func (p *SPAI) Apply(dst, x []float64) { multiply(p.M, dst, x) }

// Loss returns eq. 20, ‖AM − I‖_F.
func (p *SPAI) Loss() float64 { return math.Sqrt(floats.Sum(p.Residuals)) }
