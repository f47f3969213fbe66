package isinggraph

import (
	"slices"
	"strings"
	"testing"
)

// rook returns the positions {i, j} of a symmetric n×n matrix, their graph and
// its colouring by (i + j) mod n.
func rook(t testing.TB, n int) (*Graph, [][2]int32, Coloring) {
	t.Helper()
	var ends, edges [][2]int32
	c := Coloring{Colors: n}
	for i := range n {
		for j := i; j < n; j++ {
			a := [2]int32{int32(i), int32(j)}
			for q, b := range ends {
				if a[0] == b[0] || a[0] == b[1] || a[1] == b[1] {
					edges = append(edges, [2]int32{int32(q), int32(len(ends))})
				}
			}
			ends = append(ends, a)
			c.Color = append(c.Color, int32((i+j)%n))
		}
	}
	return mustGraph(t, len(ends), edges), ends, c
}

// TestLineSamplerConforms runs the conformance suite on a rook's graph with
// loops and on the line graph of a bipartite graph. Denser graphs with strong
// couplings mix too slowly for it.
func TestLineSamplerConforms(t *testing.T) {
	g, ends, c := rook(t, 3)
	testSampler(t, conformer{name: "rook", graph: g}, func() (Sampler, error) { return NewLineSampler(g, ends, c) })
	base := mustGraph(t, 6, [][2]int32{{0, 3}, {0, 4}, {0, 5}, {1, 3}, {1, 4}, {2, 4}, {2, 5}})
	line, err := LineGraph(base)
	if err != nil {
		t.Fatal(err)
	}
	testSampler(t, conformer{name: "line graph", graph: line}, func() (Sampler, error) {
		return NewLineSampler(line, base.Edges(), GreedyColoring(line))
	})
}

func TestLineSamplerErrors(t *testing.T) {
	g, ends, c := rook(t, 4)
	moved := slices.Clone(ends)
	moved[1] = [2]int32{0, 5}
	twice := slices.Clone(ends)
	twice[1] = twice[0]
	for want, f := range map[string]func() (Sampler, error){
		"ends of 9 nodes": func() (Sampler, error) { return NewLineSampler(g, ends[1:], c) },
		"colour":          func() (Sampler, error) { return NewLineSampler(g, ends, Coloring{Color: make([]int32, 10), Colors: 1}) },
		"pairs":           func() (Sampler, error) { return NewLineSampler(g, moved, c) },
		"neighbours": func() (Sampler, error) {
			return NewLineSampler(mustGraph(t, 3, [][2]int32{{0, 1}}), [][2]int32{{0, 1}, {2, 3}, {0, 4}}, GreedyColoring(mustGraph(t, 3, [][2]int32{{0, 1}, {0, 2}})))
		},
		"ends -1": func() (Sampler, error) {
			return NewLineSampler(mustGraph(t, 1, nil), [][2]int32{{-1, 0}}, Coloring{Color: []int32{0}, Colors: 1})
		},
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	s, err := NewLineSampler(g, ends, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sample(t.Context(), Options{Params: Params{J: make([]float32, g.NumEdges())}, Sweeps: 1}); err == nil {
		t.Error("one coupling an edge passes")
	}
}

func BenchmarkLineSampler(b *testing.B) {
	g, ends, c := rook(b, 30)
	s, err := NewLineSampler(g, ends, c)
	if err != nil {
		b.Fatal(err)
	}
	o := Options{Params: Params{J: []float32{-0.4}}, Chains: 64, Sweeps: 3}
	for b.Loop() {
		if _, err := s.Sample(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*64*3*g.NumNodes())/b.Elapsed().Seconds()/1e6, "Mupdates/s")
}
