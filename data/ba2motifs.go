package data

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// MotifGraph is a labelled graph with the motif that explains its label, as in
// BA-2Motifs (Luo et al., Parameterized explainer for graph neural network,
// NeurIPS 2020, doi:10.48550/arXiv.2011.04573): a Barabási–Albert graph of 20
// nodes joined to a cycle of five nodes (label 0) or to a house (label 1).
type MotifGraph struct {
	ID    int
	Label int
	N     int        // nodes are 0..N−1
	Motif []int32    // nodes of the motif, increasing
	Edges [][2]int32 // undirected, smaller node first

	// SelfLoops are the nodes that have an edge to themselves, increasing. In
	// 40 graphs of the published set the edge that should join the motif to the
	// rest is such a loop at node 20, and the motif is a component of its own.
	SelfLoops []int32
}

// motifWire is MotifGraph in JSON.
type motifWire struct {
	ID    *jsonIndex  `json:"id"`
	Label *int        `json:"label"`
	N     *jsonIndex  `json:"n"`
	Motif []jsonIndex `json:"motif"`
	Edges []jsonEdge  `json:"edges"`
}

// ReadBA2Motifs reads graphs with motifs, a JSON object a line:
//
//	{"id": 0, "label": 0, "n": 25, "motif": [20, 21], "edges": [[0, 1], [0, 3]]}
//
// All members are wanted. Motif nodes increase; an edge names its smaller node
// first and comes once; an edge from a node to itself is kept apart. A repeated id is an error, so is an n above 65,536 that
// is more than four times the number of bytes. It takes O(n+m) time and memory
// for each graph.
func ReadBA2Motifs(path string) ([]MotifGraph, error) { return readFile(path, parseBA2Motifs) }

func parseBA2Motifs(r io.Reader, name string, limit int64) ([]MotifGraph, error) {
	seen := map[int]bool{}
	nodes := 0 // of all graphs so far
	return parseJSONLines(r, name, limit, func(l *lines, w *motifWire) (MotifGraph, error) {
		var g MotifGraph
		if w.ID == nil || w.Label == nil || w.N == nil || w.Motif == nil || w.Edges == nil {
			return g, l.errorf("", "want id, label, n, motif and edges")
		}
		g.ID, g.Label = int(*w.ID), *w.Label
		if seen[g.ID] {
			return g, l.errorf(strconv.Itoa(g.ID), "id comes twice")
		}
		seen[g.ID] = true
		var err error
		if g.N, err = l.nodes(strconv.Itoa(int(*w.N))); err != nil {
			return g, err
		}
		if nodes += g.N; nodes > l.mostNodes() {
			return g, l.errorf("", "more nodes than are plausible for an input of %d bytes", limit)
		}
		if g.Motif, err = l.indices(w.Motif, "motif node", g.N); err != nil {
			return g, err
		}
		g.Edges = make([][2]int32, 0, len(w.Edges))
		for _, e := range w.Edges {
			if e[0] != e[1] {
				g.Edges = append(g.Edges, e)
				continue
			}
			if int(e[0]) >= g.N {
				return g, l.errorf(fmt.Sprint(e), "edge outside nodes 0..%d", g.N-1)
			}
			g.SelfLoops = append(g.SelfLoops, e[0])
		}
		slices.Sort(g.SelfLoops)
		for k, v := range g.SelfLoops {
			if k > 0 && v == g.SelfLoops[k-1] {
				return g, l.errorf(fmt.Sprint(v, v), "edge comes twice")
			}
		}
		if err := checkEdges(g.N, g.Edges); err != nil {
			e := l.errorf("", "graph %d", g.ID)
			e.Err = err
			return g, e
		}
		return g, nil
	})
}

// WriteBA2Motifs writes graphs with motifs for [ReadBA2Motifs].
func WriteBA2Motifs(path string, graphs []MotifGraph) error {
	return writeFile(path, func(w *bufio.Writer) error { return writeBA2Motifs(w, graphs) })
}

func writeBA2Motifs(w *bufio.Writer, graphs []MotifGraph) error {
	seen := map[int]bool{}
	for _, g := range graphs {
		if err := checkEdges(g.N, g.Edges); err != nil {
			return fmt.Errorf("graph %d: %w", g.ID, err)
		}
		id, n := jsonIndex(g.ID), jsonIndex(g.N)
		wire := motifWire{ID: &id, Label: &g.Label, N: &n, Motif: make([]jsonIndex, len(g.Motif)), Edges: make([]jsonEdge, len(g.Edges))}
		for k, v := range g.Motif {
			if v < 0 || int(v) >= g.N || k > 0 && v <= g.Motif[k-1] {
				return fmt.Errorf("graph %d: motif %d does not increase within 0..%d", g.ID, g.Motif, g.N-1)
			}
			wire.Motif[k] = jsonIndex(v)
		}
		if g.ID < 0 || int(id) != g.ID || seen[g.ID] {
			return fmt.Errorf("graph %d: want a different non-negative id for each", g.ID)
		}
		seen[g.ID] = true
		for i, e := range g.Edges {
			wire.Edges[i] = e
		}
		for k, v := range g.SelfLoops {
			if v < 0 || int(v) >= g.N || k > 0 && v <= g.SelfLoops[k-1] {
				return fmt.Errorf("graph %d: self loops %d do not increase within 0..%d", g.ID, g.SelfLoops, g.N-1)
			}
			wire.Edges = append(wire.Edges, jsonEdge{v, v})
		}
		line, err := json.Marshal(wire)
		if err != nil {
			return err
		}
		w.Write(append(line, '\n'))
	}
	return nil
}
