package data

import (
	"fmt"
	"math"
	"slices"
)

// EdgeList is an undirected graph as a reader found it, with a weight per
// edge.
type EdgeList struct {
	N       int        // nodes are 0..N−1
	Edges   [][2]int32 // in the order of the file, smaller index first
	Weights []float64  // of the edges, 1 where the file has none

	Duplicates int // repeated edges that were dropped, in either direction
	SelfLoops  int // edges from a node to itself that were dropped
}

// tidy drops self loops and every edge but the first of those that repeat. In
// a strict reading the first of either is an error; line tells where edge i
// came from.
func (g *EdgeList) tidy(strict bool, line func(i int) *FileError) error {
	for i, e := range g.Edges {
		g.Edges[i] = [2]int32{min(e[0], e[1]), max(e[0], e[1])}
	}
	drop := make([]bool, len(g.Edges))
	order := sortEdges(g.N, g.Edges)
	bad := len(order) // first edge that a strict reading refuses
	for k, i := range order {
		e := g.Edges[i]
		switch {
		case e[0] == e[1]:
			g.SelfLoops++
		case k > 0 && e == g.Edges[order[k-1]]:
			g.Duplicates++
		default:
			continue
		}
		drop[i] = true
		bad = min(bad, int(i))
	}
	if strict && bad < len(g.Edges) {
		err := line(bad)
		err.Msg = "edge repeats an earlier one"
		if e := g.Edges[bad]; e[0] == e[1] {
			err.Msg = "edge from a node to itself"
		}
		return err
	}
	k := 0
	for i := range g.Edges {
		if !drop[i] {
			g.Edges[k], g.Weights[k] = g.Edges[i], g.Weights[i]
			k++
		}
	}
	g.Edges, g.Weights = slices.Clip(g.Edges[:k]), slices.Clip(g.Weights[:k])
	return nil
}

// check returns an error if g is not a simple graph with a finite weight for
// each edge.
func (g *EdgeList) check() error {
	if len(g.Weights) != len(g.Edges) {
		return fmt.Errorf("%d weights for %d edges", len(g.Weights), len(g.Edges))
	}
	for i, w := range g.Weights {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return fmt.Errorf("weight %g of edge %d is not finite", w, i)
		}
	}
	return checkEdges(g.N, g.Edges)
}

// checkEdges returns an error if edges are not those of a simple graph of n
// nodes, smaller node first.
func checkEdges(n int, edges [][2]int32) error {
	if n < 0 || n >= math.MaxInt32 {
		return fmt.Errorf("%d nodes", n)
	}
	for _, e := range edges {
		if e[0] < 0 || e[0] >= e[1] || int(e[1]) >= n {
			return fmt.Errorf("edge %d %d is not one of smaller and larger node below %d", e[0], e[1], n)
		}
	}
	order := sortEdges(n, edges)
	for k := 1; k < len(order); k++ {
		if e := edges[order[k]]; e == edges[order[k-1]] {
			return fmt.Errorf("edge %d %d comes twice", e[0], e[1])
		}
	}
	return nil
}
