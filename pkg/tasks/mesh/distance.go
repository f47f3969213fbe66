package mesh

import (
	"math"

	"gonum.org/v1/gonum/spatial/r3"

	"example.org/isinggraph/internal/par"
)

// Distances returns the distance of every original vertex from the surface of
// the mesh that [Surface.Coarsen] makes of the spins: the terms of eq. 18 before
// they are squared, [n], in units of the mesh. It writes to and returns out, or a
// new slice if out is nil or too short.
//
// Kept vertices that faces use have distance 0. For the others a face at the
// vertex to which they collapsed bounds the search through a [Tree]. Where no
// face is left the kept vertices count as the surface; where no vertex is kept
// every distance is the diagonal of the mesh's bounding box. It takes
// O((V+F) log F) on all processors, and may be called by several goroutines.
func (s *Surface) Distances(keep []int8, out []float64) ([]float64, error) {
	if err := s.checkMask(keep); err != nil {
		return nil, err
	}
	w := s.workspace()
	defer s.pool.Put(w)
	if cap(out) < len(keep) {
		out = make([]float64, len(keep))
	}
	out = out[:len(keep)]
	w.collapse(s, keep)
	w.remap(s.faces)
	if len(w.faces) == 0 {
		w.pointDistances(s, keep, out)
		return out, nil
	}
	w.tree.build(s.points, w.faces)
	for i := range w.some {
		w.some[i] = -1
	}
	for k, f := range w.faces {
		w.some[f[0]], w.some[f[1]], w.some[f[2]] = int32(k), int32(k), int32(k)
	}
	par.Range(len(keep), 1024, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = w.search(i, s.points[i])
		}
	})
	return out, nil
}

// search returns the distance of vertex i at p from the tree.
func (w *workspace) search(i int, p r3.Vec) float64 {
	bound := math.Inf(1)
	if t := w.target[i]; t >= 0 && w.some[t] >= 0 {
		if int(t) == i {
			return 0
		}
		bound = w.tree.triangles[w.some[t]].distance2(p)
	}
	return math.Sqrt(w.tree.nearest2(p, bound))
}

// pointDistances is the distance from the kept vertices, where no face is left.
func (w *workspace) pointDistances(s *Surface, keep []int8, out []float64) {
	var kept []r3.Vec
	for i, x := range keep {
		if x == 1 {
			kept = append(kept, s.points[i])
		}
	}
	if len(kept) == 0 {
		for i := range out {
			out[i] = s.diagonal
		}
		return
	}
	faces := make([][3]int32, len(kept))
	for k, i := range hilbertOrder(kept) {
		faces[k] = [3]int32{i, i, i}
	}
	w.tree.build(kept, faces)
	par.Range(len(keep), 1024, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = math.Sqrt(w.tree.nearest2(s.points[i], math.Inf(1)))
		}
	})
}
