package learn

import (
	"context"
	"fmt"
	"slices"

	"example.org/isinggraph/pkg/isinggraph"
)

// PredictOptions say how items are sampled with a learned field; the zero value
// draws one sample with the learner's sweeps.
type PredictOptions struct {
	Chains   int       // samples of each item; default 1
	Sweeps   int       // default the learner's
	BurnIn   int       // sweeps that the marginals leave out
	Schedule []float32 // factors on β in each sweep, such as Annealing's; none for 1
	Seed     uint64
	// Fraction in (0, 1) shifts each item's field by the constant with which about
	// this share of its nodes is kept, found with the same random numbers as the
	// samples; 0 leaves the field alone.
	Fraction float64
}

// Prediction is what a learned field says of one item.
type Prediction struct {
	H         []float32 // field [n], with the shift
	J         isinggraph.Couplings
	Shift     float32 // that was added to the learned field
	Spins     []int8  // chain-major samples
	Chains    int
	Marginals []float64 // mean spins over chains and sweeps [n]
	Energies  []float64 // of the samples (eq. 2)
	Fraction  float64   // kept, of all samples
}

// Sample returns chain c of the samples [n]; it aliases p.
func (p *Prediction) Sample(c int) []int8 {
	n := len(p.Spins) / p.Chains
	return p.Spins[c*n : (c+1)*n]
}

// Mode returns the sample of lowest energy: with an annealing schedule, a guess
// at the most probable state.
func (p *Prediction) Mode() []int8 {
	best := 0
	for c, e := range p.Energies {
		if e < p.Energies[best] {
			best = c
		}
	}
	return p.Sample(best)
}

// Fields computes the field of each item, BatchSize items at a time, without
// sampling: fewer programs compile and run than for predictions one by one.
func (l *Learner) Fields(ctx context.Context, items []*Item) ([][]float32, error) {
	all := make([][]float32, 0, len(items))
	for part := range slices.Chunk(items, l.c.Optimizer.BatchSize) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, err := l.newBatch(part)
		if err != nil {
			return nil, err
		}
		h, _, err := l.evalField(s)
		if err == nil {
			for k := range part {
				all = append(all, slices.Clone(h[s.batch.Offsets[k]:s.batch.Offsets[k+1]]))
			}
		}
		s.close()
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Predict computes the field of each item and samples it. Items need not be
// those of the training.
func (l *Learner) Predict(ctx context.Context, items []*Item, o PredictOptions) ([]*Prediction, error) {
	if o.Chains == 0 {
		o.Chains = 1
	}
	if o.Sweeps == 0 {
		o.Sweeps = l.c.Sampling.Sweeps
	}
	if o.Fraction != 0 && !(o.Fraction > 0 && o.Fraction < 1) {
		return nil, fmt.Errorf("learn: predictions that keep a fraction of %v, need a value in (0, 1)", o.Fraction)
	}
	var all []*Prediction
	for i, it := range items {
		p, err := l.predict(ctx, it, o)
		if err != nil {
			return nil, fmt.Errorf("learn: predicting item %d: %w", i, err)
		}
		all = append(all, p)
	}
	return all, nil
}

func (l *Learner) predict(ctx context.Context, it *Item, o PredictOptions) (*Prediction, error) {
	s, err := l.newBatch([]*Item{it})
	if err != nil {
		return nil, err
	}
	defer s.close()
	h, j, err := l.evalField(s)
	if err != nil {
		return nil, err
	}
	r := isinggraph.Request{Model: l.modelOf(s, h, j), Rule: l.c.Sampling.Rule, Sweeps: o.Sweeps, Seed: o.Seed, Schedule: o.Schedule}
	r.Chains.Count = o.Chains
	p := &Prediction{J: j, Chains: o.Chains}
	if o.Fraction > 0 {
		if p.Shift, err = ShiftToFraction(ctx, s.sampler, r, o.Fraction); err != nil {
			return nil, err
		}
		for i := range h {
			h[i] += p.Shift
		}
	}
	r.Record = isinggraph.Record{Marginals: true, BurnIn: o.BurnIn}
	out, err := s.sampler.Sample(ctx, r)
	if err != nil {
		return nil, err
	}
	p.H, p.Spins, p.Marginals, p.Energies, p.Fraction = h, out.Spins, out.Marginals(), r.Energies(out.Spins), isinggraph.Fraction(out.Spins)
	return p, nil
}
