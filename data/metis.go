package data

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// METIS is a graph as the partitioner METIS reads it, with integral weights.
type METIS struct {
	EdgeList              // weights of edges are integers, 1 where the file has none
	NodeWeights [][]int64 // N lists of as many weights as the header says; nil if there are none
	NodeSizes   []int64   // N communication volumes; nil if there are none
}

// metisLargest is the largest weight: float64 holds all integers up to it.
const metisLargest = 1 << 53

// ReadMETIS reads a graph in the format of METIS (Karypis, METIS manual,
// version 5.1, section 4.1.1, https://karypis.github.io/glaros/software/metis/overview.html):
// a line "n m [fmt [ncon]]", then a line for each node with its neighbours,
// counted from 1. The three digits of fmt say whether a line begins with the
// size of its node, goes on with ncon weights of the node, and has a weight
// after each neighbour. Lines that begin with % are comments; the line of a
// node without neighbours is blank.
//
// An edge must stand in the lines of both its nodes, with one weight. METIS
// itself wants positive weights of edges; here they may be any integers.
// Edges come by smaller node, then in the order of its line. It takes O(n+m)
// time and memory.
func ReadMETIS(path string) (*METIS, error) { return readFile(path, parseMETIS) }

func parseMETIS(r io.Reader, name string, limit int64) (*METIS, error) {
	l := newLines(r, name, limit, "%")
	f, err := l.want("the line of counts")
	if err != nil {
		return nil, err
	}
	if len(f) < 2 || len(f) > 4 {
		return nil, l.errorf(strings.Join(f, " "), "want the numbers of nodes and edges, fmt and ncon")
	}
	n, err := l.count(f[0], "nodes", 1)
	if err != nil {
		return nil, err
	}
	m, err := l.count(f[1], "edges", edgeSize)
	if err != nil {
		return nil, err
	}
	format, weights := "", 0
	if len(f) > 2 {
		format = f[2]
	}
	if strings.Trim(format, "01") != "" || len(format) > 3 {
		return nil, l.errorf(format, "fmt is not of three digits 0 or 1")
	}
	format = strings.Repeat("0", 3-len(format)) + format
	if format[1] == '1' {
		weights = 1
	}
	if len(f) > 3 {
		if weights, err = strconv.Atoi(f[3]); err != nil || weights < 1 || weights > maxPrealloc || format[1] != '1' {
			return nil, l.errorf(f[3], "ncon is not a number of weights, or fmt says that nodes have none")
		}
	}
	l.blanks = true
	p := &metisReader{l: l, n: n, weights: weights, sized: format[0] == '1', weighted: format[2] == '1', g: &METIS{EdgeList: EdgeList{N: n}}}
	for u := range n {
		f, err := l.want("node %d of %d", u+1, n)
		if err != nil {
			return nil, err
		}
		if err := p.node(int32(u), f); err != nil {
			return nil, err
		}
	}
	l.blanks = false
	if err := l.end("the last of %d nodes", n); err != nil {
		return nil, err
	}
	if err := p.pair(); err != nil {
		return nil, err
	}
	if len(p.g.Edges) != m {
		return nil, fileErrorf(name, 0, "%d edges where the first line promises %d", len(p.g.Edges), m)
	}
	return p.g, nil
}

// metisReader gathers the lines of nodes.
type metisReader struct {
	l               *lines
	g               *METIS
	n, weights      int
	sized, weighted bool

	to    [][2]int32 // each node and neighbour, smaller first
	back  []bool     // whether the line is that of the larger node
	value []float64
	at    []int32 // line
}

// node reads the line of node u.
func (p *metisReader) node(u int32, f []string) error {
	integer := func(what string, least int64) (int64, error) {
		if len(f) == 0 {
			return 0, p.l.errorf("", "the line of node %d ends where %s was expected", u+1, what)
		}
		x, err := strconv.ParseInt(f[0], 10, 64)
		if err != nil || x < least || x > metisLargest {
			return 0, p.l.errorf(f[0], "%s is not an integer from %d to 2^53", what, least)
		}
		f = f[1:]
		return x, nil
	}
	if p.sized {
		x, err := integer("the size of the node", 0)
		if err != nil {
			return err
		}
		p.g.NodeSizes = append(p.g.NodeSizes, x)
	}
	if p.weights > 0 {
		var w []int64
		for range p.weights {
			x, err := integer("a weight of the node", 0)
			if err != nil {
				return err
			}
			w = append(w, x)
		}
		p.g.NodeWeights = append(p.g.NodeWeights, slices.Clip(w))
	}
	for len(f) > 0 {
		v, err := p.l.index(f[0], "neighbour", 1, p.n)
		if err != nil {
			return err
		}
		if u == v {
			return p.l.errorf(f[0], "edge from a node to itself")
		}
		f = f[1:]
		w := 1.0
		if p.weighted {
			x, err := integer("the weight of an edge", -metisLargest)
			if err != nil {
				return err
			}
			w = float64(x)
		}
		p.to, p.back = append(p.to, [2]int32{min(u, v), max(u, v)}), append(p.back, u > v)
		p.value, p.at = append(p.value, w), append(p.at, int32(p.l.number))
	}
	return nil
}

// pair makes one edge of the two entries of each, in the order of those of
// smaller nodes.
func (p *metisReader) pair() error {
	order := sortEdges(p.n, p.to)
	refuse := func(i int32, msg string) error {
		e := &FileError{File: p.l.name, Line: int(p.at[i]), Msg: msg}
		e.Value = fmt.Sprint(p.to[i][0]+1, p.to[i][1]+1)
		return e
	}
	for k := 0; k < len(order); {
		end := k + 1
		for end < len(order) && p.to[order[end]] == p.to[order[k]] {
			end++
		}
		i := order[k]
		switch {
		case end-k == 1:
			return refuse(i, "edge stands only in the line of one of its nodes")
		case end-k > 2 || p.back[i] == p.back[order[k+1]]:
			return refuse(order[k+1], "edge repeats an earlier one")
		case p.value[i] != p.value[order[k+1]]:
			return refuse(order[k+1], "weight contradicts that in the line of the other node")
		}
		k = end
	}
	for i, e := range p.to {
		if !p.back[i] {
			p.g.Edges, p.g.Weights = append(p.g.Edges, e), append(p.g.Weights, p.value[i])
		}
	}
	return nil
}

// WriteMETIS writes a graph for [ReadMETIS], with fmt 011 or 111 as far as it
// has weights and sizes of nodes. It refuses weights that are not integers.
func WriteMETIS(path string, g *METIS) error { return writeFile(path, g.write) }

func (g *METIS) write(w *bufio.Writer) error {
	if err := g.check(); err != nil {
		return err
	}
	ncon := 0
	if g.NodeWeights != nil && g.N > 0 {
		ncon = len(g.NodeWeights[0])
	}
	fmt.Fprint(w, g.N, len(g.Edges), " ", digit(g.NodeSizes != nil), digit(g.NodeWeights != nil), "1")
	if ncon > 1 {
		fmt.Fprint(w, " ", ncon)
	}
	fmt.Fprintln(w)
	first := make([]int32, g.N+1) // of each node in entries
	for _, e := range g.Edges {
		first[e[0]+1]++
		first[e[1]+1]++
	}
	for u := range g.N {
		first[u+1] += first[u]
	}
	entries, next := make([][2]int, 2*len(g.Edges)), slices.Clone(first)
	for i, e := range g.Edges {
		for k, u := range e {
			entries[next[u]] = [2]int{int(e[1-k]) + 1, int(g.Weights[i])}
			next[u]++
		}
	}
	for u := range g.N {
		var line []int64
		if g.NodeSizes != nil {
			line = append(line, g.NodeSizes[u])
		}
		if g.NodeWeights != nil {
			line = append(line, g.NodeWeights[u]...)
		}
		for _, e := range entries[first[u]:first[u+1]] {
			line = append(line, int64(e[0]), int64(e[1]))
		}
		w.WriteString(strings.Trim(fmt.Sprint(line), "[]") + "\n")
	}
	return nil
}

func digit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// check returns an error if g is not one that ReadMETIS could return.
func (g *METIS) check() error {
	if err := g.EdgeList.check(); err != nil {
		return err
	}
	for i, x := range g.Weights {
		if x != math.Trunc(x) || math.Abs(x) > metisLargest {
			return fmt.Errorf("weight %g of edge %d is not an integer within ±2^53", x, i)
		}
	}
	if g.NodeSizes != nil && len(g.NodeSizes) != g.N || g.NodeWeights != nil && len(g.NodeWeights) != g.N {
		return errors.New("weights or sizes of another number of nodes")
	}
	for i, x := range g.NodeSizes {
		if x < 0 || x > metisLargest {
			return fmt.Errorf("size %d of node %d is not from 0 to 2^53", x, i)
		}
	}
	for i, ws := range g.NodeWeights {
		if len(ws) == 0 || len(ws) > maxPrealloc || len(ws) != len(g.NodeWeights[0]) {
			return fmt.Errorf("%d weights of node %d, %d of node 0", len(ws), i, len(g.NodeWeights[0]))
		}
		for _, x := range ws {
			if x < 0 || x > metisLargest {
				return fmt.Errorf("weight %d of node %d is not from 0 to 2^53", x, i)
			}
		}
	}
	return nil
}
