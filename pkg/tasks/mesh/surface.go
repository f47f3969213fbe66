package mesh

import (
	"fmt"
	"math"
	"sync"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"gonum.org/v1/gonum/spatial/r3"
)

// Surface is a triangle mesh with its graph: the vertices, joined by the edges
// of the faces. It is immutable and safe for concurrent use.
type Surface struct {
	Mesh  *data.Mesh
	Graph *isinggraph.Graph

	points   []r3.Vec
	faces    [][3]int32 // those of three different vertices, along a Hilbert curve
	meanEdge float64
	diagonal float64   // of the bounding box
	pool     sync.Pool // of *workspace
}

// NewSurface prepares a mesh in O(V + F log F); it keeps m, which must not change
// afterwards. Meshes with holes, several components, edges of many faces,
// isolated vertices and faces without area are all accepted. It is an error
// where there are no vertices or no edges, where an index is out of range, a
// coordinate not finite, or all vertices of all edges in one place.
func NewSurface(m *data.Mesh) (*Surface, error) {
	if err := check(m); err != nil {
		return nil, err
	}
	g, err := isinggraph.NewGraph(len(m.Vertices), m.Edges())
	if err != nil {
		return nil, fmt.Errorf("mesh: graph of the mesh: %w", err)
	}
	if g.NumEdges() == 0 {
		return nil, fmt.Errorf("mesh: no edges: %d vertices, %d faces", len(m.Vertices), len(m.Faces))
	}
	s := &Surface{Mesh: m, Graph: g, points: vectors(m.Vertices)}
	s.faces = hilbertFaces(s.points, m.Faces)
	box := emptyBox()
	for _, p := range s.points {
		box.add(p)
	}
	s.diagonal = norm(r3.Sub(box.max, box.min))
	for u := range s.points {
		for _, v := range g.Neighbors(u) {
			s.meanEdge += norm(r3.Sub(s.points[u], s.points[v]))
		}
	}
	s.meanEdge /= float64(2 * g.NumEdges())
	if !(s.meanEdge > 0) || math.IsInf(s.diagonal*s.diagonal, 0) {
		return nil, fmt.Errorf("mesh: mean edge length %g in a box of diagonal %g", s.meanEdge, s.diagonal)
	}
	s.pool.New = func() any { return newWorkspace(s) }
	return s, nil
}

// MeanEdge returns the mean length of the edges, in units of the mesh. It is
// positive.
func (s *Surface) MeanEdge() float64 { return s.meanEdge }

// half is the number of vertices that methods of an exact number keep, rounded up.
func (s *Surface) half() int { return (len(s.points) + 1) / 2 }

// check looks for what no mesh may have.
func check(m *data.Mesh) error {
	if len(m.Vertices) == 0 {
		return fmt.Errorf("mesh: no vertices")
	}
	for i, v := range m.Vertices {
		for _, x := range v {
			if x-x != 0 {
				return fmt.Errorf("mesh: vertex %d is not finite: %v", i, v)
			}
		}
	}
	for i, f := range m.Faces {
		for _, v := range f {
			if v < 0 || int(v) >= len(m.Vertices) {
				return fmt.Errorf("mesh: face %d: vertex %d outside [0, %d)", i, v, len(m.Vertices))
			}
		}
	}
	return nil
}

// checkMask checks spins against the number of vertices.
func (s *Surface) checkMask(keep []int8) error {
	if len(keep) != len(s.points) {
		return fmt.Errorf("mesh: %d spins for %d vertices", len(keep), len(s.points))
	}
	for i, x := range keep {
		if x != 1 && x != -1 {
			return fmt.Errorf("mesh: spin %d is %d, need -1 or 1", i, x)
		}
	}
	return nil
}

// norm is r3.Norm without its care for overflow, which NewSurface rules out.
func norm(v r3.Vec) float64 { return math.Sqrt(r3.Norm2(v)) }

func vectors(points [][3]float64) []r3.Vec {
	out := make([]r3.Vec, len(points))
	for i, p := range points {
		out[i] = r3.Vec{X: p[0], Y: p[1], Z: p[2]}
	}
	return out
}

// repeats tells whether a face has fewer than three different vertices.
func repeats(f [3]int32) bool { return f[0] == f[1] || f[1] == f[2] || f[2] == f[0] }
