package fields

import (
	"math"
	"testing"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// goBackend is GoMLX's own, which compiles nothing.
func goBackend(t *testing.T) compute.Backend {
	t.Helper()
	if raceDetector {
		t.Skip("GoMLX's pure Go backend fails the pointer checks that come with -race")
	}
	b, err := compute.NewWithConfig("go")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Finalize)
	return b
}

// gridItem is an image's grid with normal colours.
func gridItem(t *testing.T, h, w int) *learn.Item {
	t.Helper()
	grid, err := isinggraph.NewGrid(h, w, 8, false)
	if err != nil {
		t.Fatal(err)
	}
	g, err := grid.Graph()
	if err != nil {
		t.Fatal(err)
	}
	return &learn.Item{Graph: g, X: normals(h*w*3, testRand(uint64(h*w)))}
}

// TestUNetSizes checks that the field of a batch of images is that of each
// image alone, in the order of its pixels, at sizes that are no multiples of 8,
// of one pixel too.
func TestUNetSizes(t *testing.T) {
	backend := goBackend(t)
	for _, size := range [][2]int{{1, 1}, {5, 9}, {8, 16}} {
		h, w := size[0], size[1]
		c := UNet{Height: h, Width: w, Base: 2, Convolutions: 1}
		n := newNet(t, backend, c.Field())
		a, b := gridItem(t, h, w), gridItem(t, h, w)
		for i := range b.X {
			b.X[i] = -2 * a.X[i]
		}
		both := n.h(mustBatch(t, learn.BatchShape{}, a, b))
		var want []float64
		for _, it := range []*learn.Item{a, b} {
			alone := n.h(mustBatch(t, learn.BatchShape{}, it))
			for _, v := range alone[:h*w] {
				want = append(want, float64(v))
			}
		}
		closeTo(t, "field", both[:2*h*w], want, 1e-5)
		for i, v := range both[2*h*w:] {
			if v != 0 {
				t.Errorf("%d×%d: h = %v on padding node %d", h, w, v, i)
			}
		}
		if h > 1 && math.Abs(want[0]-want[h*w]) < 1e-6 {
			t.Errorf("%d×%d: two images have one field", h, w)
		}
	}
}

// TestUNetBlocks checks the widths of Table 2.
func TestUNetBlocks(t *testing.T) {
	backend := goBackend(t)
	n := newNet(t, backend, UNet{Height: 8, Width: 8, Convolutions: 1}.Field())
	n.h(mustBatch(t, learn.BatchShape{}, gridItem(t, 8, 8)))
	weights := n.weights()
	for path, in := range map[string][2]int{
		"in": {3, 16}, "encoder_0": {16, 32}, "encoder_1": {32, 64}, "encoder_2": {64, 128}, "middle": {128, 128},
		"decoder_2": {64 + 64, 64}, "decoder_1": {32 + 32, 32}, "decoder_0": {16 + 16, 16},
	} {
		found := 0
		for name, v := range weights {
			if len(v) == 9*in[0]*in[1] && containsScope(name, path) {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%s: %d kernels of 3×3×%d×%d, want 1", path, found, in[0], in[1])
		}
	}
}

// containsScope reports whether a variable's path has a scope.
func containsScope(name, scope string) bool {
	for len(name) > 0 {
		if len(name) > len(scope)+1 && name[0] == '/' && name[1:1+len(scope)] == scope && name[1+len(scope)] == '/' {
			return true
		}
		name = name[1:]
	}
	return false
}

// TestUNetParts compares halving, doubling and the normalization with loops.
func TestUNetParts(t *testing.T) {
	backend := goBackend(t)
	const b, h, w, c = 2, 4, 2, 4
	x := normals(b*h*w*c, testRand(3))
	in := tensors.FromFlatDataAndDimensions(x, b, h, w, c)
	store := model.NewStore()
	t.Cleanup(store.Finalize)
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		p := &pass{c: UNet{Activation: activation.TypeLeakyRelu}}
		return []*graph.Node{p.halved(in[0]), double(in[0]), p.normalized(scope.At("norm"), in[0], 2)}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(exec.Finalize)
	out, err := exec.Call(in)
	if err != nil {
		t.Fatal(err)
	}
	at := func(k, y, z, ch int) float64 { return float64(x[((k*h+y)*w+z)*c+ch]) }
	var half, twice, normed []float64
	for k := range b {
		for y := range h / 2 {
			for z := range w / 2 {
				for ch := range c {
					half = append(half, max(at(k, 2*y, 2*z, ch), at(k, 2*y+1, 2*z, ch), at(k, 2*y, 2*z+1, ch), at(k, 2*y+1, 2*z+1, ch)))
				}
			}
		}
		for y := range 2 * h {
			for z := range 2 * w {
				for ch := range c {
					twice = append(twice, at(k, y/2, z/2, ch))
				}
			}
		}
		for y := range h {
			for z := range w {
				for ch := range c {
					group := ch / 2 * 2
					var sum, square float64
					for i := range h * w * 2 {
						v := at(k, i/2/w, i/2%w, group+i%2)
						sum, square = sum+v, square+v*v
					}
					n := float64(h * w * 2)
					v := (at(k, y, z, ch) - sum/n) / math.Sqrt(square/n-sum*sum/n/n+1e-5)
					normed = append(normed, max(v, 0.3*v))
				}
			}
		}
	}
	for k, want := range [][]float64{half, twice, normed} {
		closeTo(t, []string{"halved", "doubled", "normalized"}[k], tensors.MustCopyFlatData[float32](out[k]), want, 1e-5)
	}
}

// TestUNetBackward compares the gradients of two passes, each a program, with
// those of GoMLX through one, at sizes that are padded and are not, with a
// normalization of one and of two groups, and an activation that is not
// piecewise linear.
func TestUNetBackward(t *testing.T) {
	backend := goBackend(t)
	for _, c := range []struct {
		UNet
		h, w int
	}{
		{UNet{Base: 2}, 5, 9},
		{UNet{Base: 1, Convolutions: 1}, 16, 8},
		{UNet{Base: 2, Convolutions: 1, Activation: activation.TypeSilu}, 8, 3},
	} {
		const images = 2
		rng := testRand(uint64(c.h))
		x := tensors.FromFlatDataAndDimensions(normals(images*c.h*c.w*3, rng), images, c.h, c.w, 3)
		v := tensors.FromFlatDataAndDimensions(normals(images*c.h*c.w, rng), images, c.h, c.w)
		store := model.NewStore()
		t.Cleanup(store.Finalize)
		call := func(in []any, f func(*model.Scope, []*graph.Node) []*graph.Node) []*tensors.Tensor {
			exec, err := model.NewExec(backend, store, f)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(exec.Finalize)
			out, err := exec.Call(in...)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		var paths []string
		whole := call([]any{x, v}, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			h := c.Apply(scope.At("field"), in[0])
			var weights []*graph.Node
			for w := range store.IterVariables() {
				if containsScope(w.Path(), "field") {
					paths, weights = append(paths, w.Path()), append(weights, w.NodeValue(h.Graph()))
				}
			}
			return append(graph.Gradient(graph.ReduceAllSum(graph.Mul(h, in[1])), weights...), h)
		})
		out := call([]any{x}, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			h, kept := c.Forward(scope.At("field"), in[0])
			return append(kept, h)
		})
		last := len(out) - 1
		closeTo(t, "h", tensors.MustCopyFlatData[float32](out[last]), doubles(whole[len(paths)]), 1e-6)
		in := []any{x, v}
		for _, y := range out[:last] {
			in = append(in, y)
		}
		parts := call(in, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			gradients := c.Backward(scope.At("field"), in[0], in[2:], in[1])
			if len(gradients) != len(paths) {
				t.Errorf("%+v: %d gradients of %d weights", c, len(gradients), len(paths))
			}
			var all []*graph.Node
			for _, path := range paths {
				all = append(all, gradients[path])
			}
			return all
		})
		for k, path := range paths {
			closeTo(t, path, tensors.MustCopyFlatData[float32](parts[k]), doubles(whole[k]), 1e-5)
		}
	}
}

// doubles are a tensor's values.
func doubles(x *tensors.Tensor) []float64 {
	var all []float64
	for _, v := range tensors.MustCopyFlatData[float32](x) {
		all = append(all, float64(v))
	}
	return all
}
