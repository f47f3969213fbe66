package explain

import (
	"context"
	"fmt"
	"slices"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	_ "github.com/gomlx/gomlx/backends/default" // registers XLA and the pure Go backend
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// scopeName is where a classifier's variables live in its store.
const scopeName = "classifier"

// classifierScope is where its variables are, as paths begin.
var classifierScope = []string{"/" + scopeName + "/"}

// backendOf returns an engine, or the default one for nil, and its backend;
// where there is no XLA, none and GoMLX's Go backend.
func backendOf(e *isinggraph.Engine) (*isinggraph.Engine, compute.Backend, error) {
	if e != nil {
		return e, e.Backend(), nil
	}
	if e, err := isinggraph.DefaultEngine(); err == nil {
		return e, e.Backend(), nil
	}
	b, err := compute.NewWithConfig("go")
	if err != nil {
		return nil, nil, fmt.Errorf("explain: opening GoMLX's Go backend: %w", err)
	}
	return nil, b, nil
}

// Build builds the classifier inside a program of one's own, whose store is
// [Classifier.Store] or has its variables from [Classifier.Freeze]: logits
// [G, C], 0 for a graph without kept nodes, and embeddings or nil.
func (c *Classifier) Build(scope *model.Scope, b *learn.BatchNodes, m Mask) (logits, nodes *graph.Node) {
	logits, nodes = c.network(scope.Store().RootScope().At(scopeName), b, m)
	if s := logits.Shape(); s.Rank() != 2 || s.DType != dtypes.Float32 || s.Dimensions[0] != b.NumGraphs || s.Dimensions[1] != c.classes {
		panic(fmt.Errorf("explain: the network's logits have shape %s, need float32 [%d, %d]", s, b.NumGraphs, c.classes))
	}
	weight := b.NodeMask
	if m.Node != nil {
		weight = graph.Mul(weight, m.Node)
	}
	some := graph.GreaterThan(fields.SumPool(b, weight), graph.Const(logits.Graph(), float32(0)))
	some = graph.BroadcastToShape(graph.ExpandAxes(some, -1), logits.Shape())
	return graph.Where(some, logits, graph.ZerosLike(logits)), nodes
}

// Store holds the classifier's variables below "/classifier".
func (c *Classifier) Store() *model.Store { return c.store }

// Freeze copies the classifier's variables to another store, where nothing
// trains them.
func (c *Classifier) Freeze(to *model.Store) error { return freeze(c.store, to, classifierScope...) }

// freeze copies the variables below scopes, through the host: backends do not
// share tensors.
func freeze(from, to *model.Store, scopes ...string) error {
	if err := runs.Set(to, from, scopes...); err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	for v := range to.IterVariables() {
		v.Trainable = false
	}
	return nil
}

// variables returns the variables that the network asks for, without values.
func (c *Classifier) variables() (*model.Store, error) {
	store := model.NewStore()
	err := build(c.backend, store, c.like, func(scope *model.Scope, b *learn.BatchNodes) { c.Build(scope, b, Mask{}) })
	if err != nil {
		store.Finalize()
		return nil, err
	}
	return store, nil
}

// build makes the variables of a network of graphs that are like one, without
// values.
func build(backend compute.Backend, store *model.Store, like *learn.Item, network func(scope *model.Scope, b *learn.BatchNodes)) error {
	b, err := learn.NewBatch([]*learn.Item{like}, learn.BatchShape{})
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	var inputs []shapes.Shape
	for _, t := range b.Tensors() {
		inputs = append(inputs, t.Shape())
		t.MustFinalizeAll()
	}
	err = runs.Build(backend, store, inputs, func(scope *model.Scope, in []*graph.Node) { network(scope, learn.BatchFromNodes(in)) })
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	return nil
}

// compile sets the programs up. Their inputs are a batch's tensors, a node mask
// [N] and an edge mask [M]; the gradient's also one-hot classes [G, C].
func (c *Classifier) compile() error {
	var err error
	exec := func(extra int, f func(scope *model.Scope, b *learn.BatchNodes, m Mask, in, more []*graph.Node) []*graph.Node) *model.Exec {
		var x *model.Exec
		if err == nil {
			x, err = model.NewExec(c.backend, c.store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
				n := len(in) - 2 - extra
				return f(scope, learn.BatchFromNodes(in[:n]), Mask{in[n], in[n+1]}, in, in[n+2:])
			})
		}
		if err == nil {
			x.SetMaxCache(-1)
		}
		return x
	}
	c.predict = exec(0, func(scope *model.Scope, b *learn.BatchNodes, m Mask, _, _ []*graph.Node) []*graph.Node {
		logits, _ := c.Build(scope, b, m)
		return []*graph.Node{logits}
	})
	c.gradient = exec(1, func(scope *model.Scope, b *learn.BatchNodes, m Mask, in, more []*graph.Node) []*graph.Node {
		logits, _ := c.Build(scope, b, m)
		logP := graph.ReduceSum(graph.Mul(graph.LogSoftmax(logits), more[0]), -1)
		grads := graph.Gradient(graph.ReduceAllSum(logP), m.Node, m.Edge, b.X)
		return append([]*graph.Node{logP}, grads...)
	})
	c.embed = exec(0, func(scope *model.Scope, b *learn.BatchNodes, m Mask, _, _ []*graph.Node) []*graph.Node {
		_, nodes := c.Build(scope, b, m)
		if nodes == nil {
			panic(fmt.Errorf("explain: the network has no node embeddings"))
		}
		return []*graph.Node{nodes}
	})
	if err != nil {
		return fmt.Errorf("explain: compiling the classifier: %w", err)
	}
	return nil
}

// tiers are the padded sizes of batches, in nodes and graphs; the edges are as
// many as the nodes and a half more. A program compiles for each tier in use, and
// for larger graphs for each bucket of their size. More tiers would waste less on
// padding and compile longer.
var tiers = []struct{ nodes, graphs int }{{128, 4}, {2048, 128}}

// prepared is a batch with its tensors on the device.
type prepared struct {
	batch   *learn.Batch
	tensors []*tensors.Tensor
}

func (p *prepared) close() {
	for _, t := range p.tensors {
		t.MustFinalizeAll()
	}
}

// keptBatches is how many batches stay prepared: their graphs are often asked
// about again.
const keptBatches = 8

// run cuts inputs into batches and calls f for each.
func (c *Classifier) run(ctx context.Context, inputs []Input, f func(*prepared, []Input) error) error {
	for k, in := range inputs {
		if err := in.check(); err != nil {
			return fmt.Errorf("explain: input %d: %w", k, err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.predict == nil {
		return fmt.Errorf("explain: the classifier is closed")
	}
	for len(inputs) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		count, shape := fill(inputs)
		p, err := c.prepare(inputs[:count], shape)
		if err != nil {
			return err
		}
		if err := f(p, inputs[:count]); err != nil {
			return err
		}
		inputs = inputs[count:]
	}
	return nil
}

// check compares lengths.
func (in Input) check() error {
	if in.Item == nil || in.Item.Graph == nil {
		return fmt.Errorf("no graph")
	}
	n, m := in.Item.Graph.NumNodes(), in.Item.Graph.NumEdges()
	if in.Node != nil && len(in.Node) != n || in.Edge != nil && len(in.Edge) != m || in.X != nil && len(in.X) != max(len(in.Item.X), n) {
		return fmt.Errorf("masks of %d nodes and %d edges and %d features for a graph of %d nodes, %d edges and %d features",
			len(in.Node), len(in.Edge), len(in.X), n, m, max(len(in.Item.X), n))
	}
	return nil
}

// fill returns how many of the first inputs go into one batch, and its least
// shape: the smallest tier that takes all, or else the largest tier.
func fill(inputs []Input) (count int, shape learn.BatchShape) {
	for _, t := range tiers {
		count = 0
		shape = learn.BatchShape{Nodes: t.nodes, Edges: t.nodes + t.nodes/2, Graphs: t.graphs + 1, Slots: 8}
		nodes, edges := 0, 0
		for _, in := range inputs {
			g := in.Item.Graph
			nodes, edges = nodes+g.NumNodes(), edges+g.NumEdges()
			if count > 0 && (nodes > shape.Nodes || edges > shape.Edges || count == t.graphs) {
				break
			}
			count++
			for g.MaxDegree() > shape.Slots {
				shape.Slots *= 2
			}
			if nodes > shape.Nodes || edges > shape.Edges {
				break // alone, in a shape of its own
			}
		}
		if count == len(inputs) && nodes <= shape.Nodes && edges <= shape.Edges {
			return count, shape
		}
	}
	return count, shape
}

// prepare returns the batch of the inputs' items, from the last ones or new.
func (c *Classifier) prepare(inputs []Input, shape learn.BatchShape) (*prepared, error) {
	if k := slices.IndexFunc(c.batches, func(p *prepared) bool { return p.holds(inputs, shape) }); k >= 0 {
		p := c.batches[k]
		c.batches = append(slices.Delete(c.batches, k, k+1), p)
		return p, nil
	}
	items := make([]*learn.Item, len(inputs))
	for k, in := range inputs {
		items[k] = in.Item
	}
	b, err := learn.NewBatch(items, shape)
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	p := &prepared{batch: b, tensors: b.Tensors()}
	if len(c.batches) == keptBatches {
		c.batches[0].close()
		c.batches = slices.Delete(c.batches, 0, 1)
	}
	c.batches = append(c.batches, p)
	return p, nil
}

// holds reports whether p begins with the inputs' items, in a sufficient shape.
func (p *prepared) holds(inputs []Input, shape learn.BatchShape) bool {
	if len(p.batch.Items) < len(inputs) || p.batch.Shape.Nodes > max(shape.Nodes, tiers[0].nodes) {
		return false
	}
	for k, in := range inputs {
		if p.batch.Items[k] != in.Item {
			return false
		}
	}
	return true
}

// inputsOf returns whole graphs as inputs.
func inputsOf(items []*learn.Item) []Input {
	inputs := make([]Input, len(items))
	for k, it := range items {
		inputs[k].Item = it
	}
	return inputs
}
