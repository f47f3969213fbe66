package learn

import (
	"context"
	"fmt"
	"math"
	"time"

	"example.org/isinggraph/internal/adam"
	"example.org/isinggraph/internal/pullback"
	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/pkg/isinggraph"

	"github.com/gomlx/gomlx/core/tensors"
)

// StepInfo is the record of one step.
type StepInfo struct {
	Step         int     // steps done, this one included
	Epoch        int     // from 0
	Loss         float64 // mean over the batch's items and samples
	Penalty      float64 // eq. 15's second term, as minimized
	Fraction     float64 // kept, (1+η)/2, of all samples' nodes
	Lambda       float64 // the dual variable
	GradNorm     float64 // before clipping
	LearningRate float64
	Validation   *Validated    `json:",omitempty"` // after this step, if it was due
	FieldTime    time.Duration // its parts
	SampleTime   time.Duration
	LossTime     time.Duration
	UpdateTime   time.Duration // gradient and optimizer
	Time         time.Duration // of the step, without validation and checkpoint
	// Compilations is how many programs the step waited for: none once every shape
	// has been seen. See [Learner.Compilations].
	Compilations int `json:",omitempty"`
}

// Validated is what was found on the validation items.
type Validated struct {
	Loss     float64 // mean over items and samples or, without a loss, the estimator's objective
	Fraction float64 // kept
	Best     bool    // the lowest loss so far
}

// sampled are K samples of a batch and their losses.
type sampled struct {
	*losses
	flips                       [][][]float64 // [items][K][n], of the estimator Flips
	samples                     *isinggraph.Samples
	fieldTime, sampleTime, took time.Duration
}

// mean returns the mean loss of all items and samples.
func (s *sampled) mean() float64 {
	var sum float64
	for _, item := range s.total {
		for _, v := range item {
			sum += v / float64(len(item)*len(s.total))
		}
	}
	return sum
}

// sample computes the field of a batch, draws K samples and evaluates them.
func (l *Learner) sample(ctx context.Context, s *batchState, seed uint64) (*sampled, error) {
	begin := time.Now()
	h, j, err := l.evalField(s)
	if err != nil {
		return nil, err
	}
	return l.draw(ctx, s, h, j, drawing{seed: seed, fieldTime: time.Since(begin)})
}

// drawing says how a batch is sampled.
type drawing struct {
	seed      uint64
	estimator Estimator // whose chains and weights are wanted; nil for the losses alone
	train     bool      // the loss's network, if it learns
	fieldTime time.Duration
}

// draw draws K samples of a field and evaluates them.
func (l *Learner) draw(ctx context.Context, s *batchState, h []float32, j isinggraph.Couplings, d drawing) (*sampled, error) {
	out := &sampled{fieldTime: d.fieldTime, losses: new(losses)}
	begin := time.Now()
	r := isinggraph.Request{Model: l.modelOf(s, h, j), Rule: l.c.Sampling.Rule, Sweeps: l.c.Sampling.Sweeps, Seed: d.seed}
	r.Chains.Count = l.c.Sampling.Samples
	begins := fromRandom
	if d.estimator != nil {
		begins = d.estimator.kind().from
	}
	if begins != fromRandom {
		r.From = &isinggraph.Samples{Spins: l.chains(s, begins), Chains: r.Chains.Count, Seed: d.seed}
	}
	var err error
	if out.samples, err = s.sampler.Sample(ctx, r); err != nil {
		return nil, err
	}
	if begins == fromBefore {
		l.keepChains(s, out.samples.Spins)
	}
	out.sampleTime = time.Since(begin)
	begin = time.Now()
	loss := &l.c.Objective.Loss
	e := l.evaluation(s, out.samples.Spins)
	if loss.Graph != nil {
		out.losses, err = l.graphLoss(s, out.samples.Spins, d.train)
	} else if loss.given() {
		out.losses, err = e.losses(ctx, loss)
	}
	if _, ok := d.estimator.(Flips); ok && err == nil {
		out.flips, err = e.flips(ctx, loss)
	}
	out.took = time.Since(begin)
	return out, err
}

// evaluation returns samples of a batch as losses in Go see them.
func (l *Learner) evaluation(s *batchState, spins []int8) *evaluation {
	return &evaluation{b: s.batch, index: s.index, spins: spins, samples: l.c.Sampling.Samples, log: l.c.Runtime.Log}
}

// modelOf is the distribution of a batch whose field and couplings are known.
func (l *Learner) modelOf(s *batchState, h []float32, j isinggraph.Couplings) isinggraph.Model {
	return isinggraph.Model{Graph: s.batch.Graph, J: j, H: h, Beta: float32(l.c.Model.Beta)}
}

// magnetizations returns those of an item's samples.
func (s *batchState) magnetizations(spins []int8, i, samples int) []float64 {
	m := make([]float64, samples)
	for k := range m {
		m[k] = isinggraph.Magnetization(s.batch.spins(spins, i, k))
	}
	return m
}

// spinsInput pads spins to int8 [K, N].
func (s *batchState) spinsInput(spins []int8, samples int) *tensors.Tensor {
	n, padded := s.batch.Graph.NumNodes(), s.batch.Shape.Nodes
	return tensor.Filled(func(flat []int8) {
		for k := range samples {
			copy(flat[k*padded:], spins[k*n:(k+1)*n])
		}
	}, samples, padded)
}

// step does one step of training, number t from 0.
func (l *Learner) step(ctx context.Context, t int) (StepInfo, error) {
	begin, built, o := time.Now(), l.Compilations(), l.c.Optimizer
	info := StepInfo{Step: t + 1, Epoch: t / l.epochLength(), Lambda: l.state.Lambda}
	info.LearningRate = o.LearningRate * o.Decay.rate(t, o.Steps)
	s, err := l.batchOf(l.order(t))
	if err != nil {
		return info, err
	}
	kept, err := l.programs.field.Forward(s.tensors)
	if err != nil {
		return info, fmt.Errorf("learn: computing the field: %w", err)
	}
	defer kept.Free()
	h, j, err := l.readField(s, kept.Outputs)
	if err != nil {
		return info, err
	}
	e := l.c.estimator(t)
	info.FieldTime = time.Since(begin)
	var drawn *sampled
	if e.kind().samples {
		d := drawing{splitmix.Derive(l.c.Seed, seedSample, uint64(t)), e, true, info.FieldTime}
		if drawn, err = l.draw(ctx, s, h, j, d); err != nil {
			return info, err
		}
		info.SampleTime, info.LossTime = drawn.sampleTime, drawn.took
		info.Loss, info.Fraction = drawn.mean(), isinggraph.Fraction(drawn.samples.Spins)
		l.warnConstant(t, drawn.losses)
	} else {
		info.Fraction = expectedFraction(h, l.c.Model.Beta)
	}
	update := time.Now()
	if err := l.update(s, kept, drawn, e, &info); err != nil {
		return info, fmt.Errorf("learn: step %d: %w", t+1, err)
	}
	p := l.c.Objective.Penalty
	if p.sampled() {
		miss := 2*info.Fraction - 1 - p.Eta
		info.Penalty = p.Weight*miss*miss + l.state.Lambda*miss
	}
	l.state.Lambda += p.Dual * (2*info.Fraction - 1 - p.Eta)
	info.UpdateTime, info.Time = time.Since(update), time.Since(begin)
	if info.Compilations = l.Compilations() - built; info.Compilations > 0 {
		l.c.Runtime.Log.Info(fmt.Sprintf("step %d compiled %d programs in %.1f s", t+1, info.Compilations, info.Time.Seconds()))
	}
	return info, nil
}

// expectedFraction is the share of nodes that a field without couplings keeps,
// (1+η_det)/2 (eq. 11).
func expectedFraction(h []float32, beta float64) float64 {
	var sum float64
	for _, v := range h {
		sum += math.Tanh(beta * float64(v))
	}
	return (1 + sum/float64(len(h))) / 2
}

// update moves the weights against the gradient, and records its norm before
// clipping, the penalty and, of estimators without samples, the objective.
func (l *Learner) update(s *batchState, kept *pullback.Kept, drawn *sampled, e Estimator, info *StepInfo) error {
	outs, err := l.objective(s, kept.Outputs, drawn, e, l.programs.objectives[e.String()])
	if err != nil {
		return err
	}
	defer tensor.Free(outs)
	info.Penalty = float64(tensors.ToScalar[float32](outs[0]))
	if drawn == nil || !l.c.Objective.Loss.given() {
		info.Loss = float64(tensors.ToScalar[float32](outs[1]))
	}
	all, err := l.programs.field.Backward(kept, outs[2:])
	if err != nil {
		return fmt.Errorf("computing the gradient: %w", err)
	}
	gradients := make([]adam.Gradient, len(all))
	var square float64
	for i, d := range all {
		flat, err := tensors.CopyFlatData[float32](d.Value)
		d.Value.MustFinalizeAll()
		if err != nil {
			return fmt.Errorf("reading the gradient of %s: %w", d.Path, err)
		}
		for _, v := range flat {
			square += float64(v) * float64(v)
		}
		gradients[i] = adam.Gradient{Variable: l.store.GetVariable(d.Path), Value: flat}
	}
	info.GradNorm = math.Sqrt(square)
	if n, p := info.GradNorm, info.Penalty; n-n != 0 || p-p != 0 {
		return fmt.Errorf("the gradient's norm is %v, the penalty %v", n, p)
	}
	if limit := l.c.Optimizer.ClipNorm; limit > 0 && info.GradNorm > limit {
		for _, d := range gradients {
			for i := range d.Value {
				d.Value[i] *= float32(limit / info.GradNorm)
			}
		}
	}
	groups := []adam.Group{{Gradients: gradients, Rate: info.LearningRate}}
	if drawn != nil && drawn.taught != nil {
		groups = append(groups, adam.Group{Gradients: drawn.taught, Rate: l.c.Objective.Loss.Rate})
	}
	return adam.Step(l.store, groups...)
}

// constantSteps is how many first steps of equal losses draw a warning.
const constantSteps = 5

// warnConstant warns once if no sample's loss has differed from the others' of
// its item in the first steps.
func (l *Learner) warnConstant(t int, d *losses) {
	if t >= constantSteps || l.constant < t || d.total == nil {
		return
	}
	for _, item := range d.total {
		for _, v := range item {
			if v != item[0] {
				return
			}
		}
	}
	if l.constant++; l.constant == constantSteps {
		l.c.Runtime.Log.Warn("the loss was the same for all samples of an item in the first steps: there is nothing to learn from it")
	}
}
