package learn_test

import (
	"context"
	"testing"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// TestFieldsOfLargerDegrees: a learner of a path computes the field of a star, whose
// centre has more neighbours than any node that it has seen; the field is the degree.
func TestFieldsOfLargerDegrees(t *testing.T) {
	shape := func(edges ...[2]int32) *learn.Item {
		g, err := isinggraph.NewGraph(len(edges)+1, edges)
		if err != nil {
			t.Fatal(err)
		}
		return &learn.Item{Graph: g}
	}
	c := quiet(t, learn.Config{
		Field: func(_ *model.Scope, b *learn.BatchNodes) *graph.Node {
			return graph.ReduceSum(b.Mask, 1)
		},
		Objective: learn.Objective{Loss: learn.Loss{Total: cut}},
		Optimizer: learn.Optimizer{Steps: 1},
	})
	l := newLearner(t, c, []*learn.Item{shape([2]int32{0, 1}, [2]int32{1, 2})}, nil)
	star := shape([2]int32{0, 1}, [2]int32{0, 2}, [2]int32{0, 3}, [2]int32{0, 4}, [2]int32{0, 5}, [2]int32{0, 6})
	h, err := l.Fields(context.Background(), []*learn.Item{star})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range h[0] {
		if want := float32(star.Graph.Degree(i)); v != want {
			t.Errorf("node %d: %v neighbours, want %v", i, v, want)
		}
	}
}
