package mesh

import (
	"example.org/isinggraph/data"
)

// Coarse is a coarsened mesh with index maps in both directions.
type Coarse struct {
	Mesh *data.Mesh // the kept vertices at their places, and the faces that are left
	Kept []int32    // the original index of each coarse vertex [m], ascending
	// To is the coarse vertex that each original vertex became or collapsed to
	// [n], or −1 in a component of which no vertex is kept.
	To []int32
}

// Coarsen removes the vertices whose spin is −1. A removed vertex collapses to
// its nearest kept neighbour in the graph, by Euclidean distance, and where no
// neighbour is kept to the nearest kept vertex along the graph, by the length of
// its edges; of equally near ones to that of lower index. Faces follow; those
// that then repeat a vertex are dropped, and of those that have the same three
// vertices, whatever their orientation, the first stays.
//
// Of a component without a kept vertex nothing is left: its vertices go to −1 and
// its faces vanish. A kept vertex whose faces all vanish stays as an isolated
// vertex of the coarse mesh. It takes O(V + F), and O(V log V) where vertices
// without kept neighbours exist. Spins other than ±1, or not as many as
// vertices, are an error.
func (s *Surface) Coarsen(keep []int8) (*Coarse, error) {
	if err := s.checkMask(keep); err != nil {
		return nil, err
	}
	w := s.workspace()
	defer s.pool.Put(w)
	w.collapse(s, keep)
	w.remap(s.Mesh.Faces)
	c := &Coarse{Mesh: new(data.Mesh), To: make([]int32, len(keep))}
	for i, x := range keep {
		if x == 1 {
			c.To[i] = int32(len(c.Kept))
			c.Kept = append(c.Kept, int32(i))
			c.Mesh.Vertices = append(c.Mesh.Vertices, s.Mesh.Vertices[i])
		}
	}
	for i, t := range w.target {
		if t < 0 {
			c.To[i] = -1
		} else {
			c.To[i] = c.To[t]
		}
	}
	c.Mesh.Faces = make([][3]int32, len(w.faces))
	for k, f := range w.faces {
		c.Mesh.Faces[k] = [3]int32{c.To[f[0]], c.To[f[1]], c.To[f[2]]}
	}
	return c, nil
}
