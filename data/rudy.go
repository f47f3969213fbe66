package data

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// edgeSize is the number of bytes that an edge takes at least: "1 2\n".
const edgeSize = 4

// ReadRudy reads a weighted graph in the format of the generator rudy (G.
// Rinaldi), in which the Gset (https://web.stanford.edu/~yyye/yyye/Gset/) and the
// Biq Mac library (https://biqmac.aau.at/biqmaclib.html) come: a line "n m", then m lines "u v
// w" with nodes counted from 1 and an optional weight (1 where it is absent).
// Lines that begin with # are comments. A repeated edge, an edge from a node to
// itself, or another number of edges than m is an error; so is an n above 65,536
// that is more than four times the number of bytes. It takes O(n+m) time and
// memory.
//
// Weights are as in the file: for the maximum cut J = −w.
func ReadRudy(path string) (*EdgeList, error) { return readFile(path, parseRudy) }

func parseRudy(r io.Reader, name string, limit int64) (*EdgeList, error) {
	l := newLines(r, name, limit, "#")
	f, err := l.want("the line of counts")
	if err != nil {
		return nil, err
	}
	if len(f) != 2 {
		return nil, l.errorf(strings.Join(f, " "), "want the numbers of nodes and edges")
	}
	n, err := l.nodes(f[0])
	if err != nil {
		return nil, err
	}
	m, err := l.count(f[1], "edges", edgeSize)
	if err != nil {
		return nil, err
	}
	g := &EdgeList{N: n, Edges: make([][2]int32, 0, min(m, maxPrealloc)), Weights: make([]float64, 0, min(m, maxPrealloc))}
	var at []int32 // line of each edge
	for i := range m {
		f, err := l.want("edge %d of %d", i+1, m)
		if err != nil {
			return nil, err
		}
		u, v, w, err := l.edge(f, 1, n)
		if err != nil {
			return nil, err
		}
		g.Edges, g.Weights = append(g.Edges, [2]int32{u, v}), append(g.Weights, w)
		at = append(at, int32(l.number))
	}
	if err := l.end("the last of %d edges", m); err != nil {
		return nil, err
	}
	err = g.tidy(true, func(i int) *FileError {
		return &FileError{File: name, Line: int(at[i]), Value: fmt.Sprint(g.Edges[i][0]+1, g.Edges[i][1]+1)}
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// edge parses "u v" or "u v w", nodes counted from base and below base+n.
func (l *lines) edge(f []string, base, n int) (u, v int32, w float64, err error) {
	if len(f) != 2 && len(f) != 3 {
		return 0, 0, 0, l.errorf(strings.Join(f, " "), "want two nodes and a weight")
	}
	if u, err = l.index(f[0], "node", base, n); err != nil {
		return 0, 0, 0, err
	}
	if v, err = l.index(f[1], "node", base, n); err != nil {
		return 0, 0, 0, err
	}
	w = 1
	if len(f) == 3 {
		w, err = l.float(f[2], "weight")
	}
	return u, v, w, err
}

// WriteRudy writes a graph for [ReadRudy]. It refuses what ReadRudy would
// refuse.
func WriteRudy(path string, g *EdgeList) error { return writeFile(path, g.writeRudy) }

// writeRudy writes g; errors of w stick to it.
func (g *EdgeList) writeRudy(w *bufio.Writer) error {
	if err := g.check(); err != nil {
		return err
	}
	fmt.Fprintln(w, g.N, len(g.Edges))
	for i, e := range g.Edges {
		fmt.Fprintln(w, e[0]+1, e[1]+1, g.Weights[i])
	}
	return nil
}
