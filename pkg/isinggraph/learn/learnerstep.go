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
	Validation   *Validation   `json:",omitempty"` // after this step, if it was due
	FieldTime    time.Duration // its parts
	SampleTime   time.Duration
	LossTime     time.Duration
	UpdateTime   time.Duration // gradient and optimizer
	Time         time.Duration // of the step, without validation and checkpoint
	// Compilations is how many programs the step waited for: none once every shape
	// has been seen. See [Learner.Compilations].
	Compilations int `json:",omitempty"`
}

// Validation is the loss on the validation items.
type Validation struct {
	Loss     float64 // mean over items and samples
	Fraction float64 // kept
	Best     bool    // the lowest loss so far
}

// sampled are K samples of a batch and their losses.
type sampled struct {
	*losses
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
	return l.draw(ctx, s, h, j, seed, time.Since(begin))
}

// draw draws K samples of a field and evaluates them.
func (l *Learner) draw(ctx context.Context, s *batchState, h []float32, j isinggraph.Couplings, seed uint64, fieldTime time.Duration) (*sampled, error) {
	out := &sampled{fieldTime: fieldTime}
	begin := time.Now()
	r := isinggraph.Request{Model: l.modelOf(s, h, j), Rule: l.c.Rule, Sweeps: l.c.Sweeps, Seed: seed}
	r.Chains.Count = l.c.Samples
	var err error
	if out.samples, err = s.sampler.Sample(ctx, r); err != nil {
		return nil, err
	}
	out.sampleTime = time.Since(begin)
	begin = time.Now()
	if l.c.Loss.Graph == nil {
		out.losses, err = l.c.Loss.host(ctx, s.batch, s.index, out.samples.Spins, l.c.Samples)
	} else {
		out.losses, err = l.graphLoss(s, out.samples.Spins)
	}
	out.took = time.Since(begin)
	return out, err
}

// modelOf is the distribution of a batch whose field and couplings are known.
func (l *Learner) modelOf(s *batchState, h []float32, j isinggraph.Couplings) isinggraph.Model {
	return isinggraph.Model{Graph: s.batch.Graph, J: j, H: h, Beta: float32(l.c.Beta)}
}

// graphLoss evaluates the compiled loss.
func (l *Learner) graphLoss(s *batchState, spins []int8) (*losses, error) {
	x := s.spinsInput(spins, l.c.Samples)
	more := []*tensors.Tensor{x}
	if l.c.Loss.Inputs != nil {
		list, err := l.c.Loss.Inputs(s.batch)
		if err != nil {
			return nil, fmt.Errorf("learn: inputs of the loss: %w", err)
		}
		more = append(more, list...)
	}
	defer tensor.Free(more)
	outs, err := l.programs.loss.Call(s.inputs(more...)...)
	if err != nil {
		return nil, fmt.Errorf("learn: computing the loss: %w", err)
	}
	defer tensor.Free(outs)
	return graphLosses(s.batch, s.index, spins, outs[0])
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
	begin, built := time.Now(), l.Compilations()
	info := StepInfo{Step: t + 1, Epoch: t / l.epochLength(), Lambda: l.state.Lambda}
	info.LearningRate = l.c.LearningRate * l.c.Decay.rate(t, l.c.Steps)
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
	drawn, err := l.draw(ctx, s, h, j, splitmix.Derive(l.c.Seed, seedSample, uint64(t)), time.Since(begin))
	if err != nil {
		return info, err
	}
	info.FieldTime, info.SampleTime, info.LossTime = drawn.fieldTime, drawn.sampleTime, drawn.took
	info.Loss, info.Fraction = drawn.mean(), isinggraph.Fraction(drawn.samples.Spins)
	l.warnConstant(t, drawn.losses)

	update := time.Now()
	if info.GradNorm, info.Penalty, err = l.update(s, kept, drawn, info.LearningRate); err != nil {
		return info, fmt.Errorf("learn: step %d: %w", t+1, err)
	}
	if p := l.c.Penalty; p.Kind == EtaSampled && p.on() {
		miss := 2*info.Fraction - 1 - p.Eta
		info.Penalty = p.Weight*miss*miss + l.state.Lambda*miss
	}
	l.state.Lambda += l.c.Penalty.Dual * (2*info.Fraction - 1 - l.c.Penalty.Eta)
	info.UpdateTime, info.Time = time.Since(update), time.Since(begin)
	if info.Compilations = l.Compilations() - built; info.Compilations > 0 {
		l.c.Log(fmt.Sprintf("step %d compiled %d programs in %.1f s", t+1, info.Compilations, info.Time.Seconds()))
	}
	return info, nil
}

// update moves the weights against the gradient, and returns its norm before
// clipping and the penalty.
func (l *Learner) update(s *batchState, kept *pullback.Kept, drawn *sampled, rate float64) (norm, penalty float64, err error) {
	a, err := l.advantages(s, drawn)
	if err != nil {
		return 0, 0, err
	}
	scalars := make([]float32, scalarCount)
	scalars[scalarLambda], scalars[scalarItems] = float32(l.state.Lambda), float32(len(s.index))
	own := []*tensors.Tensor{s.spinsInput(drawn.samples.Spins, l.c.Samples), a, tensors.FromValue(scalars)}
	defer tensor.Free(own)
	coupling := s.fixed
	if len(kept.Outputs) > 1 {
		coupling = kept.Outputs[1]
	}
	outs, err := l.programs.objective.Call(s.inputs(kept.Outputs[0], coupling, own[0], own[1], own[2])...)
	if err != nil {
		return 0, 0, fmt.Errorf("computing the objective: %w", err)
	}
	defer tensor.Free(outs)
	penalty = float64(tensors.ToScalar[float32](outs[0]))
	all, err := l.programs.field.Backward(kept, outs[1:])
	if err != nil {
		return 0, 0, fmt.Errorf("computing the gradient: %w", err)
	}
	gradients := make([]adam.Gradient, len(all))
	var square float64
	for i, d := range all {
		flat, err := tensors.CopyFlatData[float32](d.Value)
		d.Value.MustFinalizeAll()
		if err != nil {
			return 0, 0, fmt.Errorf("reading the gradient of %s: %w", d.Path, err)
		}
		for _, v := range flat {
			square += float64(v) * float64(v)
		}
		gradients[i] = adam.Gradient{Variable: l.store.GetVariable(d.Path), Value: flat}
	}
	norm = math.Sqrt(square)
	if norm-norm != 0 || penalty-penalty != 0 {
		return 0, 0, fmt.Errorf("the gradient's norm is %v, the penalty %v", norm, penalty)
	}
	if limit := l.c.ClipNorm; limit > 0 && norm > limit {
		for _, d := range gradients {
			for i := range d.Value {
				d.Value[i] *= float32(limit / norm)
			}
		}
	}
	return norm, penalty, adam.Step(l.store, gradients, rate)
}

// advantages returns the advantages of all nodes, [K, N], with the sampled
// penalty in them: it weighs the graph's magnetization or, with local credit,
// the node's own spin.
func (l *Learner) advantages(s *batchState, d *sampled) (*tensors.Tensor, error) {
	var failed error
	samples, stride, n := l.c.Samples, s.batch.Shape.Nodes, s.batch.Graph.NumNodes()
	p := l.c.Penalty
	t := tensor.Filled(func(a []float32) {
		for i := range s.index {
			var list *creditList
			if s.credit != nil {
				list = s.credit[i]
			}
			lo, hi := int(s.batch.Offsets[i]), int(s.batch.Offsets[i+1])
			scale := 1 / float64(len(s.index))
			var force float64
			if p.Kind == EtaSampled && p.on() {
				var eta float64
				for k := range samples {
					eta += isinggraph.Magnetization(d.samples.Spins[k*n+lo:k*n+hi]) / float64(samples)
				}
				force = p.force(l.state.Lambda, eta)
				if list == nil {
					for k := range samples {
						d.total[i][k] += force * isinggraph.Magnetization(d.samples.Spins[k*n+lo:k*n+hi])
					}
				}
			}
			if err := d.advantages(i, hi-lo, list, scale, a[lo:], stride); err != nil {
				failed = err
				return
			}
			if list != nil && force != 0 {
				addForce(a[lo:], d.samples.Spins[lo:], hi-lo, samples, stride, n, scale*force/float64(hi-lo))
			}
		}
	}, samples, stride)
	if failed != nil {
		t.MustFinalizeAll()
		return nil, failed
	}
	return t, nil
}

// addForce adds force times each spin, less its mean over the samples.
func addForce(a []float32, x []int8, nodes, samples, strideA, strideX int, force float64) {
	for i := range nodes {
		var mean float64
		for k := range samples {
			mean += float64(x[k*strideX+i]) / float64(samples)
		}
		for k := range samples {
			a[k*strideA+i] += float32(force * (float64(x[k*strideX+i]) - mean))
		}
	}
}

// constantSteps is how many first steps of equal losses draw a warning.
const constantSteps = 5

// warnConstant warns once if no sample's loss has differed from the others' of
// its item in the first steps.
func (l *Learner) warnConstant(t int, d *losses) {
	if t >= constantSteps || l.constant < t {
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
		l.c.Log("warning: the loss was the same for all samples of an item in the first steps: there is nothing to learn from it")
	}
}
