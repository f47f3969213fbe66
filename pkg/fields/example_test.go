//go:build !race

// GoMLX's pure Go backend, which serves here for small networks, fails the pointer
// checks that come with -race.

package fields_test

import (
	"fmt"
	"log"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// fieldOf computes a field of a graph with weights that a seed gives.
func fieldOf(field learn.FieldFunc, item *learn.Item) []float32 {
	backend, err := compute.NewWithConfig("go")
	if err != nil {
		log.Fatal(err)
	}
	defer backend.Finalize()
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(1); err != nil {
		log.Fatal(err)
	}
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, in []*graph.Node) *graph.Node {
		return field(scope, learn.BatchFromNodes(in))
	})
	if err != nil {
		log.Fatal(err)
	}
	batch, err := learn.NewBatch([]*learn.Item{item}, learn.BatchShape{})
	if err != nil {
		log.Fatal(err)
	}
	var in []any
	for _, t := range batch.Tensors() {
		in = append(in, t)
	}
	out, err := exec.Call(in...)
	if err != nil {
		log.Fatal(err)
	}
	return tensors.MustCopyFlatData[float32](out[0])[:item.Graph.NumNodes()]
}

// path is a path of five nodes.
func path() *learn.Item {
	g, err := isinggraph.NewGraph(5, [][2]int32{{0, 1}, {1, 2}, {2, 3}, {3, 4}})
	if err != nil {
		log.Fatal(err)
	}
	return &learn.Item{Graph: g}
}

// near says whether two values are alike up to rounding.
func near(a, b float32) bool { return a-b < 1e-4 && b-a < 1e-4 }

// A graph network tells nodes apart by where they are, and symmetric ones not at all.
func ExampleGIN() {
	h := fieldOf(fields.GIN{Layers: 2, Hidden: 8}.Field(), path())
	fmt.Println("ends alike:", near(h[0], h[4]), "their neighbours alike:", near(h[1], h[3]), "end and middle alike:", near(h[0], h[2]))
	// Output: ends alike: true their neighbours alike: true end and middle alike: false
}

// A perceptron sees each node alone: without features all are alike.
func ExampleMLP() {
	h := fieldOf(fields.MLP{Layers: 1, Hidden: 4}.Field(), path())
	fmt.Println("end and middle alike:", near(h[0], h[2]))
	// Output: end and middle alike: true
}

// A field with zero sum keeps about half of the nodes.
func ExampleZeroSum() {
	sum := float32(0)
	for _, v := range fieldOf(fields.GIN{Layers: 1, Hidden: 4, ZeroSum: true}.Field(), path()) {
		sum += v
	}
	fmt.Println("sum 0:", near(sum, 0))
	// Output: sum 0: true
}

// A variable for each node begins at 0.
func ExamplePerNode() {
	fmt.Println(fieldOf(fields.PerNode{Nodes: 5}.Field(), path()))
	// Output: [0 0 0 0 0]
}
