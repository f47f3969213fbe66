package learn

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
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

// fieldScopes are where the variables of field and couplings are, as paths begin, and
// runScopes also those of a loss that learns.
var (
	fieldScopes = []string{"/field/", "/coupling/"}
	runScopes   = append(slices.Clone(fieldScopes), "/"+lossScope+"/")
)

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
	more, err := t.l.lossInputs(s)
	if err != nil {
		return nil, err
	}
	return t.l.network(s.tensors, more)
}

// network returns the variables of field and couplings on a batch, without values, and
// those of a loss on its inputs, if there are any.
func (l *Learner) network(batch []*tensors.Tensor, loss []shapes.Shape) (*model.Store, error) {
	inputs := make([]shapes.Shape, len(batch))
	for k, in := range batch {
		inputs[k] = in.Shape()
	}
	n, store := len(inputs), model.NewStore()
	err := runs.Build(l.backend, store, append(inputs, loss...), func(scope *model.Scope, in []*graph.Node) {
		l.model(scope, BatchFromNodes(in[:n]))
		if len(loss) > 0 {
			l.lossGraph(scope, in)
		}
	})
	if err != nil {
		store.Finalize()
		return nil, err
	}
	return store, nil
}
