package solid

import (
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

const (
	// surplus is how many more vertices than wanted the lattice has to give,
	// so that the collapse of short edges can even them out.
	surplus = 2.0
	// relaxations is the number of passes that even out the triangles.
	relaxations = 6
)

// Mesh returns a closed, manifold, outward oriented triangle mesh of the
// surface of s with n vertices: the largest connected component where there
// are several. cell is a lattice spacing fine enough for the thinnest feature.
// It takes O((size/cell)³ + n log n) time.
//
// The lattice's triangles are made regular in the manner of Botsch and
// Kobbelt (2004, doi:10.1145/1057432.1057457): the shortest edges collapse
// until n vertices are left, edges are flipped where that brings degrees
// closer to six, and vertices move along the surface to the middle of their
// neighbours. If no more edge can collapse without folding the surface, the
// mesh has more than n vertices.
func Mesh(s *Solid, n int, cell float64) (vertices [][3]float64, faces [][3]int32) {
	w := march(s, cell)
	if have := float64(w.alive); have < surplus*float64(n) {
		w = march(s, cell*math.Sqrt(have/(surplus*float64(n))))
	}
	w = w.largest()
	w.collapseTo(n, s)
	for range relaxations {
		w.flipAll()
		w.relax(s)
	}
	h := w.meanLength()
	points, corners := w.pick(w.faces())
	vertices, faces = make([][3]float64, len(points)), make([][3]int32, len(corners)/3)
	for i, p := range points {
		p = s.project(p, h, 4)
		vertices[i] = [3]float64{p.X, p.Y, p.Z}
	}
	for i := range faces {
		faces[i] = [3]int32(corners[3*i : 3*i+3])
	}
	return vertices, faces
}

// meanLength returns the mean length of the edges.
func (w *surface) meanLength() float64 {
	sum, n := 0.0, 0
	for c := range int32(len(w.vertex)) {
		if w.edge(c) {
			sum += w.length(c)
			n++
		}
	}
	return sum / float64(n)
}

// collapseTo collapses edges, the shorter ones earlier, until n vertices are
// left or no edge of up to four times the mean length in the end can go.
func (w *surface) collapseTo(n int, s *Solid) {
	mean := w.meanLength()
	longest := 4 * mean * math.Sqrt(float64(w.alive)/float64(n))
	for limit := 0.5 * mean; w.alive > n && limit < longest; limit *= 1.15 {
		for c := range int32(len(w.vertex)) {
			if w.edge(c) && w.length(c) < limit {
				w.collapse(c, s)
				if w.alive == n {
					break
				}
			}
		}
		w.flipAll()
	}
}

// collapse merges the start u of half-edge h into its end v, placed on the
// surface between them, unless that would change the topology or fold a face.
func (w *surface) collapse(h int32, s *Solid) {
	g := w.twin[h]
	u, v := w.vertex[h], w.vertex[g]
	if !w.linked(u, v) || w.degree(u)+w.degree(v) > 13 {
		return
	}
	p := s.project(r3.Scale(0.5, r3.Add(w.point[u], w.point[v])), w.length(h), 1)
	if w.folds(u, v, p) || w.folds(v, u, p) {
		return
	}
	for e, first := h, true; first || e != h; e, first = w.turn(e), false {
		w.vertex[e] = v
	}
	a, b := w.twin[next(h)], w.twin[prev(h)] // leave the third vertex and v
	c, d := w.twin[next(g)], w.twin[prev(g)]
	w.twin[a], w.twin[b], w.twin[c], w.twin[d] = b, a, d, c
	w.point[v] = p
	w.leaving[u], w.leaving[v] = -1, b
	w.leaving[w.vertex[a]], w.leaving[w.vertex[c]] = a, c
	for _, e := range [2]int32{h, g} {
		w.vertex[e], w.vertex[next(e)], w.vertex[prev(e)] = -1, -1, -1
	}
	w.alive--
}

// linked tells whether u and v have just the two neighbours in common that
// the faces of their edge have: the condition for a collapse to keep the
// topology.
func (w *surface) linked(u, v int32) bool {
	w.stamp++
	for h, first := w.leaving[u], true; first || h != w.leaving[u]; h, first = w.turn(h), false {
		w.mark[w.target(h)] = w.stamp
	}
	common := 0
	for h, first := w.leaving[v], true; first || h != w.leaving[v]; h, first = w.turn(h), false {
		if w.mark[w.target(h)] == w.stamp {
			common++
		}
	}
	return common == 2
}

// folds tells whether a face around u, other than those of edge uv, would
// turn by more than 60 degrees if u moved to p.
func (w *surface) folds(u, v int32, p r3.Vec) bool {
	for h, first := w.leaving[u], true; first || h != w.leaving[u]; h, first = w.turn(h), false {
		b, c := w.target(h), w.vertex[prev(h)]
		if b == v || c == v {
			continue
		}
		if apart(normal(w.point[u], w.point[b], w.point[c]), normal(p, w.point[b], w.point[c])) {
			return true
		}
	}
	return false
}

// apart tells whether two normals differ by more than 60 degrees, or one is
// zero.
func apart(m, n r3.Vec) bool {
	return r3.Dot(m, n) <= 0.5*math.Sqrt(r3.Norm2(m)*r3.Norm2(n))
}

// flipAll flips every edge once where that brings degrees closer to six.
func (w *surface) flipAll() {
	degree := make([]int, len(w.point))
	for _, v := range w.vertex {
		if v >= 0 {
			degree[v]++
		}
	}
	for h := range int32(len(w.vertex)) {
		if !w.edge(h) {
			continue
		}
		g := w.twin[h]
		u, v, x, y := w.vertex[h], w.vertex[g], w.vertex[prev(h)], w.vertex[prev(g)]
		gains := degree[u]+degree[v]-degree[x]-degree[y] > 2 // Σ(degree−6)² falls
		if gains && degree[u] > 3 && degree[v] > 3 && w.flip(h) {
			degree[u]--
			degree[v]--
			degree[x]++
			degree[y]++
		}
	}
}

// flip replaces the edge of half-edge h by that between the opposite vertices
// of its two faces, unless they are neighbours or a face would fold.
func (w *surface) flip(h int32) bool {
	g := w.twin[h]
	u, v, x, y := w.vertex[h], w.vertex[g], w.vertex[prev(h)], w.vertex[prev(g)]
	for e, first := w.leaving[x], true; first || e != w.leaving[x]; e, first = w.turn(e), false {
		if w.target(e) == y {
			return false
		}
	}
	pu, pv, px, py := w.point[u], w.point[v], w.point[x], w.point[y]
	old := r3.Add(normal(pu, pv, px), normal(pv, pu, py))
	if apart(old, normal(pu, py, px)) || apart(old, normal(pv, px, py)) {
		return false
	}
	a, b := w.twin[next(h)], w.twin[next(g)]
	w.vertex[next(h)], w.vertex[next(g)] = y, x
	w.twin[g], w.twin[a] = a, g
	w.twin[h], w.twin[b] = b, h
	w.twin[next(h)], w.twin[next(g)] = next(g), next(h)
	w.leaving[u], w.leaving[v], w.leaving[x], w.leaving[y] = h, g, prev(h), prev(g)
	return true
}

// relax moves every vertex along the surface to the middle of its neighbours.
func (w *surface) relax(s *Solid) {
	size := w.meanLength()
	moved := make([]r3.Vec, len(w.point))
	for v := range moved {
		first := w.leaving[v]
		if first < 0 {
			continue
		}
		var middle, n r3.Vec
		count := 0.0
		for h, more := first, true; more; more = h != first {
			b, c := w.point[w.target(h)], w.point[w.vertex[prev(h)]]
			middle = r3.Add(middle, b)
			n = r3.Add(n, normal(w.point[v], b, c))
			count++
			h = w.turn(h)
		}
		step := r3.Sub(r3.Scale(1/count, middle), w.point[v])
		step = r3.Sub(step, r3.Scale(r3.Dot(step, n)/r3.Norm2(n), n))
		moved[v] = s.project(r3.Add(w.point[v], r3.Scale(0.7, step)), size, 1)
	}
	w.point = moved
}
