package explain

import (
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// plantedNetwork says class 1 with the logit 4t − 6, for t edges between marked
// nodes, those whose first feature is 1: a triangle of them has 6, two of its
// edges 2. It has no weights. Embeddings are a node's mark and those of its
// neighbours.
func plantedNetwork(_ *model.Scope, b *learn.BatchNodes, m Mask) (logits, nodes *graph.Node) {
	mark := graph.Slice(b.X, graph.AxisRange(), graph.AxisElem(0))
	nodes = graph.Concatenate([]*graph.Node{mark, fields.NeighborSum(b, mark)}, 1)
	x := graph.Squeeze(mark, 1)
	weight := b.EdgeMask
	if m.Node != nil {
		x = graph.Mul(x, m.Node)
	}
	if m.Edge != nil {
		weight = graph.Mul(weight, m.Edge)
	}
	end := func(k int) *graph.Node { return graph.Slice(b.Ends, graph.AxisRange(), graph.AxisElem(k)) }
	pairs := graph.Mul(weight, graph.Mul(graph.Gather(x, end(0)), graph.Gather(x, end(1))))
	count := fields.SumPool(b, graph.ScatterSum(graph.ZerosLike(x), end(0), pairs, false, false))
	logit := graph.ExpandAxes(graph.AddScalar(graph.MulScalar(count, 4), -6), -1)
	return graph.Concatenate([]*graph.Node{graph.ZerosLike(logit), logit}, 1), nodes
}

var plantedOnce = sync.OnceValues(func() (*Classifier, error) {
	g, err := isinggraph.NewGraph(1, nil)
	if err != nil {
		return nil, err
	}
	return NewClassifier(plantedNetwork, 2, &learn.Item{Graph: g, X: make([]float32, 2)}, model.NewStore(), nil)
})

// planted returns the classifier of plantedNetwork, shared by the tests.
func planted(t testing.TB) *Classifier {
	t.Helper()
	if testing.Short() || os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		t.Skip("compiles programs")
	}
	c, err := plantedOnce()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// plantedItem is a random tree of 15 nodes with a triangle of marked nodes, and
// one marked node that is not next to another. The second feature is 1.
func plantedItem(t testing.TB, seed uint64) (it *learn.Item, motif []int32) {
	t.Helper()
	const n = 15
	rng := rand.New(rand.NewPCG(seed, 1))
	name := rng.Perm(n) // so that the motif is anywhere
	edges := [][2]int32{{0, 1}, {1, 2}, {0, 2}}
	for v := 3; v < n; v++ {
		u := rng.IntN(v)
		if v == n-1 {
			u = n - 2 // the decoy hangs on an unmarked leaf
		}
		edges = append(edges, [2]int32{int32(u), int32(v)})
	}
	x := make([]float32, 2*n)
	for v := range n {
		x[2*name[v]+1] = 1
		if v < 3 || v == n-1 {
			x[2*name[v]] = 1
		}
		if v < 3 {
			motif = append(motif, int32(name[v]))
		}
	}
	for k := range edges {
		edges[k] = [2]int32{int32(name[edges[k][0]]), int32(name[edges[k][1]])}
	}
	g, err := isinggraph.NewGraph(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return &learn.Item{Graph: g, X: x}, motif
}

// pathItem is a path of n nodes, all marked.
func pathItem(t testing.TB, n int) *learn.Item {
	t.Helper()
	var edges [][2]int32
	x := make([]float32, 2*n)
	for i := range n {
		x[2*i], x[2*i+1] = 1, 1
		if i > 0 {
			edges = append(edges, [2]int32{int32(i - 1), int32(i)})
		}
	}
	g, err := isinggraph.NewGraph(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return &learn.Item{Graph: g, X: x}
}
