package isinggraph

import (
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

func TestLineGraphMatchesItsDefinition(t *testing.T) {
	rng := testutil.Rand(14)
	for range 20 {
		g := randomGraph(t, 3+rng.IntN(12), 0.5, rng)
		if g.NumEdges() == 0 {
			continue
		}
		line, err := LineGraph(g)
		if err != nil {
			t.Fatal(err)
		}
		edges := g.Edges()
		var want [][2]int32
		for a, e := range edges {
			for b := a + 1; b < len(edges); b++ {
				f := edges[b]
				if e[0] == f[0] || e[0] == f[1] || e[1] == f[0] || e[1] == f[1] {
					want = append(want, [2]int32{int32(a), int32(b)})
				}
			}
		}
		if line.NumNodes() != len(edges) || !slices.Equal(line.Edges(), want) {
			t.Fatalf("line graph of %v is %v, want %v", edges, line.Edges(), want)
		}
	}
}

func TestLineGraphErrors(t *testing.T) {
	_, err := LineGraph(mustGraph(t, 3, nil))
	wantError(t, err, "without edges")
	star := make([][2]int32, 1<<16)
	for i := range star {
		star[i] = [2]int32{0, int32(i + 1)}
	}
	_, err = LineGraph(mustGraph(t, len(star)+1, star))
	wantError(t, err, "more than 1073741823 edges")
}

func TestUnionMatchesItsParts(t *testing.T) {
	rng := testutil.Rand(15)
	parts := []*Graph{randomGraph(t, 7, 0.5, rng), mustGraph(t, 1, nil), randomGraph(t, 9, 0.4, rng)}
	got, offsets, err := Union(parts...)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(offsets, []int32{0, 7, 8, 17}) {
		t.Errorf("offsets %v", offsets)
	}
	edges, j := parts[0].Edges(), make([]float32, parts[0].NumEdges())
	for e := range j {
		j[e] = 2
	}
	own := randomModel(parts[2], rng).J
	j = append(j, own.Each(parts[2])...)
	for _, e := range parts[2].Edges() {
		edges = append(edges, [2]int32{e[0] + 8, e[1] + 8})
	}
	want, c, err := NewWeightedGraph(17, edges, j)
	if err != nil {
		t.Fatal(err)
	}
	rowPtr, col := got.CSR()
	wantPtr, wantCol := want.CSR()
	if !slices.Equal(rowPtr, wantPtr) || !slices.Equal(col, wantCol) ||
		!slices.Equal(got.Edges(), want.Edges()) || !slices.Equal(got.edgeIDs(), want.edgeIDs()) ||
		got.MaxDegree() != want.MaxDegree() {
		t.Error("the union differs from the graph of all edges")
	}
	if u := UnionCouplings(parts, []Couplings{Uniform(2), Uniform(5), own}); !slices.Equal(u.Each(got), c.Each(want)) {
		t.Errorf("couplings %v, want %v", u.Each(got), c.Each(want))
	}
	for _, c := range []struct {
		j    []Couplings
		want float32
	}{{[]Couplings{{}, Uniform(3), {}}, 1}, {[]Couplings{Uniform(-2), {}, Uniform(-2)}, -2}} {
		if one, ok := UnionCouplings(parts, c.j).Uniform(); !ok || one != c.want {
			t.Errorf("couplings %v unite to %v, %t", c.j, one, ok)
		}
	}
}

func TestUnionErrors(t *testing.T) {
	_, _, err := Union()
	wantError(t, err, "no graphs")
	_, _, err = Union(mustGraph(t, 1, nil), nil)
	wantError(t, err, "graph 1 is nil")
	big := mustGraph(t, 1<<20, nil)
	graphs := make([]*Graph, 1<<11)
	for k := range graphs {
		graphs[k] = big
	}
	_, _, err = Union(graphs...)
	wantError(t, err, "too large")
}
