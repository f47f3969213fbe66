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
func ExampleNewReference() {
	ctx := context.Background()
	sampler := isinggraph.NewReference(cycle(100))
	defer sampler.Close()
	whole, err := sampler.Sample(ctx, isinggraph.Options{Sweeps: 20, Seed: 7})
	if err != nil {
		log.Fatal(err)
	}
	half, err := sampler.Sample(ctx, isinggraph.Options{Sweeps: 10, Seed: 7})
	if err != nil {
		log.Fatal(err)
	}
	again, err := sampler.Sample(ctx, isinggraph.Options{Sweeps: 10, Seed: 7, From: half})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(slices.Equal(whole.Spins, again.Spins))
	// Output: true
}

// Annealing finds the two states of lowest energy of a ring of even length, and the
// clamped node says which.
func ExampleOptions() {
	sampler := isinggraph.NewReference(cycle(8))
	defer sampler.Close()
	o := isinggraph.Options{Chains: 8, Sweeps: 200, Seed: 1, Schedule: isinggraph.Annealing(200, 0.2, 5)}
	o.J = []float32{-1}
	o.Clamp = []int8{-1, 0, 0, 0, 0, 0, 0, 0}
	x, err := sampler.Sample(context.Background(), o)
	if err != nil {
		log.Fatal(err)
	}
	best := 0
	for c, e := range x.Energies() {
		if e < x.Energies()[best] {
			best = c
		}
	}
	fmt.Println(x.Chain(best), x.Energies()[best])
	// Output: [-1 1 -1 1 -1 1 -1 1] -8
}

// The mean energy of a ring of ten spins, estimated from four chains and known exactly.
func ExampleNewEstimate() {
	g := cycle(10)
	p := isinggraph.Params{Beta: []float32{0.5}}
	sampler := isinggraph.NewReference(g)
	defer sampler.Close()
	x, err := sampler.Sample(context.Background(), isinggraph.Options{Params: p, Chains: 4, Sweeps: 5000, Seed: 2, Trace: true})
	if err != nil {
		log.Fatal(err)
	}
	e, err := isinggraph.NewEstimate(x.Trace.Energy)
	if err != nil {
		log.Fatal(err)
	}
	exact, err := isinggraph.Enumerate(g, p)
	if err != nil {
		log.Fatal(err)
	}
	within := (e.Mean-exact.Energy)/e.StdErr > -4 && (e.Mean-exact.Energy)/e.StdErr < 4
	fmt.Printf("exactly %.3f, within four errors: %t, chains agree: %t\n", exact.Energy, within, e.RHat < 1.01)
	// Output: exactly -4.629, within four errors: true, chains agree: true
}

// Mean spins without sampling, an approximation where there are couplings.
func ExampleMeanField() {
	g := cycle(4)
	p := isinggraph.Params{J: []float32{0.2}, H: []float32{0.5, 0, 0, 0}}
	mean, _, _, err := isinggraph.MeanField(g, p, isinggraph.MeanFieldOptions{})
	if err != nil {
		log.Fatal(err)
	}
	exact, err := isinggraph.Enumerate(g, p)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f, exactly %.2f\n", mean, exact.Marginals)
	// Output: [0.50 0.11 0.04 0.11], exactly [0.46 0.09 0.04 0.09]
}

// A lattice at its critical temperature: the exact energy a spin.
func ExampleKaufmanEnergy() {
	e, err := isinggraph.KaufmanEnergy(64, 64, 0.4406868)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f\n", e)
	// Output: -1.4239
}

// RLOO estimates the gradient of an expected loss without the loss's gradient.
func ExampleRLOO() {
	g := cycle(5)
	p := isinggraph.Params{J: []float32{0.3}, H: []float32{0.2, -0.1, 0, 0.4, 0}}
	loss := func(x []int8) float64 { return isinggraph.Magnetization(x) * isinggraph.Magnetization(x) }
	_, exact, _, err := isinggraph.ExpectedLoss(g, p, loss)
	if err != nil {
		log.Fatal(err)
	}
	sampler := isinggraph.NewReference(g)
	defer sampler.Close()
	x, err := sampler.Sample(context.Background(), isinggraph.Options{Params: p, Chains: 20000, Sweeps: 30, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	losses := make([]float64, x.Chains)
	for c := range losses {
		losses[c] = loss(x.Chain(c))
	}
	estimate, _, err := isinggraph.RLOO(g, p, x, losses)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("∂L/∂h₀ %.2f, exactly %.2f\n", estimate[0], exact[0])
	// Output: ∂L/∂h₀ 0.06, exactly 0.06
}

// Keep exactly half of the nodes by a field, or shift it so that about half are kept.
func ExampleTop() {
	h := []float32{0.9, -0.2, 0.4, 0.1}
	x, err := isinggraph.Top(h, 2)
	if err != nil {
		log.Fatal(err)
	}
	c, err := isinggraph.ShiftToCount(h, 2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d, or h %+.2f\n", x, c)
	// Output: [1 -1 1 -1], or h -0.25
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
	o := isinggraph.Options{Sweeps: 50, Seed: 1}
	o.J, o.H = []float32{-0.4}, []float32{9, -9, 9, -9, 9} // a field that keeps the diagonal
	x, err := s.Sample(context.Background(), o)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.Chain(0))
	// Output: [1 -1 1 -1 1]
}
