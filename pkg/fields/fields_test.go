package fields

import (
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// networks are one of each kind and option, for items with edge features.
var networks = map[string]learn.FieldFunc{
	"gin":       GIN{Layers: 2, Hidden: 8, ZeroSum: true}.Field(),
	"gin layer": GIN{Layers: 2, Hidden: 8, Norm: NormLayer, Activation: activation.TypeTanh}.Field(),
	"gine":      GINE{Layers: 2, Hidden: 8}.Field(),
	"mlp":       MLP{Layers: 2, Hidden: 8}.Field(),
	"mlp graph": MLP{Layers: 1, Hidden: 8, Norm: NormGraph, ZeroSum: true}.Field(),
}

// onNetworks runs f for every network on every backend.
func onNetworks(t *testing.T, f func(*testing.T, *net)) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		for name, field := range networks {
			t.Run(name, func(t *testing.T) { f(t, newNet(t, backend, field)) })
		}
	})
}

// TestEquivariance numbers a graph's nodes anew: the field of each network follows.
func TestEquivariance(t *testing.T) {
	onNetworks(t, func(t *testing.T, net *net) {
		rng := testRand(1)
		it := randomItem(t, 20, 0.2, 3, 2, rng)
		to := rng.Perm(20)
		edges := it.Graph.Edges()
		for e, uv := range edges {
			u, v := int32(to[uv[0]]), int32(to[uv[1]])
			edges[e] = [2]int32{min(u, v), max(u, v)}
		}
		moved := &learn.Item{Graph: mustGraph(t, 20, edges), X: make([]float32, len(it.X)), EdgeX: make([]float32, len(it.EdgeX))}
		for i, j := range to {
			copy(moved.X[3*j:3*j+3], it.X[3*i:])
		}
		for k, uv := range moved.Graph.Edges() {
			copy(moved.EdgeX[2*k:2*k+2], it.EdgeX[2*slices.Index(edges, uv):])
		}
		h, other := net.h(mustBatch(t, learn.BatchShape{}, it)), net.h(mustBatch(t, learn.BatchShape{}, moved))
		want := make([]float64, 20)
		for i, j := range to {
			want[j] = float64(h[i])
		}
		closeTo(t, "h", other[:20], want, 1e-5)
		if slices.Max(h[:20])-slices.Min(h[:20]) < 1e-3 {
			t.Errorf("h is %v: too even for a test", h[:20])
		}
	})
}

func TestPaddingAndCompanyChangeNothing(t *testing.T) {
	onNetworks(t, func(t *testing.T, net *net) {
		rng := testRand(2)
		it, before, after := randomItem(t, 20, 0.2, 3, 2, rng), randomItem(t, 12, 0.3, 3, 2, rng), randomItem(t, 1, 0, 3, 0, rng)
		full := mustBatch(t, learn.BatchShape{}, before, it) // the last node is not padding, the last edge is
		if n, m := full.Graph.NumNodes(), full.Graph.NumEdges(); n != full.Shape.Nodes || m == full.Shape.Edges {
			t.Fatalf("%d nodes and %d edges in %v", n, m, full.Shape)
		}
		var want []float64
		for _, v := range net.h(mustBatch(t, learn.BatchShape{}, it))[:20] {
			want = append(want, float64(v))
		}
		for name, batch := range map[string]*learn.Batch{
			"padded":     mustBatch(t, learn.BatchShape{Nodes: 77, Slots: 30, Edges: 201, Graphs: 6}, it),
			"full":       full,
			"in company": mustBatch(t, learn.BatchShape{Nodes: 77, Slots: 30, Edges: 201, Graphs: 6}, before, it, after), // one program with "padded"
		} {
			h := net.h(batch)
			lo := batch.Offsets[slices.Index(batch.Items, it)]
			closeTo(t, name, h[lo:lo+20], want, 1e-6)
			for i, v := range h[batch.Graph.NumNodes():] {
				if v != 0 {
					t.Fatalf("%s: h of padding node %d is %v", name, i, v)
				}
			}
		}
	})
}

// TestZeroSum sums the field over each graph of a batch to zero.
func TestZeroSum(t *testing.T) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		rng := testRand(3)
		batch := mustBatch(t, learn.BatchShape{}, randomItem(t, 20, 0.2, 0, 0, rng), randomItem(t, 9, 0.5, 0, 0, rng))
		for _, field := range []learn.FieldFunc{
			GIN{Layers: 2, Hidden: 8, ZeroSum: true}.Field(),
			PerNode{Nodes: 29, ZeroSum: true}.Field(),
		} {
			net := newNet(t, backend, field)
			net.h(batch)
			if net.store.GetVariable("/h") != nil {
				net.set("/h", func(i int) float32 { return float32(i % 7) })
			}
			h := net.h(batch)
			for k := range 2 {
				var sum, most float32
				for _, v := range h[batch.Offsets[k]:batch.Offsets[k+1]] {
					sum += v
					most = max(most, v)
				}
				if max(sum, -sum) > 1e-5 || most < 1e-2 {
					t.Errorf("h of graph %d sums to %v, largest %v", k, sum, most)
				}
			}
		}
	})
}

// TestGINEWithoutEdgeWeightsIsGIN uses features x >= 0, so that ReLU(x) = x.
func TestGINEWithoutEdgeWeightsIsGIN(t *testing.T) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		it := randomItem(t, 20, 0.2, 3, 2, testRand(4))
		for i, v := range it.X {
			it.X[i] = max(v, -v)
		}
		batch := mustBatch(t, learn.BatchShape{}, it)
		gin := GIN{Layers: 2, Hidden: 8, LearnEpsilon: true}
		net := newNet(t, backend, GINE(gin).Field())
		with := net.h(batch)
		for path := range net.weights() {
			if strings.Contains(path, "/edge/") {
				net.set(path, func(int) float32 { return 0 })
			}
		}
		without := net.h(batch)
		if slices.Equal(with, without) {
			t.Error("edge features change nothing")
		}
		net.setField(gin.Field())
		var want []float64
		for _, v := range net.h(batch) {
			want = append(want, float64(v))
		}
		closeTo(t, "h", without, want, 1e-5)
	})
}

func TestPerNodeIsItsVariable(t *testing.T) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		net := newNet(t, backend, PerNode{Nodes: 20}.Field())
		batch := mustBatch(t, learn.BatchShape{}, randomItem(t, 20, 0.2, 0, 0, testRand(5)))
		for i, v := range net.h(batch) {
			if v != 0 {
				t.Fatalf("h[%d] begins at %v", i, v)
			}
		}
		net.set("/h", func(i int) float32 { return float32(i + 1) })
		out := net.run(batch, func(scope *model.Scope, b *learn.BatchNodes) []*graph.Node {
			h := net.field(scope, b)
			loss := graph.ReduceAllSum(graph.Square(h))
			return append([]*graph.Node{h}, scope.BuildTrainableVariablesGradientsGraph(loss)...)
		})
		for i, v := range out[0] {
			if want := float32(i + 1); i < 20 && v != want || i >= 20 && v != 0 {
				t.Errorf("h[%d] = %v", i, v)
			}
		}
		for i, v := range out[1] {
			if v != float32(2*(i+1)) {
				t.Errorf("gradient[%d] = %v", i, v)
			}
		}
	})
}

// TestSeedDeterminesWeights also calls the field twice in one program: weights
// are shared.
func TestSeedDeterminesWeights(t *testing.T) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		batch := mustBatch(t, learn.BatchShape{}, randomItem(t, 20, 0.2, 3, 0, testRand(6)))
		field := GIN{Layers: 2, Hidden: 8}.Field()
		run := func(seed int64) [][]float32 {
			net := newNet(t, backend, field)
			if err := net.store.SetRNGStateFromSeed(seed); err != nil {
				t.Fatal(err)
			}
			return net.run(batch, func(scope *model.Scope, b *learn.BatchNodes) []*graph.Node {
				return []*graph.Node{field(scope, b), field(scope, b)}
			})
		}
		a, b, c := run(1), run(1), run(2)
		if !slices.Equal(a[0], a[1]) || !slices.Equal(a[0], b[0]) || slices.Equal(a[0], c[0]) {
			t.Errorf("h of seed 1: %v, %v, again %v; of seed 2: %v", a[0], a[1], b[0], c[0])
		}
	})
}

func TestFieldErrors(t *testing.T) {
	backend, err := compute.NewWithConfig("go")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Finalize)
	batch := mustBatch(t, learn.BatchShape{}, randomItem(t, 20, 0.2, 3, 0, testRand(7)))
	for want, field := range map[string]learn.FieldFunc{
		"fields: GINE needs edge features":                   GINE{}.Field(),
		"fields: Layers is -1":                               GIN{Layers: -1}.Field(),
		"fields: Hidden is -2":                               MLP{Hidden: -2}.Field(),
		`fields: normalization "batch", want "graph"`:        GIN{Norm: "batch"}.Field(),
		"fields: PerNode of 33 nodes for a batch of 1 to 32": PerNode{Nodes: 33}.Field(),
		"fields: PerNode of 0 nodes":                         PerNode{}.Field(),
	} {
		net := newNet(t, backend, field)
		_, err := call(net.exec, batch)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
