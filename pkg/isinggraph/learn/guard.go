package learn

import (
	"context"
	"fmt"
	"math/rand/v2"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/pkg/isinggraph"
)

// Guard computes what a run is recognized by: the field at the variables, and the loss
// and the sampler's spins, which do not depend on them and are computed once.
func (t training) Guard(ctx context.Context) ([]runs.Fingerprint, error) {
	l := t.l
	s, err := l.first()
	if err != nil {
		return nil, err
	}
	h, j, err := l.evalField(s)
	if err != nil {
		return nil, err
	}
	field := runs.Fingerprint{Name: "the field", Values: runs.Thin(h), Tolerance: runs.Tolerance}
	if l.guard == nil || l.c.Objective.Loss.Rate > 0 { // a loss that learns has new values
		loss, err := l.lossFingerprint(ctx, s)
		if err != nil {
			return nil, err
		}
		spins, err := l.spinsFingerprint(ctx, s, j)
		if err != nil {
			return nil, err
		}
		l.guard = append(loss, spins)
	}
	return append([]runs.Fingerprint{field}, l.guard...), nil
}

// lossFingerprint returns the losses of fair coins in the place of spins, or none of
// a loss that is random by intent. A loss that cannot take such spins has no values.
func (l *Learner) lossFingerprint(ctx context.Context, s *batchState) ([]runs.Fingerprint, error) {
	if l.c.Objective.Loss.Random || !l.c.Objective.Loss.given() {
		return nil, nil
	}
	rng := rand.New(rand.NewPCG(l.c.Seed, splitmix.Derive(l.c.Seed, seedGuard, 0)))
	spins := make([]int8, l.c.Sampling.Samples*s.batch.Graph.NumNodes())
	for i := range spins {
		spins[i] = int8(2*rng.IntN(2) - 1)
	}
	f := runs.Fingerprint{Name: "the loss", Values: []float64{}, Tolerance: runs.Tolerance}
	var d *losses
	var err error
	if l.c.Objective.Loss.Graph != nil {
		d, err = l.graphLoss(s, spins, false)
	} else {
		d, err = l.evaluation(s, spins).losses(ctx, &l.c.Objective.Loss)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err == nil {
		for _, item := range d.total {
			f.Values = append(f.Values, item...)
		}
		f.Values = runs.Thin(f.Values)
	}
	return []runs.Fingerprint{f}, nil
}

// spinsFingerprint returns spins of the first batch with a field of random numbers in
// [−1, 1), by the learner's rule, sweeps and sampler, and the fixed couplings or, where they
// are learned, couplings of 0.1 in the learned ones' form.
func (l *Learner) spinsFingerprint(ctx context.Context, s *batchState, learned isinggraph.Couplings) (runs.Fingerprint, error) {
	rng := rand.New(rand.NewPCG(l.c.Seed, splitmix.Derive(l.c.Seed, seedGuard, 1)))
	h, j := make([]float32, s.batch.Graph.NumNodes()), s.couplings
	for i := range h {
		h[i] = 2*rng.Float32() - 1
	}
	if l.c.Model.Coupling != nil {
		if j = isinggraph.Uniform(0.1); learned.ByEdge() != nil {
			j = isinggraph.PerEdge(j.Each(s.batch.Graph))
		}
	}
	out, err := s.sampler.Sample(ctx, isinggraph.Request{
		Model: l.modelOf(s, h, j), Rule: l.c.Sampling.Rule,
		Chains: isinggraph.Chains{Count: l.c.Sampling.Samples}, Sweeps: l.c.Sampling.Sweeps, Seed: splitmix.Derive(l.c.Seed, seedGuard, 2),
	})
	if err != nil {
		return runs.Fingerprint{}, fmt.Errorf("sampling: %w", err)
	}
	return runs.Fingerprint{Name: "a spin of the sampler", Values: runs.Thin(out.Spins), On: runs.On(l.backend)}, nil
}
