package fields

import (
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/cputime"
	"example.org/isinggraph/internal/pullback"
	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// BenchmarkPullback times the two programs of a step, and those that they replace:
// the field alone, and the field with its gradient in one program.
func BenchmarkPullback(b *testing.B) {
	var items []*learn.Item
	for k := range 64 {
		items = append(items, attachmentItem(b, 25, 0, uint64(k)))
	}
	small := mustBatch(b, learn.BatchShape{}, items...)
	const side = 100
	var edges [][2]int32
	for i := range int32(side * side) {
		r, c := i/side, i%side
		down, right := (r+1)%side*side, (c+1)%side
		edges = append(edges, [2]int32{i, down + c}, [2]int32{i, r*side + right}, [2]int32{i, down + right})
	}
	mesh := mustBatch(b, learn.BatchShape{Slots: 12}, &learn.Item{Graph: mustGraph(b, side*side, edges)})
	for _, c := range []struct {
		name  string
		field learn.FieldFunc
		batch *learn.Batch
	}{{"gin_64x25", GIN{}.Field(), small}, {"gin_mesh10k", GIN{}.Field(), mesh}, {"mlp_mesh10k", MLP{}.Field(), mesh}} {
		b.Run(c.name, func(b *testing.B) { benchmarkPullback(b, c.field, c.batch) })
	}
}

func benchmarkPullback(b *testing.B, field learn.FieldFunc, batch *learn.Batch) {
	backend, store := xla(b), model.NewStore()
	defer store.Finalize()
	f := func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		return []*graph.Node{field(scope.At("field"), learn.BatchFromNodes(in))}
	}
	in := batch.Tensors()
	defer tensor.Free(in)
	p, err := pullback.New(backend, store, len(in), f, false, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	alone, err := model.NewExec(backend, store, f)
	if err != nil {
		b.Fatal(err)
	}
	defer alone.Finalize()
	whole, err := model.NewExec(backend, store, func(scope *model.Scope, all []*graph.Node) []*graph.Node {
		h := f(scope, all[1:])[0]
		return scope.BuildTrainableVariablesGradientsGraph(graph.ReduceAllSum(graph.Mul(h, all[0])))
	})
	if err != nil {
		b.Fatal(err)
	}
	defer whole.Finalize()
	adjoint := tensors.FromFlatDataAndDimensions(make([]float32, batch.Shape.Nodes), batch.Shape.Nodes)
	defer adjoint.MustFinalizeAll()
	var args []any
	for _, t := range in {
		args = append(args, t)
	}
	var used [4]float64
	lap := func(k int, run func()) {
		begin := cputime.Used()
		run()
		used[k] += (cputime.Used() - begin).Seconds() * 1e3
	}
	check := func(out []*tensors.Tensor, err error) {
		if err == nil {
			err = out[0].ToLocal()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	step := func() {
		var kept *pullback.Kept
		var gradients []pullback.Gradient
		lap(0, func() {
			if kept, err = p.Forward(in); err == nil {
				check(kept.Outputs, nil)
			}
		})
		if err != nil {
			b.Fatal(err)
		}
		lap(1, func() { gradients, err = p.Backward(kept, []*tensors.Tensor{adjoint}) })
		if err != nil {
			b.Fatal(err)
		}
		for _, g := range gradients {
			if err := g.Value.ToLocal(); err != nil {
				b.Fatal(err)
			}
			g.Value.MustFinalizeAll()
		}
		b.ReportMetric(float64(kept.Bytes())/1e6, "MB-kept")
		kept.Free()
		var out []*tensors.Tensor
		lap(2, func() { out, err = alone.Call(args...); check(out, err) })
		tensor.Free(out)
		lap(3, func() { out, err = whole.Call(append([]any{adjoint}, args...)...); check(out, err) })
		tensor.Free(out)
	}
	step()
	step()
	used = [4]float64{}
	for b.Loop() {
		step()
	}
	for k, name := range []string{"forward", "backward", "alone", "whole"} {
		b.ReportMetric(used[k]/float64(b.N), name+"-cpu-ms")
	}
}
