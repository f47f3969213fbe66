package isinggraph

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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
	J         []float32 // as in Params
	Shift     float32   // that was added to the learned field
	Spins     []int8    // chain-major samples
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

// Annealing returns factors on β that rise linearly from first to last.
func Annealing(sweeps int, first, last float32) []float32 {
	s := make([]float32, sweeps)
	for t := range s {
		s[t] = first + (last-first)*float32(t)/float32(max(sweeps-1, 1))
	}
	return s
}

// Fields computes the field of each item, BatchSize items at a time, without
// sampling: fewer programs compile and run than for predictions one by one.
func (l *Learner) Fields(ctx context.Context, items []*Item) ([][]float32, error) {
	all := make([][]float32, 0, len(items))
	for part := range slices.Chunk(items, l.c.BatchSize) {
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
		o.Sweeps = l.c.Sweeps
	}
	if o.Fraction != 0 && !(o.Fraction > 0 && o.Fraction < 1) {
		return nil, fmt.Errorf("isinggraph: predictions that keep a fraction of %v, need a value in (0, 1)", o.Fraction)
	}
	var all []*Prediction
	for i, it := range items {
		p, err := l.predict(ctx, it, o)
		if err != nil {
			return nil, fmt.Errorf("isinggraph: predicting item %d: %w", i, err)
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
	options := Options{
		Params: Params{H: h, J: j, Beta: []float32{float32(l.c.Beta)}}, Rule: l.c.Rule,
		Chains: o.Chains, Sweeps: o.Sweeps, Seed: o.Seed, Schedule: o.Schedule,
	}
	p := &Prediction{J: j, Chains: o.Chains}
	if o.Fraction > 0 {
		if p.Shift, err = ShiftToFraction(ctx, s.sampler, options, o.Fraction); err != nil {
			return nil, err
		}
		for i := range h {
			h[i] += p.Shift
		}
	}
	options.Marginals, options.BurnIn = true, o.BurnIn
	out, err := s.sampler.Sample(ctx, options)
	if err != nil {
		return nil, err
	}
	p.H, p.Spins, p.Marginals, p.Energies, p.Fraction = h, out.Spins, out.Marginals(), out.Energies(), Fraction(out.Spins)
	return p, nil
}

// shiftSteps is how often ShiftToFraction halves its interval.
const shiftSteps = 24

// ShiftToFraction returns the constant c for which h + c, sampled as o says,
// keeps a share of the nodes, by bisection. The kept share rises with c where
// J ≥ 0, and so nearly elsewhere; c is found to 2^-24 of the range of fields in
// which it must lie.
func ShiftToFraction(ctx context.Context, s Sampler, o Options, fraction float64) (float32, error) {
	n := s.Graph().NumNodes()
	if len(o.H) != n || !(fraction > 0 && fraction < 1) {
		return 0, fmt.Errorf("isinggraph: shift to a fraction of %v for %d fields of %d nodes", fraction, len(o.H), n)
	}
	reach := max(slices.Max(o.H), -slices.Min(o.H)) + 20/max(o.BetaOf(0), 1e-3)
	var strongest float32
	for e := range s.Graph().NumEdges() {
		strongest = max(strongest, o.Coupling(s.Graph(), e), -o.Coupling(s.Graph(), e))
	}
	bound := float64(reach + strongest*float32(s.Graph().MaxDegree()))
	h := slices.Clone(o.H)
	shifted := slices.Clone(h)
	c, err := bisect(-bound, bound, 2*bound/(1<<shiftSteps), func(c float64) (float64, error) {
		for i, v := range h {
			shifted[i] = v + float32(c)
		}
		o.H = shifted
		out, err := s.Sample(ctx, o)
		if err != nil {
			return 0, err
		}
		return Fraction(out.Spins) - fraction, nil
	})
	return float32(c), err
}

// Top keeps exactly the m nodes of the largest values, such as fields or
// marginals: +1 there, −1 elsewhere; of equal values, those of lower index.
func Top[T cmp.Ordered](values []T, m int) ([]int8, error) {
	if m < 0 || m > len(values) {
		return nil, fmt.Errorf("isinggraph: the top %d of %d nodes", m, len(values))
	}
	order := make([]int, len(values))
	x := make([]int8, len(values))
	for i := range order {
		order[i], x[i] = i, -1
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	for _, i := range order[:m] {
		x[i] = 1
	}
	return x, nil
}
