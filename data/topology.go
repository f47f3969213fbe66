package data

import (
	"fmt"

	"gonum.org/v1/gonum/spatial/r3"
)

// degenerateArea is the doubled area of a triangle, relative to the square of
// its longest edge, at or below which it counts as degenerate.
const degenerateArea = 1e-14

// Topology describes how the faces of a mesh fit together.
type Topology struct {
	Vertices, Edges, Faces int
	Euler                  int // V − E + F over the vertices that faces use: 2·Components − 2·genus if closed
	Components             int // connected parts, isolated vertices not counted
	IsolatedVertices       int // vertices that no face uses
	BoundaryEdges          int // edges of one face
	NonManifoldEdges       int // edges of three or more faces
	MisorientedEdges       int // edges that two faces run through in the same direction
	NonManifoldVertices    int // vertices whose faces form more than one fan
	DegenerateFaces        int // faces that repeat a vertex or have no area
}

// Topology examines the mesh in O(V+F) time. Faces that repeat a vertex are
// counted as degenerate and otherwise left aside.
func (m *Mesh) Topology() Topology {
	t := Topology{Vertices: len(m.Vertices), Faces: len(m.Faces)}
	faces := make([][3]int32, 0, len(m.Faces))
	for _, f := range m.Faces {
		repeats := f[0] == f[1] || f[1] == f[2] || f[2] == f[0]
		if repeats || m.flat(f) {
			t.DegenerateFaces++
		}
		if !repeats {
			faces = append(faces, f)
		}
	}
	fans := newDisjoint(3 * len(faces)) // corners, joined across edges of two faces
	edges := faceEdges(faces)
	order := sortEdges(len(m.Vertices), edges)
	for i := 0; i < len(order); t.Edges++ {
		j := i + 1
		for j < len(order) && edges[order[j]] == edges[order[i]] {
			j++
		}
		switch j - i {
		case 1:
			t.BoundaryEdges++
		case 2:
			a, b := order[i], order[i+1] // half-edges: corner → next corner
			na, nb := nextCorner(a), nextCorner(b)
			if corner(faces, a) == corner(faces, b) {
				t.MisorientedEdges++
				fans.union(a, b)
				fans.union(na, nb)
			} else {
				fans.union(a, nb)
				fans.union(na, b)
			}
		default:
			t.NonManifoldEdges++
		}
		i = j
	}
	t.countFans(faces, fans)
	parts := newDisjoint(len(m.Vertices))
	used := t.Vertices - t.IsolatedVertices
	t.Components = used
	for _, e := range edges {
		if parts.union(e[0], e[1]) {
			t.Components--
		}
	}
	t.Euler = used - t.Edges + len(faces)
	return t
}

// countFans counts isolated vertices and those of several fans.
func (t *Topology) countFans(faces [][3]int32, fans disjoint) {
	count := make([]int32, t.Vertices)
	for c := range fans {
		if fans.find(int32(c)) == int32(c) {
			count[corner(faces, int32(c))]++
		}
	}
	for _, n := range count {
		switch {
		case n == 0:
			t.IsolatedVertices++
		case n > 1:
			t.NonManifoldVertices++
		}
	}
}

// corner returns the vertex of corner c = 3·face + k.
func corner(faces [][3]int32, c int32) int32 { return faces[c/3][c%3] }

// nextCorner returns the corner after c in its face.
func nextCorner(c int32) int32 {
	if c%3 == 2 {
		return c - 2
	}
	return c + 1
}

// flat tells whether face f has no area.
func (m *Mesh) flat(f [3]int32) bool {
	a, b, c := toVec(m.Vertices[f[0]]), toVec(m.Vertices[f[1]]), toVec(m.Vertices[f[2]])
	ab, bc, ca := r3.Sub(b, a), r3.Sub(c, b), r3.Sub(a, c)
	longest := max(r3.Norm2(ab), r3.Norm2(bc), r3.Norm2(ca))
	return r3.Norm(r3.Cross(ab, ca)) <= degenerateArea*longest
}

func toVec(p [3]float64) r3.Vec { return r3.Vec{X: p[0], Y: p[1], Z: p[2]} }

// Manifold tells whether every edge has one or two faces, consistently
// oriented, and every vertex one fan of faces.
func (t Topology) Manifold() bool {
	return t.NonManifoldEdges == 0 && t.NonManifoldVertices == 0 && t.MisorientedEdges == 0
}

// Closed tells whether the mesh has no boundary.
func (t Topology) Closed() bool { return t.BoundaryEdges == 0 && t.Faces > 0 }

// String sums the report up in one line.
func (t Topology) String() string {
	return fmt.Sprintf("%d vertices, %d edges, %d faces, %d components, Euler characteristic %d, "+
		"closed %t, manifold %t, %d degenerate faces, %d isolated vertices",
		t.Vertices, t.Edges, t.Faces, t.Components, t.Euler, t.Closed(), t.Manifold(), t.DegenerateFaces, t.IsolatedVertices)
}
