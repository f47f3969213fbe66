package inverse

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Count returns how many nodes a fraction in [0, 1] of the positions is, rounded.
func (p *Positions) Count(fraction float64) int {
	return int(math.Round(min(max(fraction, 0), 1) * float64(p.NumNodes())))
}

// TopPattern keeps the given number of nodes with the largest scores, the first
// among equals; NaN counts as least. A number outside 0 to len(score) is cut to
// that range. It takes O(n log n) time.
func TopPattern(score []float64, kept int) []int8 {
	order := make([]int32, len(score))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(score[b], score[a]) })
	x := make([]int8, len(score))
	for k, node := range order {
		x[node] = -1
		if k < kept {
			x[node] = 1
		}
	}
	return x
}

// RandomPattern keeps each node with the probability fraction (RANDOM), as the
// paper's standard deviations say.
func RandomPattern(p *Positions, fraction float64, r *rand.Rand) []int8 {
	x := make([]int8, p.NumNodes())
	for i := range x {
		x[i] = -1
		if r.Float64() < fraction {
			x[i] = 1
		}
	}
	return x
}

// DiagonalRandomPattern always keeps the nodes of the diagonal, and the others
// with the probability that makes the mean fraction the given one, if it can.
func DiagonalRandomPattern(p *Positions, fraction float64, r *rand.Rand) []int8 {
	diagonal := 0
	for node, i := range p.Row {
		if i == p.Col[node] {
			diagonal++
		}
	}
	nodes := float64(p.NumNodes())
	x := RandomPattern(p, (fraction*nodes-float64(diagonal))/(nodes-float64(diagonal)), r)
	for node, i := range p.Row {
		if i == p.Col[node] {
			x[node] = 1
		}
	}
	return x
}

// BandPattern keeps the given number of nodes nearest to the diagonal; of the last
// distance, those of the first rows.
func BandPattern(p *Positions, kept int) []int8 {
	return TopPattern(scores(p, func(i, j int) float64 { return -math.Abs(float64(i - j)) }), kept)
}

// scores returns a score for every node, in order.
func scores(p *Positions, of func(i, j int) float64) []float64 {
	s := make([]float64, p.NumNodes())
	for node, i := range p.Row {
		s[node] = of(int(i), int(p.Col[node]))
	}
	return s
}

// OnlyA keeps the nodes at which A is not zero, in either triangle where
// Symmetric. A matrix of another size than the positions is an error.
func OnlyA(p *Positions, a *Matrix) ([]int8, error) {
	if a.N != p.N {
		return nil, fmt.Errorf("inverse: positions of size %d for a matrix of size %d", p.N, a.N)
	}
	x := make([]int8, p.NumNodes())
	for node, i := range p.Row {
		j := p.Col[node]
		x[node] = -1
		if a.Values[int(i)*a.N+int(j)] != 0 || p.Symmetric && a.Values[int(j)*a.N+int(i)] != 0 {
			x[node] = 1
		}
	}
	return x, nil
}
