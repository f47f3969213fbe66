package fields

import (
	"math"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// TestBlock compares the matrices of a block with its variable: they lie in it one
// after the other, begin with their variances or at 0, and map rows.
func TestBlock(t *testing.T) {
	const size = 60
	plan := []matrix{{"wide", size, size, 2}, {"zero", size, 1, -1}, {"wide offset", 1, size, 0.25}}
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		n := newNet(t, backend, PerNode{Nodes: 1}.Field())
		batch := mustBatch(t, learn.BatchShape{}, randomItem(t, 3, 0.5, size, 0, testRand(3)))
		out := n.run(batch, func(scope *model.Scope, b *learn.BatchNodes) []*graph.Node {
			w := newBlock(scope, b.X.Graph(), plan)
			return []*graph.Node{w["wide"], w["zero"], w["wide offset"], w.affine("wide", b.X)}
		})
		for k, m := range plan {
			var sum, square float64
			for _, v := range out[k] {
				sum += float64(v)
				square += float64(v) * float64(v)
			}
			count := float64(m.rows * m.cols)
			variance := math.Max(m.gain, 0) / float64(m.rows)
			if len(out[k]) != m.rows*m.cols || math.Abs(sum) > 4*math.Sqrt(variance*count) || math.Abs(square/count-variance) > 4*variance*math.Sqrt(2/count) {
				t.Errorf("%s: %d values of mean %v and mean square %v, want %v", m.name, len(out[k]), sum/count, square/count, variance)
			}
		}
		x := batch.Items[0].X
		for i := range 3 {
			for j := range size {
				want := float64(out[2][j])
				for k := range size {
					want += float64(x[size*i+k]) * float64(out[0][size*k+j])
				}
				if got := float64(out[3][size*i+j]); math.Abs(got-want) > 1e-4 {
					t.Errorf("row %d, column %d: %v, want %v", i, j, got, want)
				}
			}
		}
	})
}

// TestBlockNames: names are of one matrix each.
func TestBlockNames(t *testing.T) {
	n := newNet(t, xla(t), PerNode{Nodes: 1}.Field())
	batch := mustBatch(t, learn.BatchShape{}, randomItem(t, 3, 0.5, 2, 0, testRand(3)))
	for name, f := range map[string]func(*model.Scope, *learn.BatchNodes) []*graph.Node{
		"twice": func(scope *model.Scope, b *learn.BatchNodes) []*graph.Node {
			return []*graph.Node{newBlock(scope, b.X.Graph(), []matrix{{"a", 2, 1, 1}, {"a", 2, 1, 1}}).linear("a", b.X)}
		},
		"missing": func(scope *model.Scope, b *learn.BatchNodes) []*graph.Node {
			return []*graph.Node{newBlock(scope, b.X.Graph(), []matrix{{"a", 2, 1, 1}}).linear("b", b.X)}
		},
	} {
		if _, err := call(n.compile(f), batch); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
