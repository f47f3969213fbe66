package isinggraph_test

import (
	"context"
	"fmt"
	"log"
	"slices"

	"example.org/isinggraph/pkg/isinggraph"
)

// cycle returns a ring of n nodes.
func cycle(n int32) *isinggraph.Graph {
	var edges [][2]int32
	for i := range n {
		edges = append(edges, [2]int32{i, (i + 1) % n})
	}
	g, err := isinggraph.NewGraph(int(n), edges)
	if err != nil {
		log.Fatal(err)
	}
	return g
}

// Edges may come in any order and direction; the graph has them in canonical order.
func ExampleNewGraph() {
	g, err := isinggraph.NewGraph(4, [][2]int32{{3, 2}, {1, 0}, {0, 2}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(g.Edges(), "neighbours of 2:", g.Neighbors(2), "largest degree:", g.MaxDegree())
	_, err = isinggraph.NewGraph(4, [][2]int32{{0, 1}, {1, 1}})
	fmt.Println(err)
	// Output:
	// [[0 1] [0 2] [2 3]] neighbours of 2: [0 3] largest degree: 2
	// isinggraph: edge 1 (1, 1): self loop
}

// Nodes of one colour can be updated at once.
func ExampleGreedyColoring() {
	c := isinggraph.GreedyColoring(cycle(7))
	fmt.Println(c.Color, c.Sizes(), "balanced:", c.Balance(cycle(7)).Sizes())
	// Output: [0 1 0 1 0 1 2] [3 3 1] balanced: [3 2 2]
}

// The line graph says which edges of a star meet: all of them.
func ExampleLineGraph() {
	star, err := isinggraph.NewGraph(4, [][2]int32{{0, 1}, {0, 2}, {0, 3}})
	if err != nil {
		log.Fatal(err)
	}
	l, err := isinggraph.LineGraph(star)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.NumNodes(), "nodes:", l.Edges())
	// Output: 3 nodes: [[0 1] [0 2] [1 2]]
}

// A run cut into calls draws what one call draws.
func ExamplePlain() {
	ctx := context.Background()
	sampler := isinggraph.Plain(cycle(100))
	defer sampler.Close()
	whole, err := sampler.Sample(ctx, isinggraph.Request{Sweeps: 20, Seed: 7})
	if err != nil {
		log.Fatal(err)
	}
	half, err := sampler.Sample(ctx, isinggraph.Request{Sweeps: 10, Seed: 7})
	if err != nil {
		log.Fatal(err)
	}
	again, err := sampler.Sample(ctx, isinggraph.Request{Sweeps: 10, Seed: 7, From: half})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(slices.Equal(whole.Spins, again.Spins))
	// Output: true
}

// Annealing finds the two states of lowest energy of a ring of even length, and the
// clamped node says which.
func ExampleRequest() {
	g := cycle(8)
	sampler := isinggraph.Plain(g)
	defer sampler.Close()
	r := isinggraph.Request{
		Model:  isinggraph.Model{Graph: g, J: isinggraph.Uniform(-1)},
		Chains: isinggraph.Chains{Count: 8}, Sweeps: 200, Seed: 1,
		Schedule: isinggraph.Annealing(200, 0.2, 5),
		Clamp:    []int8{-1, 0, 0, 0, 0, 0, 0, 0},
	}
	x, err := sampler.Sample(context.Background(), r)
	if err != nil {
		log.Fatal(err)
	}
	best, energies := 0, r.Energies(x.Spins)
	for c, e := range energies {
		if e < energies[best] {
			best = c
		}
	}
	fmt.Println(x.Chain(best), energies[best])
	// Output: [-1 1 -1 1 -1 1 -1 1] -8
}

// Graphs are sampled together as one: their union.
func ExampleUnion() {
	g, offsets, err := isinggraph.Union(cycle(3), cycle(4))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(g.NumNodes(), g.NumEdges(), offsets)
	// Output: 7 7 [0 3 7]
}

// The colours of a torus with an odd side.
func ExampleNewGrid() {
	gr, err := isinggraph.NewGrid(4, 5, 4, true)
	if err != nil {
		log.Fatal(err)
	}
	c, err := gr.Coloring()
	if err != nil {
		log.Fatal(err)
	}
	for r := range gr.Rows {
		fmt.Println(c.Color[r*gr.Cols : (r+1)*gr.Cols])
	}
	// Output:
	// [0 1 0 1 2]
	// [1 2 1 2 0]
	// [0 1 0 1 2]
	// [1 2 1 2 0]
}

// Pairs of indices, as the positions of a matrix have them, sampled without a graph's
// many edges.
func ExampleNewLineSampler() {
	ends := [][2]int32{{0, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 2}}
	g, err := isinggraph.NewGraph(5, [][2]int32{{0, 1}, {1, 2}, {1, 3}, {2, 3}, {3, 4}})
	if err != nil {
		log.Fatal(err)
	}
	s, err := isinggraph.NewLineSampler(g, ends, isinggraph.GreedyColoring(g))
	if err != nil {
		log.Fatal(err)
	}
	field := []float32{9, -9, 9, -9, 9} // keeps the diagonal
	m := isinggraph.Model{J: isinggraph.Uniform(-0.4), H: field}
	x, err := s.Sample(context.Background(), isinggraph.Request{Model: m, Sweeps: 50, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.Chain(0))
	// Output: [1 -1 1 -1 1]
}
