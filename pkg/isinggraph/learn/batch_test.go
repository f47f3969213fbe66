package learn

import (
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"

	"github.com/gomlx/gomlx/core/tensors"
)

// TestBatchTensorsMatchTheirDefinition compares every tensor with a plain
// definition, with and without features.
func TestBatchTensorsMatchTheirDefinition(t *testing.T) {
	rng := testutil.Rand(40)
	for _, f := range []int{0, 2} {
		var items []*Item
		for _, n := range []int{7, 1, 12} {
			it := &Item{Graph: randomGraph(t, n, 0.4, rng)}
			for range f * n {
				it.X = append(it.X, float32(rng.NormFloat64()))
			}
			for range f * it.Graph.NumEdges() {
				it.EdgeX = append(it.EdgeX, float32(rng.NormFloat64()))
			}
			items = append(items, it)
		}
		b, err := NewBatch(items, BatchShape{Slots: 9})
		if err != nil {
			t.Fatal(err)
		}
		g := b.Graph
		want := BatchShape{Nodes: 32, Slots: 9, Edges: (g.NumEdges() + 15) / 16 * 16, Graphs: 5, Features: max(f, 1), EdgeFeatures: f}
		if b.Shape != want {
			t.Fatalf("shape %v, want %v", b.Shape, want)
		}
		var x, ex, sizes []float32
		var neighbors, degree, id, ends []int32
		for k, it := range items {
			sizes = append(sizes, float32(it.Graph.NumNodes()))
			for range it.Graph.NumNodes() {
				id = append(id, int32(k))
			}
			x, ex = append(x, it.X...), append(ex, it.EdgeX...)
		}
		for i := range 32 {
			row := slices.Repeat([]int32{int32(i)}, 9)
			degree = append(degree, 0)
			if i < 20 {
				degree[i] = int32(copy(row, g.Neighbors(i)))
			} else {
				id = append(id, 4)
			}
			if f == 0 && i < 20 {
				x = append(x, 1)
			}
			neighbors = append(neighbors, row...)
		}
		for _, e := range g.Edges() {
			ends = append(ends, e[0], e[1])
		}
		ends = append(ends, slices.Repeat([]int32{31}, 2*want.Edges-len(ends))...)
		zeros := func(x []float32, n int) []float32 { return append(x, make([]float32, n-len(x))...) }
		expect := []any{zeros(x, 32*want.Features), neighbors, degree, id, append(sizes, 1, 12), ends, zeros(ex, want.Edges*f)}
		list := b.Tensors()
		if len(list) != 6+min(f, 1) {
			t.Fatalf("%d tensors", len(list))
		}
		for k, got := range list {
			equal := false
			switch want := expect[k].(type) {
			case []float32:
				equal = slices.Equal(tensors.MustCopyFlatData[float32](got), want)
			case []int32:
				equal = slices.Equal(tensors.MustCopyFlatData[int32](got), want)
			}
			if !equal {
				t.Errorf("f=%d: tensor %d is %v, want %v", f, k, got.Value(), expect[k])
			}
			got.MustFinalizeAll()
		}
	}
}

func TestBatchWithoutEdgesTakesTheWidthItIsTold(t *testing.T) {
	b, err := NewBatch([]*Item{{Graph: mustGraph(t, 3, nil)}}, BatchShape{EdgeFeatures: 2})
	if err != nil {
		t.Fatal(err)
	}
	if dims := b.Tensors()[6].Shape().Dimensions; !slices.Equal(dims, []int{16, 2}) {
		t.Errorf("edge features have dimensions %v", dims)
	}
}

func TestBucketsBoundWasteAndNumber(t *testing.T) {
	for _, c := range []struct {
		steps, least, from int
		waste              float64
		octave             int // sizes in [1<<15, 1<<16)
	}{{8, 16, 128, 0.125, 8}, {4, 1, 1, 0.25, 4}, {1, 1, 1, 1, 1}} {
		last, sizes := 0, 0
		for n := range 1 << 17 {
			size := bucket(n, c.steps, c.least)
			if size < max(n, 1) || size < last || size%c.least != 0 {
				t.Fatalf("bucket of %d is %d, after %d", n, size, last)
			}
			if n >= c.from && float64(size-n) > c.waste*float64(n) {
				t.Fatalf("bucket of %d is %d: waste above %v", n, size, c.waste)
			}
			if size > last && size >= 1<<15 && size < 1<<16 {
				sizes++
			}
			last = size
		}
		if sizes != c.octave {
			t.Errorf("%d sizes an octave, want %d", sizes, c.octave)
		}
	}
}

func TestBatchErrors(t *testing.T) {
	g := mustGraph(t, 3, [][2]int32{{0, 1}, {1, 2}})
	nan := float32(0)
	nan /= nan
	for _, c := range []struct {
		items []*Item
		words []string
	}{
		{nil, []string{"no items"}},
		{[]*Item{{Graph: g}, nil}, []string{"item 1 has no graph"}},
		{[]*Item{{}}, []string{"item 0 has no graph"}},
		{[]*Item{{Graph: g}, {Graph: g, X: make([]float32, 4)}}, []string{"item 1", "node features: 4 values for 3 rows"}},
		{[]*Item{{Graph: g}, {Graph: g, X: make([]float32, 6)}}, []string{"item 1 has 2 features a node", "before it 1"}},
		{[]*Item{{Graph: g, X: []float32{0, 1, 2, 3, nan, 5}}}, []string{"item 0", "value 0 of row 2 is NaN"}},
		{[]*Item{{Graph: g, EdgeX: make([]float32, 3)}}, []string{"item 0", "edge features: 3 values for 2 rows"}},
		{[]*Item{{Graph: g, EdgeX: make([]float32, 4)}, {Graph: g}}, []string{"item 1 has 0 features an edge", "before it 2"}},
		{[]*Item{{Graph: mustGraph(t, 2, nil), EdgeX: make([]float32, 1)}}, []string{"edge features: 1 values for 0 rows"}},
	} {
		_, err := NewBatch(c.items, BatchShape{})
		testutil.WantError(t, "learn", err, c.words...)
	}
	_, err := NewBatch([]*Item{{Graph: g}}, BatchShape{Nodes: 1 << 20, Slots: 1 << 10})
	testutil.WantError(t, "learn", err, "3 nodes with up to 2 neighbours", "1048576 by 1024 is too large")
}

func mustGraph(t testing.TB, n int, edges [][2]int32) *isinggraph.Graph {
	t.Helper()
	g, err := isinggraph.NewGraph(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// randomGraph returns a graph of testutil.RandomEdges.
func randomGraph(t testing.TB, n int, p float64, rng *rand.Rand) *isinggraph.Graph {
	t.Helper()
	return mustGraph(t, n, testutil.RandomEdges(n, p, rng))
}
