package data

import (
	"bufio"
	"bytes"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const motifText = `{"id": 3, "label": 1, "n": 4, "motif": [1, 3], "edges": [[0, 1], [2, 2], [1,3]]}` + "\r\n" +
	`{"edges":[],"id":0,"label":0,"n":1,"motif":[]}`

// TestBA2Motifs reads graphs as they are written and by hand, and refuses to write what it would
// not read.
func TestBA2Motifs(t *testing.T) {
	want := []MotifGraph{
		{ID: 3, Label: 1, N: 4, Motif: []int32{1, 3}, Edges: [][2]int32{{0, 1}, {1, 3}}, SelfLoops: []int32{2}},
		{ID: 0, N: 1, Motif: []int32{}, Edges: [][2]int32{}},
	}
	got, err := parseBA2Motifs(strings.NewReader(motifText), "t", limit)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v, %v, want %+v", got, err, want)
	}
	path := filepath.Join(t.TempDir(), "m.jsonl")
	if err := WriteBA2Motifs(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadBA2Motifs(path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read back %+v, %v, want %+v", got, err, want)
	}
	for _, bad := range [][]MotifGraph{
		{{ID: -1, N: 1}},
		{{N: 1}, {N: 1}},
		{{N: 1, Motif: []int32{1}}},
		{{N: 2, Edges: [][2]int32{{1, 0}}}},
		{{N: 2, SelfLoops: []int32{2}}},
	} {
		if err := WriteBA2Motifs(path, bad); err == nil {
			t.Errorf("wrote %+v", bad)
		}
	}
	if got, err := ReadBA2Motifs(path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("a refused write changed the file: %+v, %v", got, err)
	}
}

// TestGroundTruth reads lists of true nodes and values by graph.
func TestGroundTruth(t *testing.T) {
	const text = `{"graph": 19, "y": 1, "gt_nodes": [3, 11], "n_nonisolated": 13, "kinds": {"NH2": 1}}` + "\n"
	want := []GroundTruth{{Graph: 19, Label: 1, Nodes: []int32{3, 11}, NonIsolated: 13, Kinds: map[string]int{"NH2": 1}}}
	if got, err := parseGroundTruth(strings.NewReader(text), "t", limit); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	values, err := parseValues(strings.NewReader(`{"0": [1.5, -2e1], "7": []}`), "t", limit)
	if want := map[int][]float64{0: {1.5, -20}, 7: {}}; err != nil || !reflect.DeepEqual(values, want) {
		t.Errorf("%v, %v, want %v", values, err, want)
	}
}

func FuzzParseBA2Motifs(f *testing.F) {
	f.Add([]byte(motifText))
	f.Fuzz(func(t *testing.T, text []byte) {
		var graphs []MotifGraph
		var err error
		checkAllocation(t, len(text), func() { graphs, err = parseBA2Motifs(bytes.NewReader(text), "fuzz", int64(len(text))) })
		if err != nil {
			return
		}
		var buf bytes.Buffer
		w := bufio.NewWriter(&buf)
		if err := writeBA2Motifs(w, graphs); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		again, err := parseBA2Motifs(&buf, "again", int64(max(buf.Len(), len(text))))
		if err != nil || !reflect.DeepEqual(again, graphs) {
			t.Errorf("read back %+v, %v, want %+v", again, err, graphs)
		}
	})
}

func FuzzParseGroundTruth(f *testing.F) {
	f.Add([]byte(`{"graph": 19, "y": 1, "gt_nodes": [3, 11], "n_nonisolated": 13, "kinds": {"NH2": 1}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		checkAllocation(t, len(text), func() {
			truth, err := parseGroundTruth(bytes.NewReader(text), "fuzz", int64(len(text)))
			if (err == nil) != (len(truth) > 0) {
				t.Errorf("%v, %v", truth, err)
			}
		})
	})
}

func FuzzParseValues(f *testing.F) {
	f.Add([]byte(`{"0": [1.5, -2e1], "7": []}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		checkAllocation(t, len(text), func() {
			values, err := parseValues(bytes.NewReader(text), "fuzz", int64(len(text)))
			if (err == nil) != (len(values) > 0) {
				t.Errorf("%v, %v", values, err)
			}
		})
	})
}
