package learn

import (
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/graph"
)

// EtaKind is what a penalty takes for the magnetization η (eq. 8).
type EtaKind int

const (
	// EtaField is η_det = mean_i tanh(βh_i) (eq. 11). Its gradient vanishes where
	// tanh saturates.
	EtaField EtaKind = iota
	// EtaStochastic is η_sto = mean_i tanh(βh_i^eff(x)) (eq. 12), averaged over the
	// samples, which are held constant in its gradient.
	EtaStochastic
	// EtaSampled is the samples' own magnetization, whose gradient is eq. 7's: it
	// joins the loss.
	EtaSampled
)

// Penalty keeps a fraction (1+η)/2 of each graph's nodes: Weight·(η̂ − η)² of
// eq. 15 and Dual's λ·(η̂ − η) are added to the loss, averaged over graphs. The
// zero value adds nothing.
type Penalty struct {
	Kind   EtaKind
	Eta    float64 // target η in [−1, 1]; 0 keeps half
	Weight float64 // at least 0; the paper's is 1
	// Dual is the rate at which λ rises after each step by Dual·(η̄ − η), η̄ being
	// the sampled magnetization of the batch: the fraction is then held whatever
	// the loss's scale, also where tanh saturates. 0 for no λ.
	Dual float64
}

func (p Penalty) on() bool { return p.Weight != 0 || p.Dual != 0 }

// sampled reports whether the penalty joins the samples' losses.
func (p Penalty) sampled() bool { return p.on() && p.Kind == EtaSampled }

func (p Penalty) validate() error {
	switch {
	case p.Kind < EtaField || p.Kind > EtaSampled:
		return fmt.Errorf("learn: penalty of kind %d", p.Kind)
	case !(math.Abs(p.Eta) <= 1):
		return fmt.Errorf("learn: penalty's Eta is %v, need a value in [-1, 1]", p.Eta)
	case !(p.Weight >= 0) || math.IsInf(p.Weight, 0) || !(p.Dual >= 0) || math.IsInf(p.Dual, 0):
		return fmt.Errorf("learn: penalty's Weight is %v and Dual %v, need finite values of at least 0", p.Weight, p.Dual)
	}
	return nil
}

// node returns the penalty of kinds EtaField and EtaStochastic, a scalar, for
// weights of the graphs [G] that sum to 1.
func (p Penalty) node(b *BatchNodes, x, h, j, lambda, weights *graph.Node, beta float64) *graph.Node {
	mean := graph.Tanh(graph.MulScalar(graph.ExpandAxes(h, -1), beta)) // [N, 1]
	if p.Kind == EtaStochastic {
		mean = graph.Tanh(graph.MulScalar(effectiveNode(b, graph.StopGradient(x), h, j), beta)) // [N, K]
		mean = graph.ReduceAndKeep(mean, graph.ReduceMean, 1)
	}
	mean = graph.Mul(mean, graph.ExpandAxes(b.NodeMask, -1))
	eta := graph.Div(graph.Squeeze(perGraph(b, mean, b.GraphID), 1), b.Sizes) // [G]
	miss := graph.AddScalar(eta, -p.Eta)
	each := graph.Add(graph.MulScalar(graph.Square(miss), p.Weight), graph.Mul(lambda, miss))
	return graph.ReduceAllSum(graph.Mul(each, weights))
}

// effectiveNode returns h_i^eff (eq. 4) [N, K] of spins, or mean spins, x [K, N].
func effectiveNode(b *BatchNodes, x, h, j *graph.Node) *graph.Node {
	u, v := endValues(b, x)
	each := graph.ExpandAxes(graph.Mul(j, b.EdgeMask), -1)
	h = graph.Add(graph.ExpandAxes(h, -1), graph.ZerosLike(graph.Transpose(x, 0, 1)))
	end := func(k int) *graph.Node { return graph.Slice(b.Ends, graph.AxisRange(), graph.AxisRange(k, k+1)) }
	h = graph.ScatterSum(h, end(0), graph.Mul(each, v), false, false)
	return graph.ScatterSum(h, end(1), graph.Mul(each, u), false, false)
}

// force returns λ + 2·Weight·(m − η), by which EtaSampled's penalty weighs the
// magnetization, m being that of one graph over the samples.
func (p Penalty) force(lambda, m float64) float64 { return lambda + 2*p.Weight*(m-p.Eta) }
