package explain

import (
	"context"
	"fmt"
	"sync"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Mask says which part of a batch a network sees; nil stands for all ones.
// A node's message over an edge is multiplied by the edge's mask and the
// sender's; pooling weighs the nodes by their mask, so that mean pooling
// averages over the kept nodes only. With masks of 0 and 1 a network sees the
// subgraph of the kept nodes and the kept edges between them, exactly.
type Mask struct {
	Node *graph.Node // float32 [N]
	Edge *graph.Node // float32 [M], of both directions of an edge
}

// Network builds a graph classifier: logits [G, C] of the graphs of a batch, as
// much of it as m shows, and, for explainers that need them, the embeddings of
// its nodes [N, H], or nil. Its variables live in scope. Padding nodes are the
// last graph's. It panics on misuse, as graph-building functions do.
type Network func(scope *model.Scope, b *learn.BatchNodes, m Mask) (logits, nodes *graph.Node)

// Classifier is a trained graph classifier of C classes, to be explained.
// A subgraph without nodes has no logits: whatever the network says of it, the
// classifier predicts 1/C for each class.
//
// All methods may be called from several goroutines; calls wait for each
// other. Close it after use.
type Classifier struct {
	network Network
	classes int
	like    *learn.Item        // a graph with as many features
	engine  *isinggraph.Engine // nil where there is no XLA
	backend compute.Backend
	store   *model.Store

	mu       sync.Mutex
	predict  *model.Exec
	gradient *model.Exec
	embed    *model.Exec
	batches  []*prepared // last used last
}

// NewClassifier wraps a network of a number of classes whose trained variables
// store holds below "/classifier". like is a graph as those to be explained: its
// numbers of features decide the shapes of the variables. A nil engine stands for
// [isinggraph.DefaultEngine] or, where XLA cannot be had, GoMLX's Go backend. The
// classifier takes over the store.
//
// It is an error if the network asks for variables that the store lacks, if the
// store has some that it does not ask for, or if shapes differ; the error lists all.
func NewClassifier(network Network, classes int, like *learn.Item, store *model.Store, e *isinggraph.Engine) (*Classifier, error) {
	c, err := newClassifier(network, classes, like, store, e)
	if err != nil {
		return nil, err
	}
	want, err := c.variables()
	if err != nil {
		return nil, err
	}
	defer want.Finalize()
	if err := runs.Match(want, store, classifierScope); err != nil {
		return nil, fmt.Errorf("explain: classifier: %w", err)
	}
	return c, nil
}

// NewUntrained returns a classifier with weights of a seed; see [NewClassifier].
func NewUntrained(network Network, classes int, like *learn.Item, seed uint64, e *isinggraph.Engine) (*Classifier, error) {
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(int64(seed)); err != nil {
		return nil, fmt.Errorf("explain: seeding the weights: %w", err)
	}
	c, err := newClassifier(network, classes, like, store, e)
	if err != nil {
		return nil, err
	}
	if err := build(c.backend, store, like, func(scope *model.Scope, b *learn.BatchNodes) { c.Build(scope, b, Mask{}) }); err != nil {
		return nil, err
	}
	if err := store.InitializeVariables(c.backend, nil); err != nil {
		return nil, fmt.Errorf("explain: drawing the weights: %w", err)
	}
	return c, nil
}

// newClassifier is NewClassifier for a store that has no variables yet.
func newClassifier(network Network, classes int, like *learn.Item, store *model.Store, e *isinggraph.Engine) (*Classifier, error) {
	if network == nil || classes < 2 || store == nil || like == nil || like.Graph == nil {
		return nil, fmt.Errorf("explain: classifier with a network (%t), %d classes, a graph like those (%t) and a store (%t), "+
			"need a network, 2 classes, a graph and a store",
			network != nil, classes, like != nil && like.Graph != nil, store != nil)
	}
	c := &Classifier{network: network, classes: classes, like: like, store: store}
	var err error
	if c.engine, c.backend, err = backendOf(e); err != nil {
		return nil, err
	}
	return c, c.compile()
}

// Classes returns C.
func (c *Classifier) Classes() int { return c.classes }

// Input is a graph as a classifier is asked about it: all of it or, with masks,
// a part.
type Input struct {
	Item *learn.Item
	Node []float32 // mask of the nodes [n]; nil for all
	Edge []float32 // mask of the edges [m]; nil for all
	X    []float32 // features in place of the item's [n, F]; nil for those
}

// Evaluate returns the probabilities of the classes of each input, [][C], in
// padded batches of few shapes: nothing compiles anew for a graph of another
// size. Inputs of one item are best given one after the other.
func (c *Classifier) Evaluate(ctx context.Context, inputs []Input) ([][]float64, error) {
	out := make([][]float64, 0, len(inputs))
	err := c.run(ctx, inputs, func(p *prepared, part []Input) error {
		rows, err := c.evaluate(p, part)
		out = append(out, rows...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Predict returns the probabilities of the classes of whole graphs, [][C].
func (c *Classifier) Predict(ctx context.Context, items []*learn.Item) ([][]float64, error) {
	return c.Evaluate(ctx, inputsOf(items))
}

// PredictSubsets returns the probabilities of the classes of the subgraphs of
// one graph that keep some nodes and all edges between them, [][C].
func (c *Classifier) PredictSubsets(ctx context.Context, it *learn.Item, keep [][]bool) ([][]float64, error) {
	inputs := make([]Input, len(keep))
	for k := range keep {
		if len(keep[k]) != it.Graph.NumNodes() {
			return nil, fmt.Errorf("explain: subset %d has %d values for %d nodes", k, len(keep[k]), it.Graph.NumNodes())
		}
		inputs[k] = Input{Item: it, Node: floats(keep[k])}
	}
	return c.Evaluate(ctx, inputs)
}

// PredictFeatures returns the probabilities of the classes of one graph with
// other node features x [][n·F], [][C].
func (c *Classifier) PredictFeatures(ctx context.Context, it *learn.Item, x [][]float32) ([][]float64, error) {
	inputs := make([]Input, len(x))
	for k := range x {
		inputs[k] = Input{Item: it, X: x[k]}
	}
	return c.Evaluate(ctx, inputs)
}

// Gradient is how log p(class) of one input changes with what it is made of, at
// the input's masks and features.
type Gradient struct {
	LogP float64   // log p(class)
	Node []float32 // by the node mask [n]
	Edge []float32 // by the edge mask [m]
	X    []float32 // by the features [n, F]
}

// Gradients returns the gradient of log p(class[k]) of each input k.
func (c *Classifier) Gradients(ctx context.Context, inputs []Input, class []int) ([]Gradient, error) {
	if len(class) != len(inputs) {
		return nil, fmt.Errorf("explain: %d classes for %d inputs", len(class), len(inputs))
	}
	out := make([]Gradient, 0, len(inputs))
	err := c.run(ctx, inputs, func(p *prepared, part []Input) error {
		rows, err := c.gradients(p, part, class[len(out):len(out)+len(part)])
		out = append(out, rows...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Embeddings returns the node embeddings of whole graphs, [][n·H]. It is an
// error if the network has none.
func (c *Classifier) Embeddings(ctx context.Context, items []*learn.Item) ([][]float32, error) {
	out := make([][]float32, 0, len(items))
	err := c.run(ctx, inputsOf(items), func(p *prepared, part []Input) error {
		rows, err := c.embeddings(p, part)
		out = append(out, rows...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Class returns the index of the largest probability, the first of equal ones.
func Class(p []float64) int {
	best := 0
	for k, v := range p {
		if v > p[best] {
			best = k
		}
	}
	return best
}

// floats returns 1 where keep is true, else 0.
func floats(keep []bool) []float32 {
	m := make([]float32, len(keep))
	for i, k := range keep {
		if k {
			m[i] = 1
		}
	}
	return m
}

// Close frees the compiled programs and the variables.
func (c *Classifier) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.batches {
		p.close()
	}
	for _, x := range []*model.Exec{c.predict, c.gradient, c.embed} {
		if x != nil {
			x.Finalize()
		}
	}
	c.store.Finalize()
	c.batches, c.predict, c.gradient, c.embed = nil, nil, nil, nil
}
