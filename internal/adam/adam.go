// Package adam is the optimizer Adam outside of compiled programs.
//
// XLA compiles code for each shape of a network's variables, which takes longer
// than thousands of steps in Go do. Names and shapes of what it keeps are those of
// GoMLX's optimizer, so that checkpoints of either can be read by the other.
package adam

import (
	"fmt"
	"math"
	"path"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// Adam's constants, those of GoMLX.
const (
	meanDecay    = 0.9   // β₁
	squaresDecay = 0.999 // β₂
	epsilon      = 1e-7
)

// Gradient is a loss's gradient with respect to one variable.
type Gradient struct {
	Variable *model.Variable
	Value    []float32
}

// Group are variables that move at one learning rate.
type Group struct {
	Gradients []Gradient
	Rate      float64
}

// Step moves variables by a step of Adam (Kingma and Ba 2015, arXiv 1412.6980,
// algorithm 1) against their gradients, each group at its own learning rate. The
// number of steps and the moments are variables of the store, which begin with zeros.
// O(weights).
func Step(store *model.Store, groups ...Group) error {
	count, err := moment(store, "step", nil)
	if err != nil {
		return err
	}
	var step float64
	err = tensors.MutableFlatData(count, func(n []float32) {
		n[0]++
		step = float64(n[0])
	})
	if err != nil {
		return fmt.Errorf("adam: counting steps: %w", err)
	}
	mean, squares := float32(1/(1-math.Pow(meanDecay, step))), float32(1/(1-math.Pow(squaresDecay, step)))
	for _, group := range groups {
		for _, d := range group.Gradients {
			if err := d.step(store, mean, squares, float32(group.Rate)); err != nil {
				return err
			}
		}
	}
	return nil
}

// step moves one variable.
func (d *Gradient) step(store *model.Store, mean, squares, rate float32) error {
	v := d.Variable
	first, err := moment(store, v.Path()+"_1st_moment", v.Shape().Dimensions)
	if err != nil {
		return err
	}
	second, err := moment(store, v.Path()+"_2nd_moment", v.Shape().Dimensions)
	if err != nil {
		return err
	}
	value, err := v.Value()
	if err != nil {
		return fmt.Errorf("adam: reading %s: %w", v.Path(), err)
	}
	err = tensors.MutableFlatData(value, func(w []float32) {
		tensors.MustMutableFlatData(first, func(a []float32) {
			tensors.MustMutableFlatData(second, func(b []float32) {
				move(w, d.Value, a, b, mean, squares, rate)
			})
		})
	})
	if err != nil {
		return fmt.Errorf("adam: moving %s: %w", v.Path(), err)
	}
	return nil
}

// move does the arithmetic of a step on weights w with gradients g and moments a
// and b, whose corrections for their start are mean and squares.
func move(w, g, a, b []float32, mean, squares, rate float32) {
	for i, g := range g {
		a[i] = meanDecay*a[i] + (1-meanDecay)*g
		b[i] = squaresDecay*b[i] + (1-squaresDecay)*g*g
		w[i] -= rate * (a[i] * mean) / (float32(math.Sqrt(float64(b[i]*squares))) + epsilon)
	}
}

// moment returns the value of a variable of the optimizer, which begins with
// zeros.
func moment(store *model.Store, name string, dimensions []int) (*tensors.Tensor, error) {
	name = path.Join("/", optimizer.AdamDefaultScope, name)
	v := store.GetVariable(name)
	if v == nil {
		size := 1
		for _, d := range dimensions {
			size *= d
		}
		var err error
		if v, err = store.CreateVariable(name, tensors.FromFlatDataAndDimensions(make([]float32, size), dimensions...)); err != nil {
			return nil, fmt.Errorf("adam: making %s: %w", name, err)
		}
	}
	value, err := v.Value()
	if err != nil {
		return nil, fmt.Errorf("adam: reading %s: %w", name, err)
	}
	return value, nil
}
