package learn_test

import (
	"bytes"
	"context"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// downstream is a loss with a network of its own: the square by which a learned weight
// times the share of kept nodes with positive first feature misses 1, [K, G].
func downstream(scope *model.Scope, b *learn.BatchNodes, x *graph.Node, _ []*graph.Node) *graph.Node {
	g := x.Graph()
	w := scope.VariableWithValue("w", float32(0.5)).NodeValue(g)
	first := graph.Squeeze(graph.Slice(b.X, graph.AxisRange(), graph.AxisElem(0)), 1)
	positive := graph.Mul(graph.ConvertDType(graph.GreaterThan(first, graph.Const(g, float32(0))), x.DType()), b.NodeMask)
	kept := graph.Mul(graph.MulScalar(graph.OnePlus(x), 0.5), graph.ExpandAxes(positive, 0)) // [K, N]
	share := graph.Div(graph.Transpose(fields.SumPool(b, graph.Transpose(kept, 0, 1)), 0, 1), graph.ExpandAxes(b.Sizes, 0))
	return graph.Square(graph.OneMinus(graph.Mul(w, share)))
}

// TestLossLearns trains a field together with the network in its loss: the weight
// moves by its own gradient from where Loss.Store had it, and the loss falls further
// than with the weight frozen. A run that is cut in two ends with the weight of a whole
// one.
func TestLossLearns(t *testing.T) {
	rng := newRand(17)
	items := []*learn.Item{connectedItem(t, 14, 8, 2, rng), connectedItem(t, 12, 9, 2, rng)}
	config := func(rate float64, dir string) learn.Config {
		store := model.NewStore()
		if _, err := store.CreateVariable("/w", tensors.FromValue(float32(0.8))); err != nil {
			t.Fatal(err)
		}
		return quiet(t, learn.Config{
			Field: fields.MLP{Layers: 1, Hidden: 4}.Field(), Seed: 3,
			Model:     learn.Model{J: isinggraph.Uniform(0.1)},
			Objective: learn.Objective{Loss: learn.Loss{Graph: downstream, Store: store, Rate: rate}},
			Sampling:  learn.Sampling{Samples: 8},
			Optimizer: learn.Optimizer{Steps: 120, LearningRate: 0.02},
			Storage:   learn.Storage{Dir: dir},
		})
	}
	weight := func(l *learn.Learner) float64 {
		v := l.Store().GetVariable("/loss/w")
		if v == nil {
			return math.NaN()
		}
		return float64(tensors.ToScalar[float32](v.MustValue()))
	}
	dir := t.TempDir()
	learns := newLearner(t, config(0.05, dir), items, nil)
	train(t, learns)
	frozen := newLearner(t, config(0, ""), items, nil)
	train(t, frozen)
	last := func(l *learn.Learner) float64 { return l.History()[len(l.History())-1].Loss }
	if w := weight(learns); !(w > 1.2) || !math.IsNaN(weight(frozen)) {
		t.Errorf("the weight is %.3f after training, want more than 1.2, and it is frozen elsewhere", w)
	}
	if last(learns) > 0.6*last(frozen) {
		t.Errorf("loss %.4f with a weight that learns, %.4f without", last(learns), last(frozen))
	}
	c := config(0.05, t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	c.Runtime.Progress = func(s learn.StepInfo) {
		if s.Step == 50 {
			cancel()
		}
	}
	first := newLearner(t, c, items, nil)
	if err := first.Train(ctx); err == nil {
		t.Fatal("the training was not cut")
	}
	c.Runtime.Progress = nil
	second := newLearner(t, c, items, nil)
	train(t, second)
	if weight(second) != weight(learns) {
		t.Errorf("a run in two pieces ends with the weight %v, a whole one with %v", weight(second), weight(learns))
	}
}

// TestTargets learns targets from features by contrastive divergence, and by the
// pseudo-likelihood after a warm start by cross-entropy; the signs of the field are right on nearly all
// nodes of an item that was not trained on. Chains that go on are part of a run's
// state.
func TestTargets(t *testing.T) {
	rng := newRand(19)
	var items []*learn.Item
	for range 9 {
		it := connectedItem(t, 30, 20, 3, rng)
		it.Target = make([]int8, 30)
		for i := range it.Target {
			it.Target[i] = -1
			if it.X[3*i] > 0 {
				it.Target[i] = 1
			}
		}
		it.Target[4] = 0
		items = append(items, it)
	}
	for _, o := range []learn.Objective{
		{Estimator: learn.PseudoLikelihood{}, Warm: learn.CrossEntropy{}, WarmSteps: 40},
		{Estimator: learn.Contrastive{Persistent: true}},
	} {
		c := quiet(t, learn.Config{
			Field:     fields.MLP{Layers: 1, Hidden: 8}.Field(),
			Model:     learn.Model{J: isinggraph.Uniform(0.1)},
			Objective: o,
			Optimizer: learn.Optimizer{Steps: 150, BatchSize: 4, LearningRate: 0.02},
		})
		l := newLearner(t, c, items[:8], nil)
		train(t, l)
		h, err := l.Fields(context.Background(), items[8:])
		if err != nil {
			t.Fatal(err)
		}
		right := 0
		for i, v := range h[0] {
			if (v > 0) == (items[8].X[3*i] > 0) {
				right++
			}
		}
		if right < 27 {
			t.Errorf("%s: %d of 30 signs are right", o.Estimator, right)
		}
		if h := l.History(); !(h[len(h)-1].Loss < h[0].Loss) {
			t.Errorf("%s: the objective went from %.4f to %.4f", o.Estimator, h[0].Loss, h[len(h)-1].Loss)
		}
	}
	c := quiet(t, learn.Config{Field: fields.MLP{}.Field(), Objective: learn.Objective{Estimator: learn.CrossEntropy{}}, Optimizer: learn.Optimizer{Steps: 1}})
	if _, err := learn.NewLearner(c, []*learn.Item{{Graph: items[0].Graph}}, nil); err == nil || !strings.Contains(err.Error(), "item 0: no Target") {
		t.Errorf("an item without a target: %v", err)
	}
	c.Objective.Penalty = learn.Penalty{Kind: learn.EtaStochastic, Weight: 1}
	if _, err := learn.NewLearner(c, items, nil); err == nil || !strings.Contains(err.Error(), "eq. 12") {
		t.Errorf("a penalty on samples without samples: %v", err)
	}
}

// TestSlowLoss names a loss that does not return within five seconds.
func TestSlowLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for five seconds")
	}
	var log bytes.Buffer
	var mu sync.Mutex // two samples are late at once
	c := quiet(t, learn.Config{
		Field: fields.PerNode{Nodes: 5}.Field(),
		Objective: learn.Objective{Loss: learn.Loss{Total: func(_ *learn.Item, x []int8) (float64, error) {
			time.Sleep(5200 * time.Millisecond)
			return float64(x[0]), nil
		}}},
		Optimizer: learn.Optimizer{Steps: 1},
	})
	c.Runtime.Log = runs.Lines(func(line string) {
		mu.Lock()
		defer mu.Unlock()
		log.WriteString(line + "\n")
	})
	train(t, newLearner(t, c, []*learn.Item{ring(t, 5)}, nil))
	if !strings.Contains(log.String(), "the loss of item 0, sample ") || !strings.Contains(log.String(), "has not returned for 5s") {
		t.Errorf("log %q", &log)
	}
}
