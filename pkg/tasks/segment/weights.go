package segment

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// weightsIn copies the float32 variables of a store's field and couplings, by path.
func weightsIn(store *model.Store) (map[string][]float32, error) {
	all := make(map[string][]float32)
	for v := range store.IterVariables() {
		if v.DType() != dtypes.Float32 || !v.HasValue() || !fieldOrCoupling(v.Path()) {
			continue
		}
		value, err := v.Value()
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", v.Path(), err)
		}
		if all[v.Path()], err = tensors.CopyFlatData[float32](value); err != nil {
			return nil, fmt.Errorf("reading %s: %w", v.Path(), err)
		}
	}
	return all, nil
}

// setWeights sets the variables that weights name to copies of them.
func setWeights(store *model.Store, weights map[string][]float32) error {
	for v := range store.IterVariables() {
		if flat, ok := weights[v.Path()]; ok {
			if err := v.SetValue(tensors.FromFlatDataAndDimensions(slices.Clone(flat), v.Shape().Dimensions...)); err != nil {
				return fmt.Errorf("setting %s: %w", v.Path(), err)
			}
		}
	}
	return nil
}
