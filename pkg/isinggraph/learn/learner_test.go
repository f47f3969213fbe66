package learn_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// cut is minus the number of edges between kept and dropped nodes, a node.
func cut(it *learn.Item, x []int8) (float64, error) {
	n := 0
	for _, e := range it.Graph.Edges() {
		if x[e[0]] != x[e[1]] {
			n++
		}
	}
	return -float64(n), nil
}

// quiet is a config whose log is the test's.
func quiet(t testing.TB, c learn.Config) learn.Config {
	c.Key = t.Name()
	c.Runtime.Engine = engine(t)
	c.Runtime.Log = runs.Lines(func(line string) { t.Log(line) })
	return c
}

func newLearner(t testing.TB, c learn.Config, train, validation []*learn.Item) *learn.Learner {
	t.Helper()
	l, err := learn.NewLearner(c, train, validation)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func train(t testing.TB, l *learn.Learner) {
	t.Helper()
	if err := l.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// TestLearnerReachesOptimum learns a maximum cut and a minimum vertex cover of a
// small graph, known by enumeration, and a planted field, each on five copies with
// weights and random numbers of their own.
func TestLearnerReachesOptimum(t *testing.T) {
	rng := newRand(21)
	it := connectedItem(t, 12, 14, 1, rng)
	items := slices.Repeat([]*learn.Item{it}, 5)
	sampler, err := engine(t).New(it.Graph)
	if err != nil {
		t.Fatal(err)
	}
	defer sampler.Close()
	planted := make([]int8, 12)
	for i := range planted {
		planted[i] = int8(2*rng.IntN(2) - 1)
	}
	cover := func(it *learn.Item, x []int8) (float64, error) {
		cost := 0.0
		for _, v := range x {
			if v > 0 {
				cost++
			}
		}
		for _, e := range it.Graph.Edges() {
			if x[e[0]] < 0 && x[e[1]] < 0 {
				cost += 2
			}
		}
		return cost, nil
	}
	plantedLoss := func(_ *learn.Item, x []int8) (float64, error) {
		wrong := 0.0
		for i, v := range x {
			if v != planted[i] {
				wrong++
			}
		}
		return wrong, nil
	}
	for name, loss := range map[string]func(*learn.Item, []int8) (float64, error){"cut": cut, "cover": cover, "planted": plantedLoss} {
		best := math.Inf(1)
		x := make([]int8, 12)
		for s := range 1 << 12 {
			for i := range x {
				x[i] = int8(s>>i&1)*2 - 1
			}
			v, _ := loss(it, x)
			best = min(best, v)
		}
		c := quiet(t, learn.Config{
			Field:     fields.PerNode{Nodes: 12 * len(items)}.Field(),
			Model:     learn.Model{J: isinggraph.Uniform(-0.3)},
			Objective: learn.Objective{Loss: learn.Loss{Total: loss}},
			Sampling:  learn.Sampling{Samples: 16, Sweeps: 5},
			Optimizer: learn.Optimizer{Steps: 600, LearningRate: 0.04},
		})
		l := newLearner(t, c, items, nil)
		hits := func() []int {
			h, err := l.Fields(context.Background(), items)
			if err != nil {
				t.Fatal(err)
			}
			n := make([]int, len(items))
			for k := range n {
				x, err := sampler.Sample(context.Background(), isinggraph.Request{
					Model: isinggraph.Model{H: h[k], J: c.Model.J}, Chains: isinggraph.Chains{Count: 64}, Sweeps: 30, Seed: uint64(k),
				})
				if err != nil {
					t.Fatal(err)
				}
				for chain := range x.Chains {
					if got, _ := loss(it, x.Chain(chain)); got == best {
						n[k]++
					}
				}
			}
			return n
		}
		before := hits()
		train(t, l)
		for k, after := range hits() {
			if after < 48 {
				t.Errorf("%s, copy %d: %d of 64 samples reach the optimum %v, %d before training", name, k, after, best, before[k])
			}
		}
	}
}

// TestLearnerGeneralizes trains GIN on many small graphs, with a host loss and
// with the same as a graph loss: same seeds, same numbers.
func TestLearnerGeneralizes(t *testing.T) {
	rng := newRand(4)
	var items []*learn.Item
	for range 40 {
		items = append(items, connectedItem(t, 8+rng.IntN(10), 6, 3, rng))
	}
	// Keep the nodes whose first feature is positive.
	wrong := func(it *learn.Item, x []int8) (float64, error) {
		sum := 0.0
		for i, v := range x {
			if (it.X[3*i] > 0) != (v > 0) {
				sum++
			}
		}
		return sum / float64(len(x)), nil
	}
	compiled := func(_ *model.Scope, b *learn.BatchNodes, x *graph.Node, _ []*graph.Node) *graph.Node {
		g := x.Graph()
		first := graph.Squeeze(graph.Slice(b.X, graph.AxisRange(), graph.AxisElem(0)), 1)
		target := graph.Sub(graph.MulScalar(graph.ConvertDType(graph.GreaterThan(first, graph.Const(g, float32(0))), x.DType()), 2), graph.Const(g, float32(1)))
		miss := graph.MulScalar(graph.Abs(graph.Sub(x, graph.ExpandAxes(target, 0))), 0.5)
		size := graph.Gather(b.Sizes, graph.ExpandAxes(b.GraphID, -1))
		return graph.Div(miss, graph.ExpandAxes(size, 0))
	}
	var last [3]float64
	for k, loss := range []learn.Loss{{Total: wrong}, {Graph: compiled}, {Graph: compiled}} {
		c := quiet(t, learn.Config{
			Field: fields.GIN{Layers: 2, Hidden: 16}.Field(), Seed: 3,
			Model:     learn.Model{J: isinggraph.Uniform(0.1)},
			Objective: learn.Objective{Loss: loss},
			Optimizer: learn.Optimizer{Steps: 200, LearningRate: 0.01, Decay: learn.DecayCosine, ClipNorm: 1},
		})
		if k == 2 {
			c.Objective.Estimator = learn.Local{Radius: 0}
		}
		l := newLearner(t, c, items[:30], items[30:])
		train(t, l)
		_, last[k] = l.BestStep()
		h := l.History()
		t.Logf("variant %d: loss %.3f → %.3f, validation %.3f", k, h[0].Loss, h[len(h)-1].Loss, last[k])
	}
	if math.Abs(last[0]-last[1]) > 0.02 {
		t.Errorf("host loss reached %v, the same as a graph %v", last[0], last[1])
	}
	if last[0] > 0.25 || last[2] > last[0]+0.02 {
		t.Errorf("validation losses %v, random is 0.5; local credit should be no worse", last)
	}
}

// TestLearnerPenalties holds a fraction with each kind of penalty, against a
// loss that wants all nodes.
func TestLearnerPenalties(t *testing.T) {
	rng := newRand(6)
	items := []*learn.Item{connectedItem(t, 60, 60, 1, rng), connectedItem(t, 90, 90, 1, rng)}
	greedy := func(it *learn.Item, x []int8) ([]float64, error) {
		parts := make([]float64, len(x))
		for i, v := range x {
			parts[i] = -float64(v) * (1 + float64(it.X[i]*it.X[i])) / float64(len(x))
		}
		return parts, nil
	}
	for kind := learn.EtaField; kind <= learn.EtaSampled; kind++ {
		for _, e := range []learn.Estimator{learn.Whole{}, learn.Local{Radius: 1}} {
			c := quiet(t, learn.Config{
				Field: fields.PerNode{Nodes: 150}.Field(), Seed: 2,
				Model:     learn.Model{J: isinggraph.Uniform(-0.2)},
				Objective: learn.Objective{Loss: learn.Loss{Parts: greedy}, Estimator: e, Penalty: learn.Penalty{Kind: kind, Eta: -0.4, Weight: 2, Dual: 0.05}},
				Sampling:  learn.Sampling{Samples: 4},
				Optimizer: learn.Optimizer{Steps: 600, LearningRate: 0.05},
			})
			l := newLearner(t, c, items, nil)
			train(t, l)
			var fraction float64
			h := l.History()
			for _, s := range h[len(h)-200:] {
				fraction += s.Fraction / 200
			}
			if math.Abs(fraction-0.3) > 0.03 {
				t.Errorf("kind %d, %s: kept %.3f, want 0.3", kind, e, fraction)
			}
		}
	}
}

// TestLearnedCouplings trains one J, J by edge and J by kind of edge on the loss
// −mean x_u x_v, for which they should rise.
func TestLearnedCouplings(t *testing.T) {
	it := connectedItem(t, 20, 20, 1, newRand(7))
	m := it.Graph.NumEdges()
	it.EdgeX = make([]float32, 2*m)
	for e := range m {
		it.EdgeX[2*e+e%2] = 1
	}
	align := func(it *learn.Item, x []int8) (float64, error) {
		sum := 0.0
		for _, e := range it.Graph.Edges() {
			sum -= float64(x[e[0]] * x[e[1]])
		}
		return sum / float64(it.Graph.NumEdges()), nil
	}
	for name, coupling := range map[string]learn.CouplingFunc{
		"one": learn.LearnedCoupling(0.1), "edges": learn.LearnedEdges(make([]float32, m)), "kernel": learn.LearnedKernel(0.1, -0.1),
	} {
		c := quiet(t, learn.Config{
			Field:     fields.PerNode{Nodes: 20}.Field(),
			Model:     learn.Model{Coupling: coupling},
			Objective: learn.Objective{Loss: learn.Loss{Total: align}, Penalty: learn.Penalty{Kind: learn.EtaStochastic, Weight: 1}},
			Sampling:  learn.Sampling{Samples: 16, Sweeps: 10},
			Optimizer: learn.Optimizer{Steps: 100, LearningRate: 0.05, BatchSize: 1},
		})
		l := newLearner(t, c, []*learn.Item{it}, nil)
		train(t, l)
		h := l.History()
		if first, last := h[0].Loss, h[len(h)-1].Loss; last > first-0.3 {
			t.Errorf("%s: loss %.3f → %.3f", name, first, last)
		}
		p, err := l.Predict(context.Background(), []*learn.Item{it}, learn.PredictOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for e, j := range p[0].J.Each(it.Graph) {
			if j < 0.2 {
				t.Errorf("%s: J[%d] is %v", name, e, j)
			}
		}
	}
}
