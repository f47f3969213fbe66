package isinggraph

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"

	"example.org/isinggraph/internal/par"
)

// Graph is an undirected graph without self loops or parallel edges, in CSR
// form: the neighbours of node i are col[rowPtr[i]:rowPtr[i+1]], sorted. It is
// immutable and safe for concurrent use.
//
// Edges have a canonical order: pairs (u, v) with u < v, sorted
// lexicographically. Couplings per edge stand in that order.
type Graph struct {
	rowPtr    []int32 // [n+1]
	col       []int32 // [2*edges]
	first     []int32 // [n+1]: index of the first canonical edge (u, ·)
	maxDegree int
	grid      *Grid          // of which the graph was made, or nil
	ids       func() []int32 // edgeIDs, computed once
}

// NewGraph returns the graph of n nodes and the given edges, in any order and
// direction. It needs 1 <= n < 2^31 and fewer than 2^30 edges. Errors name the
// edge and its position: self loops, repeated edges and indices out of range.
// It runs in O(V + E log Δ) and keeps 8 bytes a node and 8 bytes an edge.
func NewGraph(n int, edges [][2]int32) (*Graph, error) {
	if n < 1 || n >= math.MaxInt32 {
		return nil, fmt.Errorf("isinggraph: %d nodes, need 1 to %d", n, math.MaxInt32-1)
	}
	if len(edges) > math.MaxInt32/2 {
		return nil, fmt.Errorf("isinggraph: %d edges, at most %d fit", len(edges), math.MaxInt32/2)
	}
	g := &Graph{
		rowPtr: make([]int32, n+1),
		first:  make([]int32, n+1),
	}
	for k, e := range edges {
		u, v := e[0], e[1]
		if u < 0 || int(u) >= n || v < 0 || int(v) >= n {
			return nil, fmt.Errorf("isinggraph: edge %d (%d, %d): node index outside [0, %d)", k, u, v, n)
		}
		if u == v {
			return nil, fmt.Errorf("isinggraph: edge %d (%d, %d): self loop", k, u, v)
		}
		g.rowPtr[u]++
		g.rowPtr[v]++
		g.first[min(u, v)]++
	}
	for _, d := range g.rowPtr {
		g.maxDegree = max(g.maxDegree, int(d))
	}
	exclusiveSum(g.rowPtr)
	exclusiveSum(g.first)

	// Scatter with rowPtr as the cursor: afterwards entry i holds the start of
	// row i+1, so one shift restores it.
	g.col = make([]int32, 2*len(edges))
	for _, e := range edges {
		u, v := e[0], e[1]
		g.col[g.rowPtr[u]] = v
		g.rowPtr[u]++
		g.col[g.rowPtr[v]] = u
		g.rowPtr[v]++
	}
	copy(g.rowPtr[1:], g.rowPtr[:n])
	g.rowPtr[0] = 0

	par.Range(n, 1<<14, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			slices.Sort(g.Neighbors(i))
		}
	})
	if u, v, ok := g.repeated(); ok {
		return nil, repeatedEdgeError(edges, u, v)
	}
	g.ids = sync.OnceValue(g.numberEdges)
	return g, nil
}

// NewWeightedGraph is NewGraph with one finite coupling J per edge, in the order in
// which the edges are given. It returns the couplings in the graph's canonical order.
func NewWeightedGraph(n int, edges [][2]int32, j []float32) (*Graph, Couplings, error) {
	if len(j) != len(edges) {
		return nil, Couplings{}, fmt.Errorf("isinggraph: %d couplings for %d edges", len(j), len(edges))
	}
	for k, v := range j {
		if !finite(v) {
			return nil, Couplings{}, fmt.Errorf("isinggraph: coupling %d of edge (%d, %d) is %v", k, edges[k][0], edges[k][1], v)
		}
	}
	g, err := NewGraph(n, edges)
	if err != nil {
		return nil, Couplings{}, err
	}
	each := make([]float32, len(edges))
	par.Range(len(edges), 1<<14, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			u, v := min(edges[k][0], edges[k][1]), max(edges[k][0], edges[k][1])
			at, _ := slices.BinarySearch(g.upper(int(u)), v)
			each[int(g.first[u])+at] = j[k]
		}
	})
	return g, PerEdge(each), nil
}

// NumNodes returns the number of nodes n.
func (g *Graph) NumNodes() int { return len(g.rowPtr) - 1 }

// NumEdges returns the number of undirected edges.
func (g *Graph) NumEdges() int { return len(g.col) / 2 }

// MaxDegree returns the largest degree Δ.
func (g *Graph) MaxDegree() int { return g.maxDegree }

// Degree returns the number of neighbours of node i.
func (g *Graph) Degree(i int) int { return int(g.rowPtr[i+1] - g.rowPtr[i]) }

// Neighbors returns the neighbours of node i in ascending order. It aliases
// the graph: do not write to it.
func (g *Graph) Neighbors(i int) []int32 { return g.col[g.rowPtr[i]:g.rowPtr[i+1]:g.rowPtr[i+1]] }

// CSR returns the row pointers [n+1] and columns [2*edges]. They alias the
// graph: do not write to them.
func (g *Graph) CSR() (rowPtr, col []int32) { return g.rowPtr, g.col }

// Grid returns the grid that the graph was made of by [Grid.Graph], if it was.
func (g *Graph) Grid() (gr Grid, ok bool) {
	if g.grid == nil {
		return Grid{}, false
	}
	return *g.grid, true
}

// same tells whether two graphs have the same nodes and edges.
func (g *Graph) same(h *Graph) bool {
	return g == h || slices.Equal(g.rowPtr, h.rowPtr) && slices.Equal(g.col, h.col)
}

// Edge returns the canonical edge e as u < v, in O(log n).
func (g *Graph) Edge(e int) (u, v int32) {
	i := sort.Search(g.NumNodes(), func(i int) bool { return int(g.first[i+1]) > e })
	return int32(i), g.upper(i)[e-int(g.first[i])]
}

// Edges returns all edges in canonical order, in a new slice.
func (g *Graph) Edges() [][2]int32 {
	edges := make([][2]int32, 0, g.NumEdges())
	for u := range g.NumNodes() {
		for _, v := range g.upper(u) {
			edges = append(edges, [2]int32{int32(u), v})
		}
	}
	return edges
}

// edgeIDs returns, for each half edge of CSR's columns, the index of its
// undirected edge in canonical order. It is computed at the first call, in
// O(V + E), and aliases the graph: do not write to it.
func (g *Graph) edgeIDs() []int32 { return g.ids() }

// numberEdges is what edgeIDs computes once.
func (g *Graph) numberEdges() []int32 {
	id := make([]int32, len(g.col))
	next := slices.Clone(g.rowPtr) // next lower half edge of each row
	for u := range g.NumNodes() {
		up := g.upper(u)
		at := int(g.rowPtr[u+1]) - len(up)
		for k, v := range up {
			e := g.first[u] + int32(k)
			id[at+k] = e
			id[next[v]] = e
			next[v]++
		}
	}
	return id
}

// upper returns the neighbours of u that are larger than u: the canonical
// edges first[u] to first[u+1].
func (g *Graph) upper(u int) []int32 {
	end := g.rowPtr[u+1]
	return g.col[end-(g.first[u+1]-g.first[u]) : end]
}

// repeated finds the first edge that occurs twice in the sorted rows.
func (g *Graph) repeated() (u, v int32, found bool) {
	for i := range g.NumNodes() {
		row := g.Neighbors(i)
		for k := 1; k < len(row); k++ {
			if row[k] == row[k-1] {
				return int32(i), row[k], true
			}
		}
	}
	return 0, 0, false
}

// repeatedEdgeError names the first two positions of the edge (u, v).
func repeatedEdgeError(edges [][2]int32, u, v int32) error {
	before := -1
	for k, e := range edges {
		if e != [2]int32{u, v} && e != [2]int32{v, u} {
			continue
		}
		if before >= 0 {
			return fmt.Errorf("isinggraph: edge %d (%d, %d): repeats edge %d", k, e[0], e[1], before)
		}
		before = k
	}
	return fmt.Errorf("isinggraph: edge (%d, %d) is repeated", u, v)
}

// exclusiveSum replaces a by its exclusive prefix sum.
func exclusiveSum(a []int32) {
	var sum int32
	for i, v := range a {
		a[i] = sum
		sum += v
	}
}

// finite reports whether v is neither infinite nor NaN.
func finite(v float32) bool { return v-v == 0 }

// Ball returns the nodes within some hops of a node, by breadth-first search: itself,
// then its neighbours in ascending order, and so on, at most so many. It runs in
// O(the edges of the ball). It panics where the node is outside [0, n), as Neighbors does.
func (g *Graph) Ball(node, hops, most int) []int32 {
	ball := make([]int32, 0, min(most, g.NumNodes()))
	seen := map[int32]bool{}
	next := []int32{int32(node)}
	seen[int32(node)] = true
	for hop := 0; hop <= hops && len(next) > 0 && len(ball) < most; hop++ {
		ball = append(ball, next[:min(len(next), most-len(ball))]...)
		var after []int32
		for _, i := range next {
			for _, j := range g.Neighbors(int(i)) {
				if !seen[j] {
					seen[j] = true
					after = append(after, j)
				}
			}
		}
		next = after
	}
	return ball
}

// Induced returns the graph of some nodes and of the edges between them: node k of it
// is nodes[k]. A node that is outside [0, n) or occurs twice is an error. It runs in
// O(the sum of the nodes' degrees).
func (g *Graph) Induced(nodes []int32) (*Graph, error) {
	at := make(map[int32]int32, len(nodes))
	for k, i := range nodes {
		if i < 0 || int(i) >= g.NumNodes() {
			return nil, fmt.Errorf("isinggraph: induced graph: node %d is %d, outside [0, %d)", k, i, g.NumNodes())
		}
		if before, ok := at[i]; ok {
			return nil, fmt.Errorf("isinggraph: induced graph: nodes %d and %d are both %d", before, k, i)
		}
		at[i] = int32(k)
	}
	var edges [][2]int32
	for k, i := range nodes {
		for _, j := range g.Neighbors(int(i)) {
			if other, ok := at[j]; ok && other < int32(k) {
				edges = append(edges, [2]int32{other, int32(k)})
			}
		}
	}
	return NewGraph(len(nodes), edges)
}
