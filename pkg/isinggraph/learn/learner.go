package learn

import (
	"errors"
	"fmt"
	"math"
	"os"
	"sync/atomic"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/pkg/isinggraph"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"
)

// Config says what is learned, and how. Field, Loss, Steps and Key are needed,
// zero values of the others mean the defaults.
type Config struct {
	// Key names everything that the functions below do and hide: a change in it,
	// in the data or in any number here makes another run. See Learner.
	Key string

	Field    FieldFunc
	Coupling CouplingFunc         // learnable couplings; none for J
	J        isinggraph.Couplings // of all items; the zero value takes each item's own
	Beta     float64              // inverse temperature; default 1
	Loss     Loss
	Credit   *Credit // local credit; none for the unbiased estimator (eq. 7)
	Penalty  Penalty

	// Sampler makes the sampler of a batch, such as [isinggraph.NewLineSampler]'s; default the
	// engine's.
	Sampler func(b *Batch) (isinggraph.Sampler, error)

	Samples int             // K of eq. 7, independent chains; default 2
	Sweeps  int             // of each chain, from random spins; default 5
	Rule    isinggraph.Rule // of the updates

	Steps        int     // of the optimizer, Adam
	BatchSize    int     // items a step; default 32
	LearningRate float64 // default 1e-3
	Decay        Decay
	ClipNorm     float64 // largest norm of the whole gradient; 0 for no clipping
	Seed         uint64
	// Shuffles is how many shuffles of the items there are; epochs take them in turn,
	// so that batches come again and are prepared and compiled once. Default 4.
	Shuffles int

	ValidateEvery   int // steps between validations, if there are items for it; default an epoch
	Patience        int // validations without a better loss before training stops; 0 for no early stop
	CheckpointEvery int // steps between checkpoints; default those of validations, or a tenth of the run

	Dir      string             // where runs are kept, each in a folder named by its hash; none to keep nothing
	Changed  Policy             // what follows where the run in Dir was made by other code; default an error
	Progress func(StepInfo)     // called after each step; none for silence
	Log      func(string)       // takes warnings and compiled shapes; default lines on standard error
	Engine   *isinggraph.Engine // default isinggraph.DefaultEngine, or plain Go where there is no XLA
}

// complete fills in defaults and checks the rest, for a number of items.
func (c *Config) complete(items int) error {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&c.Samples, 2)
	def(&c.Sweeps, 5)
	def(&c.BatchSize, 32)
	def(&c.Shuffles, 4)
	c.BatchSize = min(c.BatchSize, items)
	def(&c.ValidateEvery, max(1, (items+c.BatchSize-1)/max(c.BatchSize, 1)))
	def(&c.CheckpointEvery, max(1, c.Steps/10))
	if c.Beta == 0 {
		c.Beta = 1
	}
	if c.LearningRate == 0 {
		c.LearningRate = 1e-3
	}
	if c.Log == nil {
		c.Log = func(line string) { fmt.Fprintln(os.Stderr, "learn: "+line) }
	}
	switch {
	case c.Key == "":
		return fmt.Errorf("learn: config without a Key")
	case c.Field == nil:
		return fmt.Errorf("learn: config without a Field")
	case items == 0:
		return fmt.Errorf("learn: no items to train on")
	case c.Samples < 2:
		return fmt.Errorf("learn: %d samples, the estimator needs at least 2", c.Samples)
	case c.Sweeps < 1 || c.Steps < 1 || c.Shuffles < 1 || c.BatchSize < 1 || c.ValidateEvery < 1 || c.CheckpointEvery < 1 || c.Patience < 0:
		return fmt.Errorf("learn: Sweeps %d, Steps %d, Shuffles %d, BatchSize %d, ValidateEvery %d, CheckpointEvery %d, Patience %d: too small",
			c.Sweeps, c.Steps, c.Shuffles, c.BatchSize, c.ValidateEvery, c.CheckpointEvery, c.Patience)
	case !(c.Beta > 0) || math.IsInf(c.Beta, 0) || !(c.LearningRate > 0) || math.IsInf(c.LearningRate, 0) || !(c.ClipNorm >= 0):
		return fmt.Errorf("learn: Beta %v, LearningRate %v, ClipNorm %v: need finite positive values", c.Beta, c.LearningRate, c.ClipNorm)
	case !c.J.IsZero() && c.Coupling != nil:
		return fmt.Errorf("learn: %v beside a Coupling, need at most one of them", c.J)
	case c.Decay != DecayNone && c.Decay != DecayLinear && c.Decay != DecayCosine:
		return fmt.Errorf("learn: unknown decay %q", c.Decay)
	case c.Credit != nil && c.Loss.Total != nil:
		return fmt.Errorf("learn: local credit needs a loss in parts")
	case c.Credit != nil && c.Credit.Radius < 0:
		return fmt.Errorf("learn: local credit of radius %d", c.Credit.Radius)
	}
	if err := c.Penalty.validate(); err != nil {
		return err
	}
	return c.Loss.validate()
}

// Learner learns a field from a loss (eq. 15). A step computes the field of a
// batch, draws K samples from it, evaluates their losses, and lets Adam follow
// the gradient of [Surrogate] and the penalty.
//
// Optimizer, variables and checkpoint files are GoMLX's. Its train.Loop is not
// used: a train.Trainer compiles a step into one program, where here sampling
// and a loss in Go lie between two.
//
// With Dir, a run lives in a folder named by the hash of its configuration and
// data: NewLearner opens its newest sound checkpoint, and Train goes on from
// there, bit for bit where the backend is deterministic (XLA on CPUs is), since
// batches and random numbers depend on the seed and the step alone.
//
// Key, numbers and data do not say what functions do. A checkpoint therefore keeps
// paths and shapes of the variables, the loss of seeded spins, the field of the
// first batch and the sampler's spins; NewLearner computes them again, and where they
// differ the error is a [*Changed], unless the configuration says otherwise.
//
// A Learner is for one goroutine at a time.
type Learner struct {
	c                      Config
	backend                compute.Backend
	newSampler             func(*isinggraph.Graph) (isinggraph.Sampler, error)
	items                  []*Item    // training items, then validation items
	train                  int        // how many are for training
	slots                  int        // bucket of the largest degree
	features, edgeFeatures int        // of a node and an edge
	full                   BatchShape // what nearly every full batch fits
	run                    *runs.Run
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
		l.slots = max(l.slots, bucket(it.Graph.MaxDegree(), 4, 1))
		l.features = max(l.features, len(it.X)/it.Graph.NumNodes(), 1)
		if m := it.Graph.NumEdges(); m > 0 {
			l.edgeFeatures = max(l.edgeFeatures, len(it.EdgeX)/m)
		}
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

// open finds a backend and what samples on it.
func (l *Learner) open() error {
	e := l.c.Engine
	if e == nil {
		var err error
		if e, err = isinggraph.DefaultEngine(); err != nil {
			l.c.Log(fmt.Sprintf("computing in plain Go: %v", err))
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
			l.c.Log(fmt.Sprintf("sampling in plain Go: %v", err))
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
)
