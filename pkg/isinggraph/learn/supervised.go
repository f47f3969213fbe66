package learn

import (
	"errors"
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
)

// CrossEntropy is the mean of log(1 + exp(−2β y_i h_i)) over the nodes of known
// target y: each node alone, p(x_i = y_i) = σ(2β y_i h_i). Couplings play no part.
type CrossEntropy struct{}

// String implements Estimator.
func (CrossEntropy) String() string { return "cross-entropy" }

func (CrossEntropy) check(c *Config) error { return withTargets(c) }
func (CrossEntropy) kind() kind            { return kind{targets: true} }

func (CrossEntropy) build(o *objective) (loss, shown *graph.Node) {
	loss = o.entropy(o.h)
	return loss, loss
}

// PseudoLikelihood is the mean of −log p(y_i | y elsewhere) = log(1 + exp(−2β y_i
// h_i^eff(y))) over the nodes of known target (Besag 1975, doi:10.2307/2987782).
// Unknown neighbours count as 0.
type PseudoLikelihood struct{}

// String implements Estimator.
func (PseudoLikelihood) String() string { return "pseudo-likelihood" }

func (PseudoLikelihood) check(c *Config) error { return withTargets(c) }
func (PseudoLikelihood) kind() kind            { return kind{targets: true} }

func (PseudoLikelihood) build(o *objective) (loss, shown *graph.Node) {
	effective := o.effective(graph.ExpandAxes(o.target, 0))
	loss = o.entropy(graph.Squeeze(effective, 0))
	return loss, loss
}

// MeanField is the cross-entropy of the mean spins of eq. 10, iterated from
// tanh(βh) and differentiated through, as conditional random fields in networks are
// (Zheng et al. 2015, doi:10.1109/ICCV.2015.179).
type MeanField struct {
	Iterations int // of eq. 10; default 5
}

func (m MeanField) iterations() int {
	if m.Iterations == 0 {
		return 5
	}
	return m.Iterations
}

// String implements Estimator.
func (m MeanField) String() string { return fmt.Sprintf("mean field, %d iterations", m.iterations()) }

func (m MeanField) check(c *Config) error {
	if m.Iterations < 0 {
		return fmt.Errorf("%d iterations", m.Iterations)
	}
	return withTargets(c)
}

func (MeanField) kind() kind { return kind{targets: true} }

func (m MeanField) build(o *objective) (loss, shown *graph.Node) {
	field := o.h
	for range m.iterations() {
		mean := graph.Tanh(graph.MulScalar(field, o.beta))
		field = graph.Squeeze(o.effectiveOf(graph.ExpandAxes(mean, 0)), 0)
	}
	loss = o.entropy(field)
	return loss, loss
}

// Contrastive is −log p(y), whose gradient is β(∇E(y) − E[∇E(x)]), with K samples in
// the place of the expectation. Chains begin at the targets (contrastive divergence,
// Hinton 2002, doi:10.1162/089976602760128018), or where they were when the item's
// last step ended (Tieleman 2008, doi:10.1145/1390156.1390290). Where Sweeps is small
// against the mixing time the first is biased; the second is less so the smaller the
// learning rate.
type Contrastive struct{ Persistent bool }

// String implements Estimator.
func (c Contrastive) String() string {
	if c.Persistent {
		return "persistent contrastive divergence"
	}
	return "contrastive divergence"
}

func (Contrastive) check(c *Config) error { return withTargets(c) }

func (c Contrastive) kind() kind {
	if c.Persistent {
		return kind{samples: true, targets: true, from: fromBefore}
	}
	return kind{samples: true, targets: true, from: fromTargets}
}

func (Contrastive) build(o *objective) (loss, shown *graph.Node) {
	nodes := graph.ReduceAllSum(o.b.NodeMask)
	samples := float64(o.x.Shape().Dimensions[0])
	truth := o.energy(graph.ExpandAxes(o.target, 0))
	drawn := graph.DivScalar(o.energy(o.x), samples)
	loss = graph.MulScalar(graph.Div(graph.Sub(truth, drawn), nodes), o.beta)
	return loss, loss
}

// withTargets checks what likelihoods need; that items have targets is checked with
// the items.
func withTargets(c *Config) error {
	if c.Objective.Penalty.sampled() {
		return errors.New("a penalty on sampled spins needs the estimator Whole or Local")
	}
	return nil
}

// entropy is the mean of log(1 + exp(−2β y f)) over the nodes of known target.
func (o *objective) entropy(f *graph.Node) *graph.Node {
	known := graph.Abs(o.target)
	each := graph.Softplus(graph.MulScalar(graph.Mul(f, o.target), -2*o.beta))
	return graph.Div(graph.ReduceAllSum(graph.Mul(each, known)), graph.AddScalar(graph.ReduceAllSum(known), 1e-9))
}

// effective returns h_i^eff (eq. 4) [K, N] of constant spins x [K, N].
func (o *objective) effective(x *graph.Node) *graph.Node {
	return o.effectiveOf(graph.StopGradient(x))
}

// effectiveOf is effective of spins, or mean spins, with a gradient.
func (o *objective) effectiveOf(x *graph.Node) *graph.Node {
	return graph.Transpose(effectiveNode(o.b, x, o.h, o.j), 0, 1)
}

// energy returns Σ_k E(x_k) (eq. 2) over all graphs of constant spins x [K, N].
func (o *objective) energy(x *graph.Node) *graph.Node {
	return graph.ReduceAllSum(EnergyNode(o.b, graph.StopGradient(x), o.h, o.j))
}
