package data

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// asList reads an edge list with the given options.
func asList(opt EdgeListOptions) func(io.Reader, string, int64) (*EdgeList, error) {
	return func(r io.Reader, name string, limit int64) (*EdgeList, error) {
		return parseEdgeList(r, name, limit, opt)
	}
}

// TestReadGraphs reads one graph in each of the formats and spellings that files have.
func TestReadGraphs(t *testing.T) {
	type parser = func(io.Reader, string, int64) (*EdgeList, error)
	path3 := EdgeList{N: 3, Edges: [][2]int32{{0, 1}, {1, 2}}, Weights: []float64{1, -2.5}}
	ones := path3
	ones.Weights = []float64{1, 1}
	bare := path3
	bare.Weights = nil
	shifted := EdgeList{N: 4, Edges: [][2]int32{{1, 2}, {2, 3}}, Weights: []float64{1, 1}}
	dropped := ones
	dropped.Duplicates, dropped.SelfLoops = 2, 1
	for _, c := range []struct {
		name  string
		parse parser
		text  string
		want  EdgeList
	}{
		{"rudy", parseRudy, "3 2\n1 2 1\n3 2 -2.5\n", path3},
		{"rudy without weights", parseRudy, "# c\n3 2\n\n2 1\n2 3\n", ones},
		{"rudy of Windows", parseRudy, "\xef\xbb\xbf3 2\r\n1 2 1\r\n2 3 -25e-1", path3},
		{"list from 1", asList(EdgeListOptions{}), "1 2\n2 3\n", ones},
		{"list from 0", asList(EdgeListOptions{}), "0 1\n2 1\n", ones},
		{"list told to start at 0", asList(EdgeListOptions{Base: ZeroBased}), "1 2\n2 3\n", shifted},
		{"list told to start at 1", asList(EdgeListOptions{Base: OneBased, Strict: true}), "% c\n1 2 1 # d\n2 3 -2.5\n", path3},
		{"list with repeats", asList(EdgeListOptions{}), "1 2\n2 2 5\n2 1 7\n2 3\n1 2\n", dropped},
		{"DIMACS", parseDIMACS, "c x\np edge 3 2\nn 1 4\ne 2 1\ne 3 2\n", bare},
		{"DIMACS in both directions", parseDIMACS, "p col 3 5\ne 2 3\ne 2 1\ne 1 2\ne 3 2\ne 1 1\n", bare},
	} {
		got, err := c.parse(strings.NewReader(c.text), "t", limit)
		if err != nil || !reflect.DeepEqual(*got, c.want) {
			t.Errorf("%s: %+v, %v, want %+v", c.name, got, err, c.want)
		}
	}
}

func TestReadGraphErrors(t *testing.T) {
	list := asList(EdgeListOptions{Base: OneBased, Strict: true})
	for _, c := range []struct {
		parse func(io.Reader, string, int64) (*EdgeList, error)
		text  string
		want  string
	}{
		{parseRudy, "", "data: t: empty file"},
		{parseRudy, "3\n", `data: t:1: want the numbers of nodes and edges: "3"`},
		{parseRudy, "-3 2\n", `data: t:1: number of nodes is not a count: "-3"`},
		{parseRudy, "5000000 2\n", `data: t:1: more nodes than are plausible for an input of 1048576 bytes: "5000000"`},
		{parseRudy, "3 1000000\n", `data: t:1: more edges than an input of 1048576 bytes can hold: "1000000"`},
		{parseRudy, "3 2\n1 2 1\n", "data: t:2: the file ends where edge 2 of 2 was expected"},
		{parseRudy, "3 1\n1 2 1\n2 3 1\n", `data: t:3: more data after the last of 1 edges: "2 3 1"`},
		{parseRudy, "3 1\n1 4 1\n", `data: t:2: node outside 1..3: "4"`},
		{parseRudy, "3 1\n0 1 1\n", `data: t:2: node outside 1..3: "0"`},
		{parseRudy, "3 1\n1 2 NaN\n", `data: t:2: weight is not finite: "NaN"`},
		{parseRudy, "3 1\n1 2 x\n", `data: t:2: weight is not a number: "x"`},
		{parseRudy, "3 1\n1 2 1 1\n", `data: t:2: want two nodes and a weight: "1 2 1 1"`},
		{parseRudy, "3 1\n2 2 1\n", `data: t:2: edge from a node to itself: "2 2"`},
		{parseRudy, "3 3\n1 2 1\n2 3 1\n\n2 1 5\n", `data: t:5: edge repeats an earlier one: "1 2"`},
		{parseRudy, "\x00\x01\x02", "data: t:1: binary data where text was expected"},
		{list, "# nothing\n", "data: t: no edges"},
		{list, "1 2\n1.5 2\n", `data: t:2: node is not an integer: "1.5"`},
		{list, "1 2\n0 2\n", `data: t:2: node outside 1..4194304: "0"`},
		{list, "1 2\n1 5000000\n", `data: t:2: node outside 1..4194304: "5000000"`},
		{list, "1 2\n\n2 1\n1 1\n", `data: t:3: edge repeats an earlier one: "1 2"`},
		{list, "1 1\n", `data: t:1: edge from a node to itself: "1 1"`},
		{parseDIMACS, "", "data: t: empty file"},
		{parseDIMACS, "c x\n", "data: t: no line p"},
		{parseDIMACS, "e 1 2\n", `data: t:1: want e and two nodes, after line p: "e 1 2"`},
		{parseDIMACS, "p edge 3\n", `data: t:1: want p edge, the numbers of nodes and of edges: "p edge 3"`},
		{parseDIMACS, "p cnf 3 2\n", `data: t:1: want p edge, the numbers of nodes and of edges: "p cnf 3 2"`},
		{parseDIMACS, "p edge 3 1\np edge 3 1\n", "data: t:2: second line p"},
		{parseDIMACS, "p edge 3 2\ne 1 2\n", "data: t: 1 edges where line p promises 2"},
		{parseDIMACS, "p edge 3 1\ne 1 4\n", `data: t:2: node outside 1..3: "4"`},
		{parseDIMACS, "p edge 3 1\na 1 2\n", `data: t:2: unknown kind of line: "a"`},
	} {
		g, err := c.parse(strings.NewReader(c.text), "t", limit)
		if err == nil || err.Error() != c.want || g != nil {
			t.Errorf("%.40q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

// TestReadOptima reads a table of best cuts by name, and names the line of what it refuses.
func TestReadOptima(t *testing.T) {
	got, err := parseOptima(strings.NewReader("a  5\n# c\nb -1.5"), "t", limit)
	if want := map[string]float64{"a": 5, "b": -1.5}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	for text, want := range map[string]string{
		"":             "data: t: empty file",
		"a 1\na 2\n":   `data: t:2: name comes twice: "a"`,
		"a 1\nb one\n": `data: t:2: value is not a number: "one"`,
		"a 1 2\n":      `data: t:1: want a name and a value: "a 1 2"`,
	} {
		if _, err := parseOptima(strings.NewReader(text), "t", limit); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestWriteRudy writes weights so that reading gives the same float64.
func TestWriteRudy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "g")
	want := &EdgeList{N: 5, Edges: [][2]int32{{0, 4}, {1, 2}}, Weights: []float64{1. / 3, -1e300}}
	if err := WriteRudy(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadRudy(path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

// checkGraph returns an error if g is not a simple graph.
func checkGraph(g *EdgeList) error {
	seen := map[[2]int32]bool{}
	for _, e := range g.Edges {
		if e[0] < 0 || e[0] >= e[1] || int(e[1]) >= g.N || seen[e] {
			return fmt.Errorf("edge %v of a graph of %d nodes, seen before: %t", e, g.N, seen[e])
		}
		seen[e] = true
	}
	return nil
}

func FuzzParseRudy(f *testing.F) {
	f.Add([]byte("3 2\n1 2 1\n3 2 -2.5\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var g *EdgeList
		var err error
		checkAllocation(t, len(text), func() { g, err = parseRudy(bytes.NewReader(text), "fuzz", int64(len(text))) })
		if err != nil {
			return
		}
		if err := checkGraph(g); err != nil {
			t.Error(err)
		}
		var buf bytes.Buffer
		w := bufio.NewWriter(&buf)
		if err := g.writeRudy(w); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		again, err := parseRudy(&buf, "again", int64(max(buf.Len(), len(text))))
		if err != nil || !reflect.DeepEqual(again, g) {
			t.Errorf("read back %+v, %v, want %+v", again, err, g)
		}
	})
}

func FuzzParseEdgeList(f *testing.F) {
	f.Add([]byte("1 2\n2 2 5\n2 1 7\n"), 0, false)
	f.Fuzz(func(t *testing.T, text []byte, base int, strict bool) {
		opt := EdgeListOptions{Base: Base(base & 3 % 3), Strict: strict}
		var g *EdgeList
		var err error
		checkAllocation(t, len(text), func() { g, err = parseEdgeList(bytes.NewReader(text), "fuzz", int64(len(text)), opt) })
		if err != nil {
			return
		}
		if err := checkGraph(g); err != nil {
			t.Error(err)
		}
		if strict && g.Duplicates+g.SelfLoops > 0 {
			t.Errorf("strict reading dropped edges: %+v", g)
		}
		var buf bytes.Buffer
		w := bufio.NewWriter(&buf)
		if g.writeList(w, ZeroBased) != nil {
			return // the last node has no edge
		}
		w.Flush()
		g.Duplicates, g.SelfLoops = 0, 0
		again, err := parseEdgeList(&buf, "again", int64(max(buf.Len(), len(text))), EdgeListOptions{Base: ZeroBased, Strict: true})
		if err != nil || !reflect.DeepEqual(again, g) {
			t.Errorf("read back %+v, %v, want %+v", again, err, g)
		}
	})
}

func FuzzParseDIMACS(f *testing.F) {
	f.Add([]byte("c x\np edge 3 2\ne 2 1\ne 3 2\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var g *EdgeList
		var err error
		checkAllocation(t, len(text), func() { g, err = parseDIMACS(bytes.NewReader(text), "fuzz", int64(len(text))) })
		if err != nil {
			return
		}
		if err := checkGraph(g); err != nil {
			t.Error(err)
		}
		var buf bytes.Buffer
		w := bufio.NewWriter(&buf)
		if err := writeDIMACS(w, g.N, g.Edges); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		if h, err := parseDIMACS(&buf, "again", int64(max(buf.Len(), len(text)))); err != nil || !reflect.DeepEqual(h, g) {
			t.Errorf("read back %+v, %v, want %+v", h, err, g)
		}
	})
}

func FuzzParseOptima(f *testing.F) {
	f.Add([]byte("a 1\nb -2.5\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var optima map[string]float64
		var err error
		checkAllocation(t, len(text), func() { optima, err = parseOptima(bytes.NewReader(text), "fuzz", int64(len(text))) })
		if (err == nil) != (len(optima) > 0) {
			t.Errorf("%v, %v", optima, err)
		}
	})
}

// Every real graph reads, with the number of nodes and edges that its header,
// or the table that comes with it, says.
func TestRealGraphs(t *testing.T) {
	dir := realData(t)
	table, err := ReadTable(filepath.Join(dir, "dimacs_color", "COLORS.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	colored := 0
	for _, row := range table.Rows {
		name := row[0]
		path := filepath.Join(dir, "dimacs_color", name+".col")
		if _, err := os.Stat(path); err != nil {
			continue // the table lists more graphs than there are files
		}
		var nodes, edges int
		if _, err := fmt.Sscan(row[1]+" "+row[2], &nodes, &edges); err != nil {
			t.Fatalf("COLORS.tsv: %q: %v", row, err)
		}
		n, e, err := ReadDIMACS(path)
		if err != nil || n != nodes || len(e) != edges {
			t.Errorf("%s: %d nodes, %d edges, %v, want %d, %d", name, n, len(e), err, nodes, edges)
		}
		colored++
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "dimacs_color", "*.col")); len(files) != colored {
		t.Errorf("%d of %d colouring graphs read", colored, len(files))
	}
	for pattern, want := range map[string]int{"gset/G*.txt": 12, "biqmac_ising/*_*[5-7]": 30, "real_graphs/*.mc": 5, "real_graphs/*.gsg": 1, "real_graphs/*.dat": 1} {
		files, _ := filepath.Glob(filepath.Join(dir, pattern))
		if len(files) != want {
			t.Errorf("%s: %d files, want %d", pattern, len(files), want)
		}
		for _, file := range files {
			if _, err := ReadRudy(file); err != nil {
				t.Error(err)
			}
		}
	}
	for name, want := range map[string][2]int{"ca-netscience": {379, 914}, "ego-facebook": {2888, 2981}, "power-US-Grid": {4941, 6594}, "road-euroroad": {1174, 1417}} {
		g, err := ReadEdgeList(filepath.Join(dir, "real_graphs", name+".wel"), EdgeListOptions{Strict: true})
		if err != nil || g.N != want[0] || len(g.Edges) != want[1] {
			t.Errorf("%s: %+v, %v, want %v", name, g, err, want)
		}
	}
	optima, err := ReadOptima(filepath.Join(dir, "biqmac_ising", "optimal_energy.txt"))
	if err != nil || len(optima) != 48 || optima["t3g7_5555"] != 28302918 {
		t.Errorf("optima: %d, t3g7_5555 %g, %v", len(optima), optima["t3g7_5555"], err)
	}
}
