package isinggraph

import "fmt"

// Coloring assigns each node a colour such that neighbours differ, so that all
// nodes of one colour are independent given the others.
type Coloring struct {
	Color  []int32 // [n], in [0, Colors)
	Colors int
}

// GreedyColoring colours the nodes in order of descending degree, ties by
// index, each with the smallest colour that no neighbour has: the order of
// Welsh and Powell (1967), doi 10.1093/comjnl/10.1.85, and of NetworkX's
// greedy_color with strategy "largest_first". It uses at most Δ+1 colours, is
// deterministic and runs in O(V + E).
func GreedyColoring(g *Graph) Coloring {
	order := largestFirst(g)
	color := make([]int32, g.NumNodes())
	for i := range color {
		color[i] = -1
	}
	seen := make([]int32, g.MaxDegree()+2) // 1 + the last node with a neighbour of this colour
	colors := int32(0)
	for _, i := range order {
		for _, j := range g.Neighbors(int(i)) {
			seen[color[j]+1] = i + 1 // slot 0 takes the uncoloured
		}
		c := int32(0)
		for int(c)+1 < len(seen) && seen[c+1] == i+1 {
			c++
		}
		color[i] = c
		colors = max(colors, c+1)
	}
	return Coloring{Color: color, Colors: int(colors)}
}

// largestFirst returns the nodes by descending degree, ties by index, by a
// counting sort.
func largestFirst(g *Graph) []int32 {
	start := make([]int32, g.MaxDegree()+2)
	for i := range g.NumNodes() {
		start[g.MaxDegree()-g.Degree(i)]++
	}
	exclusiveSum(start)
	order := make([]int32, g.NumNodes())
	for i := range order {
		k := g.MaxDegree() - g.Degree(i)
		order[start[k]] = int32(i)
		start[k]++
	}
	return order
}

// Sizes returns the number of nodes of each colour.
func (c Coloring) Sizes() []int {
	sizes := make([]int, c.Colors)
	for _, k := range c.Color {
		sizes[k]++
	}
	return sizes
}

// Validate checks that c colours each node of g with a colour in [0, Colors)
// and that neighbours differ. The error names the first node or edge at fault.
func (c Coloring) Validate(g *Graph) error {
	if len(c.Color) != g.NumNodes() {
		return fmt.Errorf("isinggraph: colouring of %d nodes for a graph of %d", len(c.Color), g.NumNodes())
	}
	for i, k := range c.Color {
		if k < 0 || int(k) >= c.Colors {
			return fmt.Errorf("isinggraph: node %d has colour %d, outside [0, %d)", i, k, c.Colors)
		}
	}
	for u := range c.Color {
		for _, v := range g.upper(u) {
			if c.Color[u] == c.Color[v] {
				return fmt.Errorf("isinggraph: edge (%d, %d) has colour %d at both ends", u, v, c.Color[u])
			}
		}
	}
	return nil
}
