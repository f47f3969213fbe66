package fields

import (
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

var openXLA = sync.OnceValues(func() (compute.Backend, error) { return compute.NewWithConfig("xla:cpu") })

// xla opens XLA on the CPU or skips the test.
func xla(t testing.TB) compute.Backend {
	t.Helper()
	if os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		t.Skip("ISINGGRAPH_NO_XLA is set")
	}
	b, err := openXLA()
	if err != nil {
		t.Skipf("no XLA: %v", err)
	}
	return b
}

// onBackends runs f on XLA and on GoMLX's pure Go backend.
func onBackends(t *testing.T, f func(*testing.T, compute.Backend)) {
	t.Run("xla", func(t *testing.T) { f(t, xla(t)) })
	t.Run("go", func(t *testing.T) {
		if raceDetector {
			t.Skip("GoMLX's pure Go backend fails the pointer checks that come with -race")
		}
		b, err := compute.NewWithConfig("go")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Finalize)
		f(t, b)
	})
}

// net is a field network with its weights.
type net struct {
	t       testing.TB
	backend compute.Backend
	store   *model.Store
	field   learn.FieldFunc
	exec    *model.Exec // of the field
}

func newNet(t testing.TB, b compute.Backend, field learn.FieldFunc) *net {
	t.Helper()
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(7); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Finalize)
	n := &net{t: t, backend: b, store: store}
	n.setField(field)
	return n
}

// setField changes the field and keeps the weights.
func (n *net) setField(field learn.FieldFunc) {
	n.t.Helper()
	n.field = field
	n.exec = n.compile(func(scope *model.Scope, b *learn.BatchNodes) []*graph.Node {
		return []*graph.Node{field(scope, b)}
	})
}

func (n *net) compile(f func(*model.Scope, *learn.BatchNodes) []*graph.Node) *model.Exec {
	n.t.Helper()
	exec, err := model.NewExec(n.backend, n.store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		return f(scope, learn.BatchFromNodes(in))
	})
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(exec.Finalize)
	return exec
}

// call returns the outputs of a program for a batch.
func call(exec *model.Exec, b *learn.Batch) ([][]float32, error) {
	in := anys(b.Tensors())
	defer finalize(in)
	out, err := exec.Call(in...)
	if err != nil {
		return nil, err
	}
	flat := make([][]float32, len(out))
	for k, t := range out {
		flat[k] = tensors.MustCopyFlatData[float32](t)
		t.MustFinalizeAll()
	}
	return flat, nil
}

// run builds f, runs it and returns its outputs.
func (n *net) run(b *learn.Batch, f func(*model.Scope, *learn.BatchNodes) []*graph.Node) [][]float32 {
	n.t.Helper()
	out, err := call(n.compile(f), b)
	if err != nil {
		n.t.Fatal(err)
	}
	return out
}

// h returns the field of a batch, [N].
func (n *net) h(b *learn.Batch) []float32 {
	n.t.Helper()
	out, err := call(n.exec, b)
	if err != nil {
		n.t.Fatal(err)
	}
	return out[0]
}

// weights returns the trainable variables by path.
func (n *net) weights() map[string][]float64 {
	w := make(map[string][]float64)
	for v := range n.store.IterVariables() {
		if v.Trainable {
			for _, x := range tensors.MustCopyFlatData[float32](v.MustValue()) {
				w[v.Path()] = append(w[v.Path()], float64(x))
			}
		}
	}
	return w
}

// set overwrites a variable.
func (n *net) set(path string, value func(i int) float32) {
	tensors.MustMutableFlatData(n.store.GetVariable(path).MustValue(), func(flat []float32) {
		for i := range flat {
			flat[i] = value(i)
		}
	})
}

func anys(list []*tensors.Tensor) []any {
	out := make([]any, len(list))
	for i, t := range list {
		out[i] = t
	}
	return out
}

func finalize(list []any) {
	for _, t := range list {
		t.(*tensors.Tensor).MustFinalizeAll()
	}
}

func testRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// randomItem is a graph of n nodes, each edge with probability p, with f and fe
// normal features a node and an edge.
func randomItem(t testing.TB, n int, p float64, f, fe int, rng *rand.Rand) *learn.Item {
	t.Helper()
	var edges [][2]int32
	for v := range n {
		for u := range v {
			if rng.Float64() < p {
				edges = append(edges, [2]int32{int32(u), int32(v)})
			}
		}
	}
	return &learn.Item{Graph: mustGraph(t, n, edges), X: normals(n*f, rng), EdgeX: normals(len(edges)*fe, rng)}
}

func mustGraph(t testing.TB, n int, edges [][2]int32) *isinggraph.Graph {
	t.Helper()
	g, err := isinggraph.NewGraph(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func mustBatch(t testing.TB, atLeast learn.BatchShape, items ...*learn.Item) *learn.Batch {
	t.Helper()
	b, err := learn.NewBatch(items, atLeast)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func normals(n int, rng *rand.Rand) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}
