package mesh

import (
	"example.org/isinggraph/pkg/isinggraph"
	"gonum.org/v1/gonum/spatial/r3"
)

// degenerate is the doubled area of a triangle, relative to the square of its
// longest edge, at or below which its cotangents count as 0.
const degenerate = 1e-8

// Laplacian is the cotangent Laplacian C of a mesh (eq. 21) over its graph:
//
//	C_ij = −w_ij,  C_ii = Σ_j w_ij,  w_ij = (cot α_ij + cot β_ij)/2
//
// where α_ij and β_ij are the angles opposite to the edge in its two faces
// (Pinkall and Polthier 1993, doi:10.1080/10586458.1993.10504266). It is
// symmetric, and positive semidefinite whatever the triangles.
//
// Obtuse angles keep their negative cotangents, so that C stays the exact
// stiffness matrix of linear elements: it annihilates linear functions inside a
// plane, and ½ Σ_ij w_ij |r_i − r_j|² over ordered pairs is twice the area. An
// edge of one face, or of three and more, has the sum over the faces that it has.
// Degenerate faces, which repeat a vertex or whose doubled area is at most 1e-8
// of their longest edge squared, contribute nothing.
type Laplacian struct {
	Graph *isinggraph.Graph
	// Weights are w_ij along the CSR rows of the graph: the k-th neighbour of node
	// i has Weights[rowPtr[i]+k].
	Weights []float64
}

// NewLaplacian computes the cotangents of a surface in O(F·Δ), Δ being the mean
// degree.
func NewLaplacian(s *Surface) *Laplacian {
	rowPtr, col := s.Graph.CSR()
	l := &Laplacian{Graph: s.Graph, Weights: make([]float64, len(col))}
	for _, f := range s.faces {
		a, b, c := s.points[f[0]], s.points[f[1]], s.points[f[2]]
		ab, bc, ca := r3.Sub(b, a), r3.Sub(c, b), r3.Sub(a, c)
		area := norm(r3.Cross(ab, ca))
		if area <= degenerate*max(r3.Norm2(ab), r3.Norm2(bc), r3.Norm2(ca)) {
			continue
		}
		for k, products := range [3]float64{-r3.Dot(ca, bc), -r3.Dot(ab, ca), -r3.Dot(bc, ab)} {
			w := products / area / 2 // half the cotangent opposite to edge k
			u, v := f[k], f[(k+1)%3]
			l.Weights[slot(rowPtr, col, u, v)] += w
			l.Weights[slot(rowPtr, col, v, u)] += w
		}
	}
	return l
}

// slot returns where the neighbour v of u stands in CSR rows.
func slot(rowPtr, col []int32, u, v int32) int32 {
	k := rowPtr[u]
	for col[k] != v {
		k++
	}
	return k
}

// Apply returns (C r)_i = Σ_j w_ij (r_i − r_j) for points r [n].
func (l *Laplacian) Apply(points [][3]float64) [][3]float64 {
	rowPtr, col := l.Graph.CSR()
	out := make([][3]float64, len(points))
	for i, p := range points {
		for k := rowPtr[i]; k < rowPtr[i+1]; k++ {
			w, q := l.Weights[k], &points[col[k]]
			out[i][0] += w * (p[0] - q[0])
			out[i][1] += w * (p[1] - q[1])
			out[i][2] += w * (p[2] - q[2])
		}
	}
	return out
}
