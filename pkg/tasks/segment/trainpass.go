package segment

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// A step of training is three programs: the field's pass forward, which keeps
// what its layers put out; the objective of the field, of which each recipe has
// its own, small; and the field's pass back. So the field is computed once,
// though samples of it are needed before the objective is known, and models of
// all recipes share the large programs.

// pass is a batch's way through the field.
type pass struct {
	images *tensors.Tensor   // [B, H, W, 3]
	h      *tensors.Tensor   // [B, H, W]
	kept   []*tensors.Tensor // for the way back
}

// forward computes the field of a batch. Free the pass after use; the images
// are the caller's.
func (m *Model) forward(images *tensors.Tensor) (*pass, error) {
	d := images.Shape().Dimensions
	m.size = [2]int{d[1], d[2]}
	out, err := m.there.Call(images)
	if err != nil {
		return nil, fmt.Errorf("segment: computing the field: %w", err)
	}
	return &pass{images, out[0], out[1:]}, nil
}

// backward returns the gradients of the field's variables from the one with
// respect to h.
func (m *Model) backward(p *pass, gradient *tensors.Tensor) ([]*tensors.Tensor, error) {
	out, err := call(m.back, append([]*tensors.Tensor{gradient, p.images}, p.kept...))
	if err != nil {
		return nil, fmt.Errorf("segment: the gradient of the field: %w", err)
	}
	return out, nil
}

// call runs a program on tensors.
func call(program *model.Exec, in []*tensors.Tensor) ([]*tensors.Tensor, error) {
	all := make([]any, len(in))
	for k, x := range in {
		all[k] = x
	}
	return program.Call(all...)
}

func (p *pass) free() {
	free(p.kept)
	p.h.MustFinalizeAll()
}

func free(all []*tensors.Tensor) {
	for _, x := range all {
		x.MustFinalizeAll()
	}
}

// compilePasses makes the programs of both passes. That of the way back is
// compiled while the way there is, and what comes between. An error of it comes
// back from its call.
func (m *Model) compilePasses() (err error) {
	if m.there, err = m.exec(func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		h, kept := m.recipe.UNet.Forward(scope.At("field"), centre(in[0]))
		shapes := []shapes.Shape{h.Shape(), in[0].Shape()}
		for _, x := range kept {
			shapes = append(shapes, x.Shape())
		}
		m.compileAhead(m.back, shapes...)
		return append([]*graph.Node{h}, kept...)
	}); err != nil {
		return err
	}
	m.back, err = m.exec(func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		gradients := m.recipe.UNet.Backward(scope.At("field"), centre(in[1]), in[2:], in[0])
		var all []*graph.Node
		for _, v := range m.variables("field") {
			all = append(all, gradients[v.Path()])
		}
		return all
	})
	return err
}

// compileAhead begins to compile a program.
func (m *Model) compileAhead(program *model.Exec, in ...shapes.Shape) {
	if m.engine != nil {
		m.behind.Go(func() { program.Compile(in...) })
	}
}

// variables returns those in a scope, by path.
func (m *Model) variables(scope string) []*model.Variable {
	all := slices.Collect(m.store.Scope(scope).IterVariables())
	slices.SortFunc(all, func(a, b *model.Variable) int { return cmp.Compare(a.Path(), b.Path()) })
	return all
}

// trained returns the variables that steps change.
func (m *Model) trained() []*model.Variable {
	return append(m.variables("field"), m.variables("coupling")...)
}
