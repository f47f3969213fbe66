package explain

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TestIGExplainer learns a field for the planted classifier: samples and the top
// nodes find the triangle on graphs that were not trained on.
func TestIGExplainer(t *testing.T) {
	c, ctx := planted(t), context.Background()
	var train, test []*learn.Item
	var motifs [][][]int32
	for seed := range uint64(48) {
		it, motif := plantedItem(t, seed)
		if seed < 32 {
			train = append(train, it)
			continue
		}
		test, motifs = append(test, it), append(motifs, [][]int32{motif})
	}
	f, err := NewIGField(IGConfig{Network: GNN{Layers: 2, Hidden: 16}, Epochs: 250, Keep: 0.2, LearningRate: 0.01, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	top := &IGExplainer{Field: f, Size: Size{Nodes: 3}}
	if _, err := top.Explain(ctx, c, test[0]); err == nil {
		t.Error("an untrained field explains")
	}
	if err := top.Train(ctx, c, train); err != nil {
		t.Fatal(err)
	}
	steps := len(f.History())
	if err := (&IGExplainerS{Field: f}).Train(ctx, c, train); err != nil || len(f.History()) != steps || steps != 250 {
		t.Errorf("%d steps, and %d after a second call (%v), want 250", steps, len(f.History()), err)
	}
	set := &Dataset{Name: "planted", Classes: 2, Items: test, Labels: make([]int, len(test)), Motifs: motifs}
	worth := make(map[string]float64) // fid₊ − fid₋
	for _, e := range []Explainer{top, &IGExplainerS{Field: f}, &IGExplainerS{Field: f, Chains: 32}, &IGExplainerS{Field: f, Chains: 8, Best: true},
		&IGExplainer{Field: f, Size: Size{Nodes: 3}, Best: true}} {
		r, all, err := Evaluate(ctx, e, c, set)
		if err != nil {
			t.Fatal(err)
		}
		worth[e.Name()] = r.Probability.Plus - r.Probability.Minus
		if r.UnionGEA < 0.7 {
			t.Errorf("%v, want an accuracy of at least 0.7", r)
		}
		for k, x := range all {
			if len(x.Nodes) != test[k].Graph.NumNodes() || len(x.Keep) != len(x.Nodes) {
				t.Fatalf("%s: %d scores and %d flags for %d nodes", e.Name(), len(x.Nodes), len(x.Keep), test[k].Graph.NumNodes())
			}
		}
	}
	if worth["IGExplainerS/8"] < worth["IGExplainerS"] || worth["IGExplainer/best"] < worth["IGExplainer"] {
		t.Errorf("fid₊ − fid₋ are %v, want more of the best than of one", worth)
	}
	other, err := NewClassifier(plantedNetwork, 2, test[0], c.Store(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := top.Explain(ctx, other, test[0]); err == nil {
		t.Error("a field explains a classifier that it was not trained for")
	}
}

// TestSubsets compares the probabilities of masked graphs with those of the
// subgraphs themselves, with and without edge features, and of the empty graph
// with 1/C; and gradients with differences.
func TestSubsets(t *testing.T) {
	planted(t) // skips where nothing compiles
	ctx := context.Background()
	d, err := GenerateMolecules(2, 9)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewUntrained(GNN{Layers: 2, Hidden: 8, Depth: 2}.Network(2), 2, d.Items[0], 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	it, rng := d.Items[1], rand.New(rand.NewPCG(4, 0))
	n := it.Graph.NumNodes()
	keep := [][]bool{make([]bool, n)}
	subgraphs := []*learn.Item{}
	for range 3 {
		mask := make([]bool, n)
		for i := range mask {
			mask[i] = rng.IntN(3) > 0
		}
		keep, subgraphs = append(keep, mask), append(subgraphs, induced(t, it, mask))
	}
	got, err := c.PredictSubsets(ctx, it, keep)
	if err != nil {
		t.Fatal(err)
	}
	want, err := c.Predict(ctx, subgraphs)
	if err != nil {
		t.Fatal(err)
	}
	if got[0][0] != 0.5 || got[0][1] != 0.5 {
		t.Errorf("the empty subgraph predicts %v, want one half each", got[0])
	}
	for k := range want {
		if math.Abs(got[k+1][0]-want[k][0]) > 1e-6 {
			t.Errorf("subset %d predicts %v, its subgraph %v", k, got[k+1], want[k])
		}
	}

	soft := Input{Item: it, Node: make([]float32, n), Edge: make([]float32, it.Graph.NumEdges())}
	for _, mask := range [][]float32{soft.Node, soft.Edge} {
		for i := range mask {
			mask[i] = 0.5 + rng.Float32()/2
		}
	}
	g, err := c.Gradients(ctx, []Input{soft}, []int{1})
	if err != nil {
		t.Fatal(err)
	}
	for name, part := range map[string]struct{ mask, gradient []float32 }{"node": {soft.Node, g[0].Node}, "edge": {soft.Edge, g[0].Edge}} {
		for i := 0; i < len(part.mask); i += 7 {
			const step = 1.0 / 64
			var logP [2]float64
			old := part.mask[i]
			for side := range logP {
				part.mask[i] = old + step*float32(2*side-1)
				p, err := c.Evaluate(ctx, []Input{soft})
				if err != nil {
					t.Fatal(err)
				}
				logP[side] = math.Log(p[0][1])
			}
			part.mask[i] = old
			if d := (logP[1] - logP[0]) / (2 * step); math.Abs(d-float64(part.gradient[i])) > 1e-3+0.02*math.Abs(d) {
				t.Errorf("gradient of %s mask %d is %v, differences say %v", name, i, part.gradient[i], d)
			}
		}
	}
}

// induced returns the subgraph of the nodes where mask is true.
func induced(t *testing.T, it *learn.Item, mask []bool) *learn.Item {
	t.Helper()
	at := make([]int32, len(mask))
	sub := new(learn.Item)
	count, f := 0, len(it.X)/len(mask)
	for i, in := range mask {
		if in {
			at[i] = int32(count)
			count++
			sub.X = append(sub.X, it.X[i*f:(i+1)*f]...)
		}
	}
	var edges [][2]int32
	for e, uv := range it.Graph.Edges() {
		if mask[uv[0]] && mask[uv[1]] {
			edges = append(edges, [2]int32{at[uv[0]], at[uv[1]]})
			sub.EdgeX = append(sub.EdgeX, it.EdgeX[e*bondOrders:(e+1)*bondOrders]...)
		}
	}
	var err error
	if sub.Graph, err = isinggraph.NewGraph(count, edges); err != nil {
		t.Fatal(err)
	}
	return sub
}

func TestBadConfigs(t *testing.T) {
	for name, c := range map[string]IGConfig{"keep": {Keep: 1}, "coupling": {J: -1}, "shrink": {Shrink: -1}, "necessity": {Necessity: -1}, "limit": {Limit: -1}, "epochs": {Epochs: -1}} {
		if _, err := NewIGField(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := ReadShards(t.TempDir()); err == nil {
		t.Error("shards are read from an empty folder")
	}
}
