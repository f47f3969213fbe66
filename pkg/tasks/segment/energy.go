package segment

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/pkg/isinggraph"
)

// Kernel holds the two couplings of a grid with 8 neighbours, the 3×3 kernel of
// section 4.1,
//
//	W = [[w*, w, w*], [w, 0, w], [w*, w, w*]],
//
// both of one sign: at least 0, which makes regions of equal spins.
type Kernel struct {
	Straight float32 // w, of pixels that share a side
	Diagonal float32 // w*, of pixels that share a corner
}

// Energy returns the energy (eq. 2)
//
//	E(x) = −½ Σ_i x_i Conv_W(x)_i − Σ_i h_i x_i
//
// of a mask x [h*w] of ±1 with zero padding and a field [h*w]. The half counts
// each pair of neighbours once, as eq. 2 does and the text of section 4.1 does
// not. O(h w).
func (k Kernel) Energy(x []int8, field []float32, h, w int) float64 {
	var e float64
	for r := range h {
		for c := range w {
			i := r*w + c
			pair := func(dr, dc int, j float32) {
				if r+dr < h && c+dc >= 0 && c+dc < w {
					e -= float64(j) * float64(x[i]) * float64(x[i+dr*w+dc])
				}
			}
			pair(0, 1, k.Straight)
			pair(1, 0, k.Straight)
			pair(1, 1, k.Diagonal)
			pair(1, -1, k.Diagonal)
			e -= float64(field[i]) * float64(x[i])
		}
	}
	return e
}

// request asks a sampler of the grid for chains with fields of several images.
func (k Kernel) request(h []float32, chains int) isinggraph.Request {
	return isinggraph.Request{
		Model:  isinggraph.Model{J: isinggraph.Kernel(k.Straight, k.Diagonal)},
		Chains: isinggraph.Chains{Count: chains, H: h},
	}
}

// kernelNode returns the variable "w" [2], w and w*, that begins at k. Its
// absolute value is used, so that both stay of one sign.
func kernelNode(scope *model.Scope, g *graph.Graph, k Kernel) *graph.Node {
	return graph.Abs(scope.VariableWithValue("w", []float32{k.Straight, k.Diagonal}).NodeValue(g))
}

// neighborSum returns Conv_W(x) with zero padding of x [..., H, W] for kernel [2].
// Shifted sums are quicker than a convolution with one channel.
func neighborSum(x, kernel *graph.Node) *graph.Node {
	rows := x.Rank() - 2
	straight := graph.Add(beside(x, rows), beside(x, rows+1))
	diagonal := beside(beside(x, rows), rows+1)
	at := func(k int) *graph.Node { return graph.Squeeze(graph.Slice(kernel, graph.AxisElem(k))) }
	return graph.Add(graph.Mul(at(0), straight), graph.Mul(at(1), diagonal))
}

// beside returns x_{i−1} + x_{i+1} along an axis, 0 outside.
func beside(x *graph.Node, axis int) *graph.Node {
	return graph.Add(shift(x, axis, 1), shift(x, axis, -1))
}

// shift moves x by one place along an axis, up or down as by is 1 or −1, and
// fills in 0.
func shift(x *graph.Node, axis, by int) *graph.Node {
	n := x.Shape().Dimensions[axis]
	one := x.Shape().Clone()
	one.Dimensions[axis] = 1
	zero := graph.Zeros(x.Graph(), one)
	if n == 1 {
		return zero
	}
	ranges := make([]graph.SliceAxisSpec, x.Rank())
	for a := range ranges {
		ranges[a] = graph.AxisRange()
	}
	if by > 0 {
		ranges[axis] = graph.AxisRange(0, n-1)
		return graph.Concatenate([]*graph.Node{zero, graph.Slice(x, ranges...)}, axis)
	}
	ranges[axis] = graph.AxisRange(1, n)
	return graph.Concatenate([]*graph.Node{graph.Slice(x, ranges...), zero}, axis)
}

// EnergyNode returns E(x) (eq. 2) of masks x [K, B, H, W] with the field h
// [B, H, W] and the kernel [2], w and w*: float32 [K, B]. It is what
// [Kernel.Energy] is, inside a GoMLX program.
func EnergyNode(x, h, kernel *graph.Node) *graph.Node {
	pairs := graph.MulScalar(graph.Mul(x, neighborSum(x, kernel)), 0.5)
	return graph.Neg(graph.ReduceSum(graph.Add(pairs, graph.Mul(x, graph.ExpandAxes(h, 0))), 2, 3))
}

// surrogate returns a scalar whose gradient is RLOO's (eq. 7; eq. 14 for K = 2),
//
//	−1/(K−1) Σ_k Σ_i a_ki ∇E_i(x_k),    E_i = −x_i (h_i + ½ Conv_W(x)_i),
//
// with the advantage a [K, B, H, W] of each pixel: a pair of neighbours has the
// mean of its ends', as in [learn.Surrogate]. β is 1.
func surrogate(x, a, h, kernel *graph.Node) *graph.Node {
	x, a = graph.StopGradient(x), graph.StopGradient(a)
	local := graph.Add(graph.ExpandAxes(h, 0), graph.MulScalar(neighborSum(x, kernel), 0.5))
	return graph.MulScalar(graph.ReduceAllSum(graph.Mul(graph.Mul(a, x), local)), 1/float64(x.Shape().Dimensions[0]-1))
}

// boxSum sums x [..., H, W] over the pixels within radius steps of a king: the
// nodes within as many hops on the grid with 8 neighbours.
func boxSum(x *graph.Node, radius int) *graph.Node {
	for axis := x.Rank() - 2; axis < x.Rank(); axis++ {
		sum := x
		lower, upper := x, x
		for range radius {
			lower, upper = shift(lower, axis, 1), shift(upper, axis, -1)
			sum = graph.Add(sum, graph.Add(lower, upper))
		}
		x = sum
	}
	return x
}
