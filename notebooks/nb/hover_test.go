package nb

import (
	"strings"
	"testing"
)

// ring is cyclopropene's heavy atoms with a nitrogen, and a layer of values.
func ring() (Molecule, Layer) {
	m := Molecule{
		Drawing: Drawing{X: []float64{0, 1, 0}, Y: []float64{0, 0, 1}, Edges: [][2]int32{{0, 1}, {1, 2}, {2, 0}}},
		Symbols: []string{"C", "C", "N"}, Orders: []int{2, 1, 3},
	}
	return m, Layer{Title: "<field>", Values: []float64{-2, 0, 2}, Limit: 2}
}

// TestGraphHTML draws every node, bond and label once a layer, and takes nothing from elsewhere.
func TestGraphHTML(t *testing.T) {
	m, l := ring()
	text, err := graphHTML(m, []Layer{l, {Title: "mean", Values: []float64{0.25, 0.5, 1}, Limit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"http:", "https:", "src=", "import(", "GRAPH", "BODY", "<field>"} {
		if strings.Contains(text, bad) {
			t.Errorf("the view contains %q", bad)
		}
	}
	for part, want := range map[string]int{
		"<svg ": 2, "<circle ": 6, "data-e=": 6, "<path ": 12, ">N</text>": 2, ">C</text>": 0, // two paths for 2 bonds, three for 3
		"<title>node 2 N\n&lt;field&gt;: 2\nmean: 1</title>": 2, "</script>": 1,
	} {
		if n := strings.Count(text, part); n != want {
			t.Errorf("%d times %q, want %d", n, part, want)
		}
	}
	// The first node is lower left: x is centred, y grows downwards.
	if !strings.Contains(text, `data-n="0" cx="16.0" cy="284.0"`) {
		t.Error("node 0 is not in the lower left corner of the box")
	}
	if again := Must(graphHTML(m, []Layer{l})); again != Must(graphHTML(m, []Layer{l})) {
		t.Error("equal graphs, different text")
	}
}

func TestGraphHTMLRefuses(t *testing.T) {
	for name, change := range map[string]func(*Molecule, *Layer){
		"symbols":  func(m *Molecule, _ *Layer) { m.Symbols = m.Symbols[1:] },
		"orders":   func(m *Molecule, _ *Layer) { m.Orders = nil },
		"2 values": func(_ *Molecule, l *Layer) { l.Values = l.Values[1:] },
		"limit":    func(_ *Molecule, l *Layer) { l.Limit = 0 },
		"edge 0":   func(m *Molecule, _ *Layer) { m.Edges[0][1] = 3 },
	} {
		m, l := ring()
		change(&m, &l)
		if _, err := graphHTML(m, []Layer{l}); err == nil || !strings.HasPrefix(err.Error(), "nb: ") || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	m, _ := ring()
	if _, err := graphHTML(m, nil); err == nil {
		t.Error("no layer, no error")
	}
}
