package learn_test

import (
	"context"
	"testing"
	"time"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// torusItem is a torus of side² nodes with 6 neighbours each, the degree of a
// mesh.
func torusItem(b *testing.B, side int) *learn.Item {
	var edges [][2]int32
	for i := range int32(side * side) {
		n := int32(side)
		r, c := i/n, i%n
		down, right := (r+1)%n*n, (c+1)%n
		edges = append(edges, [2]int32{i, down + c}, [2]int32{i, r*n + right}, [2]int32{i, down + right})
	}
	g, err := isinggraph.NewGraph(side*side, edges)
	if err != nil {
		b.Fatal(err)
	}
	return &learn.Item{Graph: g}
}

// BenchmarkLearner reports milliseconds a step, with K = 2, five sweeps and GIN
// 3×64, and its parts: the field's forward pass, sampling, the loss, gradient
// and optimizer. Batches come again, as they do from the fifth epoch on.
func BenchmarkLearner(b *testing.B) {
	rng := newRand(1)
	var items []*learn.Item
	for range 64 {
		items = append(items, connectedItem(b, 25, 10, 10, rng))
	}
	degrees := func(_ *model.Scope, n *learn.BatchNodes, x *graph.Node, _ []*graph.Node) *graph.Node {
		return graph.Mul(x, graph.ExpandAxes(graph.ConvertDType(n.Degree, x.DType()), 0)) // [K, N]
	}
	host := func(it *learn.Item, x []int8) (float64, error) {
		sum := 0
		for i, v := range x {
			sum += int(v) * it.Graph.Degree(i)
		}
		return float64(sum), nil
	}
	mesh := []*learn.Item{torusItem(b, 100)}
	for _, bench := range []struct {
		name  string
		items []*learn.Item
		loss  learn.Loss
	}{
		{"graphloss_64x25", items, learn.Loss{Graph: degrees}},
		{"hostloss_64x25", items, learn.Loss{Total: host}},
		{"mesh10k", mesh, learn.Loss{Total: host}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			const warm = 3
			var field, sample, loss, update, step time.Duration
			c := quiet(b, learn.Config{
				Field:     fields.GIN{}.Field(),
				Model:     learn.Model{J: isinggraph.Uniform(-1)},
				Objective: learn.Objective{Loss: bench.loss, Penalty: learn.Penalty{Weight: 1}},
				Optimizer: learn.Optimizer{BatchSize: 64, Steps: warm + b.N},
			})
			c.Runtime.Progress = func(i learn.StepInfo) {
				if i.Step == warm {
					b.ResetTimer()
				}
				if i.Step > warm {
					field, sample, loss = field+i.FieldTime, sample+i.SampleTime, loss+i.LossTime
					update, step = update+i.UpdateTime, step+i.Time
				}
			}
			l := newLearner(b, c, bench.items, nil)
			if err := l.Train(context.Background()); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			for name, d := range map[string]time.Duration{"field": field, "sample": sample, "loss": loss, "update": update, "step": step} {
				b.ReportMetric(float64(d.Microseconds())/1000/float64(b.N), name+"-ms")
			}
		})
	}
}
