package inverse

import (
	"fmt"
	"slices"

	"example.org/isinggraph/pkg/isinggraph"
)

// Positions are the positions of M that a pattern may keep: the nodes of the
// Ising model. Node p is position (Row[p], Col[p]); where Symmetric, it stands for
// that and (Col[p], Row[p]), with Row[p] ≤ Col[p]. Nodes ascend by row, then by
// column. A pattern is a spin for every node, +1 where kept.
type Positions struct {
	N         int // size of M
	Symmetric bool
	Row, Col  []int32 // shape (nodes)

	columns [][]slot // by column of M, rows ascending
}

// slot is a position of one column of M.
type slot struct{ row, node int32 }

// NewPositions makes positions of an n×n matrix of those that allowed tells to be
// in; where symmetric, {i, j} is in if allowed(i, j) with i ≤ j. A size outside 1
// to MaxDense is an error.
func NewPositions(n int, symmetric bool, allowed func(i, j int) bool) (*Positions, error) {
	if n < 1 || n > MaxDense {
		return nil, fmt.Errorf("inverse: positions of size %d, want 1 to %d", n, MaxDense)
	}
	return positions(n, symmetric, allowed), nil
}

func positions(n int, symmetric bool, allowed func(i, j int) bool) *Positions {
	p := &Positions{N: n, Symmetric: symmetric, columns: make([][]slot, n)}
	for i := range n {
		from := 0
		if symmetric {
			from = i
		}
		for j := from; j < n; j++ {
			if allowed(i, j) {
				p.add(int32(i), int32(j))
			}
		}
	}
	return p
}

// add appends a node; they come by row, then by column.
func (p *Positions) add(i, j int32) {
	node := int32(len(p.Row))
	p.Row, p.Col = append(p.Row, i), append(p.Col, j)
	p.columns[j] = append(p.columns[j], slot{i, node})
	if p.Symmetric && i != j {
		p.columns[i] = append(p.columns[i], slot{j, node})
	}
}

// AllPositions returns all positions of an n×n matrix (Settings 2 and 3); none
// where n is below 1.
func AllPositions(n int, symmetric bool) *Positions {
	return positions(max(n, 0), symmetric, func(int, int) bool { return true })
}

// PowerPositions returns the positions at which I or A, …, A^power may be nonzero
// by the pattern of A: those within that many steps in the graph of A. A power of
// 2 is Setting 1; 1 is the pattern of A with the diagonal. A negative power is an
// error. It takes O(power · n · nnz) time.
func PowerPositions(a *Matrix, power int, symmetric bool) (*Positions, error) {
	if power < 0 {
		return nil, fmt.Errorf("inverse: positions of power %d, want at least 0", power)
	}
	n := a.N
	rows := make([][]int32, n) // columns of the nonzeros of each row
	for i := range n {
		for j, v := range a.Values[i*n : i*n+n] {
			if v != 0 {
				rows[i] = append(rows[i], int32(j))
			}
		}
	}
	in := make([]bool, n*n)
	var reached []int32
	for i := range n {
		row := in[i*n : i*n+n]
		row[i] = true
		reached = append(reached[:0], int32(i))
		for step, from := 0, 0; step < power && from < len(reached); step++ {
			for to := len(reached); from < to; from++ {
				for _, j := range rows[reached[from]] {
					if !row[j] {
						row[j] = true
						reached = append(reached, j)
					}
				}
			}
		}
	}
	return NewPositions(n, symmetric, func(i, j int) bool {
		return in[i*n+j] || symmetric && in[j*n+i]
	})
}

// NumNodes returns the number of nodes.
func (p *Positions) NumNodes() int { return len(p.Row) }

// LineGraph returns the graph of the Ising model: two nodes are neighbours when
// they share an index, or, where not Symmetric, a row or a column. With all n(n+1)/2
// symmetric positions an off-diagonal node has 2(n−1) neighbours, one of the
// diagonal n−1. More than 2^28 pairs that share an index are an error.
func (p *Positions) LineGraph() (*isinggraph.Graph, error) {
	groups := p.columns // of nodes that are neighbours of each other
	if !p.Symmetric {
		rows := make([][]slot, p.N)
		for node, i := range p.Row {
			rows[i] = append(rows[i], slot{node: int32(node)})
		}
		groups = slices.Concat(groups, rows)
	}
	pairs := 0
	for _, nodes := range groups {
		if pairs += len(nodes) * (len(nodes) - 1) / 2; pairs > maxPattern {
			return nil, fmt.Errorf("inverse: line graph of %d positions with more than %d edges", len(p.Row), maxPattern)
		}
	}
	edges := make([][2]int32, 0, pairs)
	for _, nodes := range groups {
		for k, a := range nodes {
			for _, b := range nodes[k+1:] {
				edges = append(edges, [2]int32{a.node, b.node})
			}
		}
	}
	return isinggraph.NewGraph(len(p.Row), edges)
}

// Kept returns the number of nodes that a pattern keeps.
func Kept(x []int8) int {
	kept := 0
	for _, s := range x {
		if s > 0 {
			kept++
		}
	}
	return kept
}

// checkRoom returns an error unless dst has a value for every node.
func (p *Positions) checkRoom(dst []float64) error {
	if len(dst) != len(p.Row) {
		return fmt.Errorf("inverse: room for %d nodes of %d", len(dst), len(p.Row))
	}
	return nil
}

// check returns an error if x is no pattern of the positions.
func (p *Positions) check(x []int8) error {
	if len(x) != len(p.Row) {
		return fmt.Errorf("inverse: pattern of %d spins for %d positions", len(x), len(p.Row))
	}
	return nil
}
