package fields

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// matrixItem is a random matrix's positions with their line graph, made pair by
// pair, and two features, the first being the matrix itself.
func matrixItem(t testing.TB, n int, ordered bool, p float64, rng *rand.Rand) *learn.Item {
	t.Helper()
	var at, edges [][2]int32
	it := new(learn.Item)
	for i := range n {
		for j := range n {
			if !ordered && j < i || i != j && rng.Float64() > p {
				continue
			}
			a := [2]int32{int32(i), int32(j)}
			for q, b := range at {
				if a[0] == b[0] || a[1] == b[1] || !ordered && (a[0] == b[1] || a[1] == b[0]) {
					edges = append(edges, [2]int32{int32(q), int32(len(at))})
				}
			}
			at = append(at, a)
			value := float32(rng.NormFloat64())
			if i != j && rng.Float64() < 0.3 {
				value = 0
			}
			it.X = append(it.X, float32(i), float32(j), value, float32(rng.NormFloat64()))
		}
	}
	it.Graph = mustGraph(t, len(at), edges)
	return it
}

// gcniiMessages returns P of one item by its definition, with the explicit line
// graph or, if weighted, the explicit matrix.
func gcniiMessages(c GCNII, it *learn.Item) [][]float64 {
	n := it.Graph.NumNodes()
	at := make(map[[2]int]int) // nodes by position
	var row, col []int
	for p := range n {
		i, j := int(it.X[4*p]), int(it.X[4*p+1])
		row, col = append(row, i), append(col, j)
		if at[[2]int{i, j}] = p; !c.Ordered {
			at[[2]int{j, i}] = p
		}
	}
	a := func(i, j int) float64 {
		if p, ok := at[[2]int{i, j}]; ok {
			return float64(it.X[4*p+2])
		}
		return 0
	}
	tilde := func(i, j int) float64 {
		var r, c float64
		for k := range 10 {
			r, c = r+math.Abs(a(i, k)), c+math.Abs(a(k, j))
		}
		if a(i, j) == 0 {
			return 0
		}
		return a(i, j) / math.Sqrt(r*c)
	}
	p := make([][]float64, n) // P
	for q := range p {
		p[q] = make([]float64, n)
		if !c.Weighted {
			add := func(r int) {
				p[q][r] = 1 / math.Sqrt(float64((it.Graph.Degree(q)+1)*(it.Graph.Degree(r)+1)))
			}
			add(q)
			for _, r := range it.Graph.Neighbors(q) {
				add(int(r))
			}
			continue
		}
		for k := range 10 {
			if r, ok := at[[2]int{k, col[q]}]; ok {
				p[q][r] += tilde(row[q], k) / 2
			}
			if r, ok := at[[2]int{row[q], k}]; ok {
				p[q][r] += tilde(k, col[q]) / 2
			}
		}
	}
	return p
}

// gcniiReference computes the field in float64 node by node.
func gcniiReference(c GCNII, it *learn.Item, w map[string][]float64) []float64 {
	n, hidden, p := it.Graph.NumNodes(), c.Hidden, gcniiMessages(c, it)
	linear := func(path string, x []float64, out int) []float64 {
		y := make([]float64, out)
		copy(y, w[path+"/dense/biases"])
		m, ok := w[path+"/dense/weights"]
		if !ok {
			m = w[path]
		}
		for i, v := range x {
			for j := range y {
				y[j] += v * m[i*out+j]
			}
		}
		return y
	}
	first := make([][]float64, n)
	for q := range first {
		first[q] = linear("/in", []float64{float64(it.X[4*q+2]), float64(it.X[4*q+3])}, hidden)
		for k, v := range first[q] {
			first[q][k] = max(v, 0)
		}
	}
	x := first
	for l := range c.Layers {
		beta := math.Log(c.Theta/float64(l+1) + 1)
		y := make([][]float64, n)
		for q := range y {
			s := make([]float64, hidden)
			for r, weight := range p[q] {
				for k := range s {
					s[k] += (1 - c.Alpha) * weight * x[r][k]
				}
			}
			for k := range s {
				s[k] += c.Alpha * first[q][k]
			}
			y[q] = linear("/weights", s, hidden)
			for k := range s {
				y[q][k] = max((1-beta)*s[k]+beta*y[q][k], 0)
			}
		}
		x = y
	}
	h := make([]float64, n)
	mean := make([]float64, hidden)
	for q := range x {
		for k, v := range x[q] {
			mean[k] += v / float64(n)
		}
	}
	for q := range x {
		for k := range mean {
			x[q][k] -= mean[k]
		}
		h[q] = linear("/head", x[q], 1)[0]
	}
	if c.Standard {
		var variance float64
		bias := w["/head/dense/biases"][0]
		for q := range h {
			h[q] -= bias
			variance += h[q] * h[q] / float64(n)
		}
		for q := range h {
			h[q] = w["/strength"][0]*h[q]/math.Sqrt(variance+1e-12) + w["/constant"][0]
		}
	}
	return h
}

// TestGCNII compares the field by row and column sums with the one on the
// explicit line graph, for matrices of several sizes and patterns in one batch.
func TestGCNII(t *testing.T) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		for _, c := range []GCNII{{Standard: true}, {Ordered: true}, {Weighted: true}, {Weighted: true, Ordered: true}} {
			c.Size, c.Layers, c.Hidden, c.Alpha, c.Theta = 8, 3, 6, 0.2, 0.7
			rng := testRand(21)
			items := []*learn.Item{matrixItem(t, 8, c.Ordered, 0.5, rng), matrixItem(t, 5, c.Ordered, 1, rng), matrixItem(t, 1, c.Ordered, 1, rng)}
			net := newNet(t, backend, c.Field())
			batch := mustBatch(t, learn.BatchShape{}, items...)
			h := net.h(batch)
			for k, it := range items {
				want := gcniiReference(c, it, net.weights())
				closeTo(t, "h", h[batch.Offsets[k]:batch.Offsets[k+1]], want, 2e-5)
				if k == 0 && math.Abs(want[0]-want[1]) < 1e-4 {
					t.Errorf("h is %v: too even for a test", want)
				}
			}
			for _, v := range h[batch.Graph.NumNodes():] {
				if v != 0 {
					t.Fatalf("h of a padding node is %v", v)
				}
			}
		}
	})
}

// TestGCNIIGradient compares the gradient of messages with the transpose of P.
func TestGCNIIGradient(t *testing.T) {
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		for _, c := range []GCNII{{}, {Ordered: true}, {Weighted: true}, {Weighted: true, Ordered: true}} {
			c.Size = 8
			rng := testRand(22)
			it := matrixItem(t, 8, c.Ordered, 0.5, rng)
			batch := mustBatch(t, learn.BatchShape{}, it)
			factor := normals(batch.Shape.Nodes*4, rng)
			out := newNet(t, backend, nil).run(batch, func(_ *model.Scope, b *learn.BatchNodes) []*graph.Node {
				sum := c.matrices(b).messages(b.X)
				by := graph.Reshape(graph.Const(sum.Graph(), factor), sum.Shape().Dimensions...)
				return []*graph.Node{sum, graph.Gradient(graph.ReduceAllSum(graph.Mul(sum, by)), b.X)[0]}
			})
			n := it.Graph.NumNodes()
			value, gradient := make([]float64, 4*n), make([]float64, 4*n)
			for q, row := range gcniiMessages(c, it) {
				for r, weight := range row {
					for k := range 4 {
						value[4*q+k] += weight * float64(it.X[4*r+k])
						gradient[4*r+k] += weight * float64(factor[4*q+k])
					}
				}
			}
			closeTo(t, "messages", out[0][:4*n], value, 1e-5)
			closeTo(t, "gradient", out[1][:4*n], gradient, 1e-5)
		}
	})
}

// BenchmarkGCNII is a step at the paper's size: 32 matrices of 30×30 with all
// positions allowed.
func BenchmarkGCNII(b *testing.B) {
	for name, weighted := range map[string]bool{"paper": false, "weighted": true} {
		b.Run(name, func(b *testing.B) {
			var items []*learn.Item
			for range 32 {
				items = append(items, matrixItem(b, 30, false, 1, testRand(1)))
			}
			benchmarkStep(b, GCNII{Size: 30, Weighted: weighted}.Field(), mustBatch(b, learn.BatchShape{}, items...))
		})
	}
}
