package runs

import (
	"context"
	"errors"
	"fmt"

	"github.com/gomlx/gomlx/ml/model"
)

// Trainer is what a run trains.
type Trainer interface {
	// Reset begins anew: with variables of a seed and a state without a step done.
	Reset() error
	// Store holds the variables. Reset may make another one.
	Store() *model.Store
	// State returns a pointer to what must be kept beside the variables, which is
	// written as JSON.
	State() any
	// Network returns a store with the variables that the network asks for below the
	// run's scopes, with values or without, as [Build] makes them. The run frees it.
	Network() (*model.Store, error)
	// Guard computes the fingerprints of the functions, at the variables of Store.
	Guard(ctx context.Context) ([]Fingerprint, error)
	// Step does a step, the number of which is how many are done.
	Step(ctx context.Context, step int) error
	// After does what follows a step, such as validation, now that so many are done.
	// It returns whether training ends here and whether it is time for a checkpoint.
	After(ctx context.Context, step int) (done, save bool, err error)
}

// Stopped is the error of a run that was interrupted between two steps.
type Stopped struct {
	Step, Steps int
	Kept        bool  // in a checkpoint
	Cause       error // the context's
}

// Error says how far the run has come.
func (s *Stopped) Error() string {
	if s.Step == 0 {
		return fmt.Sprintf("stopped before the first of %d steps (%v)", s.Steps, s.Cause)
	}
	if s.Kept {
		return fmt.Sprintf("stopped at step %d of %d, saved; run again to go on (%v)", s.Step, s.Steps, s.Cause)
	}
	return fmt.Sprintf("stopped at step %d of %d, not saved: no folder is named (%v)", s.Step, s.Steps, s.Cause)
}

// Unwrap returns the cause.
func (s *Stopped) Unwrap() error { return s.Cause }

// Train does the steps that are left. If ctx ends it saves a checkpoint and returns a
// [*Stopped]; the error of a step is returned as it is.
func (r *Run) Train(ctx context.Context, t Trainer) error {
	for !r.state.Done {
		if err := r.advance(ctx, t); err != nil {
			return r.stop(ctx, t, err)
		}
	}
	return nil
}

// advance does one step with what follows it, or the latter alone if that is what is left.
func (r *Run) advance(ctx context.Context, t Trainer) error {
	if !r.state.Open {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.Step(ctx, r.state.Step); err != nil {
			return err
		}
		r.state.Step++
		r.state.Open = true
	}
	done, save, err := t.After(ctx, r.state.Step)
	if err != nil {
		return err
	}
	r.state.Open, r.state.Done = false, done || r.state.Step >= r.o.Steps
	if save || r.state.Done {
		return r.Save(ctx, t)
	}
	return nil
}

// stop saves what there is where the context has ended.
func (r *Run) stop(ctx context.Context, t Trainer, err error) error {
	if ctx.Err() == nil || !errors.Is(err, ctx.Err()) {
		return err
	}
	stopped := &Stopped{Step: r.state.Step, Steps: r.o.Steps, Cause: err}
	if r.dir == "" || r.state.Step == 0 {
		return stopped
	}
	if err := r.Save(ctx, t); err != nil {
		return errors.Join(stopped, err)
	}
	stopped.Kept = true
	return stopped
}
