package learn_test

import (
	"testing"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TestLearnerCompilesOnce: cycles of 20 nodes with different labels have one padded
// shape, in batches of 4. The field's, the sampler's and the gradient's programs are
// compiled in the first step, and never again.
func TestLearnerCompilesOnce(t *testing.T) {
	rng := newRand(51)
	var items []*learn.Item
	for range 8 {
		order := rng.Perm(20)
		var edges [][2]int32
		for k, u := range order {
			edges = append(edges, [2]int32{int32(u), int32(order[(k+1)%len(order)])})
		}
		g, err := isinggraph.NewGraph(len(order), edges)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, &learn.Item{Graph: g})
	}
	c := quiet(t, learn.Config{
		Field:     fields.PerNode{Nodes: 80}.Field(),
		Objective: learn.Objective{Loss: learn.Loss{Total: cut}},
		Optimizer: learn.Optimizer{BatchSize: 4, Steps: 6},
	})
	var err error
	if c.Runtime.Engine, err = isinggraph.NewEngine(c.Runtime.Engine.Backend()); err != nil { // that has compiled nothing yet
		t.Fatal(err)
	}
	l := newLearner(t, c, items, nil)
	train(t, l)
	for k, s := range l.History() {
		if want := map[bool]int{true: 4}[k == 0]; s.Compilations != want {
			t.Errorf("step %d compiled %d programs, want %d", s.Step, s.Compilations, want)
		}
	}
	if n := l.Compilations(); n != 4 {
		t.Errorf("%d programs, want 3", n)
	}
}
