package data

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// TU is a set of labelled graphs in the form of the TU Dortmund collection of
// graph kernel benchmarks.
type TU struct {
	Name   string
	Graphs []TUGraph
}

// TUGraph is one graph of a [TU] set: nodes 0..N−1, undirected edges with the
// smaller node first. What the set lacks is nil.
type TUGraph struct {
	N     int
	Label int
	Edges [][2]int32 // in the order in which the file first names them

	NodeLabels []int       // N
	EdgeLabels []int       // one per edge
	EdgeTruth  []bool      // one per edge: part of the ground truth of an explanation (edge_gt)
	NodeValues [][]float64 // N attributes, each of the same dimension in the whole set
	EdgeValues [][]float64 // one per edge
	Values     []float64   // attributes of the graph
}

// tuFiles opens the file of a TU set that ends in _suffix.txt.
type tuFiles func(suffix string) (r io.ReadCloser, name string, size int64, err error)

// ReadTU reads the TU set that lies in folder dir (Morris et al., TUDataset,
// ICML workshop GRL+ 2020, doi:10.48550/arXiv.2007.08663): files NAME_A.txt
// (edges "u, v", nodes counted from 1 through all graphs), NAME_graph_indicator.txt
// (the graph of each node, counted from 1) and NAME_graph_labels.txt;
// where present also node_labels, edge_labels, node_attributes,
// edge_attributes, graph_attributes, and edge_gt of PGExplainer (1 for an edge
// of the ground truth). dir must hold one set.
//
// An edge is undirected and may come in one or in both directions: their
// labels must agree. Refused are edges between graphs or from a node to
// itself, repeated edges, nodes that do not come graph by graph, labels that are
// not one integer, files of unequal lengths, and sets without edges. It takes
// O(n+m) time and memory.
func ReadTU(dir string) (*TU, error) {
	paths, err := filepath.Glob(filepath.Join(globQuote(dir), "*_A.txt"))
	if err != nil || len(paths) != 1 {
		e := &FileError{File: dir, Msg: fmt.Sprintf("%d files end in _A.txt where a TU folder has one", len(paths))}
		if _, e.Err = os.Stat(dir); e.Err != nil {
			e.Msg, e.Err = "", cause(e.Err)
		}
		return nil, e
	}
	prefix := strings.TrimSuffix(paths[0], "A.txt")
	set, err := parseTU(func(suffix string) (io.ReadCloser, string, int64, error) {
		name := prefix + suffix + ".txt"
		f, size, err := open(name)
		return f, name, size, err
	})
	if err != nil {
		return nil, err
	}
	set.Name = strings.TrimSuffix(filepath.Base(paths[0]), "_A.txt")
	return set, nil
}

// globQuote quotes the signs of a path that filepath.Glob would expand.
func globQuote(path string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`).Replace(path)
}

func parseTU(files tuFiles) (*TU, error) {
	labels, err := readTUColumn(files, "graph_labels", -1, false, tuLabel)
	if err != nil {
		return nil, err
	}
	last := int32(0)
	owner, err := readTUColumn(files, "graph_indicator", -1, false, func(l *lines, f []string) (int32, error) {
		if len(f) != 1 {
			return 0, l.errorf(strings.Join(f, ", "), "want the graph of a node")
		}
		g, err := l.index(f[0], "graph", 1, len(labels))
		if err == nil && g < last {
			err = l.errorf(f[0], "node of an earlier graph than its predecessor's, %d", last+1)
		}
		last = g
		return g, err
	})
	if err != nil {
		return nil, err
	}
	t := &tuReader{files: files, set: &TU{Graphs: make([]TUGraph, len(labels))}, owner: owner, first: make([]int32, len(labels)+1)}
	for g := range labels {
		t.set.Graphs[g].Label = labels[g]
	}
	for _, g := range owner {
		t.set.Graphs[g].N++
		t.first[g+1]++
	}
	for g := range labels {
		t.first[g+1] += t.first[g]
	}
	for _, read := range []func() error{t.edges, t.nodeData, t.edgeData, t.graphData} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return t.set, nil
}

// readTUColumn reads the records of one file, want of them unless want is −1.
// An optional file that does not exist gives nil.
func readTUColumn[T any](files tuFiles, suffix string, want int, optional bool, parse func(l *lines, f []string) (T, error)) ([]T, error) {
	r, name, size, err := files(suffix)
	if err != nil {
		if optional && errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return nil, err
	}
	defer r.Close()
	l := newLines(r, name, size, "")
	l.separators = ","
	column := make([]T, 0, min(max(want, 0), int(size), maxPrealloc))
	for f, err := range l.all() {
		if err != nil {
			return nil, err
		}
		if len(column) == want {
			return nil, l.errorf(strings.Join(f, ", "), "more than %d records", want)
		}
		x, err := parse(l, f)
		if err != nil {
			return nil, err
		}
		column = append(column, x)
	}
	switch {
	case len(column) == 0 && want != 0:
		return nil, l.nothing("no records")
	case want >= 0 && len(column) != want:
		return nil, fileErrorf(name, 0, "%d records where %d were expected", len(column), want)
	}
	return slices.Clip(column), nil
}
