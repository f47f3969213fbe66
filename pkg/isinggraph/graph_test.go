package isinggraph

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// randomGraph returns a graph of testutil.RandomEdges.
func randomGraph(t testing.TB, n int, p float64, rng *rand.Rand) *Graph {
	t.Helper()
	return mustGraph(t, n, testutil.RandomEdges(n, p, rng))
}

func mustGraph(t testing.TB, n int, edges [][2]int32) *Graph {
	t.Helper()
	g, err := NewGraph(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// wantError fails unless err mentions all the words, the package's name first.
func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	testutil.WantError(t, "isinggraph", err, words...)
}

// randomModel returns couplings and fields on a grid of 2^-6, so that float32 steps
// of that size are exact.
func randomModel(g *Graph, rng *rand.Rand) Model {
	j := make([]float32, g.NumEdges())
	m := Model{Graph: g, J: PerEdge(j), H: make([]float32, g.NumNodes()), Beta: 0.25 + rng.Float32()}
	for e := range j {
		j[e] = float32(rng.IntN(257)-128) / 64
	}
	for i := range m.H {
		m.H[i] = float32(rng.IntN(257)-128) / 64
	}
	return m
}

// probabilities returns p(x) (eq. 1) of all states by the sum over them; bit i of a
// state's number is set where spin i is +1.
func probabilities(m Model) []float64 {
	n := m.Graph.NumNodes()
	x, prob := make([]int8, n), make([]float64, 1<<n)
	var sum float64
	for s := range prob {
		prob[s] = math.Exp(-float64(m.InverseTemperature()) * m.Energy(testutil.State(s, x)))
		sum += prob[s]
	}
	for s := range prob {
		prob[s] /= sum
	}
	return prob
}

func TestGraphMatchesItsEdges(t *testing.T) {
	rng := testutil.Rand(1)
	for range 50 {
		n := 1 + rng.IntN(30)
		g := randomGraph(t, n, rng.Float64(), rng)
		edges := g.Edges()
		if !slices.IsSortedFunc(edges, func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) }) {
			t.Fatalf("edges out of order: %v", edges)
		}
		adjacent := make(map[[2]int32]int32)
		for e, uv := range edges {
			if u, v := g.Edge(e); u != uv[0] || v != uv[1] || u >= v {
				t.Fatalf("Edge(%d) = (%d, %d), Edges has %v", e, u, v, uv)
			}
			adjacent[uv] = int32(e)
			adjacent[[2]int32{uv[1], uv[0]}] = int32(e)
		}
		rowPtr, col := g.CSR()
		ids, half, largest := g.edgeIDs(), 0, 0
		for i := range n {
			row := g.Neighbors(i)
			if !slices.IsSorted(row) || len(row) != g.Degree(i) || int(rowPtr[i]) != half {
				t.Fatalf("row %d is %v, starts at %d", i, row, rowPtr[i])
			}
			for _, j := range row {
				if e, ok := adjacent[[2]int32{int32(i), j}]; !ok || ids[half] != e || col[half] != j {
					t.Fatalf("half edge %d (%d, %d) has id %d, want %d", half, i, j, ids[half], e)
				}
				half++
			}
			largest = max(largest, len(row))
		}
		if half != len(adjacent) || g.NumEdges()*2 != half || g.MaxDegree() != largest || g.NumNodes() != n {
			t.Fatalf("%d half edges, want %d; max degree %d, want %d", half, len(adjacent), g.MaxDegree(), largest)
		}
	}
}

func TestGraphDoesNotDependOnInputOrder(t *testing.T) {
	rng := testutil.Rand(2)
	g := randomGraph(t, 40, 0.3, rng)
	edges := g.Edges()
	j := make([]float32, len(edges))
	for e := range j {
		j[e] = rng.Float32()
	}
	shuffled, weights := make([][2]int32, len(edges)), make([]float32, len(edges))
	for k, e := range rng.Perm(len(edges)) {
		shuffled[k], weights[k] = [2]int32{edges[e][1], edges[e][0]}, j[e]
	}
	got, c, err := NewWeightedGraph(40, shuffled, weights)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Edges(), edges) || !slices.Equal(c.Each(got), j) || !got.same(g) {
		t.Error("the graph depends on the order of its edges")
	}
}

func TestGraphErrors(t *testing.T) {
	e := func(uv ...int32) (edges [][2]int32) {
		for i := 0; i < len(uv); i += 2 {
			edges = append(edges, [2]int32{uv[i], uv[i+1]})
		}
		return edges
	}
	for _, c := range []struct {
		n     int
		edges [][2]int32
		words []string
	}{
		{0, nil, []string{"0 nodes"}},
		{-3, nil, []string{"-3 nodes"}},
		{math.MaxInt32, nil, []string{"2147483647 nodes"}},
		{3, e(0, 1, 2, 2), []string{"edge 1 (2, 2)", "self loop"}},
		{3, e(0, 1, 1, 3), []string{"edge 1 (1, 3)", "outside [0, 3)"}},
		{3, e(-1, 1), []string{"edge 0 (-1, 1)", "outside"}},
		{3, e(0, 1, 1, 2, 1, 0), []string{"edge 2 (1, 0)", "repeats edge 0"}},
		{3, e(0, 1, 1, 2, 1, 2, 1, 2), []string{"edge 2 (1, 2)", "repeats edge 1"}},
	} {
		_, err := NewGraph(c.n, c.edges)
		wantError(t, err, c.words...)
		_, _, err = NewWeightedGraph(c.n, c.edges, make([]float32, len(c.edges)))
		wantError(t, err, c.words...)
	}
	inf := float32(math.Inf(1))
	_, _, err := NewWeightedGraph(3, e(0, 1, 1, 2), []float32{1})
	wantError(t, err, "1 couplings for 2 edges")
	_, _, err = NewWeightedGraph(3, e(0, 1, 2, 1), []float32{1, inf})
	wantError(t, err, "coupling 1 of edge (2, 1)", "Inf")
}

// TestBall compares with the shortest paths of Floyd and Warshall.
func TestBall(t *testing.T) {
	const n = 25
	g := randomGraph(t, n, 0.08, rand.New(rand.NewPCG(3, 0)))
	hops := make([][]int, n)
	for i := range hops {
		hops[i] = slices.Repeat([]int{n}, n)
		hops[i][i] = 0
		for _, j := range g.Neighbors(i) {
			hops[i][j] = 1
		}
	}
	for k := range n {
		for i := range n {
			for j := range n {
				hops[i][j] = min(hops[i][j], hops[i][k]+hops[k][j])
			}
		}
	}
	for i := range n {
		for r := range 5 {
			var want []int32
			for j := range n {
				if hops[i][j] <= r {
					want = append(want, int32(j))
				}
			}
			ball := g.Ball(i, r, n)
			for k := 1; k < len(ball); k++ {
				if hops[i][ball[k-1]] > hops[i][ball[k]] {
					t.Errorf("ball of node %d: %v is not in the order of hops", i, ball)
				}
			}
			if few := g.Ball(i, r, 4); !slices.Equal(few, ball[:min(4, len(ball))]) {
				t.Errorf("ball of node %d: %v of at most 4 nodes, %v of all", i, few, ball)
			}
			if slices.Sort(ball); !slices.Equal(ball, want) {
				t.Errorf("ball of node %d and radius %d: %v, want %v", i, r, ball, want)
			}
		}
	}
}

// TestInduced compares with every pair of nodes.
func TestInduced(t *testing.T) {
	g := randomGraph(t, 20, 0.3, rand.New(rand.NewPCG(4, 0)))
	nodes := []int32{7, 3, 19, 0, 11, 8}
	sub, err := g.Induced(nodes)
	if err != nil {
		t.Fatal(err)
	}
	for a, i := range nodes {
		for b, j := range nodes {
			if slices.Contains(sub.Neighbors(a), int32(b)) != slices.Contains(g.Neighbors(int(i)), j) {
				t.Errorf("nodes %d and %d, now %d and %d: neighbours in one graph only", i, j, a, b)
			}
		}
	}
	_, err = g.Induced([]int32{1, 20})
	wantError(t, err, "node 1 is 20", "[0, 20)")
	_, err = g.Induced([]int32{5, 2, 5})
	wantError(t, err, "nodes 0 and 2", "5")
}
