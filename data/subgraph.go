package data

import "fmt"

// Induced returns what a selection keeps of a graph: nodes are the kept nodes
// and inside the edges whose two ends are kept, both as indices into the given
// graph, increasing; edges are those edges with the kept nodes renumbered from
// 0, so that nodes maps new numbers to old ones. keep has an entry for each
// node. It takes O(n+m) time and memory.
func Induced(edges [][2]int32, keep []bool) (nodes, inside []int32, renumbered [][2]int32, err error) {
	number := make([]int32, len(keep))
	for v, kept := range keep {
		if kept {
			number[v] = int32(len(nodes))
			nodes = append(nodes, int32(v))
		}
	}
	for i, e := range edges {
		if e[0] < 0 || e[1] < 0 || int(max(e[0], e[1])) >= len(keep) {
			return nil, nil, nil, fmt.Errorf("data: subgraph: edge %d leads to %d, the selection has %d nodes", i, e, len(keep))
		}
		if keep[e[0]] && keep[e[1]] {
			inside = append(inside, int32(i))
			renumbered = append(renumbered, [2]int32{number[e[0]], number[e[1]]})
		}
	}
	return nodes, inside, renumbered, nil
}

// pick returns the items at indices; nil stays nil.
func pick[T any](items []T, indices []int32) []T {
	if items == nil {
		return nil
	}
	picked := make([]T, len(indices))
	for k, i := range indices {
		picked[k] = items[i]
	}
	return picked
}

// checkKeep returns an error unless keep has an entry for each of n nodes.
func checkKeep(keep []bool, n int) error {
	if len(keep) != n {
		return fmt.Errorf("data: subgraph: the selection has %d nodes, the graph %d", len(keep), n)
	}
	return nil
}

// Subgraph returns the graph that g induces on the kept nodes, and the node
// of g that each of its nodes was, see [Induced].
func (g *EdgeList) Subgraph(keep []bool) (*EdgeList, []int32, error) {
	if err := checkKeep(keep, g.N); err != nil {
		return nil, nil, err
	}
	nodes, inside, edges, err := Induced(g.Edges, keep)
	if err != nil {
		return nil, nil, err
	}
	return &EdgeList{N: len(nodes), Edges: edges, Weights: pick(g.Weights, inside)}, nodes, nil
}

// Subgraph is [EdgeList.Subgraph] with the weights and sizes of the kept
// nodes.
func (g *METIS) Subgraph(keep []bool) (*METIS, []int32, error) {
	s, nodes, err := g.EdgeList.Subgraph(keep)
	if err != nil {
		return nil, nil, err
	}
	return &METIS{EdgeList: *s, NodeWeights: pick(g.NodeWeights, nodes), NodeSizes: pick(g.NodeSizes, nodes)}, nodes, nil
}

// Subgraph is [EdgeList.Subgraph] with the fields of the kept spins: the terms
// of the energy that concern only them, and the offset.
func (m *IsingModel) Subgraph(keep []bool) (*IsingModel, []int32, error) {
	s, nodes, err := m.EdgeList.Subgraph(keep)
	if err != nil {
		return nil, nil, err
	}
	return &IsingModel{EdgeList: *s, Fields: pick(m.Fields, nodes), Offset: m.Offset}, nodes, nil
}

// Subgraph is [EdgeList.Subgraph] with the labels and attributes of the kept
// nodes and edges.
func (g *TUGraph) Subgraph(keep []bool) (*TUGraph, []int32, error) {
	if err := checkKeep(keep, g.N); err != nil {
		return nil, nil, err
	}
	nodes, inside, edges, err := Induced(g.Edges, keep)
	if err != nil {
		return nil, nil, err
	}
	return &TUGraph{
		N: len(nodes), Label: g.Label, Edges: edges,
		NodeLabels: pick(g.NodeLabels, nodes), NodeValues: pick(g.NodeValues, nodes), Values: g.Values,
		EdgeLabels: pick(g.EdgeLabels, inside), EdgeTruth: pick(g.EdgeTruth, inside), EdgeValues: pick(g.EdgeValues, inside),
	}, nodes, nil
}

// Subgraph is [EdgeList.Subgraph] with the kept part of the motif.
func (g *MotifGraph) Subgraph(keep []bool) (*MotifGraph, []int32, error) {
	if err := checkKeep(keep, g.N); err != nil {
		return nil, nil, err
	}
	nodes, _, edges, err := Induced(g.Edges, keep)
	if err != nil {
		return nil, nil, err
	}
	s := &MotifGraph{ID: g.ID, Label: g.Label, N: len(nodes), Edges: edges}
	motif, loop := make([]bool, g.N), make([]bool, g.N)
	for _, v := range g.Motif {
		motif[v] = true
	}
	for _, v := range g.SelfLoops {
		loop[v] = true
	}
	for k, v := range nodes {
		if motif[v] {
			s.Motif = append(s.Motif, int32(k))
		}
		if loop[v] {
			s.SelfLoops = append(s.SelfLoops, int32(k))
		}
	}
	return s, nodes, nil
}
