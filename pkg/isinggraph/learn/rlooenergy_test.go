package learn_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/exact"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// TestExactGradient compares ExpectedLoss's gradients with finite differences.
func TestExactGradient(t *testing.T) {
	rng := newRand(9)
	it := connectedItem(t, 9, 5, 1, rng)
	j := make([]float32, it.Graph.NumEdges())
	m := isinggraph.Model{Graph: it.Graph, H: it.X, J: isinggraph.PerEdge(j), Beta: 0.8}
	for e := range j {
		j[e] = float32(rng.NormFloat64())
	}
	_, gradH, gradJ, err := exact.ExpectedLoss(m, jagged)
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, at []float32, want []float64) {
		for i := range at {
			was := at[i]
			var side [2]float64
			var place [2]float64
			for s, step := range []float32{0.01, -0.01} {
				at[i] = was + step
				place[s] = float64(at[i])
				side[s], _, _, err = exact.ExpectedLoss(m, jagged)
				if err != nil {
					t.Fatal(err)
				}
			}
			at[i] = was
			if got := (side[0] - side[1]) / (place[0] - place[1]); math.Abs(got-want[i]) > 1e-4 {
				t.Errorf("∂/∂%s[%d] is %.6f by differences, %.6f by covariance", name, i, got, want[i])
			}
		}
	}
	check("h", m.H, gradH)
	check("J", j, gradJ)
}

// TestRLOO compares the plain Go estimator with the compiled one, and with
// hand-written eq. 14.
func TestRLOO(t *testing.T) {
	rng := newRand(2)
	it := connectedItem(t, 10, 8, 1, rng)
	m := isinggraph.Model{Graph: it.Graph, H: it.X, Beta: 0.6}
	p := newSurrogate(t, fields.PerNode{Nodes: 10}.Field(), it, make([]float32, it.Graph.NumEdges()), 0.6)
	for _, k := range []int{2, 5} {
		s, err := isinggraph.Plain(it.Graph).Sample(context.Background(), isinggraph.Request{Model: m, Chains: isinggraph.Chains{Count: k}, Sweeps: 3, Seed: 4})
		if err != nil {
			t.Fatal(err)
		}
		losses := make([]float64, k)
		for c := range losses {
			losses[c] = jagged(s.Chain(c)) + float64(c)
		}
		gradH, gradJ, err := learn.RLOO(m, s, losses)
		if err != nil {
			t.Fatal(err)
		}
		got := p.gradients(t, s.Spins, losses, k)
		for q, v := range append(gradH, gradJ...) {
			if math.Abs(got[q]-v) > 1e-5 {
				t.Errorf("K=%d: component %d is %v compiled, %v in Go", k, q, got[q], v)
			}
		}
		if k == 2 {
			for i, v := range gradH { // −(β/2)(ℓ1−ℓ2) ∂(E1−E2)/∂h_i
				want := 0.3 * (losses[0] - losses[1]) * float64(s.Chain(0)[i]-s.Chain(1)[i])
				if math.Abs(v-want) > 1e-6 {
					t.Errorf("node %d: %v, eq. 14 gives %v", i, v, want)
				}
			}
		}
	}
	if _, _, err := learn.RLOO(m, &isinggraph.Samples{Spins: make([]int8, 10), Chains: 1}, []float64{1}); err == nil {
		t.Error("one sample was accepted")
	}
}

// TestEnergyNode compares the compiled energy with the plain one on a padded
// batch of graphs.
func TestEnergyNode(t *testing.T) {
	rng := newRand(3)
	items := []*learn.Item{connectedItem(t, 7, 4, 1, rng), connectedItem(t, 20, 30, 1, rng), connectedItem(t, 2, 0, 1, rng)}
	b, err := learn.NewBatch(items, learn.BatchShape{})
	if err != nil {
		t.Fatal(err)
	}
	const k = 3
	n, m := b.Graph.NumNodes(), b.Graph.NumEdges()
	x, h, j := make([]float32, k*b.Shape.Nodes), make([]float32, b.Shape.Nodes), make([]float32, b.Shape.Edges)
	for i := range n {
		h[i] = float32(rng.NormFloat64())
	}
	for e := range j {
		j[e] = float32(rng.NormFloat64())
	}
	for i := range x {
		x[i] = float32(2*rng.IntN(2) - 1)
	}
	var args []any
	for _, in := range b.Tensors() {
		args = append(args, in)
	}
	args = append(args, tensors.FromFlatDataAndDimensions(x, k, b.Shape.Nodes), tensors.FromValue(h), tensors.FromValue(j))
	out := graph.MustExecOnce(engine(t).Backend(), func(in []*graph.Node) *graph.Node {
		c := len(in) - 3
		return learn.EnergyNode(learn.BatchFromNodes(in[:c]), in[c], in[c+1], in[c+2])
	}, args...)
	got := copyFlat(t, out)
	edge := 0
	for i, it := range items {
		lo, hi := b.Offsets[i], b.Offsets[i+1]
		m := isinggraph.Model{Graph: it.Graph, H: h[lo:hi], J: isinggraph.PerEdge(j[edge : edge+it.Graph.NumEdges()])}
		edge += it.Graph.NumEdges()
		for c := range k {
			spins := make([]int8, hi-lo)
			for q := range spins {
				spins[q] = int8(x[c*b.Shape.Nodes+int(lo)+q])
			}
			if want := m.Energy(spins); math.Abs(float64(got[c*b.Shape.Graphs+i])-want) > 1e-4 {
				t.Errorf("sample %d of graph %d: energy %v, want %v", c, i, got[c*b.Shape.Graphs+i], want)
			}
		}
	}
	if edge != m {
		t.Fatal(edge, m)
	}
}

// TestChainsIndependent correlates the energies of chains of one call, with
// seeds that differ by one as the learner's do not.
func TestChainsIndependent(t *testing.T) {
	it := connectedItem(t, 12, 12, 1, newRand(8))
	s := isinggraph.Plain(it.Graph)
	const runs = 20000
	var sum, square, cross [3]float64
	for seed := range uint64(runs) {
		r := isinggraph.Request{Model: isinggraph.Model{Graph: it.Graph, H: it.X}, Chains: isinggraph.Chains{Count: 3}, Sweeps: 4, Seed: seed}
		out, err := s.Sample(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		e := r.Energies(out.Spins)
		for c := range e {
			sum[c] += e[c]
			square[c] += e[c] * e[c]
			cross[c] += e[c] * e[(c+1)%3]
		}
	}
	for c := range sum {
		d := (c + 1) % 3
		cov := cross[c]/runs - sum[c]/runs*sum[d]/runs
		variance := func(c int) float64 { return square[c]/runs - sum[c]/runs*sum[c]/runs }
		if r := cov / math.Sqrt(variance(c)*variance(d)); math.Abs(r) > 4/math.Sqrt(runs) {
			t.Errorf("chains %d and %d: correlation %.4f", c, d, r)
		}
	}
}

func ExampleAdvantages() {
	fmt.Println(learn.Advantages([]float64{3, 1, 2}))
	// Output: [1 -1 0]
}
