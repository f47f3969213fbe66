package learn_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// TestLossFailures stops runs whose loss is NaN, infinite, an error or a panic,
// and names the place.
func TestLossFailures(t *testing.T) {
	rng := newRand(1)
	items := []*learn.Item{connectedItem(t, 6, 3, 1, rng), connectedItem(t, 7, 3, 1, rng), connectedItem(t, 8, 3, 1, rng)}
	bad := errors.New("no such luck")
	var fail func() (float64, error)
	l := newLearner(t, quiet(t, learn.Config{
		Field: fields.MLP{Hidden: 4}.Field(),
		Objective: learn.Objective{Loss: learn.Loss{Total: func(it *learn.Item, x []int8) (float64, error) {
			if it == items[2] {
				return fail()
			}
			return float64(x[0]), nil
		}}},
		Optimizer: learn.Optimizer{Steps: 5},
		Storage:   learn.Storage{Dir: t.TempDir()},
	}), items, nil) // one for all, for each compiles its programs; a failed run may be tried again
	for name, f := range map[string]func() (float64, error){
		"is NaN":                  func() (float64, error) { return math.NaN(), nil },
		"is -Inf":                 func() (float64, error) { return math.Inf(-1), nil },
		"failed: no such luck":    func() (float64, error) { return 0, bad },
		"panicked: runtime error": func() (float64, error) { return float64([]int{}[len(items)]), nil },
	} {
		fail = f
		err := l.Train(context.Background())
		var at *learn.LossError
		if !errors.As(err, &at) || at.Item != 2 || len(at.Spins) != 8 || !strings.Contains(err.Error(), "item 2, sample") || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
		if strings.HasPrefix(name, "panicked") && !strings.Contains(at.Stack, "loss_test.go") {
			t.Errorf("no stack in %q", at.Stack)
		}
		if strings.HasPrefix(name, "failed") && !errors.Is(err, bad) {
			t.Errorf("%v does not wrap the loss's error", err)
		}
		if n := len(l.History()); n != 0 {
			t.Errorf("%s: %d steps done", name, n)
		}
	}
	c := quiet(t, learn.Config{
		Field: fields.MLP{Hidden: 4}.Field(),
		Objective: learn.Objective{Loss: learn.Loss{Graph: func(_ *model.Scope, b *learn.BatchNodes, x *graph.Node, in []*graph.Node) *graph.Node {
			return graph.Div(x, graph.Mul(graph.ExpandAxes(b.NodeMask, 0), in[0]))
		}, Inputs: func(b *learn.Batch) ([]*tensors.Tensor, error) {
			v := make([]float32, b.Shape.Nodes)
			for i := range v {
				v[i] = 1
			}
			v[b.Offsets[1]] = 0 // node 0 of item 1
			return []*tensors.Tensor{tensors.FromFlatDataAndDimensions(v, 1, len(v))}, nil
		}}},
		Optimizer: learn.Optimizer{Steps: 2},
	})
	var at *learn.LossError
	if err := newLearner(t, c, items, nil).Train(context.Background()); !errors.As(err, &at) || at.Item != 1 {
		t.Errorf("graph loss: error %v", err)
	}
}

// TestConstantLoss warns once, and only where the loss is constant.
func TestConstantLoss(t *testing.T) {
	it := connectedItem(t, 6, 3, 1, newRand(1))
	for _, constant := range []bool{true, false} {
		warnings := 0
		c := quiet(t, learn.Config{
			Field: fields.MLP{Hidden: 4}.Field(),
			Objective: learn.Objective{Loss: learn.Loss{Total: func(_ *learn.Item, x []int8) (float64, error) {
				if constant {
					return 4, nil
				}
				return float64(x[0] + 2*x[1] + 4*x[2]), nil
			}}},
			Optimizer: learn.Optimizer{Steps: 20, LearningRate: 1e-5},
		})
		c.Runtime.Log = runs.Lines(func(line string) {
			if strings.Contains(line, "nothing to learn") {
				warnings++
			}
		})
		train(t, newLearner(t, c, []*learn.Item{it}, nil))
		if want := map[bool]int{true: 1}[constant]; warnings != want {
			t.Errorf("constant %t: %d warnings", constant, warnings)
		}
	}
}
