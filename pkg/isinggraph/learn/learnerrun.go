package learn

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/pkg/isinggraph"
)

// runState is what a checkpoint holds beside the variables, of the learner's own.
type runState struct {
	Lambda  float64 // the dual variable
	Bad     int     // validations since the best
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
// checkpoints.
func (l *Learner) Train(ctx context.Context) error {
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
	last := step == l.c.Steps
	if l.validates() && (last || step%l.c.ValidateEvery == 0) {
		if info.Validation, err = l.validate(ctx); err != nil {
			return false, false, err
		}
		last = last || l.c.Patience > 0 && l.state.Bad >= l.c.Patience
	}
	if l.c.Progress != nil {
		l.c.Progress(*info)
	}
	return last, info.Validation != nil || step%l.c.CheckpointEvery == 0, nil
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
	best, _ := l.run.Best(runs.Loss)
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
