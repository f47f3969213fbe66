package xla

import (
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// rows returns the graph of n nodes and some edges.
func rows(n int, edges [][2]int32) *Graph {
	list := make([][]int32, n)
	for _, e := range edges {
		list[e[0]], list[e[1]] = append(list[e[0]], e[1]), append(list[e[1]], e[0])
	}
	g := &Graph{RowPtr: []int32{0}}
	for _, row := range list {
		slices.Sort(row)
		g.Col = append(g.Col, row...)
		g.RowPtr = append(g.RowPtr, int32(len(g.Col)))
		g.MaxDegree = max(g.MaxDegree, len(row))
	}
	return g
}

// firstFit colours the nodes in order, each with the smallest colour that no neighbour
// has.
func firstFit(g *Graph) (color []int32, colors int) {
	color = slices.Repeat([]int32{-1}, g.NumNodes())
	for i := range color {
		taken := map[int32]bool{}
		for _, j := range g.Neighbors(i) {
			taken[color[j]] = true
		}
		c := int32(0)
		for taken[c] {
			c++
		}
		color[i], colors = c, max(colors, int(c)+1)
	}
	return color, colors
}

// TestHubTables: the tables hold every half edge once, and are not much larger
// than graphs of widely differing degrees.
func TestHubTables(t *testing.T) {
	star := make([][2]int32, 0, 300_000)
	for i := range int32(cap(star)) {
		star = append(star, [2]int32{0, i + 1})
	}
	for name, g := range map[string]*Graph{
		"star": rows(len(star)+1, star), "uneven": rows(30_000, testutil.UnevenEdges(30_000, testutil.Rand(40))), "cycle": rows(1000, testutil.Cycle(1000)),
	} {
		color, colors := firstFit(g)
		l := NewLayout(g, color, colors)
		if err := l.check(g); err != nil {
			t.Fatal(err)
		}
		size, seen := 0, make([]bool, 2*g.NumEdges())
		for _, tab := range l.tables() {
			size += tab.size()
			if !summable(tab.slots) {
				t.Errorf("%s: a table of %d slots", name, tab.slots)
			}
			tab.each(g, func(slot int, i, _ int32, half int) {
				if int(l.Rank[i]) >= tab.nodes || slot >= tab.size() {
					t.Fatalf("%s: node %d of rank %d lies in slot %d of %d of a table of %d nodes", name, i, l.Rank[i], slot, tab.size(), tab.nodes)
				}
				seen[half] = true
			})
		}
		for half, ok := range seen {
			if !ok {
				t.Fatalf("%s: half edge %d is in no table", name, half)
			}
		}
		if limit := 5 * (g.NumNodes() + 2*g.NumEdges()); size > limit {
			t.Errorf("%s: %d slots in %d tables, want at most %d", name, size, 1+len(l.hubs), limit)
		}
		t.Logf("%s: %d slots in %d tables for %d nodes and half edges", name, size, 1+len(l.hubs), g.NumNodes()+2*g.NumEdges())
	}
}
