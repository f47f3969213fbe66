package data

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Entry is one entry of a sparse matrix, counted from 0.
type Entry struct {
	Row, Col int32
	Value    float64
}

// Matrix is a real sparse matrix in compressed sparse rows: the entries of
// row i are Col[k], Value[k] for RowStart[i] ≤ k < RowStart[i+1], columns
// ascending. Both triangles of a symmetric matrix are present. It is a gonum
// [mat.Matrix], so that mat.DenseCopyOf makes it dense.
type Matrix struct {
	Rows, Cols int
	RowStart   []int32   // shape (Rows+1)
	Col        []int32   // shape (nnz)
	Value      []float64 // shape (nnz), finite; stored zeros are kept
	Notes      []string  // what a reader assumed, summed or left out; empty if nothing
}

// NewMatrix makes a matrix of entries in any order. Entries at one position
// are added up, as SciPy does, and their number is noted. An index out of
// range, a value or sum that is not finite, or a size that int32 cannot hold is
// an error. It takes O(rows + cols + len(entries)) time: two passes of a radix
// sort.
func NewMatrix(rows, cols int, entries []Entry) (*Matrix, error) {
	m, err := newMatrix(rows, cols, entries)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	return m, nil
}

// newMatrix is NewMatrix with errors that lack the package's name.
func newMatrix(rows, cols int, entries []Entry) (*Matrix, error) {
	if rows < 0 || cols < 0 || max(rows, cols, len(entries)) >= math.MaxInt32 {
		return nil, fmt.Errorf("a matrix of %d×%d with %d entries: sizes must lie in 0..%d", rows, cols, len(entries), math.MaxInt32-1)
	}
	for _, e := range entries {
		if e.Row < 0 || int(e.Row) >= rows || e.Col < 0 || int(e.Col) >= cols || !finite(e.Value) {
			return nil, fmt.Errorf("entry (%d, %d) = %v of a %d×%d matrix: outside the matrix or not finite", e.Row, e.Col, e.Value, rows, cols)
		}
	}
	m := &Matrix{
		Rows: rows, Cols: cols,
		RowStart: make([]int32, rows+1),
		Col:      make([]int32, 0, len(entries)),
		Value:    make([]float64, 0, len(entries)),
	}
	byCol := sortEntries(entries, cols, func(e Entry) int32 { return e.Col })
	last := Entry{Row: -1}
	for _, e := range sortEntries(byCol, rows, func(e Entry) int32 { return e.Row }) {
		if k := len(m.Col) - 1; e.Row == last.Row && e.Col == last.Col {
			if m.Value[k] += e.Value; !finite(m.Value[k]) {
				return nil, fmt.Errorf("entry (%d, %d): the sum of its duplicates is not finite", e.Row, e.Col)
			}
			continue
		}
		m.Col, m.Value, last = append(m.Col, e.Col), append(m.Value, e.Value), e
		m.RowStart[e.Row+1]++
	}
	for i := range rows {
		m.RowStart[i+1] += m.RowStart[i]
	}
	if n := len(entries) - len(m.Col); n > 0 {
		m.Notes = append(m.Notes, fmt.Sprintf("%d duplicate entries added up", n))
	}
	return m, nil
}

// sortEntries returns entries in the order of a key below n, stable.
func sortEntries(entries []Entry, n int, key func(Entry) int32) []Entry {
	start := make([]int32, n+1)
	for _, e := range entries {
		start[key(e)+1]++
	}
	for i := range n {
		start[i+1] += start[i]
	}
	sorted := make([]Entry, len(entries))
	for _, e := range entries {
		k := key(e)
		sorted[start[k]] = e
		start[k]++
	}
	return sorted
}

// NNZ returns the number of stored entries.
func (m *Matrix) NNZ() int { return len(m.Col) }

// Row returns the columns, ascending, and the values of row i, as parts of m.
func (m *Matrix) Row(i int) (cols []int32, values []float64) {
	from, to := m.RowStart[i], m.RowStart[i+1]
	return m.Col[from:to:to], m.Value[from:to:to]
}

// Dims returns the numbers of rows and columns.
func (m *Matrix) Dims() (rows, cols int) { return m.Rows, m.Cols }

// At returns the value at row i, column j in O(log n) time for n entries in
// the row. It panics if i or j is out of range, as gonum's matrices do.
func (m *Matrix) At(i, j int) float64 {
	if i < 0 || i >= m.Rows {
		panic(mat.ErrRowAccess)
	}
	if j < 0 || j >= m.Cols {
		panic(mat.ErrColAccess)
	}
	cols, values := m.Row(i)
	if k, found := slices.BinarySearch(cols, int32(j)); found {
		return values[k]
	}
	return 0
}

// T returns the transpose as a view.
func (m *Matrix) T() mat.Matrix { return mat.Transpose{Matrix: m} }

// Symmetric tells whether m is square with A_ij = A_ji, exactly.
func (m *Matrix) Symmetric() bool {
	if m.Rows != m.Cols {
		return false
	}
	for i := range m.Rows {
		cols, values := m.Row(i)
		for k, j := range cols {
			if m.At(int(j), i) != values[k] {
				return false
			}
		}
	}
	return true
}

// Edges returns the graph of a square matrix: an edge for every position off
// the diagonal that is stored in either triangle, each once with the smaller
// index first, sorted. A matrix that is not square is an error.
func (m *Matrix) Edges() ([][2]int32, error) {
	if m.Rows != m.Cols {
		return nil, fmt.Errorf("data: a matrix of %d×%d is not square and has no graph", m.Rows, m.Cols)
	}
	edges := make([][2]int32, 0, len(m.Col))
	for i := range m.Rows {
		cols, _ := m.Row(i)
		for _, j := range cols {
			edges = append(edges, [2]int32{min(int32(i), j), max(int32(i), j)})
		}
	}
	return uniqueEdges(m.Rows, edges), nil
}

// check returns an error if m is not a valid matrix: row starts that fit,
// columns ascending and in range, values finite.
func (m *Matrix) check() error {
	if m.Rows < 0 || m.Cols < 0 || len(m.RowStart) != m.Rows+1 || m.RowStart[0] != 0 ||
		int(m.RowStart[m.Rows]) != len(m.Col) || len(m.Col) != len(m.Value) {
		return fmt.Errorf("%d×%d matrix: %d row starts, %d columns, %d values do not fit", m.Rows, m.Cols, len(m.RowStart), len(m.Col), len(m.Value))
	}
	for i := range m.Rows {
		if m.RowStart[i] > m.RowStart[i+1] || int(m.RowStart[i+1]) > len(m.Col) {
			return fmt.Errorf("row %d starts at %d and ends at %d", i, m.RowStart[i], m.RowStart[i+1])
		}
		cols, values := m.Row(i)
		for k, j := range cols {
			if j < 0 || int(j) >= m.Cols || k > 0 && j <= cols[k-1] {
				return fmt.Errorf("row %d: column %d outside 0..%d or not ascending", i, j, m.Cols-1)
			}
			if !finite(values[k]) {
				return fmt.Errorf("row %d, column %d is not finite: %v", i, j, values[k])
			}
		}
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
