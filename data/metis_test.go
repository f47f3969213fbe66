package data

import (
	"bufio"
	"bytes"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestMETIS reads the graphs of the manual's Figure 3, and what it writes itself.
func TestMETIS(t *testing.T) {
	// The graph of the manual's Figure 3, with weights of edges and of nodes (d).
	manual := "% of the manual\n7 11 011\n4 5 1 3 2 2 1\n2 1 1 3 2 4 1\n5 5 3 4 2 2 2 1 2\n3 2 1 3 2 6 2 7 5\n1 1 1 3 3 6 2\n6 5 2 4 2 7 6\n2 6 6 4 5\n"
	want := &METIS{
		EdgeList: EdgeList{
			N:       7,
			Edges:   [][2]int32{{0, 4}, {0, 2}, {0, 1}, {1, 2}, {1, 3}, {2, 4}, {2, 3}, {3, 5}, {3, 6}, {4, 5}, {5, 6}},
			Weights: []float64{1, 2, 1, 2, 1, 3, 2, 2, 5, 2, 6},
		},
		NodeWeights: [][]int64{{4}, {2}, {5}, {3}, {1}, {6}, {2}},
	}
	g, err := parseMETIS(strings.NewReader(manual), "t", limit)
	if err != nil || !reflect.DeepEqual(g, want) {
		t.Fatalf("%+v, %v, want %+v", g, err, want)
	}
	for text, want := range map[string]*METIS{
		"3 1\n2\n% c\n1\n\n":                    {EdgeList: EdgeList{N: 3, Edges: [][2]int32{{0, 1}}, Weights: []float64{1}}},
		"\xef\xbb\xbf2 1 1\r\n2 -7\r\n1 -7\r\n": {EdgeList: EdgeList{N: 2, Edges: [][2]int32{{0, 1}}, Weights: []float64{-7}}},
		"2 0 110 2\n9 1 2\n8 3 4\n\n":           {EdgeList: EdgeList{N: 2}, NodeSizes: []int64{9, 8}, NodeWeights: [][]int64{{1, 2}, {3, 4}}},
		"0 0\n":                                 {},
	} {
		g, err := parseMETIS(strings.NewReader(text), "t", limit)
		if err != nil || !reflect.DeepEqual(g, want) {
			t.Errorf("%q: %+v, %v, want %+v", text, g, err, want)
		}
	}
	path := filepath.Join(t.TempDir(), "g.graph")
	if err := WriteMETIS(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadMETIS(path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read back %+v, %v, want %+v", got, err, want)
	}
	for _, bad := range []*METIS{
		{EdgeList: EdgeList{N: 2, Edges: [][2]int32{{0, 1}}, Weights: []float64{0.5}}},
		{EdgeList: EdgeList{N: 2}, NodeSizes: []int64{1}},
		{EdgeList: EdgeList{N: 1}, NodeSizes: []int64{-1}},
		{EdgeList: EdgeList{N: 2}, NodeWeights: [][]int64{{1}, {1, 2}}},
		{EdgeList: EdgeList{N: 1}, NodeWeights: [][]int64{{-1}}},
	} {
		if err := WriteMETIS(path, bad); err == nil {
			t.Errorf("wrote %+v", bad)
		}
	}
}

func FuzzParseMETIS(f *testing.F) {
	f.Add([]byte("3 2\n2\n1 3\n2\n"))
	f.Add([]byte("3 1 111 2\n1 2 3 2 -5\n1 2 3 1 -5\n1 2 3\n"))
	f.Add([]byte("% c\n3 1\n2\n1\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var g *METIS
		var err error
		checkAllocation(t, len(text), func() { g, err = parseMETIS(bytes.NewReader(text), "fuzz", int64(len(text))) })
		if err != nil {
			return
		}
		var buf bytes.Buffer
		w := bufio.NewWriter(&buf)
		if err := g.write(w); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		again, err := parseMETIS(&buf, "again", int64(buf.Len()))
		if err != nil || !reflect.DeepEqual(again, g) {
			t.Errorf("read back %+v, %v, want %+v", again, err, g)
		}
	})
}
