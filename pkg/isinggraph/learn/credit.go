package learn

import (
	"fmt"
	"slices"
)

// Credit says which parts of a loss a node is credited with (local credit).
//
// Where the loss is a sum of parts ℓ = Σ_p ℓ_p and node i belongs to the parts
// P_i, RLOO's advantage ℓ_k − mean ℓ of node i becomes
//
//	a_ki = Σ_p (ℓ_pk − mean_k ℓ_p)    over the parts p of all nodes within Radius hops of i
//
// Parts elsewhere depend on x_i only through the correlations of the model, yet
// bring all their noise: leaving them out raises the signal-to-noise of a
// gradient 5 to 1,000 times, at a bias that falls as the radius grows beyond the
// correlation length. On an antiferromagnet Radius should be at least 2: a
// node's neighbours react to it with the opposite sign, and smaller radii point
// elsewhere. Where the radius reaches all of a graph the estimate is eq. 7's.
// An edge is credited with the mean of its ends' advantages. No Credit is the
// unbiased eq. 7. This is not in the paper.
type Credit struct {
	Radius int // hops, at least 0
	// Of returns the parts to which each node of an item belongs, [n], in any order.
	// Without it part p belongs to node p, and an item has n parts.
	Of func(it *Item, index int) ([][]int32, error)
}

// creditList holds the credited parts of every node: those of node i are
// part[first[i]:first[i+1]].
type creditList struct {
	first, part []int32
	parts       int // one more than the largest part
}

// maxCredit bounds the credited parts of one item.
const maxCredit = 1 << 28

// list computes the parts within Radius hops of each node of an item, by
// breadth-first search from each, in O(Σ_i of the edges in its ball).
func (c *Credit) list(it *Item, index int) (*creditList, error) {
	g := it.Graph
	n := g.NumNodes()
	var of [][]int32
	l := &creditList{first: make([]int32, 1, n+1), parts: n}
	if c.Of != nil {
		var err error
		if of, err = c.Of(it, index); err != nil {
			return nil, fmt.Errorf("learn: credit of item %d: %w", index, err)
		}
		if len(of) != n {
			return nil, fmt.Errorf("learn: credit of item %d: parts of %d nodes, the graph has %d", index, len(of), n)
		}
		l.parts = 0
		for i, parts := range of {
			for _, p := range parts {
				if p < 0 {
					return nil, fmt.Errorf("learn: credit of item %d: node %d has part %d", index, i, p)
				}
				l.parts = max(l.parts, int(p)+1)
			}
		}
	}
	seen := make([]int32, n) // the last start from which a node was reached, from 1
	var ball []int32
	for i := range n {
		ball = append(ball[:0], int32(i))
		seen[i] = int32(i + 1)
		for r, from := 0, 0; r < c.Radius && from < len(ball); r++ {
			to := len(ball)
			for ; from < to; from++ {
				for _, v := range g.Neighbors(int(ball[from])) {
					if seen[v] != int32(i+1) {
						seen[v] = int32(i + 1)
						ball = append(ball, v)
					}
				}
			}
		}
		at := len(l.part)
		for _, v := range ball {
			if of == nil {
				l.part = append(l.part, v)
			} else {
				l.part = append(l.part, of[v]...)
			}
			if len(l.part) > maxCredit {
				return nil, fmt.Errorf("learn: credit of item %d: more than %d parts in all; use a smaller Radius", index, maxCredit)
			}
		}
		slices.Sort(l.part[at:])
		l.part = l.part[:at+len(slices.Compact(l.part[at:]))]
		l.first = append(l.first, int32(len(l.part)))
	}
	return l, nil
}

// Advantages returns the advantages a_ki of K samples' parts [K][P] of an item,
// [K][n], as the learner uses them.
func (c *Credit) Advantages(it *Item, index int, parts [][]float64) ([][]float64, error) {
	list, err := c.list(it, index)
	if err != nil {
		return nil, err
	}
	n := it.Graph.NumNodes()
	l, a := newLosses(1, len(parts)), make([]float32, len(parts)*n)
	for k, p := range parts {
		if len(p) != len(parts[0]) {
			return nil, fmt.Errorf("learn: sample %d has %d parts, the first %d", k, len(p), len(parts[0]))
		}
		l.set(0, k, 0, p)
	}
	if err := l.advantages(0, n, list, 1, a, n); err != nil {
		return nil, err
	}
	out := make([][]float64, len(parts))
	for k := range out {
		out[k] = make([]float64, n)
		for i := range n {
			out[k][i] = float64(a[k*n+i])
		}
	}
	return out, nil
}

// advantages writes the advantages of K samples of one item into a, whose row k
// begins at k*stride: those of l where there is one, otherwise the sample's, the
// same for all n nodes. All are multiplied by scale.
func (l *losses) advantages(item, n int, list *creditList, scale float64, a []float32, stride int) error {
	samples := len(l.total[item])
	if list == nil {
		for k, v := range Advantages(l.total[item]) {
			row := a[k*stride:][:n]
			for i := range row {
				row[i] = float32(v * scale)
			}
		}
		return nil
	}
	parts := l.parts[item]
	if len(parts[0]) < list.parts {
		return fmt.Errorf("learn: credit needs %d parts, the loss has %d", list.parts, len(parts[0]))
	}
	centred := make([][]float64, samples)
	for k := range centred {
		centred[k] = slices.Clone(parts[k])
	}
	for p := range parts[0] {
		var mean float64
		for k := range samples {
			mean += parts[k][p] / float64(samples)
		}
		for k := range samples {
			centred[k][p] -= mean
		}
	}
	for k := range samples {
		row := a[k*stride:][:n]
		for i := range row {
			var sum float64
			for _, p := range list.part[list.first[i]:list.first[i+1]] {
				sum += centred[k][p]
			}
			row[i] = float32(sum * scale)
		}
	}
	return nil
}
