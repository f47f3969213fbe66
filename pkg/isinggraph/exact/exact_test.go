package exact

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"
)

func mustGraph(t testing.TB, n int, edges [][2]int32) *isinggraph.Graph {
	t.Helper()
	g, err := isinggraph.NewGraph(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// randomGraph returns a graph of testutil.RandomEdges.
func randomGraph(t testing.TB, n int, p float64, rng *rand.Rand) *isinggraph.Graph {
	t.Helper()
	return mustGraph(t, n, testutil.RandomEdges(n, p, rng))
}

// wantError fails unless err mentions all the words, the package's name first.
func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	testutil.WantError(t, "exact", err, words...)
}

// randomModel returns couplings and fields on a grid of 2^-6, so that float32 steps
// of that size are exact. The couplings are those of j.
func randomModel(g *isinggraph.Graph, rng *rand.Rand) (m isinggraph.Model, j []float32) {
	j = make([]float32, g.NumEdges())
	m = isinggraph.Model{Graph: g, J: isinggraph.PerEdge(j), H: make([]float32, g.NumNodes()), Beta: 0.25 + rng.Float32()}
	for e := range j {
		j[e] = float32(rng.IntN(257)-128) / 64
	}
	for i := range m.H {
		m.H[i] = float32(rng.IntN(257)-128) / 64
	}
	return m, j
}

func mustEnumerate(t *testing.T, m isinggraph.Model) *Exact {
	t.Helper()
	x, err := Enumerate(m)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestEnumerateMatchesDirectSums sums eq. 1 and 2 state by state.
func TestEnumerateMatchesDirectSums(t *testing.T) {
	rng := testutil.Rand(3)
	for range 20 {
		n := 1 + rng.IntN(9)
		g := randomGraph(t, n, 0.6, rng)
		m, _ := randomModel(g, rng)
		x := mustEnumerate(t, m)
		prob, err := Probabilities(m)
		if err != nil {
			t.Fatal(err)
		}
		var z, energy float64
		marginals, correlations := make([]float64, n), make([]float64, n*n)
		weight := make([]float64, 1<<n)
		for s := range weight {
			spins := testutil.State(s, make([]int8, n))
			e := m.Energy(spins)
			weight[s] = math.Exp(-float64(m.Beta) * e)
			z += weight[s]
			energy += weight[s] * e
			for i := range n {
				marginals[i] += weight[s] * float64(spins[i])
				for j := range n {
					correlations[i*n+j] += weight[s] * float64(spins[i]*spins[j])
				}
			}
		}
		testutil.Near(t, "log Z", x.LogZ, math.Log(z), 1e-12*(1+math.Abs(x.LogZ)))
		testutil.Near(t, "energy", x.Energy, energy/z, 1e-11)
		for s, w := range weight {
			testutil.Near(t, "probability", prob[s], w/z, 1e-13)
		}
		for i := range n {
			testutil.Near(t, "marginal", x.Marginals[i], marginals[i]/z, 1e-12)
			for j := range n {
				testutil.Near(t, "correlation", x.Correlations.At(i, j), correlations[i*n+j]/z, 1e-12)
			}
		}
	}
}

func TestEnumerateSingleSpin(t *testing.T) {
	g := mustGraph(t, 1, nil)
	x := mustEnumerate(t, isinggraph.Model{Graph: g, H: []float32{0.75}, Beta: 2})
	testutil.Near(t, "log Z", x.LogZ, math.Log(2*math.Cosh(1.5)), 1e-15)
	testutil.Near(t, "marginal", x.Marginals[0], math.Tanh(1.5), 1e-15)
	testutil.Near(t, "energy", x.Energy, -0.75*math.Tanh(1.5), 1e-15)
}

func TestEnumerateTwoSpins(t *testing.T) {
	g := mustGraph(t, 2, [][2]int32{{1, 0}})
	const j, h, beta = 0.5, 0.25, 1.5
	x := mustEnumerate(t, isinggraph.Model{Graph: g, J: isinggraph.Uniform(j), H: []float32{h, h}, Beta: beta})
	z := 2*math.Exp(beta*j)*math.Cosh(2*beta*h) + 2*math.Exp(-beta*j)
	testutil.Near(t, "log Z", x.LogZ, math.Log(z), 1e-14)
	testutil.Near(t, "marginal", x.Marginals[1], 2*math.Exp(beta*j)*math.Sinh(2*beta*h)/z, 1e-15)
	testutil.Near(t, "correlation", x.Correlations.At(0, 1), 1-4*math.Exp(-beta*j)/z, 1e-15)
}

// TestEnumerateRing compares with the transfer matrix: Z = λ₊^n + λ₋^n.
func TestEnumerateRing(t *testing.T) {
	const n, beta = 15, 0.8
	g := mustGraph(t, n, testutil.Cycle(n))
	for _, j := range []float64{0.75, -0.75} {
		for _, h := range []float64{0, 0.375} {
			field := make([]float32, n)
			for i := range field {
				field[i] = float32(h)
			}
			b := float64(float32(beta))
			x := mustEnumerate(t, isinggraph.Model{Graph: g, J: isinggraph.Uniform(float32(j)), H: field, Beta: beta})
			root := math.Sqrt(math.Exp(2*b*j)*math.Pow(math.Sinh(b*h), 2) + math.Exp(-2*b*j))
			plus, minus := math.Exp(b*j)*math.Cosh(b*h)+root, math.Exp(b*j)*math.Cosh(b*h)-root
			testutil.Near(t, "log Z", x.LogZ, math.Log(math.Pow(plus, n)+math.Pow(minus, n)), 1e-12)
			if h == 0 {
				v := math.Tanh(b * j)
				for r := 1; r < n; r++ {
					want := (math.Pow(v, float64(r)) + math.Pow(v, float64(n-r))) / (1 + math.Pow(v, n))
					testutil.Near(t, "correlation", x.Correlations.At(3, (3+r)%n), want, 1e-13)
				}
			}
		}
	}
}

// TestEnumerateCompleteGraph sums over the magnetization instead of the states.
func TestEnumerateCompleteGraph(t *testing.T) {
	const n = 16
	var edges [][2]int32
	for u := range int32(n) {
		for v := range u {
			edges = append(edges, [2]int32{u, v})
		}
	}
	field := make([]float32, n)
	for i := range field {
		field[i] = 0.125
	}
	x := mustEnumerate(t, isinggraph.Model{Graph: mustGraph(t, n, edges), J: isinggraph.Uniform(0.0625), H: field})
	var z, first, choose float64 = 0, 0, 1
	for k := range n + 1 { // k spins up
		m := float64(2*k - n)
		w := choose * math.Exp(0.0625*(m*m-n)/2+0.125*m)
		z += w
		first += w * m / n
		choose *= float64(n-k) / float64(k+1)
	}
	testutil.Near(t, "log Z", x.LogZ, math.Log(z), 1e-13)
	for _, m := range x.Marginals {
		testutil.Near(t, "marginal", m, first/z, 1e-14)
	}
}

func TestEnumerateExtremeCouplingsStayFinite(t *testing.T) {
	g := mustGraph(t, 3, testutil.Cycle(3))
	x := mustEnumerate(t, isinggraph.Model{Graph: g, J: isinggraph.Uniform(1000), Beta: 10})
	testutil.Near(t, "log Z", x.LogZ, 30000+math.Ln2, 1e-10)
	testutil.Near(t, "energy", x.Energy, -3000, 1e-9)
}

// TestExpectedLossGradients compares with five-point differences of the value.
func TestExpectedLossGradients(t *testing.T) {
	rng := testutil.Rand(4)
	g := randomGraph(t, 7, 0.5, rng)
	m, j := randomModel(g, rng)
	table := make([]float64, 1<<7)
	for s := range table {
		table[s] = rng.NormFloat64()
	}
	loss := func(x []int8) float64 {
		s := 0
		for i, v := range x {
			s |= int(v+1) / 2 << i
		}
		return table[s]
	}
	value, gradH, gradJ, err := ExpectedLoss(m, loss)
	if err != nil {
		t.Fatal(err)
	}
	prob, _ := Probabilities(m)
	var want float64
	for s, l := range table {
		want += prob[s] * l
	}
	testutil.Near(t, "value", value, want, 1e-14)
	slope := func(v *float32) float64 {
		const step = 1.0 / 64
		old := *v
		at := func(k float32) float64 {
			*v = old + k*step
			value, _, _, err := ExpectedLoss(m, loss)
			if err != nil {
				t.Fatal(err)
			}
			*v = old
			return value
		}
		return (8*(at(1)-at(-1)) - (at(2) - at(-2))) / (12 * step)
	}
	for i := range m.H {
		testutil.Near(t, "∂E[ℓ]/∂h", gradH[i], slope(&m.H[i]), 1e-6)
	}
	for e := range j {
		testutil.Near(t, "∂E[ℓ]/∂J", gradJ[e], slope(&j[e]), 1e-6)
	}
}

func TestExactErrors(t *testing.T) {
	large := mustGraph(t, MaxExactNodes+1, nil)
	_, err := Enumerate(isinggraph.Model{Graph: large})
	wantError(t, err, "25 nodes", "at most 24")
	g := mustGraph(t, 2, [][2]int32{{0, 1}})
	_, err = Enumerate(isinggraph.Model{Graph: g, H: []float32{1}})
	testutil.WantError(t, "isinggraph", err, "1 fields")
	_, err = Probabilities(isinggraph.Model{Graph: large})
	wantError(t, err, "25 nodes")
	zero := func([]int8) float64 { return 0 }
	_, _, _, err = ExpectedLoss(isinggraph.Model{Graph: g, Beta: -1}, zero)
	testutil.WantError(t, "isinggraph", err, "Beta is -1")
	_, _, _, err = ExpectedLoss(isinggraph.Model{Graph: g}, func(x []int8) float64 { return math.Log(float64(x[0])) })
	wantError(t, err, "loss of state [-1 -1]", "NaN")
}

func BenchmarkEnumerate24(b *testing.B) {
	g := randomGraph(b, 24, 0.3, testutil.Rand(5))
	for b.Loop() {
		if _, err := Enumerate(isinggraph.Model{Graph: g}); err != nil {
			b.Fatal(err)
		}
	}
}
