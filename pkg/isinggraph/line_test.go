package isinggraph_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/pkg/isinggraph"
)

func TestLineSamplerErrors(t *testing.T) {
	g, ends, c := rook(t, 4)
	moved := slices.Clone(ends)
	moved[1] = [2]int32{0, 5}
	twice := slices.Clone(ends)
	twice[1] = twice[0]
	for want, f := range map[string]func() (isinggraph.Sampler, error){
		"ends of 9 nodes": func() (isinggraph.Sampler, error) { return isinggraph.NewLineSampler(g, ends[1:], c) },
		"colour": func() (isinggraph.Sampler, error) {
			return isinggraph.NewLineSampler(g, ends, isinggraph.Coloring{Color: make([]int32, 10), Colors: 1})
		},
		"pairs": func() (isinggraph.Sampler, error) { return isinggraph.NewLineSampler(g, moved, c) },
		"neighbours": func() (isinggraph.Sampler, error) {
			pair := graphOf(t, 3, [][2]int32{{0, 1}})
			return isinggraph.NewLineSampler(pair, [][2]int32{{0, 1}, {2, 3}, {0, 4}}, isinggraph.GreedyColoring(graphOf(t, 3, [][2]int32{{0, 1}, {0, 2}})))
		},
		"ends -1": func() (isinggraph.Sampler, error) {
			return isinggraph.NewLineSampler(graphOf(t, 1, nil), [][2]int32{{-1, 0}}, isinggraph.Coloring{Color: []int32{0}, Colors: 1})
		},
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	s, err := isinggraph.NewLineSampler(g, ends, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sample(t.Context(), isinggraph.Request{Model: isinggraph.Model{J: isinggraph.PerEdge(make([]float32, g.NumEdges()))}, Sweeps: 1}); err == nil {
		t.Error("one coupling an edge passes")
	}
}

func BenchmarkLineSampler(b *testing.B) {
	g, ends, c := rook(b, 30)
	s, err := isinggraph.NewLineSampler(g, ends, c)
	if err != nil {
		b.Fatal(err)
	}
	o := isinggraph.Request{Model: isinggraph.Model{J: isinggraph.Uniform(-0.4)}, Chains: isinggraph.Chains{Count: 64}, Sweeps: 3}
	for b.Loop() {
		if _, err := s.Sample(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*64*3*g.NumNodes())/b.Elapsed().Seconds()/1e6, "Mupdates/s")
}

func graphOf(t testing.TB, n int, edges [][2]int32) *isinggraph.Graph {
	t.Helper()
	g, err := isinggraph.NewGraph(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
