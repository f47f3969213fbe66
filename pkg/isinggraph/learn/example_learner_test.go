//go:build !race

package learn_test

import (
	"context"
	"fmt"
	"log"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"
)

// uncut is a host loss: the edges between two kept or two dropped nodes.
func uncut(it *learn.Item, x []int8) (float64, error) {
	count := 0
	for _, e := range it.Graph.Edges() {
		if x[e[0]] == x[e[1]] {
			count++
		}
	}
	return float64(count), nil
}

// uncutParts is uncut in parts, one a node: half of each of its edges.
func uncutParts(it *learn.Item, x []int8) ([]float64, error) {
	parts := make([]float64, len(x))
	for _, e := range it.Graph.Edges() {
		if x[e[0]] == x[e[1]] {
			parts[e[0]] += 0.5
			parts[e[1]] += 0.5
		}
	}
	return parts, nil
}

// uncutGraph is uncut as a graph loss, in the same parts [K, N].
func uncutGraph(_ *model.Scope, b *learn.BatchNodes, x *graph.Node, _ []*graph.Node) *graph.Node {
	x = graph.Transpose(x, 0, 1) // [N, K]
	degree := graph.ExpandAxes(graph.ConvertDType(b.Degree, dtypes.Float32), -1)
	alike := graph.Mul(x, fields.NeighborSum(b, x)) // equal neighbours less unequal ones
	return graph.Transpose(graph.MulScalar(graph.Add(degree, alike), 0.25), 0, 1)
}

// oneLayer is a field: a layer of message passing on the logarithm of degrees.
func oneLayer(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
	x := graph.Log1P(graph.ExpandAxes(graph.ConvertDType(b.Degree, dtypes.Float32), -1)) // [N, 1]
	x = graph.Concatenate([]*graph.Node{x, fields.NeighborSum(b, x)}, -1)                // [N, 2]
	x = graph.Tanh(layers.Dense(scope.At("hidden"), x, true, 16))                        // [N, 16]
	h := graph.Squeeze(layers.Dense(scope.At("head"), x, true, 1), -1)                   // [N]
	return graph.Mul(h, b.NodeMask)                                                      // 0 where padded
}

// star is a hub with five neighbours: its largest cut has all five edges.
func star() *learn.Item {
	g, err := isinggraph.NewGraph(6, [][2]int32{{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}})
	if err != nil {
		log.Fatal(err)
	}
	return &learn.Item{Graph: g}
}

// learned trains a field for a loss and prints what a sample of it loses.
func learned(key string, field learn.FieldFunc, loss learn.Loss, estimator learn.Estimator) {
	items := []*learn.Item{star()}
	l, err := learn.OpenOrTrain(context.Background(), learn.Config{
		Key: key, Field: field,
		Model:     learn.Model{J: isinggraph.Uniform(-0.1)},
		Objective: learn.Objective{Loss: loss, Estimator: estimator},
		Sampling:  learn.Sampling{Samples: 16},
		Optimizer: learn.Optimizer{Steps: 200, LearningRate: 0.02},
	}, items, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	p, err := l.Predict(context.Background(), items, learn.PredictOptions{Chains: 16, Sweeps: 30, Schedule: isinggraph.Annealing(30, 1, 5)})
	if err != nil {
		log.Fatal(err)
	}
	lost, err := uncut(items[0], p[0].Mode())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %g of 5 edges uncut\n", key, lost)
}

// A loss in plain Go, for a field with a variable for each node.
func ExampleOpenOrTrain() {
	learned("host loss", fields.PerNode{Nodes: 6}.Field(), learn.Loss{Total: uncut}, nil)
	// Output: host loss: 0 of 5 edges uncut
}

// A loss in parts, with local credit: each node is credited with its own part
// and its neighbours'.
func ExampleLocal() {
	learned("local credit", oneLayer, learn.Loss{Parts: uncutParts}, learn.Local{Radius: 1})
	// Output: local credit: 0 of 5 edges uncut
}

// The same loss as a GoMLX graph, for a field of one's own.
func ExampleLoss_graph() {
	learned("graph loss", oneLayer, learn.Loss{Graph: uncutGraph}, nil)
	// Output: graph loss: 0 of 5 edges uncut
}
