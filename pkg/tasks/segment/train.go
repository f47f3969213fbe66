package segment

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TrainOptions say how a recipe is run; the zero value keeps nothing and is
// silent.
type TrainOptions struct {
	Seed uint64 // of weights, order and samples
	// Dir is a folder in which each run has one of its own, named by the hash of
	// recipe, seed and data. It is opened where it is: a finished run is not trained
	// again, another goes on after its last step. Recipes that differ in
	// Select alone share a run, which keeps the best epoch by each metric.
	Dir string
	// Changed says what follows where the run in Dir was made by other code: where the
	// network, the field of the first validation images at the stored weights or the
	// sampler's spins are not what they were. The default is an error that wraps a
	// [*learn.Changed] and says what is different.
	Changed  learn.Policy
	Progress func(EpochInfo)    // after each epoch
	Engine   *isinggraph.Engine // default isinggraph.DefaultEngine, or plain Go where there is no XLA, which is logged as a warning
	Log      *slog.Logger       // takes warnings, and when a run is opened; nil for silence
	// Reuse is a model that is not needed any more: Train takes it over with its
	// compiled programs, begins anew, and returns it. U-Net and batch size must be
	// the same.
	Reuse *Model
}

// EpochInfo is the record of one epoch.
type EpochInfo struct {
	Epoch      int                // from 1
	Loss       float64            // mean over steps, of the objective: of samples, eq. 16's or the metric's negated
	Validation float64            // the score that Recipe.Select names, of masks by mean field
	Best       bool               // it is the highest so far
	Scores     map[Metric]float64 `json:",omitempty"` // on the validation images, by every metric
	Kernel     Kernel
	Seconds    float64 // of the steps, and of them
	Field      float64 `json:",omitempty"` // in the field
	Sampling   float64 // in the sampler
	Credit     float64 `json:",omitempty"` // in losses computed in Go
	Update     float64 `json:",omitempty"` // in the gradient and Adam
}

// trainer is a run.
type trainer struct {
	*Model
	set                          *Set
	o                            TrainOptions
	steps, epochSteps, warmSteps int
	cross, update                *model.Exec // a step by cross-entropy, and by the objective
	loader                       *Loader     // from the first step on
	run                          *runs.Run
	spins                        *runs.Fingerprint // of the sampler, once computed
	state                        trainState
}

// Train trains a model by a recipe on the set's training images, and takes the
// weights of the epoch that is best on its validation images, of the last where
// there are none. When ctx ends it returns an error that wraps a [*learn.Stopped] and
// ctx's; with a Dir it saves a checkpoint before, and the next call goes on, to the
// weights that it would have had.
func Train(ctx context.Context, set *Set, r Recipe, o TrainOptions) (*Model, error) {
	if err := r.complete(); err != nil {
		return nil, err
	}
	if err := set.check(); err != nil {
		return nil, err
	}
	m := o.Reuse
	if m == nil {
		var err error
		if m, err = newModel(o.Engine, o.Log); err != nil {
			return nil, err
		}
	}
	if err := m.begin(r, o.Seed); err != nil {
		return nil, err
	}
	t := &trainer{Model: m, set: set, o: o, epochSteps: max(1, len(set.Train)/r.BatchSize)}
	t.steps = r.Epochs * t.epochSteps
	t.warmSteps = int(math.Round(r.Warm * float64(t.steps)))
	if r.Objective == CrossEntropy {
		t.warmSteps = t.steps
	}
	err := t.compile()
	if err == nil {
		err = t.train(ctx)
	}
	if err != nil {
		m.Close()
		return nil, err
	}
	m.history = t.state.History
	return m, nil
}

// check reports images of the wrong size, or without masks.
func (s *Set) check() error {
	if len(s.Train) == 0 || s.H < 1 || s.W < 1 {
		return fmt.Errorf("segment: a set of %d training images of %d×%d pixels", len(s.Train), s.H, s.W)
	}
	for _, part := range [][]Example{s.Train, s.Validation, s.Test} {
		for _, e := range part {
			if e.H != s.H || e.W != s.W || len(e.Image) != 3*s.H*s.W || len(e.Mask) != s.H*s.W {
				return fmt.Errorf("segment: image %q of %d×%d pixels with %d values and %d of its mask in a set of %d×%d", e.Name, e.H, e.W, len(e.Image), len(e.Mask), s.H, s.W)
			}
		}
	}
	return nil
}

// compile makes the programs of the recipe's objectives, unless the model has them.
func (t *trainer) compile() error {
	var err error
	if t.cross, err = t.stepProgram(string(CrossEntropy), t.crossGraph); err != nil {
		return err
	}
	r := t.recipe
	key := fmt.Sprint(r.Objective, r.Metric == MetricError, r.Radius, r.Samples, r.Sweeps, r.Fixed)
	t.update, err = t.stepProgram(key, t.updateGraph)
	return err
}

// step does one step of Adam, and adds its times to info.
func (t *trainer) step(ctx context.Context, b *Batch, info *EpochInfo) (loss float64, err error) {
	h, w, size := t.set.H, t.set.W, t.recipe.BatchSize
	if t.recipe.Noise > 0 {
		rng := rand.New(rand.NewPCG(t.o.Seed+2, uint64(b.Step)))
		for i := range b.Images {
			b.Images[i] += float32(t.recipe.Noise * rng.NormFloat64())
		}
	}
	rate := t.recipe.LearningRate * (1 + math.Cos(math.Pi*float64(b.Step)/float64(t.steps))) / 2
	images := tensors.FromFlatDataAndDimensions(b.Images, size, h, w, 3)
	defer images.MustFinalizeAll()
	program := t.cross
	if b.Step >= t.warmSteps {
		program = t.update
	}
	t.compileObjective(program)
	begin := time.Now()
	lap := func(to *float64) {
		*to += time.Since(begin).Seconds()
		begin = time.Now()
	}
	p, err := t.forward(images)
	if err != nil {
		return 0, err
	}
	defer p.free()
	lap(&info.Field)
	in := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(b.Masks, size, h, w)}
	defer func() { free(in) }()
	if program == t.update && t.recipe.sampled() {
		x, err := t.draw(ctx, b, p)
		if err != nil {
			return 0, err
		}
		lap(&info.Sampling)
		in = append(in, tensors.FromFlatDataAndDimensions(x, t.recipe.Samples, size, h, w))
		if t.hostLoss() {
			in = append(in, tensors.FromFlatDataAndDimensions(t.credit(x, b.Masks), t.recipe.Samples, size, h, w))
			lap(&info.Credit)
		}
	}
	loss, err = t.learn(program, p, in, rate)
	lap(&info.Update)
	return loss, err
}

// masks returns the signs of spins or fields: +1 where they are positive.
func masks[T float32 | float64](spins []T) []int8 {
	x := make([]int8, len(spins))
	for i, v := range spins {
		x[i] = -1
		if v > 0 {
			x[i] = 1
		}
	}
	return x
}

// float is the type that programs compute in.
const float = dtypes.Float32
