package learn

import (
	"fmt"

	"example.org/isinggraph/internal/pullback"
	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/pkg/isinggraph"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// programs are a learner's compiled functions, each once for every shape.
type programs struct {
	field     *pullback.Programs // batch → h [N], and J if learned; and back to the weights
	predict   *model.Exec        // batch → h [N], and J if learned, for what is not trained on
	objective *model.Exec        // batch, h, J, spins, advantages, scalars → penalty, and the gradients with respect to h, and to J if learned
	loss      *model.Exec        // batch, spins, more → the graph loss; nil for host losses
	own       *model.Store
	shapes    map[BatchShape]bool
}

func (p *programs) finalize() {
	if p.field != nil {
		p.field.Close()
	}
	for _, x := range []*model.Exec{p.predict, p.objective, p.loss} {
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
	scalarLambda = iota
	scalarItems
	scalarCount
)

// compile sets the programs up; XLA compiles at each first call with a shape.
func (l *Learner) compile() error {
	l.programs = programs{shapes: make(map[BatchShape]bool)}
	p := &l.programs
	var err error
	built := func() { l.built.Add(1) } // GoMLX builds a graph for each program that it compiles
	exec := func(store *model.Store, f func(*model.Scope, []*graph.Node) []*graph.Node) *model.Exec {
		var x *model.Exec
		if err == nil {
			counted := func(scope *model.Scope, in []*graph.Node) []*graph.Node {
				built()
				return f(scope, in)
			}
			if x, err = model.NewExec(l.backend, store, counted); err == nil {
				x.SetMaxCache(-1)
			}
		}
		return x
	}
	outputs := func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		h, j := l.model(scope, BatchFromNodes(in))
		if j == nil {
			return []*graph.Node{h}
		}
		return []*graph.Node{h, j}
	}
	p.predict = exec(l.store, outputs)
	p.objective = exec(l.store, func(_ *model.Scope, in []*graph.Node) []*graph.Node { return l.objectiveGraph(in) })
	if err == nil {
		p.field, err = pullback.New(l.backend, l.store, l.batchInputs(), outputs, l.engine != nil, built)
	}
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

// objectiveGraph builds what a step makes small, as a function of the field. Its
// inputs are the batch, h [N], J (learned or fixed), spins int8 [K, N], advantages
// [K, N] and scalars.
func (l *Learner) objectiveGraph(in []*graph.Node) []*graph.Node {
	n := l.batchInputs()
	b := BatchFromNodes(in[:n])
	h, j, x, a, scalars := in[n], in[n+1], spinsNode(in[n+2]), in[n+3], in[n+4]
	g := x.Graph()
	scalar := func(k int) *graph.Node { return graph.Squeeze(graph.Slice(scalars, graph.AxisElem(k))) }
	learned := l.c.Coupling != nil
	to, pairs := []*graph.Node{h}, (*graph.Node)(nil)
	if learned {
		to, pairs = append(to, j), j
	}
	loss := Surrogate(b, x, a, h, pairs, l.c.Beta)
	penalty := graph.Const(g, float32(0))
	if l.c.Penalty.on() && l.c.Penalty.Kind != EtaSampled {
		items := scalar(scalarItems)
		of := graph.Iota(g, b.Sizes.Shape(), 0)
		weights := graph.Div(graph.ConvertDType(graph.LessThan(of, items), dtypes.Float32), items)
		penalty = l.c.Penalty.node(b, x, h, j, scalar(scalarLambda), weights, l.c.Beta)
		loss = graph.Add(loss, penalty)
	}
	return append([]*graph.Node{penalty}, graph.Gradient(loss, to...)...)
}

// evalField computes h [n] of a batch, and its couplings.
func (l *Learner) evalField(s *batchState) (h []float32, j isinggraph.Couplings, err error) {
	outs, err := l.programs.predict.Call(s.inputs()...)
	if err != nil {
		return nil, j, fmt.Errorf("learn: computing the field: %w", err)
	}
	defer tensor.Free(outs)
	return l.readField(s, outs)
}

// readField copies h [n], and the couplings, from a program's outputs.
func (l *Learner) readField(s *batchState, outs []*tensors.Tensor) (h []float32, j isinggraph.Couplings, err error) {
	if h, err = tensors.CopyFlatData[float32](outs[0]); err != nil {
		return nil, j, fmt.Errorf("learn: reading the field: %w", err)
	}
	j = s.couplings
	if len(outs) > 1 {
		learned, err := tensors.CopyFlatData[float32](outs[1])
		if err != nil {
			return nil, j, fmt.Errorf("learn: reading the couplings: %w", err)
		}
		if j = isinggraph.Uniform(learned[0]); outs[1].Rank() == 1 {
			j = isinggraph.PerEdge(learned[:s.batch.Graph.NumEdges()])
		}
	}
	return h[:s.batch.Graph.NumNodes()], j, nil
}
