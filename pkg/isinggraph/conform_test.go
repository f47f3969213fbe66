package isinggraph_test

import (
	"os"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/samplertest"
)

// TestPlainConforms runs the conformance suite on the plain Go samplers.
func TestPlainConforms(t *testing.T) {
	samplertest.Run(t, func(g *isinggraph.Graph) (isinggraph.Sampler, error) {
		if gr, ok := g.Grid(); ok {
			return isinggraph.PlainOnGrid(gr)
		}
		return isinggraph.Plain(g), nil
	}, samplertest.Options{})
}

// TestCompiledConforms runs it on the compiled samplers.
func TestCompiledConforms(t *testing.T) {
	if os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		t.Skip("ISINGGRAPH_NO_XLA is set")
	}
	e, err := isinggraph.DefaultEngine()
	if err != nil {
		t.Skip(err)
	}
	samplertest.Run(t, func(g *isinggraph.Graph) (isinggraph.Sampler, error) {
		if gr, ok := g.Grid(); ok {
			return e.NewOnGrid(gr)
		}
		return e.New(g)
	}, samplertest.Options{Compiled: true})
}

// TestLineSamplerConforms runs it on a rook's graph with loops and on the line graph
// of a bipartite graph. Denser graphs with strong couplings mix too slowly for it.
func TestLineSamplerConforms(t *testing.T) {
	rook, ends, c := rook(t, 3)
	base, err := isinggraph.NewGraph(6, [][2]int32{{0, 3}, {0, 4}, {0, 5}, {1, 3}, {1, 4}, {2, 4}, {2, 5}})
	if err != nil {
		t.Fatal(err)
	}
	line, err := isinggraph.LineGraph(base)
	if err != nil {
		t.Fatal(err)
	}
	samplertest.Run(t, func(g *isinggraph.Graph) (isinggraph.Sampler, error) {
		if g == rook {
			return isinggraph.NewLineSampler(g, ends, c)
		}
		return isinggraph.NewLineSampler(g, base.Edges(), isinggraph.GreedyColoring(g))
	}, samplertest.Options{Graphs: []*isinggraph.Graph{rook, line}, Uniform: true})
}

// rook returns the positions {i, j} of a symmetric n×n matrix, their graph and
// its colouring by (i + j) mod n.
func rook(t testing.TB, n int) (*isinggraph.Graph, [][2]int32, isinggraph.Coloring) {
	t.Helper()
	edges, ends, color := testutil.Rook(n)
	g, err := isinggraph.NewGraph(len(ends), edges)
	if err != nil {
		t.Fatal(err)
	}
	return g, ends, isinggraph.Coloring{Color: color, Colors: n}
}
