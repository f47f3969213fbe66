package isinggraph_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
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
func connectedItem(t testing.TB, n, extra, features int, rng *rand.Rand) *isinggraph.Item {
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
	return &isinggraph.Item{Graph: g, X: x}
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
	batch  *isinggraph.Batch
	inputs []any
	field  *model.Exec
	grad   *model.Exec
}

func newSurrogate(t testing.TB, field isinggraph.FieldFunc, it *isinggraph.Item, edgeJ []float32, beta float64) *surrogateProgram {
	t.Helper()
	b, err := isinggraph.NewBatch([]*isinggraph.Item{it}, isinggraph.BatchShape{})
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
		return field(scope.At("field"), isinggraph.BatchFromNodes(in))
	}
	backend := engine(t).Backend()
	p.field = model.MustNewExec(backend, store, of)
	p.grad = model.MustNewExec(backend, store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		nodes := in[:len(in)-2]
		x, a := in[len(in)-2], in[len(in)-1]
		h := of(scope, nodes)
		j := graph.Const(h.Graph(), padded)
		s := isinggraph.Surrogate(isinggraph.BatchFromNodes(nodes), graph.ConvertDType(x, h.DType()), a, h, j, beta)
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
		for r, v := range isinggraph.Advantages(losses[at : at+k]) {
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
	_, gradH, gradJ, err := isinggraph.ExpectedLoss(p.batch.Graph, isinggraph.Params{H: h, J: j, Beta: []float32{beta}}, loss)
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
// h, J and the weights of two networks, from the sampler's own chains.
func TestSurrogateUnbiased(t *testing.T) {
	const beta, blocks, groups = 0.7, 100, 1000
	networks := map[string]isinggraph.FieldFunc{
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
			s, err := engine(t).NewSampler(it.Graph)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for _, k := range []int{2, 3, 8} {
				count := groups / max(1, k/3)
				out, err := s.Sample(context.Background(), isinggraph.Options{
					Params: isinggraph.Params{H: h, J: j, Beta: []float32{beta}},
					Chains: blocks * count * k, Sweeps: 30, Seed: uint64(k),
				})
				if err != nil {
					t.Fatal(err)
				}
				losses := make([]float64, out.Chains)
				for c := range losses {
					losses[c] = jagged(out.Chain(c))
				}
				sum, square := make([]float64, len(want)), make([]float64, len(want))
				for b := range blocks {
					lo, hi := b*count*k, (b+1)*count*k
					for q, v := range p.gradients(t, out.Spins[lo*8:hi*8], losses[lo:hi], k) {
						sum[q] += v / blocks
						square[q] += v * v / blocks
					}
				}
				worst := 0.0
				for q, v := range want {
					se := math.Sqrt((square[q]-sum[q]*sum[q])/(blocks-1)) + 1e-6
					worst = max(worst, math.Abs(sum[q]-v)/se)
					if math.Abs(sum[q]-v) > 4*se {
						t.Errorf("K=%d: component %d of %d is %.5f ± %.5f, exact %.5f", k, q, len(want), sum[q], se, v)
					}
				}
				t.Logf("K=%d, %d groups: worst of %d components %.1f standard errors", k, blocks*count, len(want), worst)
			}
		})
	}
}

// TestExactGradient compares ExpectedLoss's gradients with finite differences.
func TestExactGradient(t *testing.T) {
	rng := newRand(9)
	it := connectedItem(t, 9, 5, 1, rng)
	p := isinggraph.Params{H: it.X, J: make([]float32, it.Graph.NumEdges()), Beta: []float32{0.8}}
	for e := range p.J {
		p.J[e] = float32(rng.NormFloat64())
	}
	_, gradH, gradJ, err := isinggraph.ExpectedLoss(it.Graph, p, jagged)
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, at []float32, want []float64) {
		for i := range at {
			was := at[i]
			var side [2]float64
			var place [2]float64
			for s, step := range []float32{0.01, -0.01} {
				at[i] = was + step
				place[s] = float64(at[i])
				side[s], _, _, err = isinggraph.ExpectedLoss(it.Graph, p, jagged)
				if err != nil {
					t.Fatal(err)
				}
			}
			at[i] = was
			if got := (side[0] - side[1]) / (place[0] - place[1]); math.Abs(got-want[i]) > 1e-4 {
				t.Errorf("∂/∂%s[%d] is %.6f by differences, %.6f by covariance", name, i, got, want[i])
			}
		}
	}
	check("h", p.H, gradH)
	check("J", p.J, gradJ)
}

// TestRLOO compares the plain Go estimator with the compiled one, and with
// hand-written eq. 14.
func TestRLOO(t *testing.T) {
	rng := newRand(2)
	it := connectedItem(t, 10, 8, 1, rng)
	params := isinggraph.Params{H: it.X, Beta: []float32{0.6}}
	p := newSurrogate(t, fields.PerNode{Nodes: 10}.Field(), it, make([]float32, it.Graph.NumEdges()), 0.6)
	for _, k := range []int{2, 5} {
		s, err := isinggraph.NewReference(it.Graph).Sample(context.Background(), isinggraph.Options{Params: params, Chains: k, Sweeps: 3, Seed: 4})
		if err != nil {
			t.Fatal(err)
		}
		losses := make([]float64, k)
		for c := range losses {
			losses[c] = jagged(s.Chain(c)) + float64(c)
		}
		gradH, gradJ, err := isinggraph.RLOO(it.Graph, params, s, losses)
		if err != nil {
			t.Fatal(err)
		}
		got := p.gradients(t, s.Spins, losses, k)
		for q, v := range append(gradH, gradJ...) {
			if math.Abs(got[q]-v) > 1e-5 {
				t.Errorf("K=%d: component %d is %v compiled, %v in Go", k, q, got[q], v)
			}
		}
		if k == 2 {
			for i, v := range gradH { // −(β/2)(ℓ1−ℓ2) ∂(E1−E2)/∂h_i
				want := 0.3 * (losses[0] - losses[1]) * float64(s.Chain(0)[i]-s.Chain(1)[i])
				if math.Abs(v-want) > 1e-6 {
					t.Errorf("node %d: %v, eq. 14 gives %v", i, v, want)
				}
			}
		}
	}
	if _, _, err := isinggraph.RLOO(it.Graph, params, &isinggraph.Samples{Spins: make([]int8, 10), Chains: 1}, []float64{1}); err == nil {
		t.Error("one sample was accepted")
	}
}

// TestEnergyNode compares the compiled energy with the plain one on a padded
// batch of graphs.
func TestEnergyNode(t *testing.T) {
	rng := newRand(3)
	items := []*isinggraph.Item{connectedItem(t, 7, 4, 1, rng), connectedItem(t, 20, 30, 1, rng), connectedItem(t, 2, 0, 1, rng)}
	b, err := isinggraph.NewBatch(items, isinggraph.BatchShape{})
	if err != nil {
		t.Fatal(err)
	}
	const k = 3
	n, m := b.Graph.NumNodes(), b.Graph.NumEdges()
	x, h, j := make([]float32, k*b.Shape.Nodes), make([]float32, b.Shape.Nodes), make([]float32, b.Shape.Edges)
	for i := range n {
		h[i] = float32(rng.NormFloat64())
	}
	for e := range j {
		j[e] = float32(rng.NormFloat64())
	}
	for i := range x {
		x[i] = float32(2*rng.IntN(2) - 1)
	}
	var args []any
	for _, in := range b.Tensors() {
		args = append(args, in)
	}
	args = append(args, tensors.FromFlatDataAndDimensions(x, k, b.Shape.Nodes), tensors.FromValue(h), tensors.FromValue(j))
	out := graph.MustExecOnce(engine(t).Backend(), func(in []*graph.Node) *graph.Node {
		c := len(in) - 3
		return isinggraph.EnergyNode(isinggraph.BatchFromNodes(in[:c]), in[c], in[c+1], in[c+2])
	}, args...)
	got := copyFlat(t, out)
	edge := 0
	for i, it := range items {
		lo, hi := b.Offsets[i], b.Offsets[i+1]
		p := isinggraph.Params{H: h[lo:hi], J: j[edge : edge+it.Graph.NumEdges()]}
		edge += it.Graph.NumEdges()
		for c := range k {
			spins := make([]int8, hi-lo)
			for q := range spins {
				spins[q] = int8(x[c*b.Shape.Nodes+int(lo)+q])
			}
			if want := isinggraph.Energy(it.Graph, p, spins, 0); math.Abs(float64(got[c*b.Shape.Graphs+i])-want) > 1e-4 {
				t.Errorf("sample %d of graph %d: energy %v, want %v", c, i, got[c*b.Shape.Graphs+i], want)
			}
		}
	}
	if edge != m {
		t.Fatal(edge, m)
	}
}

// TestChainsIndependent correlates the energies of chains of one call, with
// seeds that differ by one as the learner's do not.
func TestChainsIndependent(t *testing.T) {
	it := connectedItem(t, 12, 12, 1, newRand(8))
	s := isinggraph.NewReference(it.Graph)
	const runs = 20000
	var sum, square, cross [3]float64
	for seed := range uint64(runs) {
		out, err := s.Sample(context.Background(), isinggraph.Options{Params: isinggraph.Params{H: it.X}, Chains: 3, Sweeps: 4, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		e := out.Energies()
		for c := range e {
			sum[c] += e[c]
			square[c] += e[c] * e[c]
			cross[c] += e[c] * e[(c+1)%3]
		}
	}
	for c := range sum {
		d := (c + 1) % 3
		cov := cross[c]/runs - sum[c]/runs*sum[d]/runs
		variance := func(c int) float64 { return square[c]/runs - sum[c]/runs*sum[c]/runs }
		if r := cov / math.Sqrt(variance(c)*variance(d)); math.Abs(r) > 4/math.Sqrt(runs) {
			t.Errorf("chains %d and %d: correlation %.4f", c, d, r)
		}
	}
}

func ExampleAdvantages() {
	fmt.Println(isinggraph.Advantages([]float64{3, 1, 2}))
	// Output: [1 -1 0]
}
