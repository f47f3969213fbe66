package pullback

import (
	"math"
	"os"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/gomlx/backends/default"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/internal/testutil"
)

func xla(t *testing.T) compute.Backend {
	if os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		t.Skip("ISINGGRAPH_NO_XLA is set")
	}
	b, err := compute.New()
	if err != nil {
		t.Skipf("no XLA: %v", err)
	}
	return b
}

// twoOutputs is a network with a matrix product, a sum and a value that both outputs
// share.
func twoOutputs(scope *model.Scope, in []*graph.Node) []*graph.Node {
	g := in[0].Graph()
	w := scope.VariableWithValue("w", [][]float32{{0.5, -1}, {2, 0.25}, {-0.5, 1}}).NodeValue(g)
	c := scope.VariableWithValue("c", []float32{0.1, -0.2}).NodeValue(g)
	hidden := graph.Tanh(graph.Add(graph.Dot(in[0], w).Product(), graph.ExpandAxes(c, 0)))
	return []*graph.Node{graph.Sin(hidden), graph.ReduceSum(graph.Square(hidden), 1)}
}

// TestBackward compares the gradients that the two programs compute with GoMLX's
// gradient of the whole function, for two sets of shapes, with and without
// compiling ahead, and counts the programs.
func TestBackward(t *testing.T) {
	backend := xla(t)
	for _, ahead := range []bool{false, true} {
		store := model.NewStore()
		built := 0
		p, err := New(backend, store, 1, twoOutputs, ahead, func() { built++ })
		if err != nil {
			t.Fatal(err)
		}
		whole, err := model.NewExec(backend, store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			out := twoOutputs(scope, in)
			loss := graph.Add(graph.ReduceAllSum(graph.Mul(out[0], in[1])), graph.ReduceAllSum(graph.Mul(out[1], in[2])))
			c, w := store.GetVariable("/c"), store.GetVariable("/w")
			return graph.Gradient(loss, c.NodeValue(in[0].Graph()), w.NodeValue(in[0].Graph()))
		})
		if err != nil {
			t.Fatal(err)
		}
		rng := testutil.Rand(3)
		normal := func(dims ...int) *tensors.Tensor {
			return tensor.Filled(func(x []float32) {
				for i := range x {
					x[i] = float32(rng.NormFloat64())
				}
			}, dims...)
		}
		for _, n := range []int{4, 7, 4} {
			x, a, b := normal(n, 3), normal(n, 2), normal(n)
			kept, err := p.Forward([]*tensors.Tensor{x})
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Backward(kept, []*tensors.Tensor{a, b})
			if err != nil {
				t.Fatal(err)
			}
			want, err := whole.Call(x, a, b)
			if err != nil {
				t.Fatal(err)
			}
			for k, path := range []string{"/c", "/w"} {
				if got[k].Path != path {
					t.Fatalf("gradient %d is of %s, want %s", k, got[k].Path, path)
				}
				near(t, got[k].Value, want[k])
			}
			if bytes, most := kept.Bytes(), uint64(n*2*4); bytes > most {
				t.Errorf("%d bytes kept, want at most those of the hidden layer, %d", bytes, most)
			}
			kept.Free()
		}
		if built != 4 {
			t.Errorf("%d programs built, want one of each kind for two shapes", built)
		}
		p.Close()
		whole.Finalize()
		store.Finalize()
	}
}

func near(t *testing.T, got, want *tensors.Tensor) {
	t.Helper()
	a, b := tensors.MustCopyFlatData[float32](got), tensors.MustCopyFlatData[float32](want)
	if len(a) != len(b) {
		t.Fatalf("%d values, want %d", len(a), len(b))
	}
	for i := range a {
		if math.Abs(float64(a[i]-b[i])) > 1e-5*(1+math.Abs(float64(b[i]))) {
			t.Errorf("value %d is %v, want %v", i, a[i], b[i])
		}
	}
}

// TestOtherGraph says that a function which builds another graph when it is called
// again is an error, not a wrong gradient.
func TestOtherGraph(t *testing.T) {
	backend, store, calls := xla(t), model.NewStore(), 0
	defer store.Finalize()
	p, err := New(backend, store, 1, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		calls++
		w := scope.VariableWithValue("w", [][]float32{{1, 2}, {3, 4}}).NodeValue(in[0].Graph())
		x := in[0]
		if calls > 1 {
			x = graph.Sin(x)
		}
		return []*graph.Node{graph.Square(graph.Dot(x, w).Product())}
	}, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	kept, err := p.Forward([]*tensors.Tensor{tensors.FromValue([][]float32{{1, 1}})})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Free()
	if _, err = p.Backward(kept, []*tensors.Tensor{tensors.FromValue([][]float32{{1, 1}})}); err == nil {
		t.Error("no error of a function that builds another graph the second time")
	}
}

// TestCut compares the cut of random networks with the smallest over all sets of
// nodes.
func TestCut(t *testing.T) {
	rng := testutil.Rand(5)
	for range 200 {
		const nodes = 8
		var n network
		type edge struct {
			from, to int
			capacity int64
		}
		var edges []edge
		for range nodes {
			n.node()
		}
		for from := range nodes {
			for to := range nodes {
				if from != to && rng.IntN(3) == 0 {
					e := edge{from, to, int64(rng.IntN(9))}
					edges = append(edges, e)
					n.connect(e.from, e.to, e.capacity)
				}
			}
		}
		cost := func(sinkSide func(i int) bool) (sum int64) {
			for _, e := range edges {
				if !sinkSide(e.from) && sinkSide(e.to) {
					sum += e.capacity
				}
			}
			return sum
		}
		best := int64(math.MaxInt64)
		for set := range 1 << nodes {
			if set&1 == 0 && set>>(nodes-1) == 1 { // the source is node 0, the sink the last
				best = min(best, cost(func(i int) bool { return set>>i&1 == 1 }))
			}
		}
		side := n.cut(0, nodes-1)
		if got := cost(func(i int) bool { return side[i] }); got != best || side[0] || !slices.Contains(side, true) {
			t.Fatalf("cut %v of %v costs %d, want %d", side, edges, got, best)
		}
	}
}
