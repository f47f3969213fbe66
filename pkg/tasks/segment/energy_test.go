package segment

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/exact"
)

// plainBackend is GoMLX's own backend.
func plainBackend(t testing.TB) compute.Backend {
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

// evaluated runs a program once.
func evaluated(t *testing.T, b compute.Backend, f func(in []*graph.Node) []*graph.Node, in ...*tensors.Tensor) [][]float32 {
	t.Helper()
	exec, err := graph.NewExec(b, f)
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	args := make([]any, len(in))
	for k, x := range in {
		args[k] = x
	}
	out, err := exec.Call(args...)
	if err != nil {
		t.Fatal(err)
	}
	flat := make([][]float32, len(out))
	for k, x := range out {
		flat[k] = tensors.MustCopyFlatData[float32](x)
	}
	return flat
}

func normals(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func reals(x []int8) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}

// gridGraph returns the grid's graph and the kernel's coupling of each edge.
func gridGraph(t *testing.T, h, w int, k Kernel) (*isinggraph.Graph, []float32) {
	t.Helper()
	grid, err := isinggraph.NewGrid(h, w, 8, false)
	if err != nil {
		t.Fatal(err)
	}
	g, err := grid.Graph()
	if err != nil {
		t.Fatal(err)
	}
	var j []float32
	for _, e := range g.Edges() {
		if v := k.Diagonal; int(e[0])/w == int(e[1])/w || int(e[0])%w == int(e[1])%w {
			v = k.Straight
			j = append(j, v)
		} else {
			j = append(j, v)
		}
	}
	return g, j
}

// TestEnergy compares the convolution's energy, on the host and in a program,
// with that of the graph, at odd sizes and one pixel.
func TestEnergy(t *testing.T) {
	b := plainBackend(t)
	rng := rand.New(rand.NewPCG(1, 0))
	k := Kernel{0.37, 0.21}
	for _, size := range [][2]int{{1, 1}, {1, 5}, {4, 1}, {5, 7}} {
		h, w := size[0], size[1]
		n := h * w
		x, field := randomMask(rng, 2*n), normals(rng, n)
		g, j := gridGraph(t, h, w, k)
		m := isinggraph.Model{Graph: g, J: isinggraph.PerEdge(j), H: field}
		conv := evaluated(t, b, func(in []*graph.Node) []*graph.Node { return []*graph.Node{EnergyNode(in[0], in[1], in[2])} },
			tensors.FromFlatDataAndDimensions(reals(x), 2, 1, h, w), tensors.FromFlatDataAndDimensions(field, 1, h, w),
			tensors.FromValue([]float32{k.Straight, k.Diagonal}))[0]
		for c := range 2 {
			want := m.Energy(x[c*n : (c+1)*n])
			if got := k.Energy(x[c*n:(c+1)*n], field, h, w); math.Abs(got-want) > 1e-6 {
				t.Errorf("%d×%d: energy %v, want the graph's %v", h, w, got, want)
			}
			if got := float64(conv[c]); math.Abs(got-want) > 1e-6*max(1, math.Abs(want)) {
				t.Errorf("%d×%d: energy by convolution %v, want the graph's %v", h, w, got, want)
			}
		}
	}
}

// TestKernelGradient compares the gradient of the expected loss for w, w* and h
// with central differences of its exact value. The program's estimate is averaged
// over all 64 states of a 2×3 grid with their probabilities: two independent
// samples a time, 4,096 pairs, are eq. 14's expectation itself.
func TestKernelGradient(t *testing.T) {
	b := plainBackend(t)
	const h, w, n, states = 2, 3, 6, 64
	rng := rand.New(rand.NewPCG(2, 0))
	field, loss := normals(rng, n), normals(rng, states)
	state := func(s int) []int8 {
		x := make([]int8, n)
		for i := range x {
			x[i] = int8(2*(s>>i&1) - 1)
		}
		return x
	}
	expected := func(k Kernel, field []float32) (mean float64, p []float64) {
		p = make([]float64, states)
		var z float64
		for s := range p {
			p[s] = math.Exp(-k.Energy(state(s), field, h, w))
			z += p[s]
		}
		for s := range p {
			p[s] /= z
			mean += p[s] * float64(loss[s])
		}
		return mean, p
	}
	k := Kernel{0.4, 0.15}
	_, p := expected(k, field)

	// One program sees all pairs as images of a batch, each weighted.
	x := make([]float32, 0, 2*states*states*n)
	a := make([]float32, 0, cap(x))
	weight := make([]float64, 0, states*states)
	for side := range 2 {
		for s := range states {
			for r := range states {
				pick, gain := s, float64(loss[s]-loss[r])/2
				if side == 1 {
					pick, gain = r, -gain
				} else {
					weight = append(weight, p[s]*p[r])
				}
				x = append(x, reals(state(pick))...)
				for range n {
					a = append(a, float32(gain*weight[s*states+r]))
				}
			}
		}
	}
	grads := evaluated(t, b, func(in []*graph.Node) []*graph.Node {
		fields := graph.BroadcastToDims(in[2], states*states, h, w)
		return graph.Gradient(surrogate(in[0], in[1], fields, in[3]), in[3], in[2])
	}, tensors.FromFlatDataAndDimensions(x, 2, states*states, h, w), tensors.FromFlatDataAndDimensions(a, 2, states*states, h, w),
		tensors.FromFlatDataAndDimensions(field, 1, h, w), tensors.FromValue([]float32{k.Straight, k.Diagonal}))
	const d = 1e-3
	difference := func(change func(by float32) (Kernel, []float32)) float64 {
		up, _ := expected(change(d))
		down, _ := expected(change(-d))
		return (up - down) / (2 * d)
	}
	want := []float64{
		difference(func(by float32) (Kernel, []float32) { return Kernel{k.Straight + by, k.Diagonal}, field }),
		difference(func(by float32) (Kernel, []float32) { return Kernel{k.Straight, k.Diagonal + by}, field }),
	}
	for i := range field {
		want = append(want, difference(func(by float32) (Kernel, []float32) {
			f := append([]float32(nil), field...)
			f[i] += by
			return k, f
		}))
	}
	for i, v := range append(grads[0], grads[1]...) {
		if math.Abs(float64(v)-want[i]) > 1e-4*max(1, math.Abs(want[i])) {
			t.Errorf("gradient %d is %v, the exact one %v", i, v, want[i])
		}
	}
}

// TestBoxSum compares with loops.
func TestBoxSum(t *testing.T) {
	b := plainBackend(t)
	const h, w, radius = 5, 4, 2
	v := normals(rand.New(rand.NewPCG(3, 0)), h*w)
	got := evaluated(t, b, func(in []*graph.Node) []*graph.Node { return []*graph.Node{boxSum(in[0], radius)} },
		tensors.FromFlatDataAndDimensions(v, 1, h, w))[0]
	for i := range v {
		var want float64
		for j, u := range v {
			if dy, dx := i/w-j/w, i%w-j%w; max(dy, -dy, dx, -dx) <= radius {
				want += float64(u)
			}
		}
		if math.Abs(float64(got[i])-want) > 1e-5 {
			t.Errorf("box sum %d is %v, want %v", i, got[i], want)
		}
	}
}

// TestLatticeSampler compares the marginals and the mean field of a 3×3 grid
// with enumeration, by the sampler that training uses.
func TestLatticeSampler(t *testing.T) {
	const h, w, n = 3, 3, 9
	k := Kernel{0.3, 0.15}
	field := normals(rand.New(rand.NewPCG(4, 0)), n)
	g, j := gridGraph(t, h, w, k)
	exact, err := exact.Enumerate(isinggraph.Model{Graph: g, J: isinggraph.PerEdge(j), H: field})
	if err != nil {
		t.Fatal(err)
	}
	grid, err := isinggraph.NewGrid(h, w, 8, false)
	if err != nil {
		t.Fatal(err)
	}
	s, err := isinggraph.PlainOnGrid(grid)
	if err != nil {
		t.Fatal(err)
	}
	p, err := predict(context.Background(), s, [][]float32{field}, k, h, w, PredictOptions{Chains: 2000, Sweeps: 30, BurnIn: 20, Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	best, lowest := 0, math.Inf(1)
	for s := range 1 << n {
		x := make([]int8, n)
		for i := range x {
			x[i] = int8(2*(s>>i&1) - 1)
		}
		if e := k.Energy(x, field, h, w); e < lowest {
			best, lowest = s, e
		}
	}
	for i, v := range p[0].Marginals {
		if limit := 4 / math.Sqrt(2000); math.Abs(float64(v)-exact.Marginals[i]) > limit { // at most the error of independent chains
			t.Errorf("marginal %d is %v, want %v ± %v", i, v, exact.Marginals[i], limit)
		}
		if want := int8(2*(best>>i&1) - 1); p[0].Mode[i] != want {
			t.Errorf("mode %d is %d, want %d", i, p[0].Mode[i], want)
		}
	}
}

// TestMeanFieldSolves compares the iteration, carried far, in Go and in a
// program, with the solver of eq. 10.
func TestMeanFieldSolves(t *testing.T) {
	b := plainBackend(t)
	const h, w = 4, 5
	k := Kernel{0.05, 0.03}
	field := normals(rand.New(rand.NewPCG(6, 0)), h*w)
	g, j := gridGraph(t, h, w, k)
	want, _, _, err := exact.MeanField(isinggraph.Model{Graph: g, J: isinggraph.PerEdge(j), H: field}, exact.MeanFieldOptions{})
	if err != nil {
		t.Fatal(err)
	}
	node := evaluated(t, b, func(in []*graph.Node) []*graph.Node { return []*graph.Node{meanField(in[0], in[1], 30)} },
		tensors.FromFlatDataAndDimensions(field, 1, h, w), tensors.FromValue([]float32{k.Straight, k.Diagonal}))[0]
	for i, v := range k.meanField(field, h, w, 30) {
		if math.Abs(float64(v)-want[i]) > 1e-5 || math.Abs(float64(node[i])-want[i]) > 1e-5 {
			t.Errorf("mean field %d is %v, in a program %v, want %v", i, v, node[i], want[i])
		}
	}
}
