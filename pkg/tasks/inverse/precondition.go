package inverse

import (
	"fmt"
	"math"
	"slices"

	"example.org/isinggraph/data"
)

// Preconditioner applies P ≈ A⁻¹. It need not be safe for several goroutines.
type Preconditioner interface {
	// Apply writes P x into dst; both have the size of A and do not overlap.
	Apply(dst, x []float64)
}

// Jacobi is P = diag(A)⁻¹.
type Jacobi struct{ inverse []float64 }

// NewJacobi returns the preconditioner of a square finite matrix. A zero on the
// diagonal, or a value whose inverse is not finite, is an error.
func NewJacobi(a *data.Matrix) (*Jacobi, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	j := &Jacobi{inverse: make([]float64, a.Rows)}
	for i := range j.inverse {
		d := a.At(i, i)
		if j.inverse[i] = 1 / d; math.IsInf(j.inverse[i], 0) {
			return nil, fmt.Errorf("inverse: Jacobi: diagonal value %d is %v", i, d)
		}
	}
	return j, nil
}

// Apply writes P x into dst.
func (j *Jacobi) Apply(dst, x []float64) {
	for i, v := range j.inverse {
		dst[i] = v * x[i]
	}
}

// ILU0 is P = (LU)⁻¹ with the incomplete factors of A on A's own pattern, L with
// ones on its diagonal (Saad 2003, Iterative Methods for Sparse Linear Systems,
// algorithm 10.4, doi:10.1137/1.9780898718003).
type ILU0 struct {
	factors  *data.Matrix // L below the diagonal, U from it on
	diagonal []int32      // of each row, where its diagonal lies
}

// NewILU0 factors a square finite matrix. A row whose diagonal is not stored, or
// whose pivot becomes zero or not finite, is an error. It takes O(Σ row²) time.
func NewILU0(a *data.Matrix) (*ILU0, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	n := a.Rows
	f := &data.Matrix{Rows: n, Cols: n, RowStart: a.RowStart, Col: a.Col, Value: slices.Clone(a.Value)}
	p := &ILU0{factors: f, diagonal: make([]int32, n)}
	at := make([]int32, n) // of the current row, where each column lies, from 1
	for i := range n {
		from, to := f.RowStart[i], f.RowStart[i+1]
		for e := from; e < to; e++ {
			at[f.Col[e]] = e + 1
		}
		if at[i] == 0 {
			return nil, fmt.Errorf("inverse: ILU(0): row %d has no diagonal", i)
		}
		p.diagonal[i] = at[i] - 1
		for e := from; e < p.diagonal[i]; e++ {
			k := f.Col[e]
			f.Value[e] /= f.Value[p.diagonal[k]]
			for u := p.diagonal[k] + 1; u < f.RowStart[k+1]; u++ {
				if j := at[f.Col[u]]; j > 0 {
					f.Value[j-1] -= f.Value[e] * f.Value[u]
				}
			}
		}
		if v := f.Value[p.diagonal[i]]; v == 0 || v-v != 0 {
			return nil, fmt.Errorf("inverse: ILU(0): pivot %d is %v", i, v)
		}
		for e := from; e < to; e++ {
			at[f.Col[e]] = 0
		}
	}
	return p, nil
}

// Apply writes P x into dst by a forward and a backward substitution.
func (p *ILU0) Apply(dst, x []float64) {
	f := p.factors
	for i := range dst {
		sum := x[i]
		for e := f.RowStart[i]; e < p.diagonal[i]; e++ {
			sum -= f.Value[e] * dst[f.Col[e]]
		}
		dst[i] = sum
	}
	for i := len(dst) - 1; i >= 0; i-- {
		sum := dst[i]
		for e := p.diagonal[i] + 1; e < f.RowStart[i+1]; e++ {
			sum -= f.Value[e] * dst[f.Col[e]]
		}
		dst[i] = sum / f.Value[p.diagonal[i]]
	}
}
