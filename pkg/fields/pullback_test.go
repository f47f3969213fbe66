package fields

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/pullback"
	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TestPullback compares, for every network, the gradients that training computes
// from what the forward pass kept with GoMLX's gradient of the whole network.
func TestPullback(t *testing.T) {
	backend := xla(t)
	exact, err := compute.NewWithConfig("go") // which fuses nothing, so that a maximum equals the value that it is of
	if err != nil {
		t.Fatal(err)
	}
	plain := []*learn.Item{randomItem(t, 9, 0.4, 4, 0, testRand(1)), randomItem(t, 14, 0.3, 4, 0, testRand(2))}
	edged := []*learn.Item{randomItem(t, 9, 0.4, 4, 2, testRand(1)), randomItem(t, 14, 0.3, 4, 2, testRand(2))}
	pixels, err := isinggraph.Grid{Rows: 8, Cols: 12, Neighbors: 8}.Graph()
	if err != nil {
		t.Fatal(err)
	}
	image := []*learn.Item{{Graph: pixels, X: normals(3*8*12, testRand(3))}}
	const size = 8
	matrices := []*learn.Item{matrixItem(t, size, false, 0.5, testRand(5)), matrixItem(t, 5, false, 1, testRand(6))}
	for _, c := range []struct {
		name  string
		field learn.FieldFunc
		items []*learn.Item
	}{
		{"GIN", GIN{Layers: 2, Hidden: 8}.Field(), plain},
		{"GINE", GINE{Layers: 2, Hidden: 8}.Field(), edged},
		{"MLP", MLP{}.Field(), plain},
		{"PerNode", PerNode{Nodes: 9}.Field(), plain[:1]},
		{"Equivariant", Equivariant{Scalars: 6, Vectors: 5, Radial: 4, Basis: 3}.Field(), plain},
		{"GCNII", GCNII{Size: size, Layers: 2, Hidden: 6, Weighted: true}.Field(), matrices},
		{"UNet", UNet{Height: 8, Width: 12, Base: 4, Convolutions: 1}.Field(), image},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := model.NewStore()
			defer store.Finalize()
			if err := store.SetRNGStateFromSeed(7); err != nil {
				t.Fatal(err)
			}
			f := func(scope *model.Scope, in []*graph.Node) []*graph.Node {
				return []*graph.Node{c.field(scope.At("field"), learn.BatchFromNodes(in))}
			}
			batch := mustBatch(t, learn.BatchShape{}, c.items...)
			in := batch.Tensors()
			defer tensor.Free(in)
			p, err := pullback.New(backend, store, len(in), f, false, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			kept, err := p.Forward(in)
			if err != nil {
				t.Fatal(err)
			}
			defer kept.Free()
			adjoint := tensors.FromFlatDataAndDimensions(normals(batch.Shape.Nodes, testRand(4)), batch.Shape.Nodes)
			got, err := p.Backward(kept, []*tensors.Tensor{adjoint})
			if err != nil {
				t.Fatal(err)
			}
			own := model.NewStore() // of the other backend
			defer own.Finalize()
			for v := range store.IterVariables() {
				if _, err := own.CreateVariable(v.Path(), localClone(t, v.MustValue())); err != nil {
					t.Fatal(err)
				}
			}
			whole, err := model.NewExec(exact, own, func(scope *model.Scope, all []*graph.Node) []*graph.Node {
				loss := graph.ReduceAllSum(graph.Mul(f(scope, all[1:])[0], all[0]))
				var to []*graph.Node
				for _, v := range trainable(scope) {
					to = append(to, v.NodeValue(loss.Graph()))
				}
				return graph.Gradient(loss, to...)
			})
			if err != nil {
				t.Fatal(err)
			}
			defer whole.Finalize()
			args := []any{localClone(t, adjoint)}
			for _, x := range in {
				args = append(args, localClone(t, x))
			}
			want, err := whole.Call(args...)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want) || len(got) == 0 {
				t.Fatalf("%d gradients, want %d", len(got), len(want))
			}
			var scale float64 // of all gradients: some are zero but for rounding
			for _, w := range want {
				for _, v := range tensors.MustCopyFlatData[float32](w) {
					scale = max(scale, math.Abs(float64(v)))
				}
			}
			for k := range got {
				a, b := tensors.MustCopyFlatData[float32](got[k].Value), tensors.MustCopyFlatData[float32](want[k])
				for i := range b {
					if math.Abs(float64(a[i]-b[i])) > 2e-5*scale {
						t.Fatalf("%s: value %d of the gradient is %v, want %v", got[k].Path, i, a[i], b[i])
					}
				}
			}
		})
	}
}

// trainable returns the variables of a network, by path.
func trainable(scope *model.Scope) []*model.Variable {
	var all []*model.Variable
	for v := range scope.At("field").IterVariables() {
		if v.Trainable {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b *model.Variable) int { return cmp.Compare(a.Path(), b.Path()) })
	return all
}

// localClone returns a copy of a tensor that is on no device.
func localClone(t *testing.T, x *tensors.Tensor) *tensors.Tensor {
	t.Helper()
	c, err := x.LocalClone()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
