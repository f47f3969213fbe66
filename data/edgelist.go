package data

import "slices"

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
