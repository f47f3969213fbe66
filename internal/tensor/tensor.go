// Package tensor has what packages of the project share about GoMLX tensors.
package tensor

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/dtypes/gotype"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
)

// Filled returns a host tensor of the given dimensions, zero but for what fill
// writes.
func Filled[T gotype.Supported](fill func(flat []T), dims ...int) *tensors.Tensor {
	t := tensors.FromShape(shapes.Make(dtypes.FromGenericsType[T](), dims...))
	tensors.MustMutableFlatData(t, fill)
	return t
}

// Free frees tensors, on the host and on devices.
func Free(list []*tensors.Tensor) {
	for _, t := range list {
		t.MustFinalizeAll()
	}
}
