package inverse

import (
	"fmt"
	"slices"

	"example.org/isinggraph/data"
)

// SparsePattern holds the positions of a large sparse M, column by column: those
// of column k are Row[ColStart[k]:ColStart[k+1]], ascending.
type SparsePattern struct {
	N        int
	ColStart []int32 // shape (N+1)
	Row      []int32 // shape (positions)
}

// maxPattern bounds the positions of a sparse pattern.
const maxPattern = 1 << 28

// Column returns the rows of column k, as a part of the pattern.
func (s *SparsePattern) Column(k int) []int32 {
	from, to := s.ColStart[k], s.ColStart[k+1]
	return s.Row[from:to:to]
}

// NewSparsePattern returns the positions that a pattern keeps.
func NewSparsePattern(p *Positions, x []int8) (*SparsePattern, error) {
	if err := p.check(x); err != nil {
		return nil, err
	}
	s := &SparsePattern{N: p.N, ColStart: make([]int32, 1, p.N+1)}
	for _, slots := range p.columns {
		for _, slot := range slots {
			if x[slot.node] > 0 {
				s.Row = append(s.Row, slot.row)
			}
		}
		s.ColStart = append(s.ColStart, int32(len(s.Row)))
	}
	return s, nil
}

// PowerPattern returns the positions at which I or A, …, A^power may be nonzero by
// the pattern of a large A: 0 is the diagonal, 1 the pattern of A with the
// diagonal, 2 that of A + A². A matrix that is not square or empty, a negative
// power or a pattern of 2^28 positions is an error.
func PowerPattern(a *data.Matrix, power int) (*SparsePattern, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	if power < 0 {
		return nil, fmt.Errorf("inverse: pattern of power %d, want at least 0", power)
	}
	at := transpose(a)
	s := &SparsePattern{N: a.Rows, ColStart: make([]int32, 1, a.Rows+1)}
	seen := make([]int32, a.Rows) // the last column that reached a row, from 1
	for k := range a.Rows {
		start := len(s.Row)
		s.Row = append(s.Row, int32(k))
		seen[k] = int32(k + 1)
		for step, from := 0, start; step < power && from < len(s.Row); step++ {
			for to := len(s.Row); from < to; from++ {
				rows, values := at.Row(int(s.Row[from]))
				for e, i := range rows {
					if values[e] != 0 && seen[i] != int32(k+1) {
						seen[i] = int32(k + 1)
						s.Row = append(s.Row, i)
					}
				}
			}
		}
		if len(s.Row) >= maxPattern {
			return nil, fmt.Errorf("inverse: pattern of power %d has %d positions at column %d of %d, and at most %d fit", power, len(s.Row), k, a.Rows, maxPattern)
		}
		slices.Sort(s.Row[start:])
		s.ColStart = append(s.ColStart, int32(len(s.Row)))
	}
	return s, nil
}

// Restrict returns the positions of s for which keep holds.
func (s *SparsePattern) Restrict(keep func(row, col int32) bool) *SparsePattern {
	r := &SparsePattern{N: s.N, ColStart: make([]int32, 1, s.N+1)}
	for k := range s.N {
		for _, i := range s.Column(k) {
			if keep(i, int32(k)) {
				r.Row = append(r.Row, i)
			}
		}
		r.ColStart = append(r.ColStart, int32(len(r.Row)))
	}
	return r
}

// check returns an error unless s is a pattern of size n.
func (s *SparsePattern) check(n int) error {
	if s.N != n || len(s.ColStart) != n+1 || s.ColStart[0] != 0 || int(s.ColStart[n]) != len(s.Row) {
		return fmt.Errorf("inverse: pattern of size %d with %d column starts and %d rows for a matrix of size %d", s.N, len(s.ColStart), len(s.Row), n)
	}
	for k := range n {
		if s.ColStart[k] > s.ColStart[k+1] || int(s.ColStart[k+1]) > len(s.Row) {
			return fmt.Errorf("inverse: pattern whose column %d starts at %d and ends at %d", k, s.ColStart[k], s.ColStart[k+1])
		}
		for e, i := range s.Column(k) {
			if i < 0 || int(i) >= n || e > 0 && i <= s.Column(k)[e-1] {
				return fmt.Errorf("inverse: pattern with row %d in column %d outside 0..%d or not ascending", i, k, n-1)
			}
		}
	}
	return nil
}

// Positions returns the pattern as the nodes of an Ising model; where symmetric,
// {i, j} is one if (i, j) or (j, i) is in the pattern.
func (s *SparsePattern) Positions(symmetric bool) *Positions {
	rows := make([][]int32, s.N) // columns of each row
	for k := range s.N {
		for _, i := range s.Column(k) {
			if symmetric {
				rows[min(int(i), k)] = append(rows[min(int(i), k)], int32(max(int(i), k)))
			} else {
				rows[i] = append(rows[i], int32(k))
			}
		}
	}
	p := &Positions{N: s.N, Symmetric: symmetric, columns: make([][]slot, s.N)}
	for i, cols := range rows {
		slices.Sort(cols)
		for _, j := range slices.Compact(cols) {
			p.add(int32(i), j)
		}
	}
	return p
}

// checkSquare returns an error unless a is square, not empty and finite.
func checkSquare(a *data.Matrix) error {
	if a.Rows != a.Cols || a.Rows == 0 {
		return fmt.Errorf("inverse: matrix of %d×%d, want a square one", a.Rows, a.Cols)
	}
	for i := range a.Rows {
		cols, values := a.Row(i)
		for k, v := range values {
			if v-v != 0 {
				return fmt.Errorf("inverse: matrix value (%d, %d) is %v", i, cols[k], v)
			}
		}
	}
	return nil
}

// transpose returns Aᵀ, whose rows are the columns of A.
func transpose(a *data.Matrix) *data.Matrix {
	t := &data.Matrix{
		Rows: a.Cols, Cols: a.Rows, RowStart: make([]int32, a.Cols+1),
		Col: make([]int32, len(a.Col)), Value: make([]float64, len(a.Value)),
	}
	for _, j := range a.Col {
		t.RowStart[j+1]++
	}
	for j := range a.Cols {
		t.RowStart[j+1] += t.RowStart[j]
	}
	next := slices.Clone(t.RowStart)
	for i := range a.Rows {
		cols, values := a.Row(i)
		for k, j := range cols {
			t.Col[next[j]], t.Value[next[j]] = int32(i), values[k]
			next[j]++
		}
	}
	return t
}

// multiply writes A x into dst.
func multiply(a *data.Matrix, dst, x []float64) {
	for i := range dst {
		var sum float64
		for k := a.RowStart[i]; k < a.RowStart[i+1]; k++ {
			sum += a.Value[k] * x[a.Col[k]]
		}
		dst[i] = sum
	}
}
