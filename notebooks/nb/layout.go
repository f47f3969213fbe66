package nb

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/iterator"
	"gonum.org/v1/gonum/graph/layout"
	"gonum.org/v1/gonum/graph/simple"
)

// maxLayout bounds the nodes that Layout places.
const maxLayout = 2000

// Layout places a connected graph of at most 2,000 nodes in the plane, for networks without coordinates: by
// the forces of P. Eades, "A heuristic for graph drawing", Congressus Numerantium 42 (1984), from a fixed random
// start: the same graph gets the same places.
func Layout(n int, edges [][2]int32) (Drawing, error) {
	d := Drawing{X: make([]float64, max(n, 0)), Y: make([]float64, max(n, 0)), Edges: edges}
	if n > maxLayout {
		return Drawing{}, fmt.Errorf("nb: layout of %d nodes, at most %d", n, maxLayout)
	}
	if err := d.check(n); err != nil {
		return Drawing{}, err
	}
	g := ordered{simple.NewUndirectedGraph()}
	for i := range n {
		g.AddNode(simple.Node(i))
	}
	for i, e := range edges {
		if e[0] == e[1] {
			return Drawing{}, fmt.Errorf("nb: layout: edge %d joins node %d to itself", i, e[0])
		}
		g.SetEdge(simple.Edge{F: simple.Node(e[0]), T: simple.Node(e[1])})
	}
	eades := layout.EadesR2{Updates: 400, Repulsion: 1, Rate: 0.02, Theta: 0.2, Src: rand.NewPCG(1, 2)}
	places := layout.NewOptimizerR2(g, eades.Update)
	for places.Update() {
	}
	for i := range n {
		at := places.Coord2(int64(i))
		d.X[i], d.Y[i] = at.X, at.Y
	}
	return d, d.check(n)
}

// ordered is a graph that lists its nodes in order, where the one inside lists them at random.
type ordered struct{ *simple.UndirectedGraph }

func inOrder(nodes graph.Nodes) graph.Nodes {
	list := graph.NodesOf(nodes)
	slices.SortFunc(list, func(a, b graph.Node) int { return int(a.ID() - b.ID()) })
	return iterator.NewOrderedNodes(list)
}

// Nodes implements graph.Graph.
func (g ordered) Nodes() graph.Nodes { return inOrder(g.UndirectedGraph.Nodes()) }

// From implements graph.Graph.
func (g ordered) From(id int64) graph.Nodes { return inOrder(g.UndirectedGraph.From(id)) }
