package learn

import (
	"math"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// CouplingFunc builds learnable couplings, as FieldFunc the field: a scalar, or
// one float32 for each of b.Ends [M], arbitrary where padded.
type CouplingFunc func(scope *model.Scope, b *BatchNodes) *graph.Node

// LearnedCoupling is one J for all edges, the variable "J" that begins at start.
func LearnedCoupling(start float32) CouplingFunc {
	return func(scope *model.Scope, b *BatchNodes) *graph.Node {
		return scope.VariableWithValue("J", start).NodeValue(b.X.Graph())
	}
}

// LearnedKernel is J_e = Σ_f w_f EdgeX[e, f] with the variable "w" that begins at
// start, one value an edge feature. With two features that mark straight and
// diagonal edges of a grid with 8 neighbours, w is the 3×3 kernel of the
// segmentation energy.
func LearnedKernel(start ...float32) CouplingFunc {
	return func(scope *model.Scope, b *BatchNodes) *graph.Node {
		w := scope.VariableWithValue("w", start).NodeValue(b.X.Graph())
		return graph.ReduceSum(graph.Mul(b.EdgeX, graph.ExpandAxes(w, 0)), 1)
	}
}

// LearnedEdges is one J for each edge of one graph, or of a fixed batch of
// graphs, the variable "J" that begins at start in canonical order.
func LearnedEdges(start []float32) CouplingFunc {
	return func(scope *model.Scope, b *BatchNodes) *graph.Node {
		j := scope.VariableWithValue("J", start).NodeValue(b.X.Graph())
		m := b.EdgeMask.Shape().Dimensions[0]
		if m == len(start) {
			return j
		}
		padding := graph.Zeros(j.Graph(), shapes.Make(j.DType(), m-len(start)))
		return graph.Concatenate([]*graph.Node{j, padding}, 0)
	}
}

// Decay is how the learning rate falls over the steps.
type Decay string

const (
	DecayNone   Decay = ""       // it does not
	DecayLinear Decay = "linear" // to 0 at the last step
	DecayCosine Decay = "cosine" // half a cosine, to 0 at the last step
)

// rate returns the factor on the learning rate in step t of steps, from 0.
func (d Decay) rate(t, steps int) float64 {
	switch f := float64(t) / float64(steps); d {
	case DecayLinear:
		return 1 - f
	case DecayCosine:
		return (1 + math.Cos(math.Pi*f)) / 2
	}
	return 1
}
