package fields

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"
)

// matrix is one of a block's matrices, rows by cols, whose entries begin with the
// variance gain/rows; a negative gain begins at 0.
type matrix struct {
	name       string
	rows, cols int
	gain       float64
}

// block is many small matrices of weights in one variable, "weights" in its scope.
// XLA compiles initial values, Adam's update and a norm once for each variable, so
// that one variable shortens the first step.
type block map[string]*graph.Node

// newBlock makes the variable and cuts it up. Names must differ.
func newBlock(scope *model.Scope, g *graph.Graph, plan []matrix) block {
	var scale []float32
	for _, m := range plan {
		s := float32(0)
		if m.gain > 0 {
			s = float32(math.Sqrt(m.gain / float64(m.rows)))
		}
		for range m.rows * m.cols {
			scale = append(scale, s)
		}
	}
	normal := func(g *graph.Graph, s shapes.Shape) *graph.Node {
		return graph.Mul(scope.RandomNormal(g, s), graph.Const(g, scale))
	}
	v := scope.WithInitializer(normal).VariableWithShape("weights", shapes.Make(dtypes.Float32, len(scale)))
	flat, b, at := v.NodeValue(g), block{}, 0
	for _, m := range plan {
		if b[m.name] != nil {
			exceptions.Panicf("fields: two matrices %q in a block", m.name)
		}
		size := m.rows * m.cols
		b[m.name] = graph.Reshape(graph.Slice(flat, graph.AxisRange(at, at+size)), m.rows, m.cols)
		at += size
	}
	return b
}

// linear maps x [N, H] by a matrix [H, width].
func (b block) linear(name string, x *graph.Node) *graph.Node {
	w := b[name]
	if w == nil {
		exceptions.Panicf("fields: no matrix %q in the block", name)
	}
	return graph.Dot(x, w).Product()
}

// affine is linear with the row called name+" offset".
func (b block) affine(name string, x *graph.Node) *graph.Node {
	return graph.Add(b.linear(name, x), b[name+" offset"])
}
