package learn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/adam"
	"example.org/isinggraph/internal/tensor"
)

// lossScope is where the variables of a loss that learns are.
const lossScope = "loss"

// lossStore returns the store of a compiled loss: the learner's own if the loss
// learns, with the values that Loss.Store has for it.
func (l *Learner) lossStore() *model.Store {
	loss := &l.c.Objective.Loss
	if loss.Rate > 0 {
		return l.store
	}
	if loss.Store != nil {
		return loss.Store
	}
	l.programs.own = model.NewStore()
	return l.programs.own
}

// beginLoss sets the variables of a loss that learns to the values of Loss.Store.
func (l *Learner) beginLoss() error {
	loss := &l.c.Objective.Loss
	if loss.Rate == 0 || loss.Store == nil {
		return nil
	}
	for v := range loss.Store.IterVariables() {
		value, err := v.Value()
		if err == nil {
			value, err = value.LocalClone()
		}
		if err == nil {
			_, err = l.store.CreateVariable("/"+lossScope+v.Path(), value)
		}
		if err != nil {
			return fmt.Errorf("learn: variable %s of Loss.Store: %w", v.Path(), err)
		}
	}
	return nil
}

// lossGraph builds the compiled loss of a batch, spins int8 [K, N] and more inputs.
func (l *Learner) lossGraph(scope *model.Scope, in []*graph.Node) *graph.Node {
	n := l.batchInputs()
	loss := &l.c.Objective.Loss
	if loss.Rate > 0 {
		scope = scope.At(lossScope)
	}
	return loss.Graph(scope, BatchFromNodes(in[:n]), spinsNode(in[n]), in[n+1:])
}

// teachGraph builds the loss, and the gradients of its mean over samples and items
// with respect to the loss's own variables. Its last input is the number of items [1].
func (l *Learner) teachGraph(scope *model.Scope, in []*graph.Node) []*graph.Node {
	n, last := l.batchInputs(), len(in)-1
	b := BatchFromNodes(in[:n])
	losses := l.lossGraph(scope, in[:last])
	samples := float64(losses.Shape().Dimensions[0])
	items := graph.Squeeze(in[last])
	var real *graph.Node // of the graphs or nodes that are no padding
	if losses.Shape().Dimensions[1] == b.NumGraphs {
		real = graph.LessThan(graph.Iota(losses.Graph(), b.Sizes.Shape(), 0), items)
	} else {
		real = graph.NotEqual(b.GraphID, graph.Const(losses.Graph(), int32(b.NumGraphs-1)))
	}
	sum := graph.ReduceAllSum(graph.Mul(losses, graph.ExpandAxes(graph.ConvertDType(real, dtypes.Float32), 0)))
	mean := graph.DivScalar(graph.Div(sum, items), samples)
	var to []*graph.Node
	for _, v := range l.taught() {
		if v.InUseByGraph(losses.Graph()) {
			to = append(to, v.NodeValue(losses.Graph()))
		}
	}
	if len(to) == 0 {
		panic(fmt.Errorf("learn: Loss.Rate is %v, and the loss has no trainable variable", l.c.Objective.Loss.Rate))
	}
	return append([]*graph.Node{losses}, graph.Gradient(mean, to...)...)
}

// taught returns the trainable variables of a loss that learns, by path.
func (l *Learner) taught() []*model.Variable {
	var all []*model.Variable
	for v := range l.store.IterVariables() {
		if v.Trainable && strings.HasPrefix(v.Path(), "/"+lossScope+"/") {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b *model.Variable) int { return cmp.Compare(a.Path(), b.Path()) })
	return all
}

// graphLoss evaluates the compiled loss; with train, the gradients of a loss that learns come with it.
func (l *Learner) graphLoss(s *batchState, spins []int8, train bool) (*losses, error) {
	own := []*tensors.Tensor{s.spinsInput(spins, l.c.Sampling.Samples)}
	defer func() { tensor.Free(own) }()
	if l.c.Objective.Loss.Inputs != nil {
		list, err := l.c.Objective.Loss.Inputs(s.batch)
		if err != nil {
			return nil, fmt.Errorf("learn: inputs of the loss: %w", err)
		}
		own = append(own, list...)
	}
	program := l.programs.loss
	if train = train && l.programs.teach != nil; train {
		program = l.programs.teach
		own = append(own, tensors.FromValue([]float32{float32(len(s.index))}))
	}
	outs, err := program.Call(s.inputs(own...)...)
	if err != nil {
		return nil, fmt.Errorf("learn: computing the loss: %w", err)
	}
	defer tensor.Free(outs)
	out, err := graphLosses(s.batch, s.index, spins, outs[0])
	if train && err == nil {
		out.taught, err = l.lessons(outs[1:])
	}
	return out, err
}

// lessons are the gradients of a loss's own variables.
func (l *Learner) lessons(gradients []*tensors.Tensor) ([]adam.Gradient, error) {
	variables := l.taught()
	if len(variables) != len(gradients) {
		return nil, fmt.Errorf("learn: the loss has %d trainable variables and uses %d", len(variables), len(gradients))
	}
	list := make([]adam.Gradient, len(gradients))
	for k, d := range gradients {
		flat, err := tensors.CopyFlatData[float32](d)
		if err != nil {
			return nil, fmt.Errorf("learn: reading a gradient of the loss: %w", err)
		}
		list[k] = adam.Gradient{Variable: variables[k], Value: flat}
	}
	return list, nil
}

// lossInputs returns the shapes of what a loss that learns takes beside the batch: the
// spins and its own inputs; nil where no loss learns.
func (l *Learner) lossInputs(s *batchState) ([]shapes.Shape, error) {
	loss := &l.c.Objective.Loss
	if loss.Rate == 0 {
		return nil, nil
	}
	list := []shapes.Shape{shapes.Make(dtypes.Int8, l.c.Sampling.Samples, s.batch.Shape.Nodes)}
	if loss.Inputs == nil {
		return list, nil
	}
	more, err := loss.Inputs(s.batch)
	if err != nil {
		return nil, fmt.Errorf("learn: inputs of the loss: %w", err)
	}
	defer tensor.Free(more)
	for _, t := range more {
		list = append(list, t.Shape())
	}
	return list, nil
}
