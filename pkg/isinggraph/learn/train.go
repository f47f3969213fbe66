package learn

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/pkg/isinggraph"
	"github.com/gomlx/gomlx/core/tensors"
)

// runState is what a checkpoint holds beside the variables, of the learner's own.
type runState struct {
	Lambda float64 // the dual variable
	// Chains are those of persistent contrastive divergence, by item, a bit a spin [K, n].
	Chains  map[int][]byte `json:",omitempty"`
	Bad     int            // validations since the best
	History []StepInfo
	// Features and EdgeFeatures of a node and an edge are what a field needs to be
	// opened without items.
	Features, EdgeFeatures int
}

// maxHistory is how many steps' records a run keeps.
const maxHistory = 2000

// Train goes on to the last step, or until validation has not improved Patience
// times, and then takes the weights of the best validation, if there was any.
// After the last step it does nothing.
//
// If ctx ends, Train saves a checkpoint and returns a [*Stopped], which wraps ctx's
// error. If a loss fails, the error is a *LossError, which is also written beside the
// checkpoints. It is an error if the learner was opened without items.
func (l *Learner) Train(ctx context.Context) error {
	if l.opened != nil {
		return errOpened
	}
	err := l.run.Train(ctx, training{l})
	var bad *LossError
	var stopped *Stopped
	switch {
	case errors.As(err, &stopped):
		return fmt.Errorf("learn: %w", err)
	case errors.As(err, &bad):
		return errors.Join(err, l.saveFailure(bad))
	case err != nil && !strings.HasPrefix(err.Error(), "learn: ") && !strings.HasPrefix(err.Error(), "isinggraph: "):
		return fmt.Errorf("learn: %w", err)
	case err != nil:
		return err
	}
	return l.useBest()
}

// closeStep does what follows a step: validation, early stop and progress. It returns
// whether training ends and whether it is time for a checkpoint.
func (l *Learner) closeStep(ctx context.Context) (done, save bool, err error) {
	step, info := l.run.Step(), &l.state.History[len(l.state.History)-1]
	last := step == l.c.Optimizer.Steps
	if l.validates() && (last || step%l.c.Validation.Every == 0) {
		if info.Validation, err = l.validate(ctx); err != nil {
			return false, false, err
		}
		last = last || l.c.Validation.Patience > 0 && l.state.Bad >= l.c.Validation.Patience
	}
	if l.c.Runtime.Progress != nil {
		l.c.Runtime.Progress(*info)
	}
	return last, info.Validation != nil || step%l.c.Storage.Every == 0, nil
}

// saveFailure writes a loss's failure beside the checkpoints.
func (l *Learner) saveFailure(e *LossError) error {
	cause := ""
	if e.Err != nil {
		cause = e.Err.Error()
	}
	err := l.run.WriteJSON("failure.json", struct {
		Step, Item, Sample  int
		Value, Cause, Stack string
		Spins               []int8
	}{l.run.Step() + 1, e.Item, e.Sample, fmt.Sprint(e.Value), cause, e.Stack, e.Spins})
	if err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	return nil
}

func (l *Learner) validates() bool { return len(l.items) > l.train }

// validate computes the loss on the validation items, always with the same
// random numbers, and keeps the weights if it is the lowest so far.
func (l *Learner) validate(ctx context.Context) (*Validated, error) {
	v := new(Validated)
	nodes, up, size := 0, 0.0, l.c.Optimizer.BatchSize
	for lo := l.train; lo < len(l.items); lo += size {
		hi := min(lo+size, len(l.items))
		index := make([]int, hi-lo)
		for k := range index {
			index[k] = lo + k
		}
		s, err := l.batchOf(index)
		if err != nil {
			return nil, err
		}
		loss, fraction, err := l.valueOf(ctx, s, splitmix.Derive(l.c.Seed, seedValidation, uint64(lo)))
		if err != nil {
			return nil, err
		}
		v.Loss += loss * float64(len(index)) / float64(len(l.items)-l.train)
		up += fraction * float64(s.batch.Graph.NumNodes())
		nodes += s.batch.Graph.NumNodes()
	}
	v.Fraction = up / float64(nodes)
	best, ok := l.run.Best(runs.Loss)
	if v.Best = !ok || v.Loss < best.Value; v.Best {
		if err := l.run.KeepBest(runs.Loss, v.Loss, l.store); err != nil {
			return nil, fmt.Errorf("learn: %w", err)
		}
		l.state.Bad = 0
	} else {
		l.state.Bad++
	}
	return v, nil
}

// valueOf returns the mean loss of a batch's samples or, without a loss, the
// estimator's objective, and the share of nodes that are kept.
func (l *Learner) valueOf(ctx context.Context, s *batchState, seed uint64) (loss, fraction float64, err error) {
	if l.c.Objective.Loss.given() {
		d, err := l.sample(ctx, s, seed)
		if err != nil {
			return 0, 0, err
		}
		return d.mean(), isinggraph.Fraction(d.samples.Spins), nil
	}
	field, err := l.programs.predict.Call(s.inputs()...)
	if err != nil {
		return 0, 0, fmt.Errorf("learn: computing the field: %w", err)
	}
	defer tensor.Free(field)
	h, _, err := l.readField(s, field)
	if err != nil {
		return 0, 0, err
	}
	outs, err := l.objective(s, field, nil, l.c.Objective.Estimator, l.programs.objectives[l.c.Objective.Estimator.String()])
	if err != nil {
		return 0, 0, err
	}
	defer tensor.Free(outs)
	return float64(tensors.ToScalar[float32](outs[1])), expectedFraction(h, l.c.Model.Beta), nil
}

// record keeps a step's record, every second one of the older where there are
// too many.
func (l *Learner) record(info StepInfo) {
	h := append(l.state.History, info)
	if len(h) > maxHistory {
		k := -1
		h = slices.DeleteFunc(h, func(StepInfo) bool {
			k++
			return k%2 == 1 && k < maxHistory
		})
	}
	l.state.History = h
}

// BestStep returns the step after which validation was best, or 0, and its loss.
func (l *Learner) BestStep() (step int, loss float64) {
	var best runs.Best
	if l.opened != nil {
		best = l.opened.Bests[runs.Loss]
	} else {
		best, _ = l.run.Best(runs.Loss)
	}
	return best.Step, best.Value
}

// useBest sets the weights to those of the best validation.
func (l *Learner) useBest() error {
	if err := l.run.UseBest(runs.Loss, l.store); err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	return nil
}

// OpenOrTrain opens the trained run of exactly this configuration and data in
// c.Storage.Dir or, if there is none, trains it, from its newest checkpoint on. Close
// the learner after use; it is nil if there is an error.
func OpenOrTrain(ctx context.Context, c Config, train, validation []*Item) (*Learner, error) {
	l, err := NewLearner(c, train, validation)
	if err != nil {
		return nil, err
	}
	if err := l.Train(ctx); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}
