package data

import (
	"bufio"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// tuText is a TU folder in memory: the text of each file by its suffix.
type tuText map[string]string

func (t tuText) open(suffix string) (io.ReadCloser, string, int64, error) {
	text, ok := t[suffix]
	if !ok {
		return nil, "", 0, &FileError{File: suffix, Err: fs.ErrNotExist}
	}
	return io.NopCloser(strings.NewReader(text)), suffix, int64(len(text)), nil
}

// smallTU has a path of three nodes and, after a graph without edges, a triangle.
var smallTU = tuText{
	"A":                "1, 2\n2, 1\n3,2\n2,3\n5, 6\n5, 7\n7, 5\n6, 5\n6, 7\n7, 6\n",
	"graph_indicator":  "1\n1\n1\n2\n3\n3\n3\n",
	"graph_labels":     "0\n1\n-1\n",
	"node_labels":      "0\n1\n0\n13\n2\n2\n2\n",
	"edge_labels":      "0\n0\n2\n2\n1\n1\n1\n1\n1\n1\n",
	"edge_gt":          "0\n0\n1\n1\n1\n0\n0\n1\n0\n0\n",
	"node_attributes":  "1, 2.5\n0, 0\n0, 0\n0, 0\n0, 0\n0, 0\n-1e-3, 7\n",
	"edge_attributes":  "1\n1\n2\n2\n3\n4\n4\n3\n5\n5\n",
	"graph_attributes": "0.5\n1.5\n2.5\n",
}

func wantSmallTU() *TU {
	return &TU{Graphs: []TUGraph{
		{
			N: 3, Label: 0, Edges: [][2]int32{{0, 1}, {1, 2}}, NodeLabels: []int{0, 1, 0}, EdgeLabels: []int{0, 2}, EdgeTruth: []bool{false, true},
			NodeValues: [][]float64{{1, 2.5}, {0, 0}, {0, 0}}, EdgeValues: [][]float64{{1}, {2}}, Values: []float64{0.5},
		},
		{N: 1, Label: 1, NodeLabels: []int{13}, EdgeLabels: []int{}, EdgeTruth: []bool{}, NodeValues: [][]float64{{0, 0}}, EdgeValues: [][]float64{}, Values: []float64{1.5}},
		{
			N: 3, Label: -1, Edges: [][2]int32{{0, 1}, {0, 2}, {1, 2}}, NodeLabels: []int{2, 2, 2}, EdgeLabels: []int{1, 1, 1}, EdgeTruth: []bool{true, false, false},
			NodeValues: [][]float64{{0, 0}, {0, 0}, {-1e-3, 7}}, EdgeValues: [][]float64{{3}, {4}, {5}}, Values: []float64{2.5},
		},
	}}
}

// TestParseTU reads a set with all its files, and one with the least.
func TestParseTU(t *testing.T) {
	set, err := parseTU(smallTU.open)
	if want := wantSmallTU(); err != nil || !reflect.DeepEqual(set, want) {
		t.Errorf("%+v, %v, want %+v", set, err, want)
	}
	bare, err := parseTU(tuText{"A": "2,1\n", "graph_indicator": "1\r\n1\r\n", "graph_labels": "\xef\xbb\xbf7\r\n"}.open)
	want := &TU{Graphs: []TUGraph{{N: 2, Label: 7, Edges: [][2]int32{{0, 1}}}}}
	if err != nil || !reflect.DeepEqual(bare, want) {
		t.Errorf("%+v, %v, want %+v", bare, err, want)
	}
}

func TestParseTUErrors(t *testing.T) {
	for _, c := range []struct{ suffix, text, want string }{
		{"A", "", "data: A: empty file"},
		{"A", "1, 2\n1, 2\n", `data: A:2: edge repeats an earlier one: "1, 2"`},
		{"A", "1, 2\n2, 1\n2, 1\n", `data: A:3: edge repeats an earlier one: "2, 1"`},
		{"A", "1, 1\n", `data: A:1: edge from a node to itself: "1, 1"`},
		{"A", "1, 4\n", `data: A:1: edge between graphs 1 and 2: "1, 4"`},
		{"A", "1, 8\n", `data: A:1: node outside 1..7: "8"`},
		{"A", "0, 1\n", `data: A:1: node outside 1..7: "0"`},
		{"A", "1, 2, 3\n", `data: A:1: want the two nodes of an edge: "1, 2, 3"`},
		{"A", "1, NaN\n", `data: A:1: node is not an integer: "NaN"`},
		{"A", "1, 2\n\x00\n", `data: A:2: binary data where text was expected`},
		{"graph_indicator", "1\n2\n1\n", `data: graph_indicator:3: node of an earlier graph than its predecessor's, 2: "1"`},
		{"graph_indicator", "4\n", `data: graph_indicator:1: graph outside 1..3: "4"`},
		{"graph_indicator", "1, 1\n", `data: graph_indicator:1: want the graph of a node: "1, 1"`},
		{"graph_labels", "", "data: graph_labels: empty file"},
		{"graph_labels", "0.5\n", `data: graph_labels:1: label is not an integer: "0.5"`},
		{"graph_labels", "1 2\n", `data: graph_labels:1: want one label: "1, 2"`},
		{"node_labels", "1\n2\n", "data: node_labels: 2 records where 7 were expected"},
		{"node_labels", strings.Repeat("1\n", 8), `data: node_labels:8: more than 7 records: "1"`},
		{"node_attributes", "1, 2\n1\n", `data: node_attributes:2: 1 attributes where the first line has 2: "1"`},
		{"node_attributes", "1, Inf\n", `data: node_attributes:1: attribute is not finite: "Inf"`},
		{"edge_labels", "0\n1\n", `data: edge_labels:2: contradicts the other direction of the edge: "1"`},
		{"edge_gt", "0\n2\n", `data: edge_gt:2: want 0 or 1: "2"`},
		{"edge_attributes", "1\n1\n2\n", "data: edge_attributes: 3 records where 10 were expected"},
		{"graph_attributes", "", "data: graph_attributes: empty file"},
	} {
		files := tuText{}
		for suffix, text := range smallTU {
			files[suffix] = text
		}
		files[c.suffix] = c.text
		if set, err := parseTU(files.open); err == nil || err.Error() != c.want || set != nil {
			t.Errorf("%s %q:\n got %v\nwant %s", c.suffix, c.text, err, c.want)
		}
	}
	for _, suffix := range []string{"A", "graph_indicator", "graph_labels"} {
		files := tuText{"A": "1,2\n", "graph_indicator": "1\n1\n", "graph_labels": "1\n"}
		delete(files, suffix)
		if _, err := parseTU(files.open); err == nil || !strings.HasPrefix(err.Error(), "data: "+suffix+": ") {
			t.Errorf("no file %s: %v", suffix, err)
		}
	}
}

// TestWriteTU reads back what it wrote, writes over nothing, and leaves nothing where it refuses.
func TestWriteTU(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "a[set]")
	want := wantSmallTU()
	want.Name = "SMALL"
	if err := WriteTU(dir, want); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadTU(dir); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if err := WriteTU(dir, want); err == nil || !strings.Contains(err.Error(), "exist") {
		t.Errorf("wrote over a folder: %v", err)
	}
	for what, spoil := range map[string]func(s *TU){
		"name":      func(s *TU) { s.Name = "../x" },
		"not one":   func(s *TU) { s.Graphs[2].Edges[0] = [2]int32{1, 0} },
		"twice":     func(s *TU) { s.Graphs[2].Edges[0] = [2]int32{1, 2} },
		"labels":    func(s *TU) { s.Graphs[2].NodeLabels = nil },
		"want 3":    func(s *TU) { s.Graphs[2].EdgeLabels = []int{1} },
		"positive":  func(s *TU) { s.Graphs[2].EdgeValues[0] = nil },
		"no edges":  func(s *TU) { s.Graphs = s.Graphs[1:2] },
		"-1 nodes":  func(s *TU) { s.Graphs[1].N = -1 },
		"only one ": func(s *TU) { s.Graphs[1].Values = nil },
	} {
		set := wantSmallTU()
		set.Name = "SMALL"
		spoil(set)
		if err := WriteTU(filepath.Join(parent, "bad"), set); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 1 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
	if _, err := ReadTU(parent); err == nil || !strings.Contains(err.Error(), "0 files end in _A.txt") {
		t.Errorf("folder without a set: %v", err)
	}
}

func FuzzParseTU(f *testing.F) {
	f.Add([]byte("1, 2\n2, 1\n2, 3\n"), []byte("1\n1\n1\n2\n"), []byte("0\n1\n"), []byte("0\n0\n1\n"), []byte("0.5, 1\n1, 2\n3, 4\n5, 6\n"))
	f.Fuzz(func(t *testing.T, edges, indicator, labels, edgeData, nodeValues []byte) {
		files := tuText{"A": string(edges), "graph_indicator": string(indicator), "graph_labels": string(labels), "edge_labels": string(edgeData), "edge_gt": string(edgeData), "node_attributes": string(nodeValues)}
		for _, column := range []string{"edge_labels", "edge_gt", "node_attributes"} {
			if files[column] == "" {
				delete(files, column)
			}
		}
		size := 0
		for _, text := range files {
			size += len(text)
		}
		var set *TU
		var err error
		checkAllocation(t, size, func() { set, err = parseTU(files.open) })
		if err != nil {
			return
		}
		set.Name = "fuzz"
		if err := set.check(); err != nil {
			t.Fatal(err)
		}
		again := tuText{}
		for suffix, write := range set.writers() {
			var buf bytes.Buffer
			w := bufio.NewWriter(&buf)
			write(w)
			w.Flush()
			again[suffix] = buf.String()
		}
		back, err := parseTU(again.open)
		if err != nil {
			t.Fatal(err)
		}
		back.Name = set.Name
		if !reflect.DeepEqual(back, set) {
			t.Errorf("read back %+v, want %+v", back, set)
		}
	})
}
