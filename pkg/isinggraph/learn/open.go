package learn

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/pkg/isinggraph"
)

// OpenOptions say of a trained field what a file does not. What is zero is, for [Open],
// as in the run and, for [Import], as in a [Config].
type OpenOptions struct {
	// Model has the Coupling with which couplings were learned. A run of J by edge can be
	// opened for its own graph; where that has one edge or two, J must be said again, since
	// a run does not tell one edge's J from that of all, or two from a kernel.
	Model    Model
	Sampling Sampling // of predictions: their sweeps, rule and sampler
	// Like is an item of the form of those that the field serves. A network whose variables
	// depend on more than the numbers of features needs it, as does [Import] where these are not 1
	// of a node and 0 of an edge, and a run that does not record them, of an earlier version.
	Like    *Item
	Runtime Runtime
}

// errOpened is the error of what needs items.
var errOpened = errors.New("learn: the learner was opened to predict, and has no items to train on")

// Open returns the trained field of a run without the items that it was trained on, to
// compute [Learner.Fields] and [Learner.Predict] of other graphs, and to
// [Learner.Export] it. dir is the run's own folder, in the Dir of its [Storage]. The weights
// are those of the best validation or, without one, of the newest checkpoint; J, β, sweeps and
// rule are the run's. Close the learner after use.
//
// It is an error if the newest checkpoint is damaged (with a Log, that is said there, and the one
// before it is taken), or if variables are missing, unused or of another shape than
// field and Coupling ask for; the error lists them all. The folder is only read.
func Open(dir string, field FieldFunc, o OpenOptions) (*Learner, error) {
	fail := func(err error) (*Learner, error) { return nil, fmt.Errorf("learn: run %s: %w", dir, err) }
	saved, err := runs.Read(dir, o.Runtime.Log)
	if err != nil {
		return nil, fmt.Errorf("learn: run: %w", err) // names the file
	}
	defer saved.Close()
	var c struct {
		runConfig
		BatchSize int // where earlier versions wrote it
	}
	if err := json.Unmarshal(saved.Config, &c); err != nil {
		return fail(fmt.Errorf("config.json: %w", err))
	}
	var state runState
	if err := json.Unmarshal(saved.State.Own, &state); err != nil {
		return fail(fmt.Errorf("the state: %w", err))
	}
	if c.Coupling && o.Model.Coupling == nil {
		return fail(errors.New("its couplings were learned, and Model.Coupling is nil"))
	}
	if o.Like == nil && state.Features == 0 {
		return fail(errors.New("it does not record the number of features of a node, and Like is nil"))
	}
	if o.Model.J.IsZero() && o.Model.Coupling == nil {
		o.Model.J = couplingsOf(c.J)
	}
	o.Model.Beta, o.Sampling.Sweeps = cmp.Or(o.Model.Beta, c.Beta), cmp.Or(o.Sampling.Sweeps, c.Sweeps)
	if c.Rule == isinggraph.Metropolis.String() {
		o.Sampling.Rule = isinggraph.Metropolis
	}
	l, err := newOpened(c.Key, field, o, cmp.Or(c.Optimizer.BatchSize, c.BatchSize), state)
	if err != nil {
		return fail(err)
	}
	l.hash, l.opened = saved.Hash, saved.State
	weights := saved.Trained(runs.Loss)
	network, err := l.networkLike(o.Like)
	if err == nil {
		defer network.Finalize()
		if err = runs.Match(network, weights, fieldScopes); err == nil {
			err = runs.Set(l.store, weights, fieldScopes...)
		}
	}
	if err != nil {
		l.Close()
		return fail(err)
	}
	l.c.Runtime.Log.Info(fmt.Sprintf("opened the field of a run at step %d of %d, saved %s", saved.State.Step, saved.State.Steps, saved.State.Saved.Local().Format(time.DateTime)),
		"run", dir, "key", c.Key)
	return l, nil
}

// newOpened returns a learner without items and variables.
func newOpened(key string, field FieldFunc, o OpenOptions, batch int, state runState) (*Learner, error) {
	c := Config{Key: key, Field: field, Model: o.Model, Sampling: o.Sampling, Optimizer: Optimizer{BatchSize: batch}, Runtime: o.Runtime}
	c.Model.Beta, c.Sampling.Sweeps, c.Optimizer.BatchSize = cmp.Or(c.Model.Beta, 1), cmp.Or(c.Sampling.Sweeps, 5), cmp.Or(batch, 32)
	if c.Runtime.Log == nil {
		c.Runtime.Log = slog.New(slog.DiscardHandler)
	}
	switch {
	case field == nil:
		return nil, errors.New("no field")
	case !(c.Model.Beta > 0) || c.Model.Beta-c.Model.Beta != 0 || c.Sampling.Sweeps < 1 || c.Optimizer.BatchSize < 1:
		return nil, fmt.Errorf("Model.Beta %v, Sampling.Sweeps %d, batches of %d: need finite positive values", c.Model.Beta, c.Sampling.Sweeps, c.Optimizer.BatchSize)
	case !c.Model.J.IsZero() && c.Model.Coupling != nil:
		return nil, fmt.Errorf("%v beside a Coupling, need at most one of them", c.Model.J)
	}
	l := &Learner{c: c, opened: &runs.State{}, features: max(1, state.Features), edgeFeatures: state.EdgeFeatures}
	if o.Like != nil {
		if o.Like.Graph == nil {
			return nil, errors.New("an item Like without a graph")
		}
		l.features, l.edgeFeatures = 0, 0
		l.addWidths(o.Like)
	}
	if err := l.open(); err != nil {
		return nil, err
	}
	if err := l.reset(); err != nil {
		l.Close()
		return nil, err
	}
	l.state.History = state.History
	return l, nil
}

// networkLike returns the variables that the field asks for on an item or, without one,
// on one node.
func (l *Learner) networkLike(like *Item) (*model.Store, error) {
	if like == nil {
		g, err := isinggraph.NewGraph(1, nil)
		if err != nil {
			return nil, err
		}
		like = &Item{Graph: g, X: make([]float32, l.features)}
	}
	b, err := NewBatch([]*Item{like}, BatchShape{EdgeFeatures: l.edgeFeatures})
	if err != nil {
		return nil, err
	}
	inputs := b.Tensors()
	defer tensor.Free(inputs)
	return l.network(inputs, nil)
}

// couplingsOf is the inverse of values.
func couplingsOf(j []float32) isinggraph.Couplings {
	switch len(j) {
	case 0:
		return isinggraph.Couplings{}
	case 1:
		return isinggraph.Uniform(j[0])
	case 2:
		return isinggraph.Kernel(j[0], j[1])
	}
	return isinggraph.PerEdge(j)
}
