package learn

import (
	"fmt"
	"log/slog"
	"math"

	"example.org/isinggraph/pkg/isinggraph"
)

// Config says what is learned, and how. Key, Field, an objective and Optimizer.Steps
// are needed; zero values of the rest mean the defaults.
type Config struct {
	// Key names everything that the functions below do and hide: a change in it,
	// in the data or in any number here makes another run. See [Learner].
	Key        string
	Field      FieldFunc
	Model      Model
	Objective  Objective
	Sampling   Sampling
	Optimizer  Optimizer
	Validation Validation
	Storage    Storage
	Seed       uint64  // of weights, order and samples
	Runtime    Runtime // what no result depends on
}

// Model says what of the Ising model is given beside the field.
type Model struct {
	J        isinggraph.Couplings // of all items; the zero value takes each item's own
	Coupling CouplingFunc         // learnable couplings in the place of J; nil for J
	Beta     float64              // inverse temperature; default 1
}

// Objective says what is made small.
type Objective struct {
	Loss      Loss
	Estimator Estimator // of the gradient of the expected loss, or a likelihood; default [Whole]
	Penalty   Penalty   // on the share of nodes that are kept
	// Warm is an estimator that serves the first WarmSteps steps, such as a likelihood
	// before a loss of samples; nil for none.
	Warm      Estimator
	WarmSteps int
}

// Sampling says how a step samples.
type Sampling struct {
	Samples int             // K of eq. 7, independent chains; default 2
	Sweeps  int             // of each chain, from random spins; default 5
	Rule    isinggraph.Rule // of the updates
	// Sampler makes the sampler of a batch, such as [isinggraph.NewLineSampler]'s; nil
	// for the engine's.
	Sampler func(b *Batch) (isinggraph.Sampler, error)
}

// Optimizer is Adam (Kingma and Ba 2015, arXiv 1412.6980) on batches of items.
type Optimizer struct {
	Steps        int
	BatchSize    int     // items a step; default 32
	LearningRate float64 // default 1e-3
	Decay        Decay   // of the learning rate
	ClipNorm     float64 // largest norm of the whole gradient; 0 for no clipping
	// Shuffles is how many shuffles of the items there are; epochs take them in turn,
	// so that batches come again and are prepared and compiled once. Default 4.
	Shuffles int
}

// Validation says when the loss on the validation items is computed, by which the
// best weights are chosen.
type Validation struct {
	Every    int // steps between validations, if there are items for it; default an epoch
	Patience int // validations without a better loss before training stops; 0 for no early stop
}

// Storage says what is kept on disk.
type Storage struct {
	Dir     string // where runs are kept, each in a folder named by its hash; "" to keep nothing
	Changed Policy // what follows where the run in Dir was made by other code; default an error
	Every   int    // steps between checkpoints; default those of validations, or a tenth of the run
}

// Runtime says where a run computes and whom it tells; no result depends on it.
type Runtime struct {
	Progress func(StepInfo)     // called after each step; nil for silence
	Log      *slog.Logger       // takes warnings, openings and compiled shapes; nil for silence
	Engine   *isinggraph.Engine // default isinggraph.DefaultEngine, or plain Go where there is no XLA, which is logged as a warning
}

// complete fills in defaults and checks the rest, for a number of items.
func (c *Config) complete(items int) error {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	o, s := &c.Optimizer, &c.Sampling
	def(&s.Samples, 2)
	def(&s.Sweeps, 5)
	def(&o.BatchSize, 32)
	def(&o.Shuffles, 4)
	o.BatchSize = min(o.BatchSize, items)
	def(&c.Validation.Every, max(1, (items+o.BatchSize-1)/max(o.BatchSize, 1)))
	def(&c.Storage.Every, max(1, o.Steps/10))
	if c.Model.Beta == 0 {
		c.Model.Beta = 1
	}
	if o.LearningRate == 0 {
		o.LearningRate = 1e-3
	}
	if c.Runtime.Log == nil {
		c.Runtime.Log = slog.New(slog.DiscardHandler)
	}
	if c.Objective.Estimator == nil {
		c.Objective.Estimator = Whole{}
	}
	switch {
	case c.Key == "":
		return fmt.Errorf("learn: config without a Key")
	case c.Field == nil:
		return fmt.Errorf("learn: config without a Field")
	case items == 0:
		return fmt.Errorf("learn: no items to train on")
	case s.Samples < 1 || s.Sweeps < 1:
		return fmt.Errorf("learn: Sampling with Samples %d, Sweeps %d: too small", s.Samples, s.Sweeps)
	case o.Steps < 1 || o.Shuffles < 1 || o.BatchSize < 1:
		return fmt.Errorf("learn: Optimizer with Steps %d, Shuffles %d, BatchSize %d: too small", o.Steps, o.Shuffles, o.BatchSize)
	case c.Validation.Every < 1 || c.Validation.Patience < 0 || c.Storage.Every < 1:
		return fmt.Errorf("learn: Validation.Every %d, Validation.Patience %d, Storage.Every %d: too small", c.Validation.Every, c.Validation.Patience, c.Storage.Every)
	case !(c.Model.Beta > 0) || math.IsInf(c.Model.Beta, 0):
		return fmt.Errorf("learn: Model.Beta is %v, need a finite positive value", c.Model.Beta)
	case !(o.LearningRate > 0) || math.IsInf(o.LearningRate, 0) || !(o.ClipNorm >= 0):
		return fmt.Errorf("learn: Optimizer with LearningRate %v, ClipNorm %v: need finite positive values", o.LearningRate, o.ClipNorm)
	case !c.Model.J.IsZero() && c.Model.Coupling != nil:
		return fmt.Errorf("learn: %v beside a Coupling, need at most one of them", c.Model.J)
	case o.Decay != DecayNone && o.Decay != DecayLinear && o.Decay != DecayCosine:
		return fmt.Errorf("learn: unknown decay %q", o.Decay)
	case (c.Objective.Warm == nil) != (c.Objective.WarmSteps == 0) || c.Objective.WarmSteps < 0:
		return fmt.Errorf("learn: Objective.Warm is %v for %d steps, need both or neither", c.Objective.Warm, c.Objective.WarmSteps)
	}
	if err := c.Objective.Penalty.validate(); err != nil {
		return err
	}
	for _, e := range []Estimator{c.Objective.Estimator, c.Objective.Warm} {
		if e != nil {
			if err := e.check(c); err != nil {
				return fmt.Errorf("learn: %s: %w", e, err)
			}
			if p := c.Objective.Penalty; p.on() && p.Kind == EtaStochastic && !e.kind().samples {
				return fmt.Errorf("learn: %s: a penalty of eq. 12 needs an estimator that samples", e)
			}
		}
	}
	return c.Objective.Loss.validate()
}

// estimator returns that of step t, from 0.
func (c *Config) estimator(t int) Estimator {
	if t < c.Objective.WarmSteps {
		return c.Objective.Warm
	}
	return c.Objective.Estimator
}
