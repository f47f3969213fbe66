package fields

import (
	"testing"
	"time"

	"example.org/isinggraph/internal/cputime"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// BenchmarkFields times a training step: forward, backward and Adam, of 3 layers
// of 64.
func BenchmarkFields(b *testing.B) {
	small := func(b *testing.B, fe int) *learn.Batch {
		items := make([]*learn.Item, 64)
		for k := range items {
			items[k] = attachmentItem(b, 25, fe, uint64(k))
		}
		return mustBatch(b, learn.BatchShape{}, items...)
	}
	// 10,000 vertices of degree 6, with the slots that irregular meshes need.
	mesh := func(b *testing.B) *learn.Batch {
		const side = 100
		var edges [][2]int32
		for i := range int32(side * side) {
			r, c := i/side, i%side
			down, right := (r+1)%side*side, (c+1)%side
			edges = append(edges, [2]int32{i, down + c}, [2]int32{i, r*side + right}, [2]int32{i, down + right})
		}
		return mustBatch(b, learn.BatchShape{Slots: 12}, &learn.Item{Graph: mustGraph(b, side*side, edges)})
	}
	b.Run("gin_64x25", func(b *testing.B) { benchmarkStep(b, GIN{}.Field(), small(b, 0)) })
	b.Run("gine_64x25", func(b *testing.B) { benchmarkStep(b, GINE{}.Field(), small(b, 4)) })
	b.Run("gin_mesh10k", func(b *testing.B) { benchmarkStep(b, GIN{}.Field(), mesh(b)) })
	b.Run("tensors_64x25", func(b *testing.B) {
		items := small(b, 0).Items
		for b.Loop() {
			finalize(anys(mustBatch(b, learn.BatchShape{}, items...).Tensors()))
		}
	})
}

// attachmentItem is a tree grown by preferential attachment, as of BA-2Motifs.
func attachmentItem(b *testing.B, n, fe int, seed uint64) *learn.Item {
	rng := testRand(seed)
	ends := []int32{0}
	var edges [][2]int32
	for v := range int32(n - 1) {
		u := ends[rng.IntN(len(ends))]
		edges = append(edges, [2]int32{u, v + 1})
		ends = append(ends, u, v+1)
	}
	return &learn.Item{Graph: mustGraph(b, n, edges), EdgeX: normals(len(edges)*fe, rng)}
}

func benchmarkStep(b *testing.B, field learn.FieldFunc, batch *learn.Batch) {
	backend := xla(b)
	store := model.NewStore()
	defer store.Finalize()
	adam := optimizer.Adam().LearningRate(1e-4).Done()
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, in []*graph.Node) *graph.Node {
		h := field(scope.In("field"), learn.BatchFromNodes(in))
		loss := graph.ReduceAllSum(graph.Mul(graph.Tanh(h), graph.Sin(graph.IotaFull(h.Graph(), h.Shape()))))
		adam.UpdateGraph(scope, h.Graph(), loss)
		return loss
	})
	if err != nil {
		b.Fatal(err)
	}
	defer exec.Finalize()
	in := anys(batch.Tensors())
	defer finalize(in)
	step := func() {
		out, err := exec.Call(in...)
		if err != nil {
			b.Fatal(err)
		}
		if err := out[0].ToLocal(); err != nil {
			b.Fatal(err)
		}
		out[0].MustFinalizeAll()
	}
	start := time.Now()
	step()
	compile := time.Since(start).Seconds()
	begin := cputime.Used()
	for b.Loop() {
		step()
	}
	b.ReportMetric((cputime.Used()-begin).Seconds()*1e3/float64(b.N), "cpu-ms/step")
	b.ReportMetric(compile, "s/compile")
}
