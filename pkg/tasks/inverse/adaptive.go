package inverse

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"example.org/isinggraph/internal/bisect"
	"example.org/isinggraph/internal/par"
)

// Adaptive describes adaptive SPAI (Grote and Huckle 1997,
// doi:10.1137/S1064827594276552). Column k starts from its diagonal. With residual
// r = A M_k − e_k, the positions i of columns of A that meet r's nonzeros are
// ranked by the one-dimensional bound
//
//	ρ_i² = ‖r‖² − (rᵀa_i)² / ‖a_i‖²
//
// and those not above the mean ρ, at most PerStep of them, are added, until ‖r‖ is
// at most Tolerance or Steps are done.
type Adaptive struct {
	Tolerance float64 // of ‖A M_k − e_k‖, at least 0
	PerStep   int     // at least 1; Grote and Huckle's 5
	Steps     int     // at least 0
}

// residualZero is below which a residual's entry counts as zero.
const residualZero = 1e-13

// Pattern returns adaptive SPAI's pattern within the allowed positions, which must
// not be symmetric.
func (o Adaptive) Pattern(l *LeastSquares) ([]int8, error) {
	return o.grow(l, func(int, float64, int) {})
}

// grow is Pattern that calls step with the column, its residual and its positions,
// before every step and at the end.
func (o Adaptive) grow(l *LeastSquares, step func(k int, residual float64, kept int)) ([]int8, error) {
	if !(o.Tolerance >= 0) || o.PerStep < 1 || o.Steps < 0 {
		return nil, fmt.Errorf("inverse: adaptive SPAI with tolerance %v, %d positions a step and %d steps", o.Tolerance, o.PerStep, o.Steps)
	}
	n := l.Matrix.N
	r, solution := make([]float64, n), make([]float64, n)
	return l.perColumn(func(t *columnTable, x []int8) {
		kept := 0
		keep := func(c int) {
			x[t.slots[c].node] = 1
			t.keep(c)
			kept++
		}
		k := int(l.Positions.Col[t.slots[0].node])
		if c := slices.IndexFunc(t.slots, func(s slot) bool { return int(s.row) == k }); c >= 0 {
			keep(c)
		}
		for done := 0; ; done++ {
			residual := math.Sqrt(t.residual2())
			step(k, residual, kept)
			if done == o.Steps || residual <= o.Tolerance {
				return
			}
			t.residual(l, k, solution, r)
			add := o.candidates(t, l, r)
			if len(add) == 0 {
				return
			}
			for _, c := range add {
				keep(int(c))
			}
		}
	})
}

// residual writes A M_k − e_k for the taken columns into r.
func (t *columnTable) residual(l *LeastSquares, k int, x, r []float64) {
	n := l.Matrix.N
	clear(r)
	r[k] = -1
	t.solve(x[:t.rank])
	for c, j := range t.taken {
		for i, v := range l.columns[int(t.slots[j].row)*n:][:n] {
			r[i] += v * x[c]
		}
	}
}

// candidates returns the positions to add.
func (o Adaptive) candidates(t *columnTable, l *LeastSquares, r []float64) []int32 {
	n := l.Matrix.N
	type ranked struct {
		c    int32
		rho2 float64
	}
	var all []ranked
	var norm2, mean float64
	for _, v := range r {
		norm2 += v * v
	}
	for _, c := range t.left {
		meets := false
		var dot float64
		for i, v := range l.columns[int(t.slots[c].row)*n:][:n] {
			meets = meets || v != 0 && math.Abs(r[i]) > residualZero
			dot += v * r[i]
		}
		if meets {
			rho2 := max(0, norm2-dot*dot/t.norm2[c])
			all = append(all, ranked{c, rho2})
			mean += math.Sqrt(rho2)
		}
	}
	mean /= float64(len(all))
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(a.rho2, b.rho2) })
	var add []int32
	for _, a := range all {
		if len(add) == o.PerStep || math.Sqrt(a.rho2) > mean*(1+residualZero) {
			break
		}
		add = append(add, a.c)
	}
	return add
}

// Tune returns the options with the tolerance, in [0, 1], at which the mean kept
// fraction over all problems is as near below the given one as bisection finds; a
// tolerance of 1 keeps the diagonal alone. Columns grow once for all tolerances.
func (o Adaptive) Tune(ctx context.Context, problems []*LeastSquares, fraction float64) (Adaptive, error) {
	if len(problems) == 0 {
		return o, fmt.Errorf("inverse: adaptive SPAI tuned on no matrices")
	}
	type state struct {
		residual float64
		kept     int
	}
	columns := make([][][]state, len(problems))
	o.Tolerance = 0
	err := par.Each(ctx, len(problems), func() func(int) error {
		return func(i int) error {
			columns[i] = make([][]state, problems[i].Matrix.N)
			_, err := o.grow(problems[i], func(k int, residual float64, kept int) {
				columns[i][k] = append(columns[i][k], state{residual, kept})
			})
			return err
		}
	})
	if err != nil {
		return o, err
	}
	mean := func(tolerance float64) float64 {
		var sum float64
		for i, p := range problems {
			kept := 0
			for _, states := range columns[i] {
				for s, at := range states {
					if at.residual <= tolerance || s == len(states)-1 {
						kept += at.kept
						break
					}
				}
			}
			sum += float64(kept) / float64(p.Positions.NumNodes())
		}
		return sum / float64(len(problems))
	}
	_, o.Tolerance, err = bisect.Halve(0.0, 1, 30, func(tolerance float64) (bool, error) { return !(mean(tolerance) > fraction), nil })
	return o, err
}
