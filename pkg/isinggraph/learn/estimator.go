package learn

import (
	"errors"
	"fmt"

	"example.org/isinggraph/internal/tensor"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// Estimator is how a step gets a gradient with respect to the field h, and J where
// couplings are learned. With samples of the model and a loss ℓ:
//
//   - [Whole] is RLOO on the whole loss (eq. 7), unbiased;
//   - [Local] credits each node with the parts of the loss near it: less noise, a bias
//     from what lies beyond;
//   - [Flips] takes what each node's own flip does to the loss: exact without
//     couplings, blind to how neighbours react with them.
//
// With targets ([Item].Target) in place of a loss: [CrossEntropy], [PseudoLikelihood],
// [MeanField] and [Contrastive]. [Learner.Check] compares the first three on one's own items.
type Estimator interface {
	// String names the estimator and its numbers; it is part of a run's identity.
	String() string
	// check reports what of a configuration the estimator cannot work with.
	check(c *Config) error
	// kind says what a step must compute for it.
	kind() kind
	// build returns the scalar that the gradient is taken of, and the value to show
	// for it.
	build(o *objective) (loss, shown *graph.Node)
}

// kind says what an estimator needs.
type kind struct {
	samples bool // of the model
	weights bool // of each node of each sample, from the losses
	targets bool
	from    from // where chains begin
}

// from says where an estimator's chains begin.
type from int

const (
	fromRandom  from = iota // uniform spins
	fromTargets             // the items' targets
	fromBefore              // where they were after the item's last step
)

// objective are the nodes that an estimator builds a step's objective of.
type objective struct {
	b          *BatchNodes
	h, j       *graph.Node // [N]; a scalar or [M]
	x          *graph.Node // spins ±1 [K, N], arbitrary where padded
	weights    *graph.Node // [K, N], 0 where padded
	target     *graph.Node // ±1 or 0 where unknown [N]
	beta       float64
	learnableJ bool
}

// Whole is RLOO on the whole loss, unbiased: each node's advantage is ℓ_k − ℓ̄, and
//
//	∇L = −β/(K−1) Σ_k (ℓ_k − ℓ̄) ∇E(x_k)    (eq. 7; K = 2 is eq. 14)
//
// Its variance grows with the number of nodes that the loss depends on.
type Whole struct{}

// String implements Estimator.
func (Whole) String() string { return "the whole loss" }

func (Whole) check(c *Config) error { return sampledLoss(c) }
func (Whole) kind() kind            { return kind{samples: true, weights: true} }

func (Whole) build(o *objective) (loss, shown *graph.Node) {
	return surrogate(o), nil
}

// surrogate is [Surrogate] of an objective's advantages.
func surrogate(o *objective) *graph.Node {
	var j *graph.Node
	if o.learnableJ {
		j = o.j
	}
	return Surrogate(o.b, o.x, o.weights, o.h, j, o.beta)
}

// sampledLoss checks what RLOO needs.
func sampledLoss(c *Config) error {
	if c.Sampling.Samples < 2 {
		return fmt.Errorf("%d samples, need at least 2", c.Sampling.Samples)
	}
	if !c.Objective.Loss.given() {
		return errors.New("needs a loss")
	}
	return nil
}

// weigher makes the weights of an estimator's samples.
type weigher interface {
	// weigh writes the weights of item i of a batch into a, whose row k of n nodes
	// begins at k·stride, each multiplied by scale.
	weigh(l *Learner, s *batchState, d *sampled, i int, scale float64, a []float32, stride int) error
}

func (Whole) weigh(l *Learner, s *batchState, d *sampled, i int, scale float64, a []float32, stride int) error {
	n := int(s.batch.Offsets[i+1] - s.batch.Offsets[i])
	losses := d.total[i]
	if p := l.c.Objective.Penalty; p.sampled() {
		losses = append([]float64(nil), losses...)
		m := s.magnetizations(d.samples.Spins, i, len(losses))
		force := p.force(l.state.Lambda, mean(m))
		for k := range losses {
			losses[k] += force * m[k]
		}
	}
	for k, v := range Advantages(losses) {
		row := a[k*stride:][:n]
		for p := range row {
			row[p] = float32(v * scale)
		}
	}
	return nil
}

// mean returns the mean of some numbers.
func mean(v []float64) (sum float64) {
	for _, x := range v {
		sum += x / float64(len(v))
	}
	return sum
}

// weights returns an estimator's weights of all nodes and samples [K, N].
func (l *Learner) weights(e Estimator, s *batchState, d *sampled) (*tensors.Tensor, error) {
	var failed error
	stride := s.batch.Shape.Nodes
	t := tensor.Filled(func(a []float32) {
		for i := range s.index {
			scale := 1 / float64(len(s.index))
			if failed = e.(weigher).weigh(l, s, d, i, scale, a[s.batch.Offsets[i]:], stride); failed != nil {
				return
			}
		}
	}, l.c.Sampling.Samples, stride)
	if failed != nil {
		t.MustFinalizeAll()
		return nil, failed
	}
	return t, nil
}
