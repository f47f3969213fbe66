package data

import (
	"fmt"
	"math"
	"strings"
)

// check returns an error if the set is not one that ReadTU could return.
func (s *TU) check() error {
	if s.Name == "" || strings.ContainsAny(s.Name, `/\`) || strings.HasPrefix(s.Name, ".") {
		return fmt.Errorf("name %q cannot begin names of files", s.Name)
	}
	nodes, edges := 0, 0
	dimension := map[string]int{}
	for k := range s.Graphs {
		g := &s.Graphs[k]
		nodes, edges = nodes+g.N, edges+len(g.Edges)
		if nodes > math.MaxInt32-1 {
			return fmt.Errorf("more than %d nodes", math.MaxInt32-1)
		}
		if err := checkEdges(g.N, g.Edges); err != nil {
			return fmt.Errorf("graph %d: %w", k, err)
		}
		first := &s.Graphs[0]
		for _, c := range []struct {
			what      string
			has, want bool // whether this graph, and the first, has the column
			got, len  int
		}{
			{"node labels", g.NodeLabels != nil, first.NodeLabels != nil, len(g.NodeLabels), g.N},
			{"edge labels", g.EdgeLabels != nil, first.EdgeLabels != nil, len(g.EdgeLabels), len(g.Edges)},
			{"edges of the ground truth", g.EdgeTruth != nil, first.EdgeTruth != nil, len(g.EdgeTruth), len(g.Edges)},
			{"nodes with attributes", g.NodeValues != nil, first.NodeValues != nil, len(g.NodeValues), g.N},
			{"edges with attributes", g.EdgeValues != nil, first.EdgeValues != nil, len(g.EdgeValues), len(g.Edges)},
			{"attributes", g.Values != nil, first.Values != nil, len(g.Values), len(g.Values)},
		} {
			if c.has != c.want {
				return fmt.Errorf("%s in only one of graphs 0 and %d", c.what, k)
			}
			if c.has && c.got != c.len {
				return fmt.Errorf("graph %d: %d %s, want %d", k, c.got, c.what, c.len)
			}
		}
		for what, rows := range map[string][][]float64{"node": g.NodeValues, "edge": g.EdgeValues, "graph": {g.Values}} {
			for _, row := range rows {
				if what == "graph" && row == nil {
					continue
				}
				if d, known := dimension[what]; len(row) == 0 || known && d != len(row) {
					return fmt.Errorf("graph %d: %d attributes of a %s, want the same positive number everywhere", k, len(row), what)
				}
				dimension[what] = len(row)
				for _, x := range row {
					if math.IsNaN(x) || math.IsInf(x, 0) {
						return fmt.Errorf("graph %d: attribute %g of a %s is not finite", k, x, what)
					}
				}
			}
		}
	}
	if edges == 0 {
		return fmt.Errorf("no edges")
	}
	return nil
}
