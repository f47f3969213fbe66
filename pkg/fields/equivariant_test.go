package fields

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// spaceItem is a random graph in space with one invariant feature.
func spaceItem(t testing.TB, n int, seed uint64) *learn.Item {
	it := randomItem(t, n, 0.3, 4, 0, testRand(seed))
	return it
}

// moved returns it with its positions x mapped to scale·Q x + shift for an
// orthogonal Q of the given determinant.
func moved(it *learn.Item, determinant, scale float32, shift [3]float32) *learn.Item {
	out := &learn.Item{Graph: it.Graph, X: append([]float32(nil), it.X...)}
	for i := range it.Graph.NumNodes() {
		p := turn([3]float32(it.X[4*i+1:4*i+4]), determinant)
		for k := range p {
			out.X[4*i+1+k] = scale*p[k] + shift[k]
		}
	}
	return out
}

// turn rotates by 0.7 about z, then by 1.1 about x, and mirrors x if determinant
// is −1.
func turn(p [3]float32, determinant float32) [3]float32 {
	c, s := float32(math.Cos(0.7)), float32(math.Sin(0.7))
	p = [3]float32{c*p[0] - s*p[1], s*p[0] + c*p[1], p[2]}
	c, s = float32(math.Cos(1.1)), float32(math.Sin(1.1))
	return [3]float32{determinant * p[0], c*p[1] - s*p[2], s*p[1] + c*p[2]}
}

// TestEquivariantField turns, mirrors and moves a graph in space: scalars and the field stay, and
// vectors turn along.
func TestEquivariantField(t *testing.T) {
	c := Equivariant{Scalars: 6, Vectors: 5, Radial: 4, Basis: 3}
	n := newNet(t, xla(t), c.Field())
	it := spaceItem(t, 14, 5)
	b := mustBatch(t, learn.BatchShape{}, it)
	exec := n.compile(func(scope *model.Scope, b *learn.BatchNodes) []*graph.Node {
		z, v := c.embed(c.weights(scope, b), b)
		return []*graph.Node{c.Field()(scope, b), z, v}
	})
	run := func(b *learn.Batch) [][]float32 {
		out, err := call(exec, b)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := run(b)
	var size float64
	for _, h := range want[0] {
		size = math.Max(size, math.Abs(float64(h)))
	}
	if size < 0.01 {
		t.Fatalf("the field is at most %g", size)
	}
	// A larger padded shape and another graph in it change nothing.
	padded := mustBatch(t, learn.BatchShape{Nodes: 48, Slots: 16, Edges: 96}, it, spaceItem(t, 9, 6))
	closeTo(t, "padded field", run(padded)[0][:14], wide(want[0][:14]), 1e-4)
	for _, determinant := range []float32{1, -1} {
		got := run(mustBatch(t, b.Shape, moved(it, determinant, 3, [3]float32{2, -1, 4})))
		closeTo(t, "field", got[0], wide(want[0]), 1e-4)
		closeTo(t, "scalars", got[1][:14*6], wide(want[1][:14*6]), 1e-4)
		for i := range 14 {
			for k := range 5 {
				at := func(v []float32) [3]float32 { return [3]float32{v[15*i+k], v[15*i+5+k], v[15*i+10+k]} }
				v, w := at(got[2]), turn(at(want[2]), determinant)
				closeTo(t, "vectors", v[:], wide(w[:]), 1e-4)
			}
		}
	}
}

func wide(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// TestTensorProducts compares spherical harmonics and tensor products with
// e3nn's (testdata/products.py), and their gradients with differences.
func TestTensorProducts(t *testing.T) {
	text, err := os.ReadFile("testdata/e3nn.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Nodes                                 int
		Pairs                                 [][2]int32
		Position, X, V, Scalars, Spread, Dots []float32
		Harmonics                             []float64
		SumScalars                            []float64 `json:"sum_scalars"`
		SpreadVectors                         []float64 `json:"spread_vectors"`
		SumDots                               []float64 `json:"sum_dots"`
	}
	if err := json.Unmarshal(text, &ref); err != nil {
		t.Fatal(err)
	}
	// Features: x, v, position. Weights come from a table by pair.
	it := &learn.Item{Graph: mustGraph(t, ref.Nodes, ref.Pairs)}
	for i := range ref.Nodes {
		it.X = append(it.X, ref.X[4*i:4*i+4]...)
		it.X = append(it.X, ref.V[12*i:12*i+12]...)
		it.X = append(it.X, ref.Position[3*i:3*i+3]...)
	}
	b := mustBatch(t, learn.BatchShape{}, it)
	slots := b.Shape.Slots
	table := func(w []float32) []float32 { // [N, D, 4]
		out := make([]float32, b.Shape.Nodes*slots*4)
		for p, e := range ref.Pairs {
			for k := range 2 {
				for s, j := range it.Graph.Neighbors(int(e[k])) {
					if j == e[1-k] {
						copy(out[(int(e[k])*slots+s)*4:], w[4*p:4*p+4])
					}
				}
			}
		}
		return out
	}
	n := newNet(t, xla(t), Equivariant{}.Field())
	out := n.run(b, func(_ *model.Scope, b *learn.BatchNodes) []*graph.Node {
		g := b.X.Graph()
		cols := func(lo, hi int) *graph.Node { return graph.Slice(b.X, graph.AxisRange(), graph.AxisRange(lo, hi)) }
		e := newEdgeGeometry(b, cols(16, 19))
		weight := func(w []float32) *graph.Node {
			return graph.Reshape(graph.Const(g, table(w)), b.X.Shape().Dimensions[0], slots, 4)
		}
		x, v := cols(0, 4), graph.Reshape(cols(4, 16), -1, 3, 4)
		a, s, d := e.sumScalars(x, weight(ref.Scalars)), e.spreadVectors(x, weight(ref.Spread)), e.sumDots(v, weight(ref.Dots))
		// The same sums with gradients left to automatic differentiation.
		plain := graph.Add(graph.ReduceAllSum(graph.Square(e.scalarSum(x, weight(ref.Scalars)))),
			graph.Add(graph.ReduceAllSum(graph.Square(e.vectorSum(x, weight(ref.Spread)))), graph.ReduceAllSum(graph.Square(e.dotSum(v, weight(ref.Dots))))))
		own := graph.Add(graph.ReduceAllSum(graph.Square(a)), graph.Add(graph.ReduceAllSum(graph.Square(s)), graph.ReduceAllSum(graph.Square(d))))
		return []*graph.Node{a, s, d, e.unit, graph.Gradient(own, b.X)[0], graph.Gradient(plain, b.X)[0]}
	})
	closeTo(t, "0e⊗0e→0e", out[0][:4*ref.Nodes], ref.SumScalars, 1e-5)
	closeTo(t, "0e⊗1o→1o", out[1][:12*ref.Nodes], ref.SpreadVectors, 1e-5)
	closeTo(t, "1o⊗1o→0e", out[2][:4*ref.Nodes], ref.SumDots, 1e-5)
	for p, e := range ref.Pairs { // harmonics of the direction from e[0] to e[1]
		for s, j := range it.Graph.Neighbors(int(e[0])) {
			if at := (int(e[0])*slots + s) * 3; j == e[1] {
				y := []float32{1, out[3][at] * float32(math.Sqrt(3)), out[3][at+1] * float32(math.Sqrt(3)), out[3][at+2] * float32(math.Sqrt(3))}
				closeTo(t, "harmonics", y, ref.Harmonics[4*p:4*p+4], 1e-5)
			}
		}
	}
	for i := range ref.Nodes { // positions are constants of the network
		closeTo(t, "gradient", out[4][19*i:19*i+16], wide(out[5][19*i:19*i+16]), 1e-4)
	}
}

func TestEquivariantNeedsPositions(t *testing.T) {
	n := newNet(t, xla(t), Equivariant{}.Field())
	if _, err := call(n.exec, mustBatch(t, learn.BatchShape{}, randomItem(t, 5, 0.5, 3, 0, testRand(1)))); err == nil {
		t.Error("three features pass")
	}
}
