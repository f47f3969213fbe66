package learn

import (
	"example.org/isinggraph/internal/tensor"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// FieldFunc builds the graph of a field network: one scalar a node, float32
// [N], 0 where padded. Its variables live in scope. It panics on misuse, as
// graph-building functions do. pkg/fields has some.
type FieldFunc func(scope *model.Scope, b *BatchNodes) *graph.Node

// BatchNodes is what a field network sees of a [Batch]. Every edge has two slots
// in the neighbour table, one at each end.
type BatchNodes struct {
	X         *graph.Node // float32 [N, F], 0 where padded
	Neighbors *graph.Node // int32 [N, D], ascending; the own index where padded
	Degree    *graph.Node // int32 [N], 0 where padded
	GraphID   *graph.Node // int32 [N] in [0, G), ascending; G-1 where padded
	Sizes     *graph.Node // float32 [G]: nodes of each graph, padding nodes of the last; 1 where there are none
	Ends      *graph.Node // int32 [M, 2]: edges u < v in canonical order; twice N-1 where padded
	EdgeX     *graph.Node // float32 [M, Fe], 0 where padded; nil without edge features
	Mask      *graph.Node // float32 [N, D]: 1 for a neighbour, 0 where padded
	NodeMask  *graph.Node // float32 [N]: 1 for a node, 0 where padded
	EdgeMask  *graph.Node // float32 [M]: 1 for an edge, 0 where padded
	NumGraphs int         // G, with the padding nodes' graph G-1
}

// Tensors returns the batch on the host, in the order that [BatchFromNodes]
// reads: X, Neighbors, Degree, GraphID, Sizes, Ends and, if the items have edge
// features, EdgeX. Each call makes new tensors, in O(N·(F + D) + M·Fe): a caller
// that sees a batch again may keep them, and finalizes them when done.
func (b *Batch) Tensors() []*tensors.Tensor {
	s := b.Shape
	list := []*tensors.Tensor{
		tensor.Filled(b.fillX, s.Nodes, s.Features),
		tensor.Filled(b.fillNeighbors, s.Nodes, s.Slots),
		tensor.Filled(b.fillDegree, s.Nodes),
		tensor.Filled(b.fillGraphID, s.Nodes),
		tensor.Filled(b.fillSizes, s.Graphs),
		tensor.Filled(b.fillEnds, s.Edges, 2),
	}
	if s.EdgeFeatures > 0 {
		list = append(list, tensor.Filled(b.fillEdgeX, s.Edges, s.EdgeFeatures))
	}
	return list
}

// BatchFromNodes returns the batch whose [Batch.Tensors] the inputs are, inside
// a graph-building function.
func BatchFromNodes(inputs []*graph.Node) *BatchNodes {
	b := &BatchNodes{X: inputs[0], Neighbors: inputs[1], Degree: inputs[2], GraphID: inputs[3], Sizes: inputs[4], Ends: inputs[5]}
	if len(inputs) > 6 {
		b.EdgeX = inputs[6]
	}
	g := b.X.Graph()
	mask := func(on *graph.Node) *graph.Node { return graph.ConvertDType(on, dtypes.Float32) }
	end := func(k int) *graph.Node {
		return graph.Squeeze(graph.Slice(b.Ends, graph.AxisRange(), graph.AxisElem(k)), 1)
	}
	b.NumGraphs = b.Sizes.Shape().Dimensions[0]
	b.Mask = mask(graph.LessThan(graph.Iota(g, b.Neighbors.Shape(), 1), graph.ExpandAxes(b.Degree, -1)))
	b.NodeMask = mask(graph.NotEqual(b.GraphID, graph.Const(g, int32(b.NumGraphs-1))))
	b.EdgeMask = mask(graph.LessThan(end(0), end(1)))
	return b
}

func (b *Batch) fillX(x []float32) {
	f := b.Shape.Features
	for k, it := range b.Items {
		row := x[int(b.Offsets[k])*f : int(b.Offsets[k+1])*f]
		if copy(row, it.X) == 0 {
			for i := range row {
				row[i] = 1
			}
		}
	}
}

func (b *Batch) fillNeighbors(table []int32) {
	d := b.Shape.Slots
	for i := range b.Shape.Nodes {
		used := 0
		if i < b.Graph.NumNodes() {
			used = copy(table[i*d:(i+1)*d], b.Graph.Neighbors(i))
		}
		for s := used; s < d; s++ {
			table[i*d+s] = int32(i)
		}
	}
}

func (b *Batch) fillDegree(degree []int32) {
	for i := range b.Graph.NumNodes() {
		degree[i] = int32(b.Graph.Degree(i))
	}
}

func (b *Batch) fillGraphID(id []int32) {
	for k := range b.Items {
		for i := b.Offsets[k]; i < b.Offsets[k+1]; i++ {
			id[i] = int32(k)
		}
	}
	for i := b.Graph.NumNodes(); i < len(id); i++ {
		id[i] = int32(b.Shape.Graphs - 1)
	}
}

func (b *Batch) fillSizes(size []float32) {
	for k := range size {
		size[k] = 1
		if k < len(b.Items) {
			size[k] = float32(b.Offsets[k+1] - b.Offsets[k])
		}
	}
	if padding := b.Shape.Nodes - b.Graph.NumNodes(); padding > 0 {
		size[b.Shape.Graphs-1] = float32(padding)
	}
}

func (b *Batch) fillEnds(ends []int32) {
	for u := range b.Graph.NumNodes() {
		for _, v := range b.Graph.Neighbors(u) {
			if int(v) > u {
				ends[0], ends[1] = int32(u), v
				ends = ends[2:]
			}
		}
	}
	for k := range ends {
		ends[k] = int32(b.Shape.Nodes - 1)
	}
}

func (b *Batch) fillEdgeX(x []float32) {
	for _, it := range b.Items { // the union's edges are the items', in order
		x = x[copy(x, it.EdgeX):]
	}
}
