package explain

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// TestFidelityLoss compares the compiled loss of samples of two graphs, with its
// limit and the term of necessity, with the formula on what the classifier says of
// the subgraphs.
func TestFidelityLoss(t *testing.T) {
	const samples, limit, necessity = 3, 2.5, 0.7
	c, ctx := planted(t), context.Background()
	a, motif := plantedItem(t, 1)
	b, _ := plantedItem(t, 2)
	items := []*learn.Item{a, b}
	loss, err := fidelityLoss(ctx, c, items, limit, necessity)
	if err != nil {
		t.Fatal(err)
	}
	defer loss.Store.Finalize()
	n := a.Graph.NumNodes()
	batch, err := learn.NewBatch(items, learn.BatchShape{Nodes: 2 * n, Edges: 2 * n, Graphs: 3, Slots: 8})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 0))
	spins := make([][]float32, samples)
	for k := range spins {
		spins[k] = make([]float32, batch.Shape.Nodes)
		for i := range spins[k] {
			spins[k][i] = float32(2*rng.IntN(2) - 1)
		}
	}
	for _, i := range motif {
		spins[0][i], spins[1][i] = 1, -1 // sure of its class in one part, and in the other
	}
	more, err := loss.Inputs(batch)
	if err != nil {
		t.Fatal(err)
	}
	in := append(append(batch.Tensors(), more...), tensors.FromValue(spins))
	args := make([]any, len(in))
	for k, x := range in {
		args[k] = x
		defer x.MustFinalizeAll()
	}
	exec, err := model.NewExec(c.backend, loss.Store, func(scope *model.Scope, in []*graph.Node) *graph.Node {
		last := len(in) - 1
		return loss.Graph(scope, learn.BatchFromNodes(in[:last-1]), in[last], in[last-1:last])
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	out, err := exec.Call1(args...)
	if err != nil {
		t.Fatal(err)
	}
	got, err := flat(out)
	if err != nil {
		t.Fatal(err)
	}
	for g, it := range items {
		whole, err := c.Predict(ctx, []*learn.Item{it})
		if err != nil {
			t.Fatal(err)
		}
		for k := range samples {
			keep := make([]bool, n)
			for i := range keep {
				keep[i] = spins[k][g*n+i] > 0
			}
			p, err := c.PredictSubsets(ctx, it, [][]bool{keep, not(keep)})
			if err != nil {
				t.Fatal(err)
			}
			want := 0.0
			for y, q := range whole[0] {
				want += q * (min(-math.Log(p[0][y]), limit) + necessity*min(-math.Log(1-p[1][y]), limit))
			}
			if v := float64(got[k*batch.Shape.Graphs+g]); math.Abs(v-want) > 1e-4 {
				t.Errorf("graph %d, sample %d: loss %v, want %v", g, k, v, want)
			}
		}
	}
}
