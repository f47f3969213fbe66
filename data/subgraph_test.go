package data

import (
	"path/filepath"
	"reflect"
	"testing"
)

// A kept part of a graph goes back into the format that it came in.
func TestSubgraph(t *testing.T) {
	list := EdgeList{N: 4, Edges: [][2]int32{{0, 1}, {2, 3}, {0, 3}}, Weights: []float64{1, 2, 3}}
	keep, nodes := []bool{true, false, true, true}, []int32{0, 2, 3}
	want := EdgeList{N: 3, Edges: [][2]int32{{1, 2}, {0, 2}}, Weights: []float64{2, 3}}
	dir := t.TempDir()

	s, at, err := list.Subgraph(keep)
	if err != nil || !reflect.DeepEqual(*s, want) || !reflect.DeepEqual(at, nodes) {
		t.Errorf("%+v, %d, %v, want %+v, %d", s, at, err, want, nodes)
	}
	path := filepath.Join(dir, "g.wel")
	if err := WriteEdgeList(path, s, ZeroBased); err != nil {
		t.Fatal(err)
	}
	if back, err := ReadEdgeList(path, EdgeListOptions{Base: ZeroBased, Strict: true}); err != nil || !reflect.DeepEqual(*back, want) {
		t.Errorf("edge list: %+v, %v, want %+v", back, err, want)
	}
	if err := WriteEdgeList(path, &EdgeList{N: 3, Edges: [][2]int32{{0, 1}}, Weights: []float64{1}}, OneBased); err == nil {
		t.Error("wrote an edge list without its last node")
	}
	if err := WriteDIMACS(filepath.Join(dir, "g.col"), s.N, s.Edges); err != nil {
		t.Fatal(err)
	}
	if n, edges, err := ReadDIMACS(filepath.Join(dir, "g.col")); err != nil || n != 3 || !reflect.DeepEqual(edges, [][2]int32{{0, 2}, {1, 2}}) {
		t.Errorf("DIMACS: %d, %d, %v", n, edges, err)
	}

	metis := &METIS{EdgeList: list, NodeWeights: [][]int64{{1}, {2}, {3}, {4}}, NodeSizes: []int64{5, 6, 7, 8}}
	if s, at, err := metis.Subgraph(keep); err != nil || !reflect.DeepEqual(at, nodes) || !reflect.DeepEqual(s, &METIS{want, [][]int64{{1}, {3}, {4}}, []int64{5, 7, 8}}) {
		t.Errorf("METIS: %+v, %d, %v", s, at, err)
	}
	model := &IsingModel{EdgeList: list, Fields: []float64{1, 2, 3, 4}, Offset: 5}
	if s, at, err := model.Subgraph(keep); err != nil || !reflect.DeepEqual(at, nodes) || !reflect.DeepEqual(s, &IsingModel{want, []float64{1, 3, 4}, 5}) {
		t.Errorf("Ising model: %+v, %d, %v", s, at, err)
	}
	motif := &MotifGraph{ID: 7, Label: 1, N: 4, Motif: []int32{1, 2, 3}, Edges: list.Edges, SelfLoops: []int32{0, 3}}
	if s, at, err := motif.Subgraph(keep); err != nil || !reflect.DeepEqual(at, nodes) ||
		!reflect.DeepEqual(s, &MotifGraph{ID: 7, Label: 1, N: 3, Motif: []int32{1, 2}, Edges: want.Edges, SelfLoops: []int32{0, 2}}) {
		t.Errorf("motif: %+v, %d, %v", s, at, err)
	}
	molecule := &TUGraph{
		N: 4, Label: 1, Edges: list.Edges, NodeLabels: []int{1, 2, 3, 4}, NodeValues: [][]float64{{1}, {2}, {3}, {4}}, Values: []float64{9},
		EdgeLabels: []int{5, 6, 7}, EdgeTruth: []bool{true, false, true}, EdgeValues: [][]float64{{1}, {2}, {3}},
	}
	wantMolecule := &TUGraph{
		N: 3, Label: 1, Edges: want.Edges, NodeLabels: []int{1, 3, 4}, NodeValues: [][]float64{{1}, {3}, {4}}, Values: []float64{9},
		EdgeLabels: []int{6, 7}, EdgeTruth: []bool{false, true}, EdgeValues: [][]float64{{2}, {3}},
	}
	if s, at, err := molecule.Subgraph(keep); err != nil || !reflect.DeepEqual(at, nodes) || !reflect.DeepEqual(s, wantMolecule) {
		t.Errorf("TU graph: %+v, %d, %v, want %+v", s, at, err, wantMolecule)
	}

	for _, err := range []error{
		func() error { _, _, err := list.Subgraph(keep[:3]); return err }(),
		func() error { _, _, err := molecule.Subgraph(nil); return err }(),
		func() error { _, _, err := motif.Subgraph(nil); return err }(),
		func() error { _, _, _, err := Induced([][2]int32{{0, 4}}, keep); return err }(),
	} {
		if err == nil {
			t.Error("no error for a selection of another graph")
		}
	}
}
