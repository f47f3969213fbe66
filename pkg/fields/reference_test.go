package fields

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// reference computes the field of one graph in float64 from the definitions,
// with ReLU: a GINE if the item has edge features, else a GIN.
func reference(c GIN, it *learn.Item, w map[string][]float64) []float64 {
	relu := func(x float64) float64 { return max(x, 0) }
	linear := func(path string, x []float64) []float64 {
		m, y := w[path+"/dense/weights"], append([]float64(nil), w[path+"/dense/biases"]...)
		for i, v := range x {
			for j := range y {
				y[j] += v * m[i*len(y)+j]
			}
		}
		return y
	}
	n := it.Graph.NumNodes()
	row := func(x []float32, i, n int) []float64 {
		var r []float64
		for _, v := range x[i*len(x)/n : (i+1)*len(x)/n] {
			r = append(r, float64(v))
		}
		return r
	}
	x := make([][]float64, n)
	for i := range x {
		x[i] = row(it.X, i, n)
	}
	for l := range c.Layers {
		at := fmt.Sprintf("/layer_%d", l)
		epsilon := c.Epsilon
		if c.LearnEpsilon {
			epsilon = w[at+"/epsilon"][0]
		}
		y := make([][]float64, n)
		for i := range y {
			for _, v := range x[i] {
				y[i] = append(y[i], (1+epsilon)*v)
			}
		}
		for e, uv := range it.Graph.Edges() {
			for _, ij := range [][2]int32{uv, {uv[1], uv[0]}} {
				for k, v := range x[ij[1]] {
					if len(it.EdgeX) > 0 {
						v = relu(v + linear(at+"/edge", row(it.EdgeX, e, it.Graph.NumEdges()))[k])
					}
					y[ij[0]][k] += v
				}
			}
		}
		for i := range y {
			y[i] = linear(at+"/inner", y[i])
			for k := range y[i] {
				y[i][k] = relu(y[i][k])
			}
			y[i] = linear(at+"/outer", y[i])
		}
		if cmp.Or(c.Norm, NormGraph) == NormGraph {
			for k := range y[0] {
				mean, variance := 0.0, 0.0
				for i := range y {
					mean += y[i][k] / float64(n)
				}
				for i := range y {
					y[i][k] -= w[at+"/shift"][k] * mean
					variance += y[i][k] * y[i][k] / float64(n)
				}
				for i := range y {
					y[i][k] = w[at+"/gain"][k]*y[i][k]/math.Sqrt(variance+1e-5) + w[at+"/offset"][k]
				}
			}
		}
		for i := range y {
			for k := range y[i] {
				y[i][k] = relu(y[i][k])
			}
		}
		x = y
	}
	h, mean := make([]float64, n), 0.0
	for i := range h {
		h[i] = linear("/head", x[i])[0]
		mean += h[i] / float64(n)
	}
	if c.ZeroSum {
		for i := range h {
			h[i] -= mean
		}
	}
	return h
}

var referenceCases = []struct {
	name  string
	gin   GIN
	edges int
}{
	{"gin", GIN{Layers: 2, Hidden: 5, Epsilon: 0.3, Norm: NormNone}, 0},
	{"gin graph norm", GIN{Layers: 2, Hidden: 5, LearnEpsilon: true, Epsilon: -0.2, ZeroSum: true}, 0},
	{"gine", GIN{Layers: 2, Hidden: 5, Epsilon: 0.3, Norm: NormNone, ZeroSum: true}, 3},
	{"gine graph norm", GIN{Layers: 2, Hidden: 5, LearnEpsilon: true}, 3},
}

// TestAgainstReference compares values with a dense float64 computation and all
// gradients with its central differences, in a batch with another graph.
func TestAgainstReference(t *testing.T) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		for _, c := range referenceCases {
			t.Run(c.name, func(t *testing.T) {
				rng := testRand(3)
				it, other := randomItem(t, 9, 0.4, 2, c.edges, rng), randomItem(t, 12, 0.3, 2, c.edges, rng)
				field := c.gin.Field()
				if c.edges > 0 {
					field = GINE(c.gin).Field()
				}
				net := newNet(t, backend, field)
				batch := mustBatch(t, learn.BatchShape{}, it, other)
				factor := normals(it.Graph.NumNodes(), rng)
				var paths []string
				run := func(scope *model.Scope, b *learn.BatchNodes) []*graph.Node {
					h := field(scope, b)
					part := graph.Slice(h, graph.AxisRange(0, len(factor)))
					loss := graph.ReduceAllSum(graph.Mul(part, graph.Const(h.Graph(), factor)))
					paths = nil
					for v := range scope.IterVariables() {
						if v.Trainable && v.InUseByGraph(h.Graph()) {
							paths = append(paths, v.Path())
						}
					}
					return append([]*graph.Node{h}, scope.BuildTrainableVariablesGradientsGraph(loss)...)
				}
				net.h(batch) // makes the variables
				// Away from the special values with which some begin.
				old := net.weights()
				for _, path := range slices.Sorted(maps.Keys(old)) {
					net.set(path, func(i int) float32 { return float32(old[path][i] + 0.2*rng.NormFloat64()) })
				}
				out := net.run(batch, run)
				w := net.weights()
				want := reference(c.gin, it, w)
				closeTo(t, "h", out[0][:len(want)], want, 1e-5)

				loss := func() float64 {
					sum := 0.0
					for i, h := range reference(c.gin, it, w) {
						sum += float64(factor[i]) * h
					}
					return sum
				}
				for k, path := range paths {
					want := make([]float64, len(w[path]))
					for i, v := range w[path] {
						const d = 1e-6
						w[path][i] = v + d
						want[i] = loss()
						w[path][i] = v - d
						want[i] = (want[i] - loss()) / (2 * d)
						w[path][i] = v
					}
					closeTo(t, "gradient of "+path, out[1+k], want, 1e-4)
				}
			})
		}
	})
}

// closeTo fails where got is further from want than tol, relative to 1 and to
// want's largest value.
func closeTo(t *testing.T, name string, got []float32, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", name, len(got), len(want))
	}
	scale := 1.0
	for _, v := range want {
		scale = max(scale, math.Abs(v))
	}
	for i, v := range want {
		if !(math.Abs(float64(got[i])-v) <= tol*scale) {
			t.Fatalf("%s[%d] = %v, want %v (of up to %.3g)", name, i, got[i], v, scale)
		}
	}
}
