package inverse

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/par"
)

// symmetricPart returns (A + Aᵀ)/2.
func symmetricPart(a *data.Matrix) *data.Matrix {
	at := transpose(a)
	s := &data.Matrix{Rows: a.Rows, Cols: a.Cols, RowStart: make([]int32, 1, a.Rows+1)}
	sum := make([]float64, a.Cols)
	for i := range a.Rows {
		from := len(s.Col)
		for _, m := range []*data.Matrix{a, at} {
			cols, values := m.Row(i)
			for e, j := range cols {
				sum[j] += values[e] / 2
			}
			s.Col = append(s.Col, cols...)
		}
		slices.Sort(s.Col[from:])
		s.Col = s.Col[:from+len(slices.Compact(s.Col[from:]))]
		for _, j := range s.Col[from:] {
			s.Value = append(s.Value, sum[j])
			sum[j] = 0
		}
		s.RowStart = append(s.RowStart, int32(len(s.Col)))
	}
	return s
}

// normalized returns D^-½ A D^-½ of a symmetric A, D being the sums of |A|'s rows; rows
// of zeros stay.
func normalized(a *data.Matrix) *data.Matrix {
	root := make([]float64, a.Rows)
	for i := range root {
		_, values := a.Row(i)
		if sum := floats.Norm(values, 1); sum > 0 {
			root[i] = 1 / math.Sqrt(sum)
		}
	}
	n := *a
	n.Value = slices.Clone(a.Value)
	for i := range root {
		for e := a.RowStart[i]; e < a.RowStart[i+1]; e++ {
			n.Value[e] *= root[i] * root[a.Col[e]]
		}
	}
	return &n
}

// features are those of WholeRecipe, shape (nodes, width): Ã and Ã² over the
// mean sum of |Ã|'s rows, the diagonal, and gains at the pattern of A.
func (s *SparseField) features(ctx context.Context, a, tilde *data.Matrix, p *Positions) ([]float32, error) {
	w := s.network.NumFeatures()
	x := make([]float32, p.NumNodes()*w)
	scale := 1.0
	if sum := floats.Norm(tilde.Value, 1) / float64(p.N); sum > 0 {
		scale = 1 / sum
	}
	one, two := make([]float64, p.N), make([]float64, p.N) // a row of Ã and of Ã²
	for node := 0; node < p.NumNodes(); {
		i := p.Row[node]
		cols, values := tilde.Row(int(i))
		for e, k := range cols {
			one[k] = values[e]
			next, nextValues := tilde.Row(int(k))
			for f, j := range next {
				two[j] += values[e] * nextValues[f]
			}
		}
		for ; node < p.NumNodes() && p.Row[node] == i; node++ {
			j := p.Col[node]
			row := x[node*w:]
			row[0], row[1] = float32(one[j]), float32(two[j]*scale)
			if i == j {
				row[2] = 1
			}
		}
		for _, k := range cols {
			one[k] = 0
			next, _ := tilde.Row(int(k))
			for _, j := range next {
				two[j] = 0
			}
		}
	}
	gains, kept, err := patternGains(ctx, a, p)
	if err != nil {
		return nil, err
	}
	for node, g := range gains {
		root := float32(math.Sqrt(math.Abs(g)))
		x[node*w+3], x[node*w+4] = root, -root
		if kept[node] {
			x[node*w+4] = root
		}
	}
	return x, nil
}

// patternGains returns [LeastSquares.Gains] at the pattern of A with the diagonal
// for a whole matrix, and which nodes that pattern keeps.
func patternGains(ctx context.Context, a *data.Matrix, p *Positions) (gains []float64, kept []bool, err error) {
	at := transpose(a)
	norm2 := make([]float64, p.N)
	for j := range norm2 {
		_, values := at.Row(j)
		scaleColumn(values)
		norm2[j] = floats.Dot(values, values)
	}
	byColumn := make([][]float64, p.N) // by slot
	kept = make([]bool, p.NumNodes())
	for i := range p.N {
		cols, values := a.Row(i)
		for e, j := range cols {
			if k, ok := slices.BinarySearchFunc(p.columns[j], int32(i), func(s slot, i int32) int { return int(s.row - i) }); ok && values[e] != 0 {
				kept[p.columns[j][k].node] = true
			}
		}
		if k, ok := slices.BinarySearchFunc(p.columns[i], int32(i), func(s slot, i int32) int { return int(s.row - i) }); ok {
			kept[p.columns[i][k].node] = true
		}
	}
	err = par.Each(ctx, p.N, func() func(int) error {
		w := &sparseColumn{local: make([]int32, p.N)}
		var order []slot
		var rows []int32
		var index []int
		return func(k int) error {
			order, rows, index = order[:0], rows[:0], index[:0]
			m := 0
			for _, first := range []bool{true, false} {
				for c, s := range p.columns[k] {
					if kept[s.node] == first {
						order, rows, index = append(order, s), append(rows, s.row), append(index, c)
					}
				}
				if first {
					m = len(order)
				}
			}
			w.load(at, rows, k)
			out := make([]float64, len(order))
			for c := range m {
				w.take(c, norm2[rows[c]], w.others[c+1:len(rows)])
			}
			for c := m; c < len(rows); c++ {
				out[index[c]] = w.addGain(c, norm2[rows[c]])
			}
			w.solve(w.x[:w.rank])
			y := make([]float64, w.rank*w.rank+1)
			w.inverseRowNorms(y)
			for c, j := range w.taken {
				out[index[j]] = -w.x[c] * w.x[c] / y[c]
			}
			byColumn[k] = out
			return nil
		}
	})
	gains = make([]float64, p.NumNodes())
	for k, slots := range p.columns {
		for c, s := range slots {
			if byColumn[k] != nil {
				gains[s.node] += byColumn[k][c]
			}
		}
	}
	return gains, kept, err
}
