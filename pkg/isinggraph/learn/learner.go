package learn

import (
	"errors"
	"fmt"
	"sync/atomic"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/pkg/isinggraph"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"
)

// Learner learns a field from a loss (eq. 15). A step computes the field of a
// batch, draws K samples from it, evaluates their losses, and lets Adam follow
// the gradient that the [Estimator] and the penalty make of them. The network is
// passed once: what its gradient needs is kept while samples are drawn.
//
// Optimizer, variables and checkpoint files are GoMLX's. Its train.Loop is not
// used: a train.Trainer compiles a step into one program, where here sampling
// and a loss in Go lie between two.
//
// With Storage.Dir, a run lives in a folder named by the hash of its configuration and
// data: NewLearner opens its newest sound checkpoint, and Train goes on from
// there, bit for bit where the backend is deterministic (XLA on CPUs is), since
// batches and random numbers depend on the seed and the step alone.
//
// Key, numbers and data do not say what functions do. A checkpoint therefore keeps
// paths and shapes of the variables, the loss of seeded spins, the field of the
// first batch and the sampler's spins; NewLearner computes them again, and where they
// differ the error is a [*Changed], unless the configuration says otherwise.
//
// [Open] and [Import] return learners that predict and do not train: they have no items.
//
// A Learner is for one goroutine at a time.
type Learner struct {
	c                      Config
	backend                compute.Backend
	newSampler             func(*isinggraph.Graph) (isinggraph.Sampler, error)
	items                  []*Item            // training items, then validation items
	train                  int                // how many are for training
	slots                  int                // bucket of the largest degree
	features, edgeFeatures int                // of a node and an edge
	full                   BatchShape         // what nearly every full batch fits
	run                    *runs.Run          // nil where opened is not
	opened                 *runs.State        // of a field that was opened to predict, not to train; else nil
	guard                  []runs.Fingerprint // of loss and sampler, once computed
	hash                   string
	store                  *model.Store
	programs               programs
	cache                  batchCache
	state                  runState
	constant               int                // steps with losses alike, from the first
	engine                 *isinggraph.Engine // of the samplers, or nil
	built                  atomic.Int64       // programs of the learner
}

// NewLearner checks a configuration and opens the newest checkpoint of the run,
// if there is one. Close the learner after use.
func NewLearner(c Config, train, validation []*Item) (*Learner, error) {
	if err := c.complete(len(train)); err != nil {
		return nil, err
	}
	l := &Learner{c: c, train: len(train), items: append(append([]*Item(nil), train...), validation...)}
	for i, it := range l.items {
		if it == nil || it.Graph == nil {
			return nil, fmt.Errorf("learn: item %d has no graph", i)
		}
		if err := it.checkTarget(c.needsTargets()); err != nil {
			return nil, fmt.Errorf("learn: item %d: %w", i, err)
		}
		l.slots = max(l.slots, bucket(it.Graph.MaxDegree(), 4, 1))
		l.addWidths(it)
	}
	if o := c.Objective; len(validation) > 0 && !o.Loss.given() && o.Estimator.kind().samples {
		return nil, fmt.Errorf("learn: %s has no value to choose by: validation items need a Loss", o.Estimator)
	}
	l.full = l.fullShape()
	if err := l.open(); err != nil {
		return nil, err
	}
	if err := l.openRun(); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// addWidths makes the learner's features as many as an item's, of a node and an edge.
func (l *Learner) addWidths(it *Item) {
	l.features = max(l.features, len(it.X)/it.Graph.NumNodes(), 1)
	if m := it.Graph.NumEdges(); m > 0 {
		l.edgeFeatures = max(l.edgeFeatures, len(it.EdgeX)/m)
	}
}

// open finds a backend and what samples on it.
func (l *Learner) open() error {
	e := l.c.Runtime.Engine
	if e == nil {
		var err error
		if e, err = isinggraph.DefaultEngine(); err != nil {
			l.c.Runtime.Log.Warn("computing in plain Go", "cause", err)
			if l.backend, err = compute.NewWithConfig("go"); err != nil {
				return fmt.Errorf("learn: opening GoMLX's Go backend: %w", err)
			}
			l.newSampler = func(g *isinggraph.Graph) (isinggraph.Sampler, error) { return isinggraph.Plain(g), nil }
			return nil
		}
	}
	l.backend, l.engine = e.Backend(), e
	l.newSampler = func(g *isinggraph.Graph) (isinggraph.Sampler, error) {
		s, err := e.New(g)
		if errors.Is(err, isinggraph.ErrUneven) {
			l.c.Runtime.Log.Warn("sampling in plain Go", "cause", err)
			return isinggraph.Plain(g), nil
		}
		return s, err
	}
	return nil
}

// reset begins with a new store and no step done.
func (l *Learner) reset() error {
	l.finalize()
	l.store = model.NewStore()
	if err := l.store.SetRNGStateFromSeed(int64(splitmix.Derive(l.c.Seed, seedWeights, 0))); err != nil {
		return fmt.Errorf("learn: seeding the weights: %w", err)
	}
	l.state, l.constant = runState{Features: l.features, EdgeFeatures: l.edgeFeatures}, 0
	if err := l.beginLoss(); err != nil {
		return err
	}
	return l.compile()
}

func (l *Learner) finalize() {
	l.programs.finalize()
	if l.store != nil {
		l.store.Finalize()
	}
}

// Close frees what the learner holds, but not the engine.
func (l *Learner) Close() {
	l.cache.clear()
	l.finalize()
	if l.run != nil {
		l.run.Close()
	}
}

// Hash is the SHA-256 of the run's configuration and data, in hexadecimal.
func (l *Learner) Hash() string { return l.hash }

// Store holds the variables: the field's below "field", the couplings' below
// "coupling".
func (l *Learner) Store() *model.Store { return l.store }

// Compilations returns how many programs have been compiled for this learner since
// it was opened, and by its engine, for samplers of any user, since that was
// opened. A program that is used again in a shape that it has is not compiled again.
func (l *Learner) Compilations() int {
	n := int(l.built.Load())
	if l.engine != nil {
		n += l.engine.Compilations()
	}
	return n
}

// History are the steps' records so far, thinned to at most 2,000.
func (l *Learner) History() []StepInfo { return l.state.History }

// Purposes of random numbers.
const (
	seedWeights = iota + 1
	seedOrder
	seedSample
	seedValidation
	seedGuard
	seedCheck
)
