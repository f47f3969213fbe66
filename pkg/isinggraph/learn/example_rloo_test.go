package learn_test

import (
	"context"
	"fmt"
	"log"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/exact"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// RLOO estimates the gradient of an expected loss without the loss's gradient.
func ExampleRLOO() {
	g := cycle(5)
	m := isinggraph.Model{Graph: g, J: isinggraph.Uniform(0.3), H: []float32{0.2, -0.1, 0, 0.4, 0}}
	loss := func(x []int8) float64 { return isinggraph.Magnetization(x) * isinggraph.Magnetization(x) }
	_, exact, _, err := exact.ExpectedLoss(m, loss)
	if err != nil {
		log.Fatal(err)
	}
	sampler := isinggraph.Plain(g)
	defer sampler.Close()
	x, err := sampler.Sample(context.Background(), isinggraph.Request{Model: m, Chains: isinggraph.Chains{Count: 20000}, Sweeps: 30, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	losses := make([]float64, x.Chains)
	for c := range losses {
		losses[c] = loss(x.Chain(c))
	}
	estimate, _, err := learn.RLOO(m, x, losses)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("∂L/∂h₀ %.2f, exactly %.2f\n", estimate[0], exact[0])
	// Output: ∂L/∂h₀ 0.06, exactly 0.06
}

// Keep exactly half of the nodes by a field, or shift it so that about half are kept.
func ExampleTop() {
	h := []float32{0.9, -0.2, 0.4, 0.1}
	x, err := learn.Top(h, 2)
	if err != nil {
		log.Fatal(err)
	}
	c, err := learn.ShiftToCount(h, 2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d, or h %+.2f\n", x, c)
	// Output: [1 -1 1 -1], or h -0.25
}

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
