package isinggraph_test

import (
	"context"
	"fmt"
	"log"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
)

// Keep about half of the nodes of a ring, no two neighbours alike.
func Example() {
	edges := [][2]int32{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}}
	g, err := isinggraph.NewGraph(6, edges)
	if err != nil {
		log.Fatal(err)
	}
	sampler, err := isinggraph.NewSampler(g) // XLA, or plain Go where there is none
	if err != nil {
		log.Fatal(err)
	}
	defer sampler.Close()
	o := isinggraph.Options{Chains: 4, Sweeps: 100, Seed: 1}
	o.J, o.Beta = []float32{-1}, []float32{3}        // antiferromagnetic, temperature 1/3
	o.H = []float32{0.1, -0.1, 0.1, -0.1, 0.1, -0.1} // node 0 would like to be kept
	x, err := sampler.Sample(context.Background(), o)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v energy %.1f\n", x.Chain(0), x.Energies()[0])
	// Output: [1 -1 1 -1 1 -1] energy -6.6
}

// Learn which nodes of a star to keep, from a loss that has no gradient.
func Example_learning() {
	star, err := isinggraph.NewGraph(6, [][2]int32{{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}})
	if err != nil {
		log.Fatal(err)
	}
	items := []*isinggraph.Item{{Graph: star}}
	loss := func(it *isinggraph.Item, _ int, x []int8) (float64, error) {
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
	learner, err := isinggraph.OpenOrTrain(context.Background(), isinggraph.Config{
		Key: "dominate a star", Field: fields.PerNode{Nodes: 6}.Field(), Loss: isinggraph.Loss{Total: loss},
		J: []float32{-0.1}, Samples: 16, Steps: 200, LearningRate: 0.02, Log: func(string) {},
	}, items, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer learner.Close()
	found, err := learner.Predict(context.Background(), items, isinggraph.PredictOptions{Chains: 8, Sweeps: 30, Schedule: isinggraph.Annealing(30, 1, 5)})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found[0].Mode())
	// Output: [1 -1 -1 -1 -1 -1]
}
