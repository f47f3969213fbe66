package exact

import (
	"fmt"
	"math"
	"math/bits"

	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/pkg/isinggraph"

	"gonum.org/v1/gonum/mat"
)

// MaxExactNodes is the largest graph that is enumerated: 2^24 states.
const MaxExactNodes = 24

// Exact holds expectations over all 2^n states.
type Exact struct {
	LogZ         float64       // log Σ_x exp(-βE(x))
	Energy       float64       // E[E(x)]
	Marginals    []float64     // E[x_i], [n]
	Correlations *mat.SymDense // E[x_i x_j], [n, n], with ones on the diagonal
}

// Enumerate computes log Z, marginals, correlations and mean energy of a model by
// enumeration in float64, for up to MaxExactNodes nodes,
// in O(n 2^n) time and 2^n floats.
func Enumerate(m isinggraph.Model) (*Exact, error) {
	w, logScale, err := weights(m)
	if err != nil {
		return nil, err
	}
	walshHadamard(w)
	n := m.Graph.NumNodes()
	x := &Exact{
		LogZ:         logScale + math.Log(w[0]),
		Marginals:    make([]float64, n),
		Correlations: mat.NewSymDense(n, nil),
	}
	for i := range n {
		x.Marginals[i] = moment(w, i) / w[0]
		x.Correlations.SetSym(i, i, 1)
		for j := range i {
			x.Correlations.SetSym(i, j, moment(w, i, j)/w[0])
		}
		x.Energy -= float64(m.Field(i)) * x.Marginals[i]
	}
	j := m.J.Each(m.Graph)
	for e, uv := range m.Graph.Edges() {
		x.Energy -= float64(j[e]) * x.Correlations.At(int(uv[0]), int(uv[1]))
	}
	return x, nil
}

// Probabilities returns p(x) (eq. 1) of all 2^n states of a model, for up to MaxExactNodes nodes. Bit i of the index is set where
// spin i is +1.
func Probabilities(m isinggraph.Model) ([]float64, error) {
	w, _, err := weights(m)
	if err != nil {
		return nil, err
	}
	var z float64
	for _, v := range w {
		z += v
	}
	for s := range w {
		w[s] /= z
	}
	return w, nil
}

// ExpectedLoss returns the exact expectation E[ℓ(x)] of a loss over a model and its gradients
//
//	∂E[ℓ]/∂h_i  = β Cov(ℓ, x_i)        gradH [n]
//	∂E[ℓ]/∂J_uv = β Cov(ℓ, x_u x_v)    gradJ [edges], canonical order
//
// which the estimator of eq. 7 targets, for up to MaxExactNodes nodes. The loss
// is called once for each of the 2^n states, in the order of Probabilities, on a
// slice that it must not keep; it must be finite.
func ExpectedLoss(m isinggraph.Model, loss func(x []int8) float64) (value float64, gradH, gradJ []float64, err error) {
	prob, err := Probabilities(m)
	if err != nil {
		return 0, nil, nil, err
	}
	n := m.Graph.NumNodes()
	x := make([]int8, n)
	centred := make([]float64, len(prob)) // ℓ, then p(ℓ - E[ℓ]), whose moments are covariances
	for s := range centred {
		for i := range x {
			x[i] = int8(s>>i&1)<<1 - 1
		}
		l := loss(x)
		if l-l != 0 {
			return 0, nil, nil, fmt.Errorf("exact: loss of state %v is %v", x, l)
		}
		centred[s] = l
		value += prob[s] * l
	}
	for s := range centred {
		centred[s] = prob[s] * (centred[s] - value)
	}
	walshHadamard(centred)
	beta := float64(m.InverseTemperature())
	gradH = make([]float64, n)
	for i := range gradH {
		gradH[i] = beta * moment(centred, i)
	}
	gradJ = make([]float64, m.Graph.NumEdges())
	for e, uv := range m.Graph.Edges() {
		gradJ[e] = beta * moment(centred, int(uv[0]), int(uv[1]))
	}
	return value, gradH, gradJ, nil
}

// weights returns exp(-βE(x) - logScale) of all states, logScale being the
// largest exponent.
//
// -βE is a polynomial in the spins whose coefficient of Π_{i∈S} x_i, at the
// index with the bits of S, is βh_i or βJ_ij; the Walsh-Hadamard transform
// evaluates it at all states at once.
func weights(m isinggraph.Model) (w []float64, logScale float64, err error) {
	if err := m.Validate(); err != nil {
		return nil, 0, err
	}
	n := m.Graph.NumNodes()
	if n > MaxExactNodes {
		return nil, 0, fmt.Errorf("exact: enumeration of %d nodes, at most %d", n, MaxExactNodes)
	}
	w = make([]float64, 1<<n)
	beta := float64(m.InverseTemperature())
	for i := range n {
		w[1<<i] = -beta * float64(m.Field(i)) // a set bit means +1: odd sets change sign
	}
	j := m.J.Each(m.Graph)
	for e, uv := range m.Graph.Edges() {
		w[1<<uv[0]|1<<uv[1]] = beta * float64(j[e])
	}
	walshHadamard(w)
	logScale = math.Inf(-1)
	for _, v := range w {
		logScale = max(logScale, v)
	}
	par.Range(len(w), 1<<12, func(lo, hi int) {
		for s := lo; s < hi; s++ {
			w[s] = math.Exp(w[s] - logScale)
		}
	})
	return w, logScale, nil
}

// walshHadamard replaces a, whose length is a power of two, by
// b[S] = Σ_s (-1)^popcount(s∧S) a[s].
func walshHadamard(a []float64) {
	for half := 1; half < len(a); half *= 2 {
		par.Range(len(a)/2, 1<<14, func(lo, hi int) {
			for k := lo; k < hi; k++ {
				i := k&^(half-1)<<1 | k&(half-1)
				a[i], a[i+half] = a[i]+a[i+half], a[i]-a[i+half]
			}
		})
	}
}

// moment reads Σ_s a[s] Π_{i∈nodes} x_i(s) from the transform b of a.
func moment(b []float64, nodes ...int) float64 {
	var set uint
	for _, i := range nodes {
		set |= 1 << i
	}
	if bits.OnesCount(set)%2 == 1 {
		return -b[set]
	}
	return b[set]
}
