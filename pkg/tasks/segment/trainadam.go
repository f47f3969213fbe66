package segment

import (
	"fmt"
	"math"
	"path"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// Adam's constants, those of GoMLX.
const (
	adamMean    = 0.9   // β₁
	adamSquares = 0.999 // β₂
	adamEpsilon = 1e-7
)

// adam moves the trained variables by a step of Adam (Kingma and Ba 2015, arXiv 1412.6980,
// algorithm 1) at a rate against their gradients. It does so in Go, since XLA
// would compile code for each of the U-Net's shapes of variables, a third of a
// step's, for what takes milliseconds. Step and moments are variables with the
// names that GoMLX's optimizer gives them.
func (m *Model) adam(gradients []*tensors.Tensor, rate float64) error {
	count, err := m.moment("step", nil)
	if err != nil {
		return err
	}
	var step float64
	err = tensors.MutableFlatData(count, func(n []float32) {
		n[0]++
		step = float64(n[0])
	})
	if err != nil {
		return fmt.Errorf("segment: counting steps: %w", err)
	}
	mean, squares := float32(1/(1-math.Pow(adamMean, step))), float32(1/(1-math.Pow(adamSquares, step)))
	weights, err := weightsIn(m.store)
	if err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	for k, v := range m.trained() {
		w := weights[v.Path()]
		first, err := m.moment(v.Path()+"_1st_moment", v.Shape().Dimensions)
		if err != nil {
			return err
		}
		second, err := m.moment(v.Path()+"_2nd_moment", v.Shape().Dimensions)
		if err != nil {
			return err
		}
		err = tensors.ConstFlatData(gradients[k], func(g []float32) {
			tensors.MustMutableFlatData(first, func(a []float32) {
				tensors.MustMutableFlatData(second, func(b []float32) {
					for i, g := range g {
						a[i] = adamMean*a[i] + (1-adamMean)*g
						b[i] = adamSquares*b[i] + (1-adamSquares)*g*g
						w[i] -= float32(rate) * (a[i] * mean) / (float32(math.Sqrt(float64(b[i]*squares))) + adamEpsilon)
					}
				})
			})
		})
		if err != nil {
			return fmt.Errorf("segment: reading the gradient of %s: %w", v.Path(), err)
		}
	}
	if err := setWeights(m.store, weights); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return nil
}

// moment returns the value of a variable of the optimizer's, which begins with
// zeros.
func (m *Model) moment(name string, dimensions []int) (*tensors.Tensor, error) {
	name = path.Join("/", optimizer.AdamDefaultScope, name)
	v := m.store.GetVariable(name)
	if v == nil {
		size := 1
		for _, d := range dimensions {
			size *= d
		}
		var err error
		if v, err = m.store.CreateVariable(name, tensors.FromFlatDataAndDimensions(make([]float32, size), dimensions...)); err != nil {
			return nil, fmt.Errorf("segment: making %s: %w", name, err)
		}
	}
	value, err := v.Value()
	if err != nil {
		return nil, fmt.Errorf("segment: reading %s: %w", name, err)
	}
	return value, nil
}
