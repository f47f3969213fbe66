package learn_test

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/exact"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

var openEngine = sync.OnceValues(isinggraph.OpenEngine)

// engine opens XLA or skips the test.
func engine(t testing.TB) *isinggraph.Engine {
	t.Helper()
	if os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		t.Skip("ISINGGRAPH_NO_XLA is set")
	}
	e, err := openEngine()
	if err != nil {
		t.Skipf("no XLA: %v", err)
	}
	return e
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// connectedItem is a random connected graph with normal features.
func connectedItem(t testing.TB, n, extra, features int, rng *rand.Rand) *learn.Item {
	t.Helper()
	seen := map[[2]int32]bool{}
	var edges [][2]int32
	add := func(u, v int) {
		e := [2]int32{int32(min(u, v)), int32(max(u, v))}
		if u != v && !seen[e] {
			seen[e] = true
			edges = append(edges, e)
		}
	}
	for v := 1; v < n; v++ {
		add(v, rng.IntN(v))
	}
	for range extra {
		add(rng.IntN(n), rng.IntN(n))
	}
	g, err := isinggraph.NewGraph(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, n*features)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return &learn.Item{Graph: g, X: x}
}

// jagged is a loss without a gradient: the longest run of equal spins in the
// nodes' order, and a parity.
func jagged(x []int8) float64 {
	run, longest, up := 1, 1, 0
	for i, v := range x {
		if v > 0 {
			up++
		}
		if i > 0 && v == x[i-1] {
			run++
			longest = max(longest, run)
		} else {
			run = 1
		}
	}
	return float64(longest) + 0.7*float64(up%2) + 0.2*float64(up)
}

// surrogateProgram compiles the gradients of Surrogate with respect to h, J and
// the field's weights.
type surrogateProgram struct {
	batch  *learn.Batch
	inputs []any
	field  *model.Exec
	grad   *model.Exec
}

func newSurrogate(t testing.TB, field learn.FieldFunc, it *learn.Item, edgeJ []float32, beta float64) *surrogateProgram {
	t.Helper()
	b, err := learn.NewBatch([]*learn.Item{it}, learn.BatchShape{})
	if err != nil {
		t.Fatal(err)
	}
	p := &surrogateProgram{batch: b}
	for _, in := range b.Tensors() {
		p.inputs = append(p.inputs, in)
	}
	padded := make([]float32, b.Shape.Edges)
	copy(padded, edgeJ)
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(3); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Finalize)
	of := func(scope *model.Scope, in []*graph.Node) *graph.Node {
		return field(scope.At("field"), learn.BatchFromNodes(in))
	}
	backend := engine(t).Backend()
	p.field = model.MustNewExec(backend, store, of)
	p.grad = model.MustNewExec(backend, store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		nodes := in[:len(in)-2]
		x, a := in[len(in)-2], in[len(in)-1]
		h := of(scope, nodes)
		j := graph.Const(h.Graph(), padded)
		s := learn.Surrogate(learn.BatchFromNodes(nodes), graph.ConvertDType(x, h.DType()), a, h, j, beta)
		return append(graph.Gradient(s, h, j), scope.BuildTrainableVariablesGradientsGraph(s)...)
	})
	return p
}

// h returns the field, without padding.
func (p *surrogateProgram) h(t testing.TB) []float32 {
	return copyFlat(t, p.field.MustCall(p.inputs...)[0])[:p.batch.Graph.NumNodes()]
}

func copyFlat(t testing.TB, x *tensors.Tensor) []float32 {
	t.Helper()
	flat, err := tensors.CopyFlatData[float32](x)
	if err != nil {
		t.Fatal(err)
	}
	x.MustFinalizeAll()
	return flat
}

// gradients returns the mean over groups of K samples of the gradients, all in
// one slice: h, J, weights.
func (p *surrogateProgram) gradients(t testing.TB, spins []int8, losses []float64, k int) []float64 {
	t.Helper()
	n, padded := p.batch.Graph.NumNodes(), p.batch.Shape.Nodes
	rows := len(losses)
	x, a := make([]int8, rows*padded), make([]float32, rows*padded)
	scale := float64(rows-1) / float64(k-1) / float64(rows/k)
	for at := 0; at < rows; at += k {
		for r, v := range learn.Advantages(losses[at : at+k]) {
			row := (at + r) * padded
			copy(x[row:], spins[(at+r)*n:(at+r+1)*n])
			for i := range n {
				a[row+i] = float32(v * scale)
			}
		}
	}
	args := append(append([]any(nil), p.inputs...), tensors.FromFlatDataAndDimensions(x, rows, padded), tensors.FromFlatDataAndDimensions(a, rows, padded))
	outs, err := p.grad.Call(args...)
	if err != nil {
		t.Fatal(err)
	}
	var all []float64
	for q, out := range outs {
		flat := copyFlat(t, out)
		switch q {
		case 0:
			flat = flat[:n]
		case 1:
			flat = flat[:p.batch.Graph.NumEdges()]
		}
		for _, v := range flat {
			all = append(all, float64(v))
		}
	}
	return all
}

// exact returns the exact gradients with respect to h, J and the weights, whose
// chain rule is a single row with weights ∂L/∂h and one with zeros: the
// surrogate's gradient is linear in Σ_k a_k x_k.
func (p *surrogateProgram) exact(t testing.TB, h, j []float32, beta float32, loss func([]int8) float64) []float64 {
	t.Helper()
	_, gradH, gradJ, err := exact.ExpectedLoss(isinggraph.Model{Graph: p.batch.Graph, H: h, J: isinggraph.PerEdge(j), Beta: beta}, loss)
	if err != nil {
		t.Fatal(err)
	}
	padded := p.batch.Shape.Nodes
	x, a := make([]int8, 2*padded), make([]float32, 2*padded) // K−1 = 1
	for i, v := range gradH {
		x[i], a[i] = 1, float32(v/float64(beta))
	}
	args := append(append([]any(nil), p.inputs...), tensors.FromFlatDataAndDimensions(x, 2, padded), tensors.FromFlatDataAndDimensions(a, 2, padded))
	outs, err := p.grad.Call(args...)
	if err != nil {
		t.Fatal(err)
	}
	all := append(append([]float64(nil), gradH...), gradJ...)
	for _, out := range outs[2:] {
		for _, v := range copyFlat(t, out) {
			all = append(all, float64(v))
		}
	}
	return all
}

// TestSurrogateUnbiased compares the estimator with enumeration, with respect to
// h, J and the weights of two networks, from the sampler's own chains, in 10⁵
// groups of K and more.
func TestSurrogateUnbiased(t *testing.T) {
	const beta, groups, largest = 0.7, 100_000, 8
	const rows = 6000 // of a call, a multiple of each K: one program serves all
	networks := map[string]learn.FieldFunc{
		"GIN": fields.GIN{Layers: 2, Hidden: 3}.Field(),
		"MLP": fields.MLP{Layers: 1, Hidden: 4}.Field(),
	}
	for name, field := range networks {
		t.Run(name, func(t *testing.T) {
			rng := newRand(5)
			it := connectedItem(t, 8, 6, 2, rng)
			j := make([]float32, it.Graph.NumEdges())
			for e := range j {
				j[e] = float32(0.4 * rng.NormFloat64())
			}
			p := newSurrogate(t, field, it, j, beta)
			h := p.h(t)
			want := p.exact(t, h, j, beta, jagged)
			s, err := engine(t).New(it.Graph)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			chains := (groups*largest + rows - 1) / rows * rows
			out, err := s.Sample(context.Background(), isinggraph.Request{
				Model: isinggraph.Model{H: h, J: isinggraph.PerEdge(j), Beta: beta}, Chains: isinggraph.Chains{Count: chains}, Sweeps: 20, Seed: 5,
			})
			if err != nil {
				t.Fatal(err)
			}
			losses := make([]float64, chains)
			for c := range losses {
				losses[c] = jagged(out.Chain(c))
			}
			for _, k := range []int{2, 3, largest} {
				blocks := (groups*k + rows - 1) / rows
				sum, square := make([]float64, len(want)), make([]float64, len(want))
				for b := range blocks {
					lo, hi := b*rows, (b+1)*rows
					for q, v := range p.gradients(t, out.Spins[lo*8:hi*8], losses[lo:hi], k) {
						sum[q] += v / float64(blocks)
						square[q] += v * v / float64(blocks)
					}
				}
				worst := 0.0
				for q, v := range want {
					se := math.Sqrt((square[q]-sum[q]*sum[q])/float64(blocks-1)) + 1e-6
					worst = max(worst, math.Abs(sum[q]-v)/se)
					if math.Abs(sum[q]-v) > 4*se {
						t.Errorf("K=%d: component %d of %d is %.5f ± %.5f, exact %.5f", k, q, len(want), sum[q], se, v)
					}
				}
				t.Logf("K=%d, %d groups: worst of %d components %.1f standard errors", k, blocks*rows/k, len(want), worst)
			}
		})
	}
}
