package inverse

import "fmt"

// Prune drops nodes of a pattern one by one, always next the one whose removal
// costs least by [LeastSquares.Gains], until kept are left (backward elimination).
// From the full pattern it finds better patterns than [LeastSquares.Greedy], since
// it sees what positions do together. x stays as it is. It takes O(n³) time a
// node in the worst case.
func (l *LeastSquares) Prune(x []int8, kept int) ([]int8, error) {
	if err := l.Positions.check(x); err != nil {
		return nil, err
	}
	if kept < 0 {
		return nil, fmt.Errorf("inverse: pruning to %d nodes", kept)
	}
	x = append([]int8(nil), x...)
	p := l.Positions
	w := borrow(p.N)
	defer workspaces.Put(w)
	// cost[k][c] is that of slot c of column k; costs of others are not looked at.
	cost := make([][]float64, p.N)
	index := make([][]int32, p.N) // of the slot of column k in row i
	for k, slots := range p.columns {
		cost[k], index[k] = make([]float64, len(slots)), make([]int32, p.N)
		for c, s := range slots {
			index[k][s.row] = int32(c)
		}
		l.removalCosts(w, k, x, cost[k], index[k])
	}
	for left := Kept(x); left > kept; left-- {
		best, least := -1, 0.0
		for node, s := range x {
			if s <= 0 {
				continue
			}
			i, j := p.Row[node], p.Col[node]
			c := cost[j][index[j][i]]
			if p.Symmetric && i != j {
				c += cost[i][index[i][j]]
			}
			if best < 0 || c < least {
				best, least = node, c
			}
		}
		x[best] = -1
		i, j := p.Row[best], p.Col[best]
		l.removalCosts(w, int(j), x, cost[j], index[j])
		if p.Symmetric && i != j {
			l.removalCosts(w, int(i), x, cost[i], index[i])
		}
	}
	return x, nil
}

// removalCosts writes by how much dropping each kept position of column k raises
// the square of the loss, at the position's index.
func (l *LeastSquares) removalCosts(w *workspace, k int, x []int8, cost []float64, index []int32) {
	clear(cost)
	l.factor(w, k, x)
	w.solve(w.x[:w.rank])
	w.inverseRowNorms(w.y)
	for c, j := range w.taken {
		cost[index[w.slots[j].row]] = w.x[c] * w.x[c] / w.y[c]
	}
}
