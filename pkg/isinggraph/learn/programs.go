package learn

import (
	"fmt"
	"maps"
	"slices"

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
	field      *pullback.Programs     // batch → h [N], and J if learned; and back to the weights
	predict    *model.Exec            // batch → h [N], and J if learned, for what is not trained on
	objectives map[string]*model.Exec // by estimator: see objectiveGraph
	loss       *model.Exec            // batch, spins, more → the graph loss; nil for host losses
	teach      *model.Exec            // the same, and the gradients of the loss's variables; nil where they are frozen
	own        *model.Store           // of a graph loss without variables
	shapes     map[BatchShape]bool
}

func (p *programs) finalize() {
	if p.field != nil {
		p.field.Close()
	}
	for _, x := range append(slices.Collect(maps.Values(p.objectives)), p.predict, p.loss, p.teach) {
		if x != nil {
			x.Finalize()
		}
	}
	if p.own != nil {
		p.own.Finalize()
	}
	*p = programs{}
}

// compile sets the programs up; XLA compiles at each first call with a shape.
func (l *Learner) compile() error {
	l.programs = programs{shapes: make(map[BatchShape]bool), objectives: make(map[string]*model.Exec)}
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
	for _, e := range []Estimator{l.c.Objective.Estimator, l.c.Objective.Warm} {
		if e != nil {
			p.objectives[e.String()] = exec(l.store, func(_ *model.Scope, in []*graph.Node) []*graph.Node { return l.objectiveGraph(e, in) })
		}
	}
	if err == nil {
		p.field, err = pullback.New(l.backend, l.store, l.batchInputs(), outputs, l.engine != nil, built)
	}
	if l.c.Objective.Loss.Graph != nil {
		store := l.lossStore()
		p.loss = exec(store, func(scope *model.Scope, in []*graph.Node) []*graph.Node { return []*graph.Node{l.lossGraph(scope, in)} })
		if l.c.Objective.Loss.Rate > 0 {
			p.teach = exec(store, l.teachGraph)
		}
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
	if l.c.Model.Coupling != nil {
		j = l.c.Model.Coupling(scope.At("coupling"), b)
		if m := b.EdgeMask.Shape().Dimensions[0]; j.Rank() > 1 || j.DType() != dtypes.Float32 || j.Rank() == 1 && j.Shape().Dimensions[0] != m {
			panic(fmt.Errorf("learn: the couplings have shape %s, need float32, a scalar or [%d]", j.Shape(), m))
		}
	}
	return h, j
}

// objectiveGraph builds what a step makes small, as a function of the field. Its
// inputs are the batch, h [N], J (learned or fixed), the penalty's λ and the number of
// items [2] and, as the estimator's kind says, spins int8 [K, N], weights [K, N] and
// targets int8 [N]. It returns the penalty, the estimator's value and the gradients
// with respect to h, and to J if it is learned.
func (l *Learner) objectiveGraph(e Estimator, in []*graph.Node) []*graph.Node {
	n := l.batchInputs()
	b, kind := BatchFromNodes(in[:n]), e.kind()
	h, j, scalars, rest := in[n], in[n+1], in[n+2], in[n+3:]
	g := h.Graph()
	scalar := func(k int) *graph.Node { return graph.Squeeze(graph.Slice(scalars, graph.AxisElem(k))) }
	next := func() *graph.Node {
		node := rest[0]
		rest = rest[1:]
		return node
	}
	o := &objective{b: b, h: h, j: j, beta: l.c.Model.Beta, learnableJ: l.c.Model.Coupling != nil}
	if kind.samples {
		o.x = spinsNode(next())
	}
	if kind.weights {
		o.weights = next()
	}
	if kind.targets {
		o.target = spinsNode(next())
	}
	loss, shown := e.build(o)
	if shown == nil {
		shown = graph.Const(g, float32(0))
	}
	penalty := graph.Const(g, float32(0))
	if p := l.c.Objective.Penalty; p.on() && !p.sampled() {
		items := scalar(1)
		of := graph.Iota(g, b.Sizes.Shape(), 0)
		weights := graph.Div(graph.ConvertDType(graph.LessThan(of, items), dtypes.Float32), items)
		penalty = p.node(b, o.x, h, j, scalar(0), weights, o.beta)
		loss = graph.Add(loss, penalty)
	}
	to := []*graph.Node{h}
	if o.learnableJ {
		to = append(to, j)
	}
	return append([]*graph.Node{penalty, shown}, graph.Gradient(loss, to...)...)
}

// objective computes, from a batch's field and couplings as programs put them out, the
// penalty, the objective and the gradients with respect to the field, and to the
// couplings where they are learned.
func (l *Learner) objective(s *batchState, field []*tensors.Tensor, drawn *sampled, e Estimator, program *model.Exec) ([]*tensors.Tensor, error) {
	coupling, samples := s.fixed, l.c.Sampling.Samples
	if len(field) > 1 {
		coupling = field[1]
	}
	own := []*tensors.Tensor{tensors.FromValue([]float32{float32(l.state.Lambda), float32(len(s.index))})}
	defer func() { tensor.Free(own) }()
	if k := e.kind(); k.samples {
		own = append(own, s.spinsInput(drawn.samples.Spins, samples))
		if k.weights {
			w, err := l.weights(e, s, drawn)
			if err != nil {
				return nil, err
			}
			own = append(own, w)
		}
	}
	if e.kind().targets {
		own = append(own, s.targets())
	}
	outs, err := program.Call(s.inputs(append([]*tensors.Tensor{field[0], coupling}, own...)...)...)
	if err != nil {
		return nil, fmt.Errorf("computing the objective: %w", err)
	}
	return outs, nil
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
