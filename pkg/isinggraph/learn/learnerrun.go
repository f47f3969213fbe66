package learn

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/pkg/isinggraph"

	"example.org/isinggraph/internal/storedir"
)

// runState is what a checkpoint holds beside the variables.
type runState struct {
	Hash     string
	Step     int // done
	Lambda   float64
	Best     float64 // lowest validation loss
	BestStep int     // after which it was had; 0 for none
	Bad      int     // validations since
	Open     bool    // the step's validation and checkpoint are still to come
	Done     bool
	History  []StepInfo
}

// maxHistory is how many steps' records a run keeps.
const maxHistory = 2000

// Train goes on to the last step, or until validation has not improved Patience
// times, and then takes the weights of the best validation, if there was any.
// After the last step it does nothing.
//
// If ctx ends, Train saves a checkpoint and returns ctx's error. If a loss
// fails, the error is a *LossError, which is also written beside the
// checkpoints.
func (l *Learner) Train(ctx context.Context) error {
	for !l.state.Done {
		if !l.state.Open {
			info, err := l.step(ctx, l.state.Step)
			if err != nil {
				return l.stop(ctx, err)
			}
			l.state.Step++
			l.record(info)
			l.state.Open = true
		}
		if err := l.closeStep(ctx); err != nil {
			return l.stop(ctx, err)
		}
	}
	return l.useBest()
}

// closeStep does what follows a step: validation, early stop, progress and
// checkpoint.
func (l *Learner) closeStep(ctx context.Context) error {
	info := &l.state.History[len(l.state.History)-1]
	last := l.state.Step == l.c.Steps
	if l.validates() && (last || l.state.Step%l.c.ValidateEvery == 0) {
		v, err := l.validate(ctx)
		if err != nil {
			return err
		}
		info.Validation = v
		last = last || l.c.Patience > 0 && l.state.Bad >= l.c.Patience
	}
	l.state.Open, l.state.Done = false, last
	if l.c.Progress != nil {
		l.c.Progress(*info)
	}
	if last || info.Validation != nil || l.state.Step%l.c.CheckpointEvery == 0 {
		return l.save()
	}
	return nil
}

// stop saves what there is to save when a step could not be done.
func (l *Learner) stop(ctx context.Context, err error) error {
	var bad *LossError
	if errors.As(err, &bad) {
		return errors.Join(err, l.saveFailure(bad))
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return errors.Join(err, l.save())
	}
	return err
}

func (l *Learner) validates() bool { return len(l.items) > l.train }

// validate computes the loss on the validation items, always with the same
// random numbers, and keeps the weights if it is the lowest so far.
func (l *Learner) validate(ctx context.Context) (*Validation, error) {
	v := new(Validation)
	nodes, up := 0, 0.0
	for lo := l.train; lo < len(l.items); lo += l.c.BatchSize {
		hi := min(lo+l.c.BatchSize, len(l.items))
		index := make([]int, hi-lo)
		for k := range index {
			index[k] = lo + k
		}
		s, err := l.batchOf(index)
		if err != nil {
			return nil, err
		}
		d, err := l.sample(ctx, s, splitmix.Derive(l.c.Seed, seedValidation, uint64(lo)))
		if err != nil {
			return nil, err
		}
		v.Loss += d.mean() * float64(len(index)) / float64(len(l.items)-l.train)
		up += isinggraph.Fraction(d.samples.Spins) * float64(s.batch.Graph.NumNodes())
		nodes += s.batch.Graph.NumNodes()
	}
	v.Fraction = up / float64(nodes)
	if v.Best = l.state.BestStep == 0 || v.Loss < l.state.Best; v.Best {
		var err error
		if l.best, err = storedir.Weights(l.store); err != nil {
			return nil, fmt.Errorf("learn: %w", err)
		}
		l.state.Best, l.state.BestStep, l.state.Bad = v.Loss, l.state.Step, 0
	} else {
		l.state.Bad++
	}
	return v, nil
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
func (l *Learner) BestStep() (step int, loss float64) { return l.state.BestStep, l.state.Best }

// useBest sets the weights to those of the best validation.
func (l *Learner) useBest() error {
	if err := storedir.SetWeights(l.store, l.best); err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	return nil
}

// OpenOrTrain opens the trained run of exactly this configuration and data in
// c.Dir or, if there is none, trains it, from its newest checkpoint on. Close
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
