//go:build !race

// GoMLX's pure Go backend, on which examples learn where there is no XLA, fails
// the pointer checks that come with -race.

package learn_test

import (
	"context"
	"fmt"
	"log"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Learn which nodes of a star to keep, from a loss that has no gradient.
func Example_learning() {
	star, err := isinggraph.NewGraph(6, [][2]int32{{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}})
	if err != nil {
		log.Fatal(err)
	}
	items := []*learn.Item{{Graph: star}}
	loss := func(it *learn.Item, x []int8) (float64, error) {
		var cost float64 // 1 for each kept node, 2 for each that neither is kept nor has a kept neighbour
		for i, v := range x {
			kept := v > 0
			if kept {
				cost++
			}
			for _, j := range it.Graph.Neighbors(i) {
				kept = kept || x[j] > 0
			}
			if !kept {
				cost += 2
			}
		}
		return cost, nil
	}
	learner, err := learn.OpenOrTrain(context.Background(), learn.Config{
		Key: "dominate a star", Field: fields.PerNode{Nodes: 6}.Field(),
		Model:     learn.Model{J: isinggraph.Uniform(-0.1)},
		Objective: learn.Objective{Loss: learn.Loss{Total: loss}},
		Sampling:  learn.Sampling{Samples: 16},
		Optimizer: learn.Optimizer{Steps: 200, LearningRate: 0.02},
	}, items, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer learner.Close()
	found, err := learner.Predict(context.Background(), items, learn.PredictOptions{Chains: 8, Sweeps: 30, Schedule: isinggraph.Annealing(30, 1, 5)})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found[0].Mode())
	// Output: [1 -1 -1 -1 -1 -1]
}
