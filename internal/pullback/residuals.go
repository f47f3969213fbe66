package pullback

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
)

// A residual is a node of a function's graph whose value the gradient needs. Which
// they are is a trade: a value that is kept costs the memory and the time to write
// and to read it, one that is not is computed again. Products, convolutions, sums
// and all else that costs more than to move its result are never computed again;
// what XLA fuses into its use for next to nothing (arithmetic, shapes, gathers) may
// be. The residuals are the smallest set of values, in bytes, from which the
// gradient can be computed so: a minimum cut of the graph between what must not be
// computed again and the gradient, as PyTorch 2 does
// (Ansel et al. 2024, doi:10.1145/3620665.3640366).

// residual names a node by its place among the function's nodes; type and shape
// check that a second build of the function is like the first.
type residual struct {
	place int
	kind  graph.NodeType
	shape shapes.Shape
}

// recomputed are the operations whose results are computed again.
var recomputed = map[graph.NodeType]bool{}

func init() {
	for _, t := range []graph.NodeType{
		graph.NodeTypeAbs, graph.NodeTypeAdd, graph.NodeTypeBroadcastInDim, graph.NodeTypeCeil, graph.NodeTypeClamp, graph.NodeTypeConcatenate,
		graph.NodeTypeConvertDType, graph.NodeTypeDiv, graph.NodeTypeEqual, graph.NodeTypeExp, graph.NodeTypeFloor, graph.NodeTypeGather,
		graph.NodeTypeGreaterOrEqual, graph.NodeTypeGreaterThan, graph.NodeTypeIdentity, graph.NodeTypeIota, graph.NodeTypeLessOrEqual,
		graph.NodeTypeLessThan, graph.NodeTypeLogicalAnd, graph.NodeTypeLogicalNot, graph.NodeTypeLogicalOr, graph.NodeTypeLogistic,
		graph.NodeTypeMax, graph.NodeTypeMin, graph.NodeTypeMul, graph.NodeTypeNeg, graph.NodeTypeNotEqual, graph.NodeTypePad,
		graph.NodeTypeReshape, graph.NodeTypeReverse, graph.NodeTypeRsqrt, graph.NodeTypeSign, graph.NodeTypeSlice, graph.NodeTypeSqrt,
		graph.NodeTypeReduceMax, graph.NodeTypeReduceMin, graph.NodeTypeSub, graph.NodeTypeTanh, graph.NodeTypeTranspose, graph.NodeTypeWhere,
	} {
		recomputed[t] = true
	}
}

// findResiduals returns the nodes start … end−1 of a function's graph to keep for
// gradients that were built after them, in the order of the graph.
func findResiduals(gradients []*graph.Node, start, end graph.NodeId) ([]*graph.Node, []residual) {
	c := &cutter{start: start, end: end, seen: make(map[*graph.Node]bool), in: make(map[*graph.Node]int)}
	c.source, c.sink = c.network.node(), c.network.node()
	if len(gradients) > 0 {
		c.markCompared(gradients[0].Graph())
	}
	for _, n := range gradients {
		c.visit(n)
	}
	side := c.network.cut(c.source, c.sink)
	var nodes []*graph.Node
	for n, in := range c.in {
		if !side[in] && side[in+1] {
			nodes = append(nodes, n)
		}
	}
	slices.SortFunc(nodes, func(a, b *graph.Node) int { return cmp.Compare(a.Id(), b.Id()) })
	list := make([]residual, len(nodes))
	for i, n := range nodes {
		list[i] = residual{int(n.Id() - start), n.Type(), n.Shape()}
	}
	return nodes, list
}

// cutter makes the network of a function's nodes: each is an arc, as wide as its
// value, from what it is computed of to what uses it.
type cutter struct {
	network      network
	source, sink int
	start, end   graph.NodeId
	seen         map[*graph.Node]bool // of the gradient
	in           map[*graph.Node]int  // the arc of a function's node is from in to in+1
	compared     map[*graph.Node]bool // with their own maximum, by the gradient
}

// markCompared marks what extrema are taken of. The gradient of an extremum goes to the
// values that equal it. Values that were computed again, in another program, are rounded
// otherwise and would equal nothing: they must be kept, and the extremum is taken of
// what was kept.
func (c *cutter) markCompared(g *graph.Graph) {
	c.compared = make(map[*graph.Node]bool)
	for id := c.start; id < c.end; id++ {
		if n := g.NodeById(id); n.Type() == graph.NodeTypeReduceMax || n.Type() == graph.NodeTypeReduceMin {
			c.compared[n.Inputs()[0]] = true
		}
	}
}

// visit adds what a node of the gradient needs of the function.
func (c *cutter) visit(n *graph.Node) {
	if c.seen[n] || n.Id() < c.start {
		return
	}
	c.seen[n] = true
	if n.Id() < c.end {
		c.network.connect(c.add(n)+1, c.sink, unbounded)
		return
	}
	for _, input := range n.Inputs() {
		c.visit(input)
	}
}

// add adds a node of the function, and what it may be computed again from. A value
// of several outputs, which no program can return, is not kept but each of its
// outputs.
func (c *cutter) add(n *graph.Node) int {
	if in, ok := c.in[n]; ok {
		return in
	}
	in, out := c.network.node(), c.network.node()
	c.in[n] = in
	capacity := int64(unbounded)
	if n.NumOutputs() == 1 {
		capacity = int64(n.Shape().ByteSize())
	}
	c.network.connect(in, out, capacity)
	switch {
	case len(n.Inputs()) == 0: // inputs, variables and constants are at hand
	case !recomputed[n.Type()] || c.compared[n]:
		c.network.connect(c.source, in, unbounded)
	default:
		for _, input := range n.Inputs() {
			if input.Id() >= c.start {
				c.network.connect(c.add(input)+1, in, unbounded)
			}
		}
	}
	return in
}

// replaceResiduals returns gradients that take the residuals' values from kept, so
// that what computed them is in no program.
func replaceResiduals(gradients []*graph.Node, residuals []residual, kept []*graph.Node, start, end graph.NodeId) []*graph.Node {
	if len(gradients) == 0 {
		return nil
	}
	g := gradients[0].Graph()
	replaced := make(map[*graph.Node]*graph.Node)
	for i, r := range residuals {
		var n *graph.Node
		if id := start + graph.NodeId(r.place); id < end {
			n = g.NodeById(id)
		}
		if n == nil || n.Type() != r.kind || !n.Shape().Equal(r.shape) {
			panic(fmt.Errorf("pullback: the function built another graph when it was called again: node %d of it was %s %s", r.place, r.kind, r.shape))
		}
		replaced[n] = kept[i]
	}
	var replace func(n *graph.Node) *graph.Node
	replace = func(n *graph.Node) *graph.Node {
		if r, ok := replaced[n]; ok {
			return r
		}
		inputs, changed := make([]*graph.Node, len(n.Inputs())), false
		for i, input := range n.Inputs() {
			inputs[i] = replace(input)
			changed = changed || inputs[i] != input
		}
		r := n
		if changed {
			r = n.CloneWithInputs(inputs...)
		}
		replaced[n] = r
		return r
	}
	out := make([]*graph.Node, len(gradients))
	for i, n := range gradients {
		out[i] = replace(n)
	}
	return out
}
