package data

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"example.org/isinggraph/data/internal/pickle"
)

// The published file's graphs have motifNodes nodes, the last five in the motif.
const motifNodes, motifSize = 25, 5

// ReadBA2MotifsPickle reads the published form of BA-2Motifs, BA-2motif.pkl: a
// pickle of three numpy arrays, the adjacency matrices (graphs×25×25), the
// features of the nodes (graphs×25×10, all equal; they carry nothing and are
// dropped) and the labels, one-hot (graphs×2). The motif of each graph is its nodes 20–24, the
// id its index.
//
// The pickle is read as data, in the manner of [ReadTorch]: any name but those
// of numpy's arrays is refused. Adjacency must be symmetric and 0 or 1. It
// takes O(size) time and memory.
func ReadBA2MotifsPickle(path string) ([]MotifGraph, error) {
	return readFile(path, parseBA2MotifsPickle)
}

func parseBA2MotifsPickle(r io.Reader, name string, limit int64) ([]MotifGraph, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return nil, err
	}
	if len(text) == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	graphs, err := motifGraphs(text)
	if err != nil {
		return nil, &FileError{File: name, Msg: "not a pickle of BA-2Motifs", Err: err}
	}
	return graphs, nil
}

func motifGraphs(text []byte) ([]MotifGraph, error) {
	root, err := pickle.Load(text, numpyHost{})
	if err != nil {
		return nil, err
	}
	items, _ := root.(pickle.Tuple)
	if list, ok := root.(*pickle.List); ok {
		items = list.Items
	}
	if len(items) != 3 {
		return nil, fmt.Errorf("a %s where three arrays were expected", pickle.TypeName(root))
	}
	var arrays [3][]float64
	n := -1 // graphs
	for k, want := range [3][]int{{motifNodes, motifNodes}, {motifNodes, -1}, {2}} {
		array, ok := items[k].(*ndarray)
		if !ok {
			return nil, fmt.Errorf("a %s where array %d was expected", pickle.TypeName(items[k]), k)
		}
		fits := len(array.shape) == 1+len(want) && (n < 0 || array.shape[0] == n)
		for d, size := range want {
			fits = fits && (size < 0 || array.shape[1+d] == size)
		}
		if !fits {
			return nil, fmt.Errorf("array %d has shape %d, want a first dimension of graphs, then %d", k, array.shape, want)
		}
		n = array.shape[0]
		t, err := array.tensor()
		if err != nil {
			return nil, fmt.Errorf("array %d: %w", k, err)
		}
		arrays[k] = t.Float64()
	}
	for i, x := range arrays[1] {
		if x != arrays[1][0] { // NaN too
			return nil, fmt.Errorf("feature %d is %g, the first %g: want equal ones", i, x, arrays[1][0])
		}
	}
	graphs := make([]MotifGraph, n)
	for i := range graphs {
		g := &graphs[i]
		*g = MotifGraph{ID: i, N: motifNodes}
		for v := motifNodes - motifSize; v < motifNodes; v++ {
			g.Motif = append(g.Motif, int32(v))
		}
		label := arrays[2][2*i : 2*i+2]
		switch {
		case slices.Equal(label, []float64{0, 1}):
			g.Label = 1
		case !slices.Equal(label, []float64{1, 0}):
			return nil, fmt.Errorf("graph %d: labels %g are not one-hot", i, label)
		}
		const square = motifNodes * motifNodes
		if err := g.addAdjacency(arrays[0][i*square : (i+1)*square]); err != nil {
			return nil, fmt.Errorf("graph %d: %w", i, err)
		}
	}
	if n == 0 {
		return nil, errors.New("no graphs")
	}
	return graphs, nil
}

// addAdjacency adds the edges of a dense adjacency matrix.
func (g *MotifGraph) addAdjacency(a []float64) error {
	for u := range g.N {
		for v := u; v < g.N; v++ {
			x := a[u*g.N+v]
			switch {
			case x != a[v*g.N+u] || x != 0 && x != 1:
				return fmt.Errorf("adjacency of %d and %d is %g and %g, want a symmetric 0 or 1", u, v, x, a[v*g.N+u])
			case x == 0:
			case u == v:
				g.SelfLoops = append(g.SelfLoops, int32(u))
			default:
				g.Edges = append(g.Edges, [2]int32{int32(u), int32(v)})
			}
		}
	}
	return nil
}
