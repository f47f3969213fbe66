// Package pullback computes a function of a network's variables once and
// differentiates it later.
//
// Between the two may lie work that no compiled program can hold, such as samples
// of an Ising model and a loss written in Go. One program computes the outputs
// y = f(inputs; variables) and keeps those intermediate values that the gradient
// needs; a second one takes the gradient of a scalar with respect to y back to the
// variables from what was kept, so that nothing of f's expensive part is computed
// twice. The function is any graph-building function: what to keep is found in the
// graph of its gradient (see residuals.go), not asked of its author.
package pullback

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/tensor"
)

// Function builds outputs from inputs, with variables in scope. It must build the
// same graph whenever it is called with inputs of the same shapes.
type Function func(scope *model.Scope, inputs []*graph.Node) []*graph.Node

// Programs are the two compiled programs of a function. Each is compiled once for
// every set of the inputs' shapes. They are for one goroutine at a time.
type Programs struct {
	f        Function
	inputs   int // how many there are
	forward  *model.Exec
	backward *model.Exec
	built    func()
	ahead    sync.WaitGroup // compilations of backward that run beside the forward one's
	aheadOn  bool
	mu       sync.Mutex         // guards what follows and the store while graphs are built
	kept     map[string]*layout // by the inputs' shapes
}

// layout says what the programs of one set of shapes hand over.
type layout struct {
	outputs   int
	residuals []residual
	paths     []string // of the variables, in the order of the gradients
}

// New returns the programs of a function of a number of inputs, on the variables of
// a store. Built is called for each program that is compiled; it may be nil. With
// ahead the backward program is compiled while the forward one is, which takes a
// backend that compiles several programs at once.
func New(backend compute.Backend, store *model.Store, inputs int, f Function, ahead bool, built func()) (*Programs, error) {
	p := &Programs{f: f, inputs: inputs, kept: make(map[string]*layout), built: built, aheadOn: ahead}
	if built == nil {
		p.built = func() {}
	}
	var err error
	if p.forward, err = model.NewExec(backend, store, p.buildForward); err == nil {
		p.backward, err = model.NewExec(backend, store, p.buildBackward)
	}
	if err != nil {
		return nil, fmt.Errorf("pullback: %w", err)
	}
	p.forward.SetMaxCache(-1)
	p.backward.SetMaxCache(-1)
	return p, nil
}

// Close frees the programs.
func (p *Programs) Close() {
	p.ahead.Wait()
	p.forward.Finalize()
	p.backward.Finalize()
}

// Kept are a function's outputs, and what the gradient needs of it. The inputs
// belong to the caller and must live until the Kept is freed.
type Kept struct {
	Outputs   []*tensors.Tensor
	inputs    []*tensors.Tensor
	residuals []*tensors.Tensor
	key       string
}

// Free frees what is kept, the outputs too.
func (k *Kept) Free() {
	tensor.Free(k.Outputs)
	tensor.Free(k.residuals)
}

// Bytes returns how many bytes the values that the gradient needs take.
func (k *Kept) Bytes() uint64 {
	var sum uint64
	for _, t := range k.residuals {
		sum += uint64(t.ByteSize())
	}
	return sum
}

// Forward computes the outputs.
func (p *Programs) Forward(inputs []*tensors.Tensor) (*Kept, error) {
	out, err := p.forward.Call(arguments(inputs)...)
	if err != nil {
		return nil, err
	}
	key := keyOf(inputs, (*tensors.Tensor).Shape)
	p.mu.Lock()
	l := p.kept[key]
	p.mu.Unlock()
	if l == nil {
		tensor.Free(out)
		return nil, errors.New("pullback: the forward program was not built for these shapes")
	}
	return &Kept{out[:l.outputs], inputs, out[l.outputs:], key}, nil
}

// Gradient is that of a scalar with respect to one variable.
type Gradient struct {
	Path  string
	Value *tensors.Tensor
}

// Backward returns the gradients of a scalar with respect to the trainable
// variables that the outputs depend on, by path, from those with respect to the
// outputs, which have the outputs' shapes. The caller frees the values.
func (p *Programs) Backward(k *Kept, adjoints []*tensors.Tensor) ([]Gradient, error) {
	p.ahead.Wait() // else the program would be compiled twice
	out, err := p.backward.Call(arguments(k.inputs, k.residuals, adjoints)...)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	paths := p.kept[k.key].paths
	p.mu.Unlock()
	all := make([]Gradient, len(out))
	for i, v := range out {
		all[i] = Gradient{paths[i], v}
	}
	return all, nil
}

// arguments are lists of tensors as a program takes them.
func arguments(lists ...[]*tensors.Tensor) []any {
	var all []any
	for _, t := range slices.Concat(lists...) {
		all = append(all, t)
	}
	return all
}

// keyOf names the shapes of a list.
func keyOf[T any](list []T, shape func(T) shapes.Shape) string {
	var b strings.Builder
	for _, v := range list {
		b.WriteString(shape(v).String())
	}
	return b.String()
}

// buildForward builds the outputs and, after them, the residuals. The gradient that
// tells which these are is built, too, and dropped by the compiler.
func (p *Programs) buildForward(scope *model.Scope, in []*graph.Node) []*graph.Node {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.built()
	start := nextID(in[0].Graph())
	outputs := p.f(scope, in)
	end := nextID(in[0].Graph())
	adjoints := make([]*graph.Node, len(outputs))
	for i, y := range outputs {
		adjoints[i] = graph.ZerosLike(y)
	}
	variables := used(scope, in[0].Graph())
	gradients := pull(outputs, adjoints, variables)
	kept, residuals := findResiduals(gradients, start, end)
	l := &layout{outputs: len(outputs), residuals: residuals}
	for _, v := range variables {
		l.paths = append(l.paths, v.Path())
	}
	p.kept[keyOf(in, (*graph.Node).Shape)] = l
	if p.aheadOn && len(variables) > 0 {
		var list []shapes.Shape
		for _, n := range slices.Concat(in, kept, outputs) {
			list = append(list, n.Shape())
		}
		p.ahead.Go(func() {
			// An error comes back from the program's call, which compiles again.
			_, _ = p.backward.Compile(list...)
		})
	}
	return append(slices.Clone(outputs), kept...)
}

// buildBackward builds the gradients of the variables, from the inputs, the
// residuals and the gradients with respect to the outputs.
func (p *Programs) buildBackward(scope *model.Scope, all []*graph.Node) []*graph.Node {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.built()
	in := all[:p.inputs]
	l := p.kept[keyOf(in, (*graph.Node).Shape)]
	if l == nil {
		panic(errors.New("pullback: the backward program before the forward one"))
	}
	kept, adjoints := all[p.inputs:p.inputs+len(l.residuals)], all[p.inputs+len(l.residuals):]
	g := in[0].Graph()
	start := nextID(g)
	outputs := p.f(scope, in)
	end := nextID(g)
	variables := used(scope, g)
	gradients := pull(outputs, adjoints, variables)
	return replaceResiduals(gradients, l.residuals, kept, start, end)
}

// nextID is the number of the node that a graph will have next.
func nextID(g *graph.Graph) graph.NodeId { return g.LastNode().Id() + 1 }

// used returns the trainable variables that a graph uses, by path.
func used(scope *model.Scope, g *graph.Graph) []*model.Variable {
	var all []*model.Variable
	for v := range scope.IterVariables() {
		if v.Trainable && v.InUseByGraph(g) {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b *model.Variable) int { return cmp.Compare(a.Path(), b.Path()) })
	return all
}

// pull returns the gradients with respect to variables from those with respect to
// the outputs.
func pull(outputs, adjoints []*graph.Node, variables []*model.Variable) []*graph.Node {
	if len(variables) == 0 {
		return nil
	}
	var sum *graph.Node
	for i, y := range outputs {
		part := graph.ReduceAllSum(graph.Mul(y, graph.StopGradient(adjoints[i])))
		if sum == nil {
			sum = part
		} else {
			sum = graph.Add(sum, part)
		}
	}
	to := make([]*graph.Node, len(variables))
	for i, v := range variables {
		to[i] = v.NodeValue(sum.Graph())
	}
	return graph.Gradient(sum, to...)
}
