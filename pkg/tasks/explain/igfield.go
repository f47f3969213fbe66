package explain

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// IGConfig says how the field of IGExplainer is learned. The defaults were
// chosen by the fidelity of the explanations, without ground truth (see
// docs/explain.md).
type IGConfig struct {
	Network      GNN     // of the field
	J            float64 // coupling, ferromagnetic; default 0.3
	Beta         float64 // inverse temperature; default 1/0.3
	Samples      int     // K of eq. 7; default 4
	Sweeps       int     // of each sample, from random spins; default 5
	Epochs       int     // default 300
	BatchSize    int     // default 64
	LearningRate float64 // default 3e-3, falling linearly
	// ClipNorm is the largest norm of a step's gradient, default 1. Loss (17) has
	// a heavy tail, since classifiers are very sure of subgraphs that they have
	// never seen: without a limit some seeds end in a dead network.
	ClipNorm float64
	// Shrink weighs the mean of h² over the nodes of a batch, which is added to
	// the loss, as in the authors' code: it keeps the field where the coupling
	// still counts. Default 1e-3.
	Shrink float64
	// Keep in (0, 1) is the share of nodes that samples keep on average, η = 2·Keep
	// − 1 of eq. 15, held by a dual variable of rate Dual, default 0.03. 0 leaves the
	// share to the zero-sum field, which keeps up to half of the nodes.
	Keep float64
	Dual float64
	// Necessity weighs a term beside loss (17), which asks only that the kept nodes
	// suffice. This one asks that the others do not:
	//
	//	Necessity · −Σ_c p_c log(1 − p_c(G∖S)).
	//
	// 0, the default, is the paper's loss alone.
	Necessity float64
	// Limit is the largest value of −log p_s,c and −log(1 − p_c(G∖S)) in the loss, so
	// that no sample outweighs the others; 0 for none in loss (17). Default with
	// Necessity: 3.
	Limit float64

	Seed     uint64
	Dir      string // where runs are kept; see learn.Config
	Progress func(learn.StepInfo)
	Log      *slog.Logger // takes what the learner says; nil for silence
}

// PaperRecipe is the paper's (section 4.2, appendix D): three layers of width 64, loss (17)
// alone, eq. 14, Adam at 1e-3 on 64 graphs a step for 300 epochs, of which the one with the lowest
// loss is kept, five Metropolis sweeps. The field is zero-sum, and no penalty holds the share of kept
// nodes. The paper gives no J > 0 and no temperature; those are J = 1 and the temperature 0.1 of
// the authors' code.
//
// What departs from the text: the rate falls linearly and the mean of h² weighs 2e-4, both as in
// the authors' code; the loss is compared after every twentieth of the epochs, not after
// each. Gradients are not clipped.
func PaperRecipe() IGConfig {
	return IGConfig{
		Network: GNN{Layers: 3, Hidden: 64, Depth: 1}, J: 1, Beta: 10, Samples: 2, Sweeps: 5,
		Epochs: 300, BatchSize: 64, LearningRate: 1e-3, ClipNorm: unclipped, Shrink: 2e-4,
	}
}

// unclipped is a norm that no gradient has: 0 is the default.
const unclipped = 1e9

func (c *IGConfig) complete() error {
	c.Samples, c.Sweeps = cmp.Or(c.Samples, 4), cmp.Or(c.Sweeps, 5)
	c.Epochs, c.BatchSize = cmp.Or(c.Epochs, 300), cmp.Or(c.BatchSize, 64)
	c.J, c.Beta, c.LearningRate = cmp.Or(c.J, 0.3), cmp.Or(c.Beta, 1/0.3), cmp.Or(c.LearningRate, 3e-3)
	c.ClipNorm, c.Shrink, c.Dual = cmp.Or(c.ClipNorm, 1), cmp.Or(c.Shrink, 1e-3), cmp.Or(c.Dual, 0.03)
	if c.Necessity > 0 && c.Limit == 0 {
		c.Limit = 3
	}
	if !(c.Keep >= 0 && c.Keep < 1) || !(c.J > 0) || !(c.Shrink >= 0) || !(c.Necessity >= 0) || !(c.Limit >= 0) || c.Epochs < 1 || c.BatchSize < 1 {
		return fmt.Errorf("explain: IGExplainer with Keep %v, J %v, Shrink %v, Necessity %v, Limit %v, %d epochs and batches of %d: need a share in [0, 1) and positive values",
			c.Keep, c.J, c.Shrink, c.Necessity, c.Limit, c.Epochs, c.BatchSize)
	}
	return nil
}

// penalty holds the share of kept nodes.
func (c *IGConfig) penalty() learn.Penalty {
	if c.Keep == 0 {
		return learn.Penalty{}
	}
	return learn.Penalty{Kind: learn.EtaSampled, Eta: 2*c.Keep - 1, Dual: c.Dual}
}

// IGField is the learned field h of IGExplainer for one classifier. Both forms of
// the explainer share it. Its methods may be called from several goroutines.
type IGField struct {
	IGConfig
	mu      sync.Mutex
	of      *Classifier // for which it was trained
	store   *model.Store
	exec    *model.Exec
	history []learn.StepInfo
}

// NewIGField returns a field to be trained.
func NewIGField(c IGConfig) (*IGField, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	return &IGField{IGConfig: c}, nil
}

// Train learns the field that makes
//
//	E[H(y, y_s)], H = −Σ_c p_c log p_s,c (17)
//
// small, p being what the classifier says of a graph and p_s of the subgraph of
// the nodes that a sample keeps. The weights of the lowest loss are kept or, with
// Keep, the last. A second call for the same classifier does nothing. With Dir it opens a
// trained run, or goes on from its checkpoint.
func (f *IGField) Train(ctx context.Context, c *Classifier, items []*learn.Item) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of == c {
		return nil
	}
	loss, err := fidelityLoss(ctx, c, items, f.Limit, f.Necessity)
	if err != nil {
		return err
	}
	defer loss.Store.Finalize()
	steps := (len(items) + f.BatchSize - 1) / f.BatchSize
	key, err := runs.SumOf(c.store, classifierScope...)
	if err != nil {
		return fmt.Errorf("explain: classifier: %w", err)
	}
	validation := items
	if f.Keep > 0 {
		validation = nil // the loss alone would choose an epoch that keeps too much
	}
	l, err := learn.OpenOrTrain(ctx, learn.Config{
		Key: fmt.Sprintf("explain %+v shrink %v necessity %v limit %v of classifier %s", f.Network, f.Shrink, f.Necessity, f.Limit, key), Field: shrunk(f.Network.Field(), f.Shrink), Seed: f.Seed,
		Model:      learn.Model{J: isinggraph.Uniform(float32(f.J)), Beta: f.Beta},
		Objective:  learn.Objective{Loss: loss, Penalty: f.penalty()},
		Sampling:   learn.Sampling{Samples: f.Samples, Sweeps: f.Sweeps, Rule: isinggraph.Metropolis},
		Optimizer:  learn.Optimizer{Steps: f.Epochs * steps, BatchSize: f.BatchSize, LearningRate: f.LearningRate, Decay: learn.DecayLinear, ClipNorm: f.ClipNorm},
		Validation: learn.Validation{Every: max(1, f.Epochs/20) * steps},
		Storage:    learn.Storage{Dir: f.Dir},
		Runtime:    learn.Runtime{Progress: f.Progress, Log: f.Log, Engine: c.engine},
	}, items, validation)
	if err != nil {
		return err
	}
	defer l.Close()
	store := model.NewStore()
	if err := freeze(l.Store(), store, fieldScope...); err != nil {
		return err
	}
	return f.set(c, store, l.History())
}

// fieldScope is where a field's variables are, as paths begin.
var fieldScope = []string{"/field/"}

// set takes over a trained field's variables, which must be those of the network,
// and its history.
func (f *IGField) set(c *Classifier, store *model.Store, history []learn.StepInfo) error {
	want := model.NewStore()
	defer want.Finalize()
	field := func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
		return f.Network.Field()(scope.At("field"), b)
	}
	if err := build(c.backend, want, c.like, func(scope *model.Scope, b *learn.BatchNodes) { field(scope, b) }); err != nil {
		return err
	}
	if err := runs.Match(want, store, fieldScope); err != nil {
		return fmt.Errorf("explain: field: %w", err)
	}
	exec, err := model.NewExec(c.backend, store, func(scope *model.Scope, in []*graph.Node) *graph.Node {
		return field(scope, learn.BatchFromNodes(in))
	})
	if err != nil {
		return fmt.Errorf("explain: compiling the field: %w", err)
	}
	exec.SetMaxCache(-1)
	f.release()
	f.of, f.store, f.history, f.exec = c, store, history, exec
	return nil
}

// shrunk adds to a field's gradient that of weight·mean h².
func shrunk(field learn.FieldFunc, weight float64) learn.FieldFunc {
	if weight == 0 {
		return field
	}
	return func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
		h := field(scope, b)
		count := graph.ReduceAllSum(b.NodeMask)
		return graph.IdentityWithCustomGradient(h, func(h, g *graph.Node) *graph.Node {
			return graph.Add(g, graph.Div(graph.MulScalar(h, 2*weight), count))
		})
	}
}

// History returns the records of the training's steps, or nil before it.
func (f *IGField) History() []learn.StepInfo {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.history
}

// H returns the fields h of graphs, [][n].
func (f *IGField) H(ctx context.Context, items []*learn.Item) ([][]float32, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of == nil {
		return nil, fmt.Errorf("explain: IGExplainer is not trained")
	}
	var all [][]float32
	for len(items) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		count, shape := fill(inputsOf(items))
		b, err := learn.NewBatch(items[:count], shape)
		if err != nil {
			return nil, fmt.Errorf("explain: %w", err)
		}
		p := &prepared{batch: b, tensors: b.Tensors()}
		h, err := f.field(p)
		p.close()
		if err != nil {
			return nil, err
		}
		for k := range count {
			all = append(all, h[b.Offsets[k]:b.Offsets[k+1]])
		}
		items = items[count:]
	}
	return all, nil
}

func (f *IGField) field(p *prepared) ([]float32, error) {
	args := make([]any, len(p.tensors))
	for k, t := range p.tensors {
		args[k] = t
	}
	out, err := f.exec.Call1(args...)
	if err != nil {
		return nil, fmt.Errorf("explain: computing the field: %w", err)
	}
	return flat(out)
}

// Close frees the field. It can be trained again.
func (f *IGField) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release()
}

func (f *IGField) release() {
	if f.exec != nil {
		f.exec.Finalize()
		f.store.Finalize()
	}
	f.of, f.exec, f.store, f.history = nil, nil, nil, nil
}
