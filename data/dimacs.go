package data

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// ReadDIMACS reads a graph in the DIMACS colouring format
// (http://prolland.free.fr/works/research/dsat/dimacs.html): comment lines c, a
// line "p edge n m" (or "p col n m"), lines "e u v" with nodes counted from 1.
// Lines of nodes (n) and of parameters (d, v, x) are skipped. There must be m
// lines e.
//
// Edges come sorted, smaller index first. Repeated edges are dropped: many
// files of the collection list both directions. So are edges from a node to
// itself, which no colouring could satisfy: homer.col has one. It takes O(n+m)
// time and memory.
func ReadDIMACS(path string) (n int, edges [][2]int32, err error) {
	g, err := readFile(path, parseDIMACS)
	if err != nil {
		return 0, nil, err
	}
	return g.N, g.Edges, nil
}

// parseDIMACS returns a graph without weights.
func parseDIMACS(r io.Reader, name string, limit int64) (*EdgeList, error) {
	l := newLines(r, name, limit, "")
	g := &EdgeList{}
	want := -1 // number of edges, -1 before line p
	for f, err := range l.all() {
		if err != nil {
			return nil, err
		}
		switch f[0] {
		case "c", "n", "d", "v", "x":
		case "p":
			if want >= 0 {
				return nil, l.errorf("", "second line p")
			}
			if len(f) != 4 || f[1] != "edge" && f[1] != "edges" && f[1] != "col" {
				return nil, l.errorf(strings.Join(f, " "), "want p edge, the numbers of nodes and of edges")
			}
			if g.N, err = l.nodes(f[2]); err != nil {
				return nil, err
			}
			if want, err = l.count(f[3], "edges", edgeSize+2); err != nil {
				return nil, err
			}
		case "e":
			if len(f) != 3 || want < 0 {
				return nil, l.errorf(strings.Join(f, " "), "want e and two nodes, after line p")
			}
			u, v, _, err := l.edge(f[1:], 1, g.N)
			if err != nil {
				return nil, err
			}
			g.Edges = append(g.Edges, [2]int32{min(u, v), max(u, v)})
		default:
			return nil, l.errorf(f[0], "unknown kind of line")
		}
	}
	switch {
	case want < 0:
		return nil, l.nothing("no line p")
	case len(g.Edges) != want:
		return nil, fileErrorf(name, 0, "%d edges where line p promises %d", len(g.Edges), want)
	}
	g.Edges = uniqueEdges(g.N, g.Edges)
	return g, nil
}

// WriteDIMACS writes a simple graph of n nodes, smaller node of an edge first,
// for [ReadDIMACS].
func WriteDIMACS(path string, n int, edges [][2]int32) error {
	return writeFile(path, func(w *bufio.Writer) error { return writeDIMACS(w, n, edges) })
}

func writeDIMACS(w *bufio.Writer, n int, edges [][2]int32) error {
	if err := checkEdges(n, edges); err != nil {
		return err
	}
	fmt.Fprintln(w, "p edge", n, len(edges))
	for _, e := range edges {
		fmt.Fprintln(w, "e", e[0]+1, e[1]+1)
	}
	return nil
}
