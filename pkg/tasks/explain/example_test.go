//go:build !race

// GoMLX's pure Go backend, on which networks run where there is no XLA, fails the
// pointer checks that come with -race.

package explain_test

import (
	"context"
	"fmt"
	"log"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"example.org/isinggraph/pkg/tasks/explain"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// marked is a network that sees class 1 where there are marked nodes: features x_i = 1.
func marked(_ *model.Scope, b *learn.BatchNodes, m explain.Mask) (logits, nodes *graph.Node) {
	x := graph.Mul(graph.Squeeze(b.X, -1), b.NodeMask)
	if m.Node != nil {
		x = graph.Mul(x, m.Node)
	}
	count := graph.ExpandAxes(fields.SumPool(b, graph.Mul(x, x)), -1)
	return graph.Concatenate([]*graph.Node{graph.OnesLike(count), graph.MulScalar(count, 2)}, -1), nil
}

// The gradient of a classifier's class finds the two nodes of a path that it goes by.
func ExampleEvaluate() {
	g, err := isinggraph.NewGraph(6, [][2]int32{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}})
	if err != nil {
		log.Fatal(err)
	}
	set := &explain.Dataset{
		Name: "a path", Classes: 2, Labels: []int{1}, Size: explain.Size{Nodes: 2},
		Items:  []*learn.Item{{Graph: g, X: []float32{0, 0, 1, 1, 0, 0}}},
		Motifs: [][][]int32{{{2, 3}}},
	}
	c, err := explain.NewClassifier(marked, 2, set.Items[0], model.NewStore(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	ctx := context.Background()
	p, err := c.Predict(ctx, set.Items)
	if err != nil {
		log.Fatal(err)
	}
	report, found, err := explain.Evaluate(ctx, &explain.Saliency{Size: set.Size}, c, set)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("class %d with %.2f\n", explain.Class(p[0]), p[0][1])
	fmt.Println(found[0].Keep)
	fmt.Printf("GEA %.1f, fid+ %.2f, fid- %.2f\n", report.UnionGEA, report.Probability.Plus, report.Probability.Minus)
	// Output:
	// class 1 with 0.95
	// [false false true true false false]
	// GEA 1.0, fid+ 0.68, fid- 0.00
}

// How well an explanation fits a motif, and how well one of its size could.
func ExampleUnionGEA() {
	keep := []bool{true, true, true, true, false, false, false}
	gea, err := explain.UnionGEA([][]int32{{1, 2, 3}}, keep)
	if err != nil {
		log.Fatal(err)
	}
	ceiling, err := explain.CeilingGEA(3, 4)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(gea, ceiling)
	// Output: 0.75 0.75
}

// Two classes of graphs: a random tree with a house or with a cycle of five nodes.
func ExampleGenerateBA2Motifs() {
	set, err := explain.GenerateBA2Motifs(4, 1)
	if err != nil {
		log.Fatal(err)
	}
	for k, it := range set.Items {
		fmt.Println("label", set.Labels[k], "nodes", it.Graph.NumNodes(), "motif", set.Motifs[k])
	}
	// Output:
	// label 0 nodes 25 motif [[20 21 22 23 24]]
	// label 1 nodes 25 motif [[20 21 22 23 24]]
	// label 0 nodes 25 motif [[20 21 22 23 24]]
	// label 1 nodes 25 motif [[20 21 22 23 24]]
}
