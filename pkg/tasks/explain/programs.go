package explain

import (
	"fmt"
	"math"

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

// call runs a program on a batch with the inputs' masks and features.
func call(x *model.Exec, p *prepared, inputs []Input, more ...*tensors.Tensor) ([]*tensors.Tensor, error) {
	s := p.batch.Shape
	own := append([]*tensors.Tensor{masks(p, s.Nodes, inputs, true), masks(p, s.Edges, inputs, false)}, more...)
	args := make([]any, 0, len(p.tensors)+len(own))
	for _, t := range p.tensors {
		args = append(args, t)
	}
	for _, in := range inputs {
		if in.X != nil {
			features := features(p, inputs)
			defer features.MustFinalizeAll()
			args[0] = features
			break
		}
	}
	for _, t := range own {
		args = append(args, t)
		defer t.MustFinalizeAll()
	}
	outs, err := x.Call(args...)
	if err != nil {
		return nil, fmt.Errorf("explain: running the classifier: %w", err)
	}
	return outs, nil
}

// flat copies the values of an output and frees it.
func flat(t *tensors.Tensor) ([]float32, error) {
	defer t.MustFinalizeAll()
	v, err := tensors.CopyFlatData[float32](t)
	if err != nil {
		return nil, fmt.Errorf("explain: reading the classifier's output: %w", err)
	}
	return v, nil
}

// flats is flat for all outputs.
func flats(outs []*tensors.Tensor) ([][]float32, error) {
	all := make([][]float32, len(outs))
	var first error
	for k, t := range outs {
		var err error
		if all[k], err = flat(t); err != nil && first == nil {
			first = err
		}
	}
	return all, first
}

// logits returns the logits of the batch's graphs, [G·C].
func (c *Classifier) logits(p *prepared, inputs []Input) ([]float32, error) {
	outs, err := call(c.predict, p, inputs)
	if err != nil {
		return nil, err
	}
	return flat(outs[0])
}

func (c *Classifier) evaluate(p *prepared, inputs []Input) ([][]float64, error) {
	logits, err := c.logits(p, inputs)
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(inputs))
	for k := range out {
		if out[k], err = softmax(logits[k*c.classes : (k+1)*c.classes]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// softmax returns the probabilities of logits in float64.
func softmax(logits []float32) ([]float64, error) {
	high := math.Inf(-1)
	for _, v := range logits {
		if v-v != 0 {
			return nil, fmt.Errorf("explain: the network's logits are %v", logits)
		}
		high = max(high, float64(v))
	}
	p, sum := make([]float64, len(logits)), 0.0
	for k, v := range logits {
		p[k] = math.Exp(float64(v) - high)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p, nil
}

func (c *Classifier) gradients(p *prepared, inputs []Input, class []int) ([]Gradient, error) {
	s := p.batch.Shape
	hot := tensors.FromShape(shapes.Make(dtypes.Float32, s.Graphs, c.classes))
	for _, k := range class {
		if k < 0 || k >= c.classes {
			hot.MustFinalizeAll()
			return nil, fmt.Errorf("explain: class %d of %d", k, c.classes)
		}
	}
	tensors.MustMutableFlatData(hot, func(flat []float32) {
		for g, k := range class {
			flat[g*c.classes+k] = 1
		}
	})
	outs, err := call(c.gradient, p, inputs, hot)
	if err != nil {
		return nil, err
	}
	v, err := flats(outs)
	if err != nil {
		return nil, err
	}
	out := make([]Gradient, len(inputs))
	lo, edge, f := 0, 0, s.Features
	for k, in := range inputs {
		n, m := in.Item.Graph.NumNodes(), in.Item.Graph.NumEdges()
		out[k] = Gradient{LogP: float64(v[0][k]), Node: v[1][lo : lo+n], Edge: v[2][edge : edge+m], X: v[3][lo*f : (lo+n)*f]}
		lo, edge = lo+n, edge+m
	}
	return out, nil
}

func (c *Classifier) embeddings(p *prepared, inputs []Input) ([][]float32, error) {
	outs, err := call(c.embed, p, inputs)
	if err != nil {
		return nil, err
	}
	width := outs[0].Shape().Dimensions[1]
	v, err := flat(outs[0])
	if err != nil {
		return nil, err
	}
	out, lo := make([][]float32, len(inputs)), 0
	for k, in := range inputs {
		n := in.Item.Graph.NumNodes()
		out[k] = v[lo*width : (lo+n)*width]
		lo += n
	}
	return out, nil
}
