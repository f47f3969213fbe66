package fields

import (
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// TestNeighborSum compares values and gradients with plain loops, below and
// above the number of slots where gathers widen.
func TestNeighborSum(t *testing.T) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		for _, p := range []float64{0, 0.1, 0.9} {
			rng := testRand(8)
			it := randomItem(t, 50, p, 3, 0, rng)
			batch := mustBatch(t, learn.BatchShape{}, it)
			factor := normals(batch.Shape.Nodes*3, rng)
			out := newNet(t, backend, nil).run(batch, func(_ *model.Scope, b *learn.BatchNodes) []*graph.Node {
				sum := NeighborSum(b, b.X)
				c := graph.Reshape(graph.Const(sum.Graph(), factor), sum.Shape().Dimensions...)
				loss := graph.ReduceAllSum(graph.Mul(sum, c))
				return []*graph.Node{sum, graph.Gradient(loss, b.X)[0]}
			})
			for k, x := range [][]float32{it.X, factor} {
				want := make([]float64, 150)
				for i := range 50 {
					for _, j := range it.Graph.Neighbors(i) {
						for f := range 3 {
							want[3*i+f] += float64(x[3*int(j)+f])
						}
					}
				}
				closeTo(t, []string{"sum", "gradient"}[k], out[k][:150], want, 1e-6)
			}
		}
	})
}

// TestPools compares sums and means over the graphs of a batch with loops.
func TestPools(t *testing.T) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		rng := testRand(9)
		batch := mustBatch(t, learn.BatchShape{}, randomItem(t, 20, 0.2, 2, 0, rng), randomItem(t, 1, 0, 2, 0, rng), randomItem(t, 9, 0.5, 2, 0, rng))
		out := newNet(t, backend, nil).run(batch, func(_ *model.Scope, b *learn.BatchNodes) []*graph.Node {
			first := graph.Squeeze(graph.Slice(b.X, graph.AxisRange(), graph.AxisElem(0)), 1)
			return []*graph.Node{SumPool(b, b.X), MeanPool(b, b.X), MeanPool(b, first)}
		})
		sum, mean, first := make([]float64, 10), make([]float64, 10), make([]float64, 5)
		for k, it := range batch.Items {
			n := float64(it.Graph.NumNodes())
			for i, v := range it.X {
				sum[2*k+i%2] += float64(v)
				mean[2*k+i%2] += float64(v) / n
			}
			first[k] = mean[2*k]
		}
		closeTo(t, "sum", out[0], sum, 1e-6)
		closeTo(t, "mean", out[1], mean, 1e-6)
		closeTo(t, "mean of one feature", out[2], first, 1e-6)
	})
}

// TestMasks checks what BatchFromNodes adds to the batch's tensors.
func TestMasks(t *testing.T) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		rng := testRand(10)
		batch := mustBatch(t, learn.BatchShape{}, randomItem(t, 20, 0.2, 0, 0, rng), randomItem(t, 9, 0.5, 0, 0, rng))
		groups := 0
		out := newNet(t, backend, nil).run(batch, func(_ *model.Scope, b *learn.BatchNodes) []*graph.Node {
			groups = b.NumGraphs
			return []*graph.Node{b.Mask, b.NodeMask, b.EdgeMask}
		})
		s, g := batch.Shape, batch.Graph
		if groups != 3 {
			t.Errorf("%d graphs, want 2 and one for padding", groups)
		}
		mask, node, edge := make([]float64, s.Nodes*s.Slots), make([]float64, s.Nodes), make([]float64, s.Edges)
		for i := range g.NumNodes() {
			node[i] = 1
			for d := range g.Degree(i) {
				mask[i*s.Slots+d] = 1
			}
		}
		for e := range g.NumEdges() {
			edge[e] = 1
		}
		closeTo(t, "mask", out[0], mask, 0)
		closeTo(t, "node mask", out[1], node, 0)
		closeTo(t, "edge mask", out[2], edge, 0)
	})
}
