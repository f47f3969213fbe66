package learn_test

import (
	"context"
	"math"
	"testing"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/exact"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// ring is a cycle of n nodes.
func ring(t testing.TB, n int) *learn.Item {
	t.Helper()
	var edges [][2]int32
	for i := range int32(n) {
		edges = append(edges, [2]int32{i, (i + 1) % int32(n)})
	}
	g, err := isinggraph.NewGraph(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return &learn.Item{Graph: g}
}

// lonely are the parts of a loss: a node without a kept neighbour costs 1, a
// kept node 0.4.
func lonely(g *isinggraph.Graph, x []int8) []float64 {
	parts := make([]float64, len(x))
	for i := range x {
		parts[i] = 1
		for _, v := range g.Neighbors(i) {
			if x[v] > 0 {
				parts[i] = 0
			}
		}
		if x[i] > 0 {
			parts[i] += 0.4
		}
	}
	return parts
}

// TestCreditBiasAndVariance compares local credit with the exact gradient on an
// antiferromagnetic ring, for pairs of samples: the bias falls with the radius and
// is gone where the radius covers the ring; the variance rises.
func TestCreditBiasAndVariance(t *testing.T) {
	if testing.Short() {
		t.Skip("a long statistical test")
	}
	const n, pairs, coupling = 12, 40000, -0.4
	it := ring(t, n)
	m := isinggraph.Model{Graph: it.Graph, H: make([]float32, n), J: isinggraph.Uniform(coupling)}
	for i := range m.H {
		m.H[i] = float32(0.3 * math.Sin(float64(3*i)))
	}
	_, exact, _, err := exact.ExpectedLoss(m, func(x []int8) float64 {
		var sum float64
		for _, v := range lonely(it.Graph, x) {
			sum += v
		}
		return sum
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := isinggraph.Plain(it.Graph).Sample(context.Background(), isinggraph.Request{Model: m, Chains: isinggraph.Chains{Count: 2 * pairs}, Sweeps: 30, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var bias, variance []float64 // by radius, relative to the exact gradient's norm and its square
	var norm float64
	for _, v := range exact {
		norm += v * v
	}
	for radius := 0; radius <= n/2; radius++ {
		c := learn.Local{Radius: radius}
		sum, square := make([]float64, n), make([]float64, n)
		for k := 0; k < 2*pairs; k += 2 {
			x := [][]int8{s.Chain(k), s.Chain(k + 1)}
			parts := [][]float64{lonely(it.Graph, x[0]), lonely(it.Graph, x[1])}
			a, err := c.Advantages(it, parts)
			if err != nil {
				t.Fatal(err)
			}
			for i := range n {
				g := a[0][i]*float64(x[0][i]) + a[1][i]*float64(x[1][i])
				sum[i] += g / pairs
				square[i] += g * g / pairs
			}
		}
		var b, v, noise float64
		for i := range n {
			b += (sum[i] - exact[i]) * (sum[i] - exact[i])
			v += square[i] - sum[i]*sum[i]
			se := math.Sqrt((square[i] - sum[i]*sum[i]) / pairs)
			noise += se * se
			if radius == n/2 && math.Abs(sum[i]-exact[i]) > 4*se {
				t.Errorf("radius %d, node %d: %.4f ± %.4f, exact %.4f", radius, i, sum[i], se, exact[i])
			}
		}
		bias, variance = append(bias, math.Sqrt(max(0, b-noise)/norm)), append(variance, v/norm)
	}
	t.Logf("relative bias %.3f, variance %.1f", bias, variance)
	if bias[0] < 0.5 || bias[3] > 0.1 {
		t.Errorf("relative bias by radius %.3f, want much at 0 and little at 3", bias)
	}
	for r := 1; r < n/2; r++ {
		if bias[r] > bias[r-1] || variance[r] < variance[r-1] {
			t.Errorf("at radius %d the bias does not fall or the variance does not rise", r)
		}
	}
}

// TestCreditReachesAll compares a radius that reaches every node, and parts of
// two kinds given by Of, with the global advantages.
func TestCreditReachesAll(t *testing.T) {
	it := ring(t, 9)
	losses := []float64{3, -1, 4}
	parts := [][]float64{{1, 2}, {0, -1}, {3, 1}}
	want := learn.Advantages(losses)
	one := func(*learn.Item) ([][]int32, error) {
		of := make([][]int32, 9)
		of[0], of[4] = []int32{0}, []int32{1, 0}
		return of, nil
	}
	a, err := (learn.Local{Radius: 4, Of: one}).Advantages(it, parts)
	if err != nil {
		t.Fatal(err)
	}
	for k := range a {
		for i, v := range a[k] {
			if i != 0 && i != 5 { // 4 hops from both 0 and 4: all others but these see both parts
				continue
			}
			if math.Abs(v-want[k]) > 1e-6 {
				t.Errorf("sample %d, node %d: advantage %v, want %v", k, i, v, want[k])
			}
		}
	}
	near, err := (learn.Local{Radius: 1, Of: one}).Advantages(it, parts)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range learn.Advantages([]float64{1, 0, 3}) { // node 1 sees part 0 alone
		if math.Abs(near[k][1]-v) > 1e-6 || near[k][2] != 0 {
			t.Errorf("sample %d: advantages %v, want %v at node 1 and 0 at node 2", k, near[k], v)
		}
	}
	if _, err := (learn.Local{Radius: 1}).Advantages(it, parts); err == nil {
		t.Error("two parts for nine nodes were accepted")
	}
}

// TestPredict checks shifts, tops, marginals and the annealed mode.
func TestPredict(t *testing.T) {
	rng := newRand(13)
	items := []*learn.Item{connectedItem(t, 40, 40, 3, rng), connectedItem(t, 14, 10, 3, rng)}
	c := quiet(t, learn.Config{
		Field:     fields.MLP{Hidden: 8}.Field(),
		Model:     learn.Model{J: isinggraph.Uniform(-0.5)},
		Objective: learn.Objective{Loss: learn.Loss{Total: cut}},
		Optimizer: learn.Optimizer{Steps: 1},
	})
	l := newLearner(t, c, items, nil)
	train(t, l)
	p, err := l.Predict(context.Background(), items, learn.PredictOptions{Chains: 200, Sweeps: 20, BurnIn: 5, Fraction: 0.3, Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range p {
		n := items[i].Graph.NumNodes()
		if math.Abs(q.Fraction-0.3) > 0.01 || len(q.H) != n || len(q.Marginals) != n || len(q.Sample(199)) != n {
			t.Errorf("item %d: kept %.3f with shift %v", i, q.Fraction, q.Shift)
		}
	}
	p, err = l.Predict(context.Background(), items[1:], learn.PredictOptions{Chains: 64, Sweeps: 60, Schedule: isinggraph.Annealing(60, 0.5, 8), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	m := isinggraph.Model{Graph: items[1].Graph, J: p[0].J, H: p[0].H}
	lowest, x := math.Inf(1), make([]int8, 14)
	for s := range 1 << 14 {
		for i := range x {
			x[i] = int8(s>>i&1)*2 - 1
		}
		lowest = min(lowest, m.Energy(x))
	}
	if got := m.Energy(p[0].Mode()); got > lowest+1e-5 {
		t.Errorf("annealed mode has energy %v, the lowest is %v", got, lowest)
	}
	if _, err := l.Predict(context.Background(), []*learn.Item{ring(t, 5)}, learn.PredictOptions{}); err == nil {
		t.Error("an item with another number of features was accepted")
	}
}

// TestFractions checks shifts of a field and the top m.
func TestFractions(t *testing.T) {
	h := []float32{0.5, -1, 3, 0.25, -0.5, 2}
	for m := range len(h) + 1 {
		c, err := learn.ShiftToCount(h, m)
		if err != nil {
			t.Fatal(err)
		}
		top, err := learn.Top(h, m)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range h {
			if (v+c > 0) != (top[i] > 0) {
				t.Errorf("m = %d: shift %v and top %v disagree on node %d", m, c, top, i)
			}
		}
		if kept := isinggraph.Fraction(top); math.Abs(kept-float64(m)/6) > 1e-12 {
			t.Errorf("m = %d: kept %v", m, kept)
		}
	}
	if _, err := learn.ShiftToCount([]float32{1, 1}, 1); err == nil {
		t.Error("equal fields were separated")
	}
	for _, eta := range []float64{-0.9, 0, 0.5} {
		c, err := learn.ShiftToEta(h, 2, eta)
		if err != nil {
			t.Fatal(err)
		}
		var got float64 // eq. 11
		for _, v := range h {
			got += math.Tanh(2*(float64(v)+c)) / float64(len(h))
		}
		if math.Abs(got-eta) > 1e-5 {
			t.Errorf("η_det is %v after the shift to %v", got, eta)
		}
	}
	if _, err := learn.ShiftToEta(h, 1, 1); err == nil {
		t.Error("η = 1 was accepted")
	}
}
