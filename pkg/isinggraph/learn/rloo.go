package learn

import (
	"fmt"

	"example.org/isinggraph/pkg/isinggraph"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
)

// Advantages centres the losses ℓ(x_k) of K samples, ℓ_k − (1/K) Σ_j ℓ_j, which
// is (K−1)/K times ℓ_k less the mean of the others, the leave-one-out baseline
// of RLOO (Kool et al. 2019, "Buy 4 REINFORCE samples, get a baseline for free").
func Advantages(losses []float64) []float64 {
	var mean float64
	for _, l := range losses {
		mean += l / float64(len(losses))
	}
	a := make([]float64, len(losses))
	for k, l := range losses {
		a[k] = l - mean
	}
	return a
}

// RLOO estimates the gradients of E[ℓ(x)] from K ≥ 2 independent samples x_k of
// a model,
//
//	∇L = −(β/(K−1)) Σ_k (ℓ_k − mean ℓ) ∇E(x_k)    (eq. 7; K = 2 is eq. 14)
//
// with respect to h [n] and J [edges], in canonical order. It is unbiased, and
// log Z cancels: Σ_k (ℓ_k − mean ℓ) = 0. It runs in O(K(V + E)).
func RLOO(m isinggraph.Model, s *isinggraph.Samples, losses []float64) (gradH, gradJ []float64, err error) {
	g, n := m.Graph, m.Graph.NumNodes()
	if s.Chains < 2 || len(losses) != s.Chains || len(s.Spins) != s.Chains*n {
		return nil, nil, fmt.Errorf("learn: RLOO of %d losses and %d chains of %d spins on %d nodes, need at least 2 and as many",
			len(losses), s.Chains, len(s.Spins)/max(s.Chains, 1), n)
	}
	gradH, gradJ = make([]float64, n), make([]float64, g.NumEdges())
	scale := float64(m.InverseTemperature()) / float64(s.Chains-1)
	for k, a := range Advantages(losses) {
		a *= scale
		x, e := s.Chain(k), 0
		for u, xu := range x {
			gradH[u] += a * float64(xu)
			for _, v := range g.Neighbors(u) {
				if int(v) > u {
					gradJ[e] += a * float64(xu*x[v])
					e++
				}
			}
		}
	}
	return gradH, gradJ, nil
}

// Surrogate returns a scalar whose gradient with respect to whatever h and J are
// made of is the estimate of eq. 7,
//
//	S = (β/(K−1)) Σ_k Σ_i a_ki (h_i x_ki + ½ Σ_j J_ij x_ki x_kj)
//
// for spins x [K, N] and advantages a [K, N], both float32 and both taken as
// constants, h [N], and J a scalar or one for each of b.Ends [M], or nil where
// no gradient with respect to J is wanted. With a_ki = (ℓ_k − mean ℓ)/G of the
// node's graph, each bracket sums to −a_k E(x_k), and S is the mean over G
// graphs of eq. 7. Advantages that differ from node to node are local credit;
// an edge is then credited with the mean of its two ends'. The value of S means
// nothing.
func Surrogate(b *BatchNodes, x, a, h, j *graph.Node, beta float64) *graph.Node {
	samples := x.Shape().Dimensions[0]
	x, a = graph.StopGradient(x), graph.StopGradient(a)
	weight := graph.StopGradient(graph.ReduceSum(graph.Mul(a, x), 0)) // Σ_k a_ki x_ki, [N]
	sum := graph.ReduceAllSum(graph.Mul(weight, h))
	if j != nil {
		u, v := endValues(b, x)
		au, av := endValues(b, a)
		pairs := graph.Mul(graph.Mul(u, v), graph.MulScalar(graph.Add(au, av), 0.5)) // [M, K]
		pairs = graph.StopGradient(graph.Mul(graph.ReduceSum(pairs, 1), b.EdgeMask))
		sum = graph.Add(sum, graph.ReduceAllSum(graph.Mul(pairs, j)))
	}
	return graph.MulScalar(sum, beta/float64(samples-1))
}

// EnergyNode returns E(x) (eq. 2) of every sample on every graph, [K, G], for
// spins x [K, N], h [N] and J as in [Surrogate].
func EnergyNode(b *BatchNodes, x, h, j *graph.Node) *graph.Node {
	u, v := endValues(b, x)
	bonds := graph.Mul(graph.ExpandAxes(graph.Mul(j, b.EdgeMask), -1), graph.Mul(u, v)) // [M, K]
	first := graph.Slice(b.Ends, graph.AxisRange(), graph.AxisRange(0, 1))
	fields := graph.Transpose(graph.Mul(x, graph.ExpandAxes(graph.Mul(h, b.NodeMask), 0)), 0, 1) // [N, K]
	ofEdge := graph.Gather(b.GraphID, first)
	sum := graph.Add(perGraph(b, fields, b.GraphID), perGraph(b, bonds, ofEdge))
	return graph.Neg(graph.Transpose(sum, 0, 1))
}

// perGraph sums rows of v [R, K] over the graphs of the rows [R], to [G, K].
func perGraph(b *BatchNodes, v, id *graph.Node) *graph.Node {
	shape := v.Shape().Clone()
	shape.Dimensions[0] = b.NumGraphs
	return graph.ScatterSum(graph.Zeros(v.Graph(), shape), graph.ExpandAxes(id, -1), v, false, false)
}

// endValues returns the values of x [K, N] at the two ends of every edge, [M, K].
func endValues(b *BatchNodes, x *graph.Node) (u, v *graph.Node) {
	x = graph.Transpose(x, 0, 1)
	end := func(k int) *graph.Node {
		return graph.Gather(x, graph.Slice(b.Ends, graph.AxisRange(), graph.AxisRange(k, k+1)))
	}
	return end(0), end(1)
}

// spinsNode converts int8 spins to float32.
func spinsNode(x *graph.Node) *graph.Node { return graph.ConvertDType(x, dtypes.Float32) }
