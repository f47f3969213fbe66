package learn

import (
	"fmt"
	"maps"
	"slices"

	"example.org/isinggraph/internal/tensor"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// programs are a learner's compiled functions, each once for every shape.
type programs struct {
	field  *model.Exec // batch → h [N], and J if learned
	update *model.Exec // batch, spins, advantages, J, scalars → norm, penalty; sets the weights
	loss   *model.Exec // batch, spins, more → the graph loss; nil for host losses
	own    *model.Store
	shapes map[BatchShape]bool
}

func (p *programs) finalize() {
	for _, x := range []*model.Exec{p.field, p.update, p.loss} {
		if x != nil {
			x.Finalize()
		}
	}
	if p.own != nil {
		p.own.Finalize()
	}
	*p = programs{}
}

// Places of the scalars that change from step to step.
const (
	scalarRate = iota
	scalarLambda
	scalarItems
	scalarCount
)

// compile sets the programs up; XLA compiles at each first call with a shape.
func (l *Learner) compile() error {
	l.programs = programs{shapes: make(map[BatchShape]bool)}
	p := &l.programs
	var err error
	exec := func(store *model.Store, f func(*model.Scope, []*graph.Node) []*graph.Node) *model.Exec {
		var x *model.Exec
		if err == nil {
			counted := func(scope *model.Scope, in []*graph.Node) []*graph.Node {
				l.built++ // GoMLX builds a graph for each program that it compiles
				return f(scope, in)
			}
			if x, err = model.NewExec(l.backend, store, counted); err == nil {
				x.SetMaxCache(-1)
			}
		}
		return x
	}
	p.field = exec(l.store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		h, j := l.model(scope, BatchFromNodes(in))
		if j == nil {
			return []*graph.Node{h}
		}
		return []*graph.Node{h, j}
	})
	p.update = exec(l.store, l.updateGraph)
	if l.c.Loss.Graph != nil {
		store := l.c.Loss.Store
		if store == nil {
			store = model.NewStore()
			p.own = store
		}
		p.loss = exec(store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			n := l.batchInputs()
			b := BatchFromNodes(in[:n])
			return []*graph.Node{l.c.Loss.Graph(scope, b, spinsNode(in[n]), in[n+1:])}
		})
	}
	if err != nil {
		return fmt.Errorf("learn: compiling the learner: %w", err)
	}
	return nil
}

// batchInputs returns how many tensors a batch has.
func (l *Learner) batchInputs() int {
	if l.edgeFeatures > 0 {
		return 7
	}
	return 6
}

// model builds the field [N] and, if learned, the couplings, or nil.
func (l *Learner) model(scope *model.Scope, b *BatchNodes) (h, j *graph.Node) {
	h = l.c.Field(scope.At("field"), b)
	if h.Rank() != 1 || h.DType() != dtypes.Float32 || h.Shape().Dimensions[0] != b.X.Shape().Dimensions[0] {
		panic(fmt.Errorf("learn: the field has shape %s, need float32 [%d]", h.Shape(), b.X.Shape().Dimensions[0]))
	}
	if l.c.Coupling != nil {
		j = l.c.Coupling(scope.At("coupling"), b)
		if m := b.EdgeMask.Shape().Dimensions[0]; j.Rank() > 1 || j.DType() != dtypes.Float32 || j.Rank() == 1 && j.Shape().Dimensions[0] != m {
			panic(fmt.Errorf("learn: the couplings have shape %s, need float32, a scalar or [%d]", j.Shape(), m))
		}
	}
	return h, j
}

// updateGraph builds a step of the optimizer. Its inputs are the batch, spins
// int8 [K, N], advantages [K, N], fixed couplings and scalars.
func (l *Learner) updateGraph(scope *model.Scope, in []*graph.Node) []*graph.Node {
	n := l.batchInputs()
	b := BatchFromNodes(in[:n])
	x, a, fixed, scalars := spinsNode(in[n]), in[n+1], in[n+2], in[n+3]
	g := x.Graph()
	scalar := func(k int) *graph.Node { return graph.Squeeze(graph.Slice(scalars, graph.AxisElem(k))) }
	h, j := l.model(scope, b)
	loss := Surrogate(b, x, a, h, j, l.c.Beta)
	penalty := graph.Const(g, float32(0))
	if l.c.Penalty.on() && l.c.Penalty.Kind != EtaSampled {
		if j == nil {
			j = fixed
		}
		items := scalar(scalarItems)
		of := graph.Iota(g, b.Sizes.Shape(), 0)
		weights := graph.Div(graph.ConvertDType(graph.LessThan(of, items), dtypes.Float32), items)
		penalty = l.c.Penalty.node(b, x, h, j, scalar(scalarLambda), weights, l.c.Beta)
		loss = graph.Add(loss, penalty)
	}
	rate := optimizer.LearningRateVar(scope, dtypes.Float32, l.c.LearningRate)
	rate.SetNodeValue(scalar(scalarRate))

	grads := scope.BuildTrainableVariablesGradientsGraph(loss)
	norm := gradientNorm(scope, grads)
	if l.c.ClipNorm > 0 {
		limit := graph.Const(g, float32(l.c.ClipNorm))
		scale := graph.Div(limit, graph.Max(norm, limit))
		for i, d := range grads {
			grads[i] = graph.Mul(d, scale)
		}
	}
	adam := optimizer.Adam().LearningRate(l.c.LearningRate).Done().(gradientOptimizer)
	adam.UpdateGraphWithGradients(scope, grads, dtypes.Float32)
	return []*graph.Node{norm, penalty}
}

// gradientNorm returns the norm of all gradients, which are in the order of the
// store's trainable variables. It sums by path: a loaded store has another order.
func gradientNorm(scope *model.Scope, grads []*graph.Node) *graph.Node {
	square := make(map[string]*graph.Node, len(grads))
	k := 0
	for v := range scope.IterVariables() {
		if v.Trainable && v.InUseByGraph(grads[0].Graph()) {
			square[v.Path()] = graph.ReduceAllSum(graph.Square(grads[k]))
			k++
		}
	}
	sum := graph.Const(grads[0].Graph(), float32(0))
	for _, path := range slices.Sorted(maps.Keys(square)) {
		sum = graph.Add(sum, square[path])
	}
	return graph.Sqrt(sum)
}

// gradientOptimizer is an optimizer that takes gradients, as GoMLX's Adam.
type gradientOptimizer interface {
	UpdateGraphWithGradients(scope *model.Scope, grads []*graph.Node, dtype dtypes.DType)
}

// evalField computes h [n] of a batch, and J as options take it.
func (l *Learner) evalField(s *batchState) (h, j []float32, err error) {
	outs, err := l.programs.field.Call(s.inputs()...)
	if err != nil {
		return nil, nil, fmt.Errorf("learn: computing the field: %w", err)
	}
	defer tensor.Free(outs)
	if h, err = tensors.CopyFlatData[float32](outs[0]); err != nil {
		return nil, nil, fmt.Errorf("learn: reading the field: %w", err)
	}
	j = l.c.J
	if len(outs) > 1 {
		if j, err = tensors.CopyFlatData[float32](outs[1]); err != nil {
			return nil, nil, fmt.Errorf("learn: reading the couplings: %w", err)
		}
		if outs[1].Rank() == 1 {
			j = j[:s.batch.Graph.NumEdges()]
		}
	}
	return h[:s.batch.Graph.NumNodes()], j, nil
}
