//go:build !race

package learn_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// dominate costs 1 for each kept node, and 2 for each that neither is kept nor has a
// kept neighbour.
func dominate(it *learn.Item, x []int8) ([]float64, error) {
	parts := make([]float64, len(x))
	for i, v := range x {
		kept := v > 0
		if kept {
			parts[i] = 1
		}
		for _, j := range it.Graph.Neighbors(i) {
			kept = kept || x[j] > 0
		}
		if !kept {
			parts[i] += 2
		}
	}
	return parts, nil
}

// checkLattice compares all estimators on an antiferromagnetic lattice.
func checkLattice(ctx context.Context) (*learn.CheckReport, error) {
	lattice, err := isinggraph.NewGrid(8, 8, 4, true)
	if err != nil {
		return nil, err
	}
	g, err := lattice.Graph()
	if err != nil {
		return nil, err
	}
	items := []*learn.Item{{Graph: g}}
	l, err := learn.NewLearner(learn.Config{
		Key: "dominate a lattice", Field: fields.PerNode{Nodes: 64}.Field(),
		Model:     learn.Model{J: isinggraph.Uniform(-0.3)},
		Objective: learn.Objective{Loss: learn.Loss{Parts: dominate}},
		Sampling:  learn.Sampling{Sweeps: 30},
		Optimizer: learn.Optimizer{Steps: 1},
		Seed:      1,
	}, items, nil)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	return l.Check(ctx, items, learn.CheckOptions{Samples: []int{8}, Repeats: 500, Chains: 1 << 13, Seed: 1})
}

// Which estimators point where the expected loss falls? On a lattice whose neighbours
// differ, the whole loss and a tapered window do.
func ExampleLearner_Check() {
	report, err := checkLattice(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	truth := report.Differences[0]
	for _, row := range report.Rows {
		slope := row.Slopes[0]
		if math.Abs(slope.Mean-truth.Mean) < 4*math.Hypot(slope.StdErr, truth.StdErr) {
			fmt.Println(row.Estimator)
		}
	}
	// Output:
	// the whole loss
	// local credit of radius 3, tapered
}
