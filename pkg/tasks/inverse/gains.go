package inverse

import "gonum.org/v1/gonum/floats"

// Gains writes by how much flipping each node's spin lowers the square of eq. 20
// into dst, of shape (nodes), or into a new slice where dst is nil: at least 0
// where a position would be added, at most 0 where one would be removed. For
// column k with residual r, projector P onto the complement of the kept columns of
// A, and B = A restricted to them,
//
//	adding row i      (rᵀa_i)² / ‖P a_i‖²
//	removing row i    −M_ik² / ((BᵀB)⁻¹)_ii
//
// and a symmetric node has the sum of its two columns'. It is exact where the
// kept columns of A are independent. It takes O(n³) time a column.
func (l *LeastSquares) Gains(dst []float64, x []int8) ([]float64, error) {
	if err := l.Positions.check(x); err != nil {
		return nil, err
	}
	if dst == nil {
		dst = make([]float64, len(x))
	} else if err := l.Positions.checkRoom(dst); err != nil {
		return nil, err
	}
	clear(dst)
	w := borrow(l.Matrix.N)
	for k := range l.Matrix.N {
		l.columnGains(w, k, x, dst)
	}
	workspaces.Put(w)
	return dst, nil
}

// columnGains adds the gains in column k to those of the nodes.
func (l *LeastSquares) columnGains(w *workspace, k int, x []int8, dst []float64) {
	n := l.Matrix.N
	slots := l.Positions.columns[k]
	// Kept ones first, so that reflections reach all later columns.
	w.slots = w.slots[:0]
	for _, s := range slots {
		if x[s.node] > 0 {
			w.slots = append(w.slots, s)
		}
	}
	m := len(w.slots)
	for _, s := range slots {
		if x[s.node] <= 0 {
			w.slots = append(w.slots, s)
		}
	}
	all := len(w.slots)
	w.reset(n, all)
	for c, s := range w.slots {
		copy(w.column(c), l.columns[int(s.row)*n:][:n])
	}
	clear(w.rhs)
	w.rhs[k] = 1
	for c := range m {
		w.take(c, l.norm2[w.slots[c].row], w.others[c+1:all])
	}
	for c := m; c < all; c++ {
		dst[w.slots[c].node] += w.addGain(c, l.norm2[w.slots[c].row])
	}
	w.solve(w.x[:w.rank])
	w.inverseRowNorms(w.y)
	for c, j := range w.taken {
		dst[w.slots[j].node] -= w.x[c] * w.x[c] / w.y[c]
	}
}

// addGain is how much taking column j lowers the square of the residual; 0 for one
// that depends on those taken.
func (t *triangle) addGain(j int, norm2 float64) float64 {
	v := t.rest(j)
	n2 := floats.Dot(v, v)
	if !(n2 > rankTolerance*rankTolerance*norm2) {
		return 0
	}
	d := floats.Dot(v, t.rhs[t.rank:])
	return d * d / n2
}

// inverseRowNorms writes ‖row i of R⁻¹‖², the diagonal of (BᵀB)⁻¹, into y[:rank];
// y has room for rank² values.
func (t *triangle) inverseRowNorms(y []float64) {
	m := t.rank
	// Column c of R⁻¹ solves R z = e_c by back substitution; keep them as rows of y.
	for c := m - 1; c >= 0; c-- {
		z := y[c*m : c*m+m]
		for k := c; k >= 0; k-- {
			sum := 0.0
			if k == c {
				sum = 1
			}
			for l := k + 1; l <= c; l++ {
				sum -= t.a[int(t.taken[l])*t.rows+k] * z[l]
			}
			z[k] = sum / t.a[int(t.taken[k])*t.rows+k]
		}
	}
	for k := range m {
		var sum float64
		for c := k; c < m; c++ {
			z := y[c*m+k]
			sum += z * z
		}
		t.v[k] = sum
	}
	copy(y[:m], t.v[:m])
}
