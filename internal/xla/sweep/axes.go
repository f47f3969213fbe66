package sweep

import (
	. "github.com/gomlx/gomlx/core/graph" //lint:ignore ST1001 graph building reads as formulas
)

// A block holds the values of one colour's nodes, [W, B], or with a value for each
// neighbour slot [W, D, B]. If spec.Columns the rows' axis is the last: [B, W] and
// [D, B, W].

// block are the dimensions of a block of w rows and m nodes.
func (spec Spec) block(w, m int) []int {
	if spec.Columns {
		return []int{m, w}
	}
	return []int{w, m}
}

// slotted are those with an axis of slots.
func (spec Spec) slotted(w, d, m int) []int {
	if spec.Columns {
		return []int{d, m, w}
	}
	return []int{w, d, m}
}

// slotAxis is the axis of slots.
func (spec Spec) slotAxis() int {
	if spec.Columns {
		return 0
	}
	return 1
}

// nodeAxis is the axis of a colour's nodes in x.
func (spec Spec) nodeAxis(x *Node) int {
	if spec.Columns {
		return x.Rank() - 2
	}
	return x.Rank() - 1
}

// nodes is the size of that axis.
func (spec Spec) nodes(x *Node) int { return x.Shape().Dimensions[spec.nodeAxis(x)] }

// sumSlots adds x [W, D, B] up over slots.
func (spec Spec) sumSlots(x *Node) *Node { return ReduceSum(x, spec.slotAxis()) }

// sumParts adds x [W, D, B] up over slots, partSlots at a time.
func (spec Spec) sumParts(x *Node) *Node {
	at, d := spec.slotAxis(), x.Shape().Dimensions
	parts := append([]int{}, d[:at]...)
	parts = append(parts, d[at]/partSlots, partSlots)
	return ReduceSum(Reshape(x, append(parts, d[at+1:]...)...), at+1)
}

// widen pads the nodes' axis of x with zeros.
func (spec Spec) widen(x *Node, size int) *Node {
	n := spec.nodes(x)
	if n == size {
		return x
	}
	pad := make([]PadAxis, x.Rank())
	pad[spec.nodeAxis(x)].End = size - n
	return Pad(x, ConvertDType(Const(x.Graph(), uint8(0)), x.DType()), pad...)
}
