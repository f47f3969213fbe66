package learn

import (
	"context"
	"errors"
	"slices"

	"github.com/gomlx/gomlx/core/graph"
)

// Flips is the effect of each node's own flip on the loss, its neighbours held: with
// h_i^eff of eq. 4 and ℓ± the loss of a sample with x_i = ±1,
//
//	∇L ≈ (1/K) Σ_k Σ_i β (1 − tanh²(β h_i^eff)) (ℓ₊ − ℓ₋)/2 ∇h_i^eff
//
// the exact gradient where J = 0, without the noise of all other nodes. With
// couplings it leaves out how neighbours react to a node, a bias that [Learner.Check]
// measures. The effects are [Loss].Flips or, without it, n+1 evaluations of Total or
// Parts a sample.
type Flips struct{}

// String implements Estimator.
func (Flips) String() string { return "single flips" }

func (Flips) check(c *Config) error {
	switch l := c.Objective.Loss; {
	case !l.given():
		return errors.New("needs a loss")
	case l.Flips == nil && l.Total == nil && l.Parts == nil:
		return errors.New("a compiled loss needs Loss.Flips")
	case c.Objective.Penalty.sampled():
		return errors.New("a penalty on sampled spins needs the estimator Whole or Local")
	}
	return nil
}

func (Flips) kind() kind { return kind{samples: true, weights: true} }

func (Flips) build(o *objective) (loss, shown *graph.Node) {
	samples := float64(o.x.Shape().Dimensions[0])
	effective := graph.MulScalar(o.effective(o.x), o.beta) // [K, N]
	variance := graph.OneMinus(graph.Square(graph.Tanh(effective)))
	slope := graph.StopGradient(graph.Mul(variance, o.weights))
	return graph.DivScalar(graph.ReduceAllSum(graph.Mul(slope, effective)), samples), nil
}

func (Flips) weigh(_ *Learner, s *batchState, d *sampled, i int, scale float64, a []float32, stride int) error {
	for k, flips := range d.flips[i] {
		row := a[k*stride:]
		for p, v := range flips {
			row[p] = float32(v * scale)
		}
	}
	return nil
}

// flips returns (ℓ₊ − ℓ₋)/2 of every node of every sample, [items][K][n].
func (e *evaluation) flips(ctx context.Context, l *Loss) ([][][]float64, error) {
	out := make([][][]float64, len(e.b.Items))
	for i := range out {
		out[i] = make([][]float64, e.samples)
	}
	err := e.each(ctx, func(i, k int, x []int8) *LossError {
		flips, fail := l.flipsOf(e.b.Items[i], x)
		out[i][k] = flips
		return fail
	})
	return out, err
}

// flipsOf returns the effects of one sample's flips.
func (l *Loss) flipsOf(it *Item, x []int8) (flips []float64, fail *LossError) {
	flips = make([]float64, len(x))
	if l.Flips != nil {
		return flips, guarded(func() error { return l.Flips(it, x, flips) })
	}
	own, fail := l.value(it, x)
	if fail != nil {
		return nil, fail
	}
	x = slices.Clone(x)
	for i := range x {
		x[i] = -x[i]
		other, fail := l.value(it, x)
		if fail != nil {
			return nil, fail
		}
		flips[i] = float64(x[i]) * (other - own) / 2
		x[i] = -x[i]
	}
	return flips, nil
}
