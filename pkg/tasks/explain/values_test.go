package explain

import (
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

func completeGraph(t *testing.T, n int) *isinggraph.Graph {
	t.Helper()
	var edges [][2]int32
	for i := range int32(n) {
		for j := range i {
			edges = append(edges, [2]int32{j, i})
		}
	}
	g, err := isinggraph.NewGraph(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func randomGame(n int, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 0))
	v := make([]float64, 1<<n)
	for s := 1; s < len(v); s++ {
		v[s] = rng.NormFloat64()
	}
	return v
}

// exactShapley sums over all coalitions.
func exactShapley(v []float64, n int) []float64 {
	factorial := func(k int) float64 { return math.Gamma(float64(k + 1)) }
	out := make([]float64, n)
	for i := range out {
		for s := range v {
			if s>>i&1 == 0 {
				size := bits.OnesCount(uint(s))
				out[i] += factorial(size) * factorial(n-size-1) / factorial(n) * (v[s|1<<i] - v[s])
			}
		}
	}
	return out
}

// On a complete graph the Hamiache–Navarro value is Shapley's.
func TestHNValueOfCompleteGraph(t *testing.T) {
	const n = 4
	v := randomGame(n, 1)
	got := newHNGame(completeGraph(t, n), []int{0, 1, 2, 3}).value(v, 0.3)
	for i, want := range exactShapley(v, n) {
		near(t, "value", got[i], want, 1e-7)
	}
}

// A connected graph's values share out that of all players; components go
// without each other, and symmetric players are equal.
func TestHNValueOfPath(t *testing.T) {
	g := pathItem(t, 5).Graph
	v := randomGame(4, 2)
	sum := 0.0
	for _, x := range newHNGame(g, []int{0, 1, 2, 3}).value(v, 0.3) {
		sum += x
	}
	near(t, "sum", sum, v[15], 1e-7)

	got := newHNGame(g, []int{4, 0, 1}).value(v[:8], 0.3) // node 4 is alone
	near(t, "alone", got[0], v[1], 1e-9)
	near(t, "pair", got[1], v[2]+(v[6]-v[2]-v[4])/2, 1e-7)
	near(t, "pair", got[2], v[4]+(v[6]-v[2]-v[4])/2, 1e-7)

	ends := make([]float64, 8) // all three are needed: on a path the middle joins the ends
	ends[7] = 1
	got = newHNGame(g, []int{0, 1, 2}).value(ends, 0.3)
	near(t, "symmetric ends", got[0], got[2], 1e-9)
	if !(got[1] > got[0]) {
		t.Errorf("values %v: the middle of a path should have more than its ends", got)
	}
}

// knownGame is a game whose values are given, so that no classifier is asked.
func knownGame(g *isinggraph.Graph, v []float64) *game {
	n := g.NumNodes()
	k := &game{it: &learn.Item{Graph: g}, n: n, known: make(map[string]float64)}
	for s, x := range v {
		k.known[nodeSet{uint64(s)}.key()] = x
	}
	return k
}

// TestShapley estimates the Shapley values of a random game to within four standard errors of the
// exact ones.
func TestShapley(t *testing.T) {
	const n, samples = 5, 20000
	v := randomGame(n, 3)
	s := shapley{game: knownGame(completeGraph(t, n), v), samples: samples, hops: 1, rng: rand.New(rand.NewPCG(4, 0))}
	var sets []nodeSet
	for i := range n {
		sets = append(sets, nodeSet{1 << i})
	}
	got, err := s.rewards(context.Background(), sets)
	if err != nil {
		t.Fatal(err)
	}
	// Marginal contributions have a deviation of at most half their range.
	deviation := (slices.Max(v) - slices.Min(v)) / math.Sqrt(samples)
	for i, want := range exactShapley(v, n) {
		near(t, "Shapley value", got[i], want, 4*deviation)
	}
}

// Players outside the reach of a set stay.
func TestShapleyOfNeighborhood(t *testing.T) {
	v := make([]float64, 1<<4)
	for s := range v {
		if s&0b1001 == 0b1001 { // nodes 0 and 3 together
			v[s] = 1
		}
	}
	s := shapley{game: knownGame(pathItem(t, 4).Graph, v), samples: 50, hops: 1, rng: rand.New(rand.NewPCG(5, 0))}
	got, err := s.rewards(context.Background(), []nodeSet{{0b0001}, {0b0010}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "with node 3 present", got[0], 1, 1e-12)
	near(t, "node 1", got[1], 0, 1e-12)
}

// TestNodeSet adds, removes and lists nodes across words.
func TestNodeSet(t *testing.T) {
	a, b := newNodeSet(130), newNodeSet(130)
	for _, i := range []int{0, 63, 64, 129} {
		a.add(i)
	}
	b.add(64)
	if a.key() == b.key() || a.size() != 4 || !slices.Equal(a.nodes(), []int{0, 63, 64, 129}) {
		t.Errorf("set %v of %d", a.nodes(), a.size())
	}
	a.without(b)
	a.remove(0)
	if c := setOf(a.mask(130)); !slices.Equal(c.nodes(), []int{63, 129}) || a.has(64) || !a.has(129) {
		t.Errorf("set %v", c.nodes())
	}
}

// TestComponents finds the connected parts of a set, and the order of its nodes by degree.
func TestComponents(t *testing.T) {
	g := pathItem(t, 6).Graph
	parts := componentsOf(g, nodeSet{0b110101})
	if len(parts) != 3 || parts[0][0] != 1 || parts[1][0] != 0b100 || parts[2][0] != 0b110000 {
		t.Errorf("components %b", parts)
	}
	if got := byDegree(g, nodeSet{0b111101}, true); !slices.Equal(got, []int{3, 4, 2, 5, 0}) {
		t.Errorf("by degree %v", got)
	}
}

// TestChiSquare compares χ² with the formula, for dependent, independent and empty rows.
func TestChiSquare(t *testing.T) {
	near(t, "χ²", chiSquare([2][2]float64{{10, 20}, {30, 40}}), 100*200*200/(30.*70*40*60), 1e-12)
	near(t, "χ² of independent", chiSquare([2][2]float64{{10, 20}, {30, 60}}), 0, 1e-12)
	near(t, "χ² of an empty row", chiSquare([2][2]float64{{10, 20}, {0, 0}}), 0, 0)
}

// TestPairMLP compares the gradient with finite differences.
func TestPairMLP(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	m := newPairMLP(3, rng)
	z, edges := make([]float32, 12), [][2]int32{{0, 1}, {1, 3}, {2, 3}}
	for i := range z {
		z[i] = float32(rng.NormFloat64())
	}
	by := make([]float64, 6)
	for e := range by {
		by[e] = rng.NormFloat64()
	}
	loss := func() float64 {
		sum := 0.0
		for e, l := range m.forward(z, edges).logits {
			sum += by[e] * l
		}
		return sum
	}
	gradient := make([]float64, len(m.params))
	m.backward(m.forward(z, edges), by, gradient)
	const step = 1e-6
	for i := range m.params {
		at := m.params[i]
		m.params[i] = at + step
		up := loss()
		m.params[i] = at - step
		down := loss()
		m.params[i] = at
		near(t, "gradient", gradient[i], (up-down)/(2*step), 1e-6)
	}
}
