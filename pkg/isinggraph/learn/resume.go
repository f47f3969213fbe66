package learn

import (
	"context"
	"errors"
	"fmt"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/runs"
)

// Policy says what follows where a run was made by other code than that which opens
// it: a loss that was edited, another network, another sampler.
type Policy = runs.Policy

// The policies of [Storage].Changed.
const (
	// Fail makes it an error of type [*Changed].
	Fail = runs.Fail
	// Anew trains anew, in a folder beside, and says so. Who takes his change back
	// finds the run that he had.
	Anew = runs.Anew
	// Accept opens the run all the same, and says what has changed.
	Accept = runs.Accept
)

// Changed is the error of a run that was made by other code. It says what is
// different, what was recorded and what is computed now, as in "the loss has changed:
// 0.48, now 3.22".
type Changed = runs.Changed

// Stopped is the error of a training that was interrupted. It says at which step,
// and wraps the context's error.
type Stopped = runs.Stopped

// runScopes are where the trained variables are, as paths begin.
var runScopes = []string{"/field/", "/coupling/", "/" + lossScope + "/"}

// openRun begins, and goes on with the run's newest sound checkpoint if there is
// one.
func (l *Learner) openRun() error {
	c := l.c.plain(l.items, l.train)
	var err error
	if l.hash, err = runs.Hash(c); err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	l.run, err = runs.Open(runs.Options{
		Dir: l.c.Storage.Dir, Hash: l.hash, Key: l.c.Key, Config: c, Steps: l.c.Optimizer.Steps,
		Scopes: runScopes, Changed: l.c.Storage.Changed, Log: l.c.Runtime.Log,
	})
	if err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	if err := l.reset(); err != nil {
		return err
	}
	err = l.run.Resume(context.Background(), training{l})
	var changed *Changed
	switch {
	case errors.As(err, &changed):
		return fmt.Errorf("learn: the run in %s, of key %q, is of other code: %w; give it another Key, say in Changed whether to train anew or to accept it, or remove the folder",
			changed.Dir, l.c.Key, err)
	case err != nil:
		return fmt.Errorf("learn: %w", err)
	case l.run.Done():
		return l.useBest()
	}
	return nil
}

// training is a learner as a run sees it.
type training struct{ l *Learner }

func (t training) Reset() error        { return t.l.reset() }
func (t training) Store() *model.Store { return t.l.store }
func (t training) State() any          { return &t.l.state }
func (t training) After(ctx context.Context, _ int) (done, save bool, err error) {
	return t.l.closeStep(ctx)
}

// Step does a step and records it.
func (t training) Step(ctx context.Context, step int) error {
	info, err := t.l.step(ctx, step)
	if err == nil {
		t.l.record(info)
	}
	return err
}

// first returns the first step's batch, with which fingerprints are computed: its
// programs are those of the training.
func (l *Learner) first() (*batchState, error) { return l.batchOf(l.order(0)) }

// Network returns the variables of field and couplings, as the functions ask for
// them.
func (t training) Network() (*model.Store, error) {
	s, err := t.l.first()
	if err != nil {
		return nil, err
	}
	inputs := make([]shapes.Shape, len(s.tensors))
	for k, in := range s.tensors {
		inputs[k] = in.Shape()
	}
	store := model.NewStore()
	more, err := t.l.lossInputs(s)
	if err != nil {
		return nil, err
	}
	n := len(inputs)
	err = runs.Build(t.l.backend, store, append(inputs, more...), func(scope *model.Scope, in []*graph.Node) {
		t.l.model(scope, BatchFromNodes(in[:n]))
		if len(more) > 0 {
			t.l.lossGraph(scope, in)
		}
	})
	if err != nil {
		store.Finalize()
		return nil, err
	}
	return store, nil
}

// Take sets the weights to those of a saved run: of its best validation or, without
// one, of its last step. The error is a *runs.Mismatch if they are not exactly those
// that field and coupling ask for.
func (l *Learner) Take(saved *runs.Saved) error {
	network, err := training{l}.Network()
	if err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	defer network.Finalize()
	weights := saved.Trained(runs.Loss)
	if err := runs.Match(network, weights, runScopes); err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	if err := runs.Set(l.store, weights, runScopes...); err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	return nil
}
