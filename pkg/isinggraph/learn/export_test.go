package learn

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
)

// Advantages returns the advantages a_ki of K samples' parts [K][P] of an item,
// [K][n], as the learner uses them.
func (c Local) Advantages(it *Item, parts [][]float64) ([][]float64, error) {
	list, err := c.list(it)
	if err != nil {
		return nil, err
	}
	n := it.Graph.NumNodes()
	a := make([]float32, len(parts)*n)
	for k, p := range parts {
		if len(p) != len(parts[0]) {
			return nil, fmt.Errorf("learn: sample %d has %d parts, the first %d", k, len(p), len(parts[0]))
		}
	}
	if err := list.advantages(parts, 1, a, n); err != nil {
		return nil, err
	}
	out := make([][]float64, len(parts))
	for k := range out {
		out[k] = make([]float64, n)
		for i := range n {
			out[k][i] = float64(a[k*n+i])
		}
	}
	return out, nil
}

// SetFieldVariable sets the variable of fields.PerNode of one item to h.
func SetFieldVariable(t testing.TB, l *Learner, it *Item, h []float32) {
	t.Helper()
	if _, err := l.Fields(context.Background(), []*Item{it}); err != nil {
		t.Fatal(err)
	}
	for v := range l.store.IterVariables() {
		if strings.HasSuffix(v.Path(), "/h") {
			if err := v.SetValue(tensors.FromValue(h)); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("no variable h")
}

// MeanGradient returns the mean of some gradients of an estimator with respect to the
// field of one item, at the learner's weights and without the penalty, and its standard
// errors.
func MeanGradient(t testing.TB, l *Learner, it *Item, e Estimator, samples, repeats int) (mean, se []float64) {
	t.Helper()
	before := l.c
	defer func() { l.c = before }()
	l.c.Objective.Penalty = Penalty{}
	s, err := l.newBatch([]*Item{it})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.index = []int{0}
	c := &checking{l: l, s: s}
	if c.field, err = l.programs.predict.Call(s.inputs()...); err != nil {
		t.Fatal(err)
	}
	if c.h, c.j, err = l.readField(s, c.field); err != nil {
		t.Fatal(err)
	}
	all, err := c.gradients(context.Background(), e, samples, repeats, 5)
	if err != nil {
		t.Fatal(err)
	}
	mean, _ = meanGradient(all)
	se = make([]float64, len(mean))
	for i := range se {
		var square float64
		for _, g := range all {
			square += (g[i] - mean[i]) * (g[i] - mean[i])
		}
		se[i] = math.Sqrt(square / float64(repeats*(repeats-1)))
	}
	return mean, se
}
