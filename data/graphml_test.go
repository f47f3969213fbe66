package data

import (
	"bufio"
	"bytes"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// A file in the manner of networkx and of Gephi, edges partly before nodes.
const graphmlText = "\xef\xbb\xbf" + `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE graphml>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="edge" attr.name="weight" attr.type="double"><default>2</default></key>
  <key id="d1" for="node" attr.name="weight" attr.type="double"/>
  <!-- c -->
  <graph id="G" edgedefault="undirected"><desc>x</desc>
    <node id="a &amp; b"><data key="d1">5</data></node>
    <edge source="c" target="a &amp; b"><data key="d0"> -0.5 </data><data key="other"><x/></data></edge>
    <node id="c"/>
    <node id="d"><port name="p"/></node>
    <edge id="e" source="c" target="d" directed="false"/>
  </graph>
</graphml>
`

// TestGraphML reads what another program wrote, and what it writes itself, with and without names
// of nodes.
func TestGraphML(t *testing.T) {
	want := &EdgeList{N: 3, Edges: [][2]int32{{0, 1}, {1, 2}}, Weights: []float64{-0.5, 2}}
	ids := []string{"a & b", "c", "d"}
	g, err := parseGraphML(strings.NewReader(graphmlText), "t", limit)
	if err != nil || !reflect.DeepEqual(g.graph, want) || !reflect.DeepEqual(g.ids, ids) {
		t.Fatalf("%+v, %v, want %+v", g, err, want)
	}
	path := filepath.Join(t.TempDir(), "g.graphml")
	if err := WriteGraphML(path, want, ids); err != nil {
		t.Fatal(err)
	}
	if got, gotIDs, err := ReadGraphML(path); err != nil || !reflect.DeepEqual(got, want) || !reflect.DeepEqual(gotIDs, ids) {
		t.Errorf("read back %+v, %q, %v, want %+v, %q", got, gotIDs, err, want, ids)
	}
	if err := WriteGraphML(path, want, nil); err != nil {
		t.Fatal(err)
	}
	if _, gotIDs, err := ReadGraphML(path); err != nil || !reflect.DeepEqual(gotIDs, []string{"n0", "n1", "n2"}) {
		t.Errorf("ids %q, %v", gotIDs, err)
	}
	for _, bad := range [][]string{{"a", "b"}, {"a", "b", "a"}, {"a", "b", ""}, {"a", "b", "\x00"}} {
		if err := WriteGraphML(path, want, bad); err == nil {
			t.Errorf("wrote ids %q", bad)
		}
	}
}

// A file that networkx 3.6 wrote.
func TestGraphMLOfNetworkX(t *testing.T) {
	want := &EdgeList{N: 4, Edges: [][2]int32{{0, 1}, {1, 2}}, Weights: []float64{-0.5, 1e-7}}
	g, ids, err := ReadGraphML(filepath.Join("testdata", "networkx.graphml"))
	if err != nil || !reflect.DeepEqual(g, want) || !reflect.DeepEqual(ids, []string{"a&b", "c", "d", "e"}) {
		t.Errorf("%+v, %q, %v, want %+v", g, ids, err, want)
	}
}

func FuzzParseGraphML(f *testing.F) {
	f.Add([]byte(graphmlText))
	f.Add([]byte(`<graphml><graph edgedefault="undirected"><node id="&#10;&lt;"/><node id="b"/><edge source="b" target="&#10;&lt;"/></graph></graphml>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var g *graphmlReader
		var err error
		checkAllocation(t, len(text), func() { g, err = parseGraphML(bytes.NewReader(text), "fuzz", int64(len(text))) })
		if err != nil {
			return
		}
		var buf bytes.Buffer
		w := bufio.NewWriter(&buf)
		if err := g.graph.writeGraphML(w, g.ids); err != nil {
			if strings.Contains(err.Error(), "signs that XML cannot") {
				return // U+FFFD itself
			}
			t.Fatal(err)
		}
		w.Flush()
		again, err := parseGraphML(&buf, "again", int64(buf.Len()))
		if err != nil || !reflect.DeepEqual(again.graph, g.graph) || len(g.ids) > 0 && !reflect.DeepEqual(again.ids, g.ids) {
			t.Errorf("read back %+v, %v, want %+v", again, err, g)
		}
	})
}
