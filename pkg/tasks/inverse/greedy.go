package inverse

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
)

// columnTable is the least squares of one column of M with all its allowed
// positions as columns, the kept ones among them reduced.
type columnTable struct {
	triangle
	slots []slot
	norm2 []float64
	left  []int32   // not yet taken
	gain  []float64 // of taking each, on the square of the residual
}

// table prepares column k.
func (l *LeastSquares) table(k int) *columnTable {
	n := l.Matrix.N
	t := &columnTable{slots: l.Positions.columns[k]}
	t.reset(n, len(t.slots))
	clear(t.rhs)
	t.rhs[k] = 1
	t.norm2, t.gain = make([]float64, len(t.slots)), make([]float64, len(t.slots))
	for c, s := range t.slots {
		copy(t.column(c), l.columns[int(s.row)*n:][:n])
		t.norm2[c] = l.norm2[s.row]
		t.left = append(t.left, int32(c))
	}
	t.update()
	return t
}

// update computes the gains of the columns left.
func (t *columnTable) update() {
	for _, c := range t.left {
		t.gain[c] = t.addGain(int(c), t.norm2[c])
	}
}

// keep takes column c.
func (t *columnTable) keep(c int) {
	for k, other := range t.left {
		if int(other) == c {
			t.left = append(t.left[:k], t.left[k+1:]...)
			break
		}
	}
	t.gain[c] = 0
	t.take(c, t.norm2[c], t.left)
	t.update()
}

// maxTables bounds the values of all tables of one matrix.
const maxTables = 1 << 27

// leastGain is the smallest decrease of the square of the loss that counts.
const leastGain = 1e-14

// Greedy keeps up to the given number of nodes, always next the one that lowers
// the loss most, and stops when no single node does. On symmetric positions it is
// a bound of what patterns of that size can be had; on others it also shares the
// positions out over the columns. It takes O(n²) time a node and n³ values.
func (l *LeastSquares) Greedy(kept int) ([]int8, error) {
	n := l.Matrix.N
	if n*n*n > maxTables {
		return nil, fmt.Errorf("inverse: greedy pattern for size %d, which needs %d values of at most %d", n, n*n*n, maxTables)
	}
	type place struct{ column, index int32 }
	x := make([]int8, l.Positions.NumNodes())
	places := make([][]place, len(x))
	tables := make([]*columnTable, n)
	for k := range tables {
		tables[k] = l.table(k)
		for c, s := range tables[k].slots {
			places[s.node] = append(places[s.node], place{int32(k), int32(c)})
		}
	}
	for i := range x {
		x[i] = -1
	}
	for range kept {
		best, most := -1, leastGain
		for node := range x {
			if x[node] > 0 {
				continue
			}
			var gain float64
			for _, at := range places[node] {
				gain += tables[at.column].gain[at.index]
			}
			if gain > most {
				best, most = node, gain
			}
		}
		if best < 0 {
			break
		}
		x[best] = 1
		for _, at := range places[best] {
			tables[at.column].keep(int(at.index))
		}
	}
	return x, nil
}

// GreedyColumns keeps in every column up to the given fraction of its allowed
// positions, always next the one that lowers the column's residual most
// (orthogonal least squares). Symmetric positions are an error.
func (l *LeastSquares) GreedyColumns(fraction float64) ([]int8, error) {
	return l.perColumn(func(t *columnTable, x []int8) {
		for range int(fraction*float64(len(t.slots)) + 0.5) {
			if len(t.left) == 0 {
				break
			}
			c := floats.MaxIdx(t.gain)
			if t.gain[c] <= leastGain {
				break
			}
			x[t.slots[c].node] = 1
			t.keep(c)
		}
	})
}

// perColumn makes a pattern column by column.
func (l *LeastSquares) perColumn(fill func(t *columnTable, x []int8)) ([]int8, error) {
	if l.Positions.Symmetric {
		return nil, fmt.Errorf("inverse: a pattern chosen column by column needs positions that are not symmetric")
	}
	x := make([]int8, l.Positions.NumNodes())
	for i := range x {
		x[i] = -1
	}
	for k := range l.Matrix.N {
		if len(l.Positions.columns[k]) > 0 {
			fill(l.table(k), x)
		}
	}
	return x, nil
}
