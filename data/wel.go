package data

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Base tells where a file counts nodes from.
type Base int

// AutoBase takes nodes as counted from 0 if a node 0 occurs and from 1
// otherwise.
const (
	AutoBase Base = iota
	ZeroBased
	OneBased
)

// EdgeListOptions says how ReadEdgeList reads.
type EdgeListOptions struct {
	Base Base
	// Strict makes repeated edges and edges from a node to itself an error.
	// Otherwise they are dropped and counted; of edges that repeat the first
	// counts.
	Strict bool
}

// ReadEdgeList reads a plain list of edges, such as the .wel files of the
// Network Repository (https://networkrepository.com; Rossi, Ahmed 2015): lines "u v" or "u v w", the weight being 1 where absent, no
// header, comments after # or %. The nodes are those up to the largest number
// that occurs; a number above 65,536 that is more than four times the number of
// bytes is an error. It takes O(n+m) time and memory.
func ReadEdgeList(path string, opt EdgeListOptions) (*EdgeList, error) {
	return readFile(path, func(r io.Reader, name string, limit int64) (*EdgeList, error) {
		return parseEdgeList(r, name, limit, opt)
	})
}

func parseEdgeList(r io.Reader, name string, limit int64, opt EdgeListOptions) (*EdgeList, error) {
	l := newLines(r, name, limit, "#%")
	g := &EdgeList{}
	var at []int32 // line of each edge
	base, most := 0, l.mostNodes()
	if opt.Base == OneBased {
		base = 1
	}
	lowest := int32(1)
	for f, err := range l.all() {
		if err != nil {
			return nil, err
		}
		u, v, w, err := l.edge(f, base, most)
		if err != nil {
			return nil, err
		}
		g.Edges, g.Weights, at = append(g.Edges, [2]int32{u, v}), append(g.Weights, w), append(at, int32(l.number))
		g.N, lowest = max(g.N, int(u)+1, int(v)+1), min(lowest, u, v)
	}
	if len(g.Edges) == 0 {
		return nil, l.nothing("no edges")
	}
	if opt.Base == AutoBase && lowest == 1 {
		base = 1
		for i, e := range g.Edges {
			g.Edges[i] = [2]int32{e[0] - 1, e[1] - 1}
		}
		g.N--
	}
	err := g.tidy(opt.Strict, func(i int) *FileError {
		e := g.Edges[i]
		return &FileError{File: name, Line: int(at[i]), Value: fmt.Sprint(int(e[0])+base, int(e[1])+base)}
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// WriteEdgeList writes lines "u v w" for [ReadEdgeList], nodes counted from 0
// if base is ZeroBased and from 1 otherwise; reading must be told the same. It
// refuses a graph whose last node has no edge, which the format cannot hold.
func WriteEdgeList(path string, g *EdgeList, base Base) error {
	return writeFile(path, func(w *bufio.Writer) error { return g.writeList(w, base) })
}

func (g *EdgeList) writeList(w *bufio.Writer, base Base) error {
	if err := g.check(); err != nil {
		return err
	}
	shift, n := int32(1), 0
	if base == ZeroBased {
		shift = 0
	}
	for i, e := range g.Edges {
		n = max(n, int(e[1])+1)
		fmt.Fprintln(w, e[0]+shift, e[1]+shift, g.Weights[i])
	}
	if n == 0 || n != g.N {
		return errors.New("the last node has no edge: a list of edges cannot say so")
	}
	return nil
}
