package data

import (
	"fmt"
	"math"
)

// Mesh is a triangle mesh: its graph for the Ising model is [Mesh.Edges].
type Mesh struct {
	Vertices [][3]float64 // positions, shape (V, 3)
	Faces    [][3]int32   // vertex indices, counter-clockwise seen from outside, shape (F, 3)
}

// Edges returns the undirected edges of the mesh, each once with the smaller
// index first, sorted. Edges of a vertex with itself, which degenerate faces
// have, are left out. It takes O(V+F) time: two passes of a radix sort.
func (m *Mesh) Edges() [][2]int32 {
	return uniqueEdges(len(m.Vertices), faceEdges(m.Faces))
}

// faceEdges lists the three edges of each face, smaller index first: edge
// 3f+k joins corners k and k+1 of face f.
func faceEdges(faces [][3]int32) [][2]int32 {
	edges := make([][2]int32, 0, 3*len(faces))
	for _, f := range faces {
		for k, u := range f {
			v := f[(k+1)%3]
			edges = append(edges, [2]int32{min(u, v), max(u, v)})
		}
	}
	return edges
}

// uniqueEdges returns edges sorted, without duplicates and self loops. Each
// has its smaller index first; indices are below n.
func uniqueEdges(n int, edges [][2]int32) [][2]int32 {
	order := sortEdges(n, edges)
	unique := make([][2]int32, 0, len(edges)/2)
	for i, o := range order {
		e := edges[o]
		if e[0] == e[1] || i > 0 && e == edges[order[i-1]] {
			continue
		}
		unique = append(unique, e)
	}
	return unique
}

// sortEdges returns the permutation that sorts edges, stable: a counting sort
// by the second index, then by the first.
func sortEdges(n int, edges [][2]int32) []int32 {
	order, next := make([]int32, len(edges)), make([]int32, len(edges))
	for i := range order {
		order[i] = int32(i)
	}
	start := make([]int32, n+1)
	for _, column := range [2]int{1, 0} {
		clear(start)
		for _, e := range edges {
			start[e[column]+1]++
		}
		for i := range n {
			start[i+1] += start[i]
		}
		for _, o := range order {
			k := edges[o][column]
			next[start[k]] = o
			start[k]++
		}
		order, next = next, order
	}
	return order
}

// check returns an error if a coordinate is not finite or an index is out of
// range.
func (m *Mesh) check() error {
	for i, v := range m.Vertices {
		for _, x := range v {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("vertex %d is not finite: %v", i, v)
			}
		}
	}
	for i, f := range m.Faces {
		for _, v := range f {
			if v < 0 || int(v) >= len(m.Vertices) {
				return fmt.Errorf("face %d: vertex %d outside 0..%d", i, v, len(m.Vertices)-1)
			}
		}
	}
	return nil
}
