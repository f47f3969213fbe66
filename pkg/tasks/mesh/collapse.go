package mesh

import (
	"context"
	"fmt"
	"math"
	"slices"

	"example.org/isinggraph/data"
	"gonum.org/v1/gonum/spatial/r3"
)

// Quadric is edge collapse by quadric error (Garland and Heckbert 1997,
// doi:10.1145/258734.258849), restricted to original vertices: an edge (u, v)
// collapses to v, at the price of both quadrics at v. The paper leaves it out.
type Quadric struct {
	// OwnFaces has [Evaluate] measure the faces that the collapses leave, not those
	// of [Surface.Coarsen] for the same vertices.
	OwnFaces bool
}

// Name returns "QUADRIC" or "QUADRIC own faces".
func (q Quadric) Name() string {
	if q.OwnFaces {
		return "QUADRIC own faces"
	}
	return "QUADRIC"
}

// Keep implements [Method]: half of the vertices, as [Quadric.Simplify] leaves
// them. It does not depend on the seed.
func (q Quadric) Keep(ctx context.Context, s *Surface, _ uint64) ([]int8, error) {
	c, err := q.Simplify(ctx, s, s.half())
	if err != nil {
		return nil, err
	}
	keep := make([]int8, len(s.points))
	for i := range keep {
		keep[i] = -1
	}
	for _, i := range c.Kept {
		keep[i] = 1
	}
	return keep, nil
}

// Simplify collapses the cheapest edges until the given number of vertices is
// left, and returns the mesh with the faces that the collapses leave. A collapse
// that would turn a face by more than 90°, or join parts of the surface other than
// along the edge, is not made; where no other is left it stops early, with more
// vertices. It takes O(V log V).
func (Quadric) Simplify(ctx context.Context, s *Surface, vertices int) (*Coarse, error) {
	if vertices < 1 {
		return nil, fmt.Errorf("mesh: simplification to %d vertices", vertices)
	}
	e := newEdgeCollapse(s)
	for left := len(s.points); left > vertices && len(e.queue) > 0; {
		if left%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		next := e.queue.pop()
		u := next.id
		if e.to[u] != u || next.key != e.cost[u] {
			continue
		}
		v := e.best[u]
		if !e.allowed(u, v) {
			e.choose(u) // something near has changed
			continue
		}
		e.collapse(u, v)
		left--
	}
	return e.result(s), nil
}

// edgeCollapse is a simplification under way.
type edgeCollapse struct {
	points []r3.Vec
	faces  [][3]int32 // repeats a vertex once collapsed
	of     [][]int32  // faces of each vertex
	q      []quadric
	to     []int32 // where a vertex collapsed to; itself while it stands
	best   []int32 // the neighbour to which a vertex would collapse
	cost   []float64
	queue  queue
	around []int32 // room
	shared []int32 // room
}

func newEdgeCollapse(s *Surface) *edgeCollapse {
	n := len(s.points)
	e := &edgeCollapse{
		points: make([]r3.Vec, n), faces: slices.Clone(s.faces), of: make([][]int32, n),
		to: make([]int32, n), best: make([]int32, n), cost: make([]float64, n),
	}
	for i, p := range s.points {
		e.points[i], e.to[i] = r3.Sub(p, s.points[0]), int32(i)
	}
	for k, f := range e.faces {
		for _, v := range f {
			e.of[v] = append(e.of[v], int32(k))
		}
	}
	e.q = quadrics(s.Graph, e.points, e.faces)
	for u := range e.points {
		e.choose(int32(u))
	}
	return e
}

// neighbors returns the other vertices of u's faces, sorted, in room that is
// reused.
func (e *edgeCollapse) neighbors(u int32, room []int32) []int32 {
	room = room[:0]
	for _, k := range e.of[u] {
		for _, v := range e.faces[k] {
			if v != u {
				room = append(room, v)
			}
		}
	}
	slices.Sort(room)
	return slices.Compact(room)
}

// choose finds the cheapest allowed collapse of u and queues it.
func (e *edgeCollapse) choose(u int32) {
	e.best[u], e.cost[u] = -1, math.Inf(1)
	e.around = e.neighbors(u, e.around)
	for _, v := range e.around {
		p := e.points[v]
		cost := e.q[u].at(p) + e.q[v].at(p) + lengthWeight*math.Pow(r3.Norm2(r3.Sub(p, e.points[u])), 2)
		if cost < e.cost[u] && e.allowed(u, v) {
			e.best[u], e.cost[u] = v, cost
		}
	}
	if e.best[u] >= 0 {
		e.queue.push(entry{e.cost[u], u})
	}
}

// allowed tells whether u may collapse to v: the two must have a face in common,
// no common neighbours but the third corners of their faces, and no remaining
// face of u may turn over.
func (e *edgeCollapse) allowed(u, v int32) bool {
	common := 0
	p, target := e.points[u], e.points[v]
	for _, k := range e.of[u] {
		f := e.faces[k]
		if f[0] == v || f[1] == v || f[2] == v {
			common++
			continue
		}
		a, b := f[0], f[1] // the other two corners, in order
		switch u {
		case f[0]:
			a, b = f[1], f[2]
		case f[1]:
			a, b = f[2], f[0]
		}
		edge := r3.Sub(e.points[b], e.points[a])
		before := r3.Cross(edge, r3.Sub(p, e.points[a]))
		after := r3.Cross(edge, r3.Sub(target, e.points[a]))
		if r3.Dot(before, after) < 0 || r3.Norm2(after) == 0 && r3.Norm2(before) > 0 {
			return false
		}
	}
	if common == 0 {
		return false
	}
	e.shared = e.neighbors(v, e.shared)
	for _, k := range e.of[u] {
		for _, w := range e.faces[k] {
			if w == u || w == v {
				continue
			}
			if at, found := slices.BinarySearch(e.shared, w); found {
				e.shared = slices.Delete(e.shared, at, at+1)
				common--
			}
		}
	}
	return common >= 0
}

// collapse moves u to v and chooses anew around it.
func (e *edgeCollapse) collapse(u, v int32) {
	e.to[u] = v
	e.q[v].add(&e.q[u])
	for _, k := range e.of[u] {
		f := &e.faces[k]
		if f[0] == v || f[1] == v || f[2] == v {
			for _, w := range f {
				if w != u {
					e.of[w] = slices.DeleteFunc(e.of[w], func(o int32) bool { return o == k })
				}
			}
			*f = [3]int32{-1, -1, -1}
			continue
		}
		for i, w := range f {
			if w == u {
				f[i] = v
			}
		}
		e.of[v] = append(e.of[v], k)
	}
	e.of[u] = nil
	ring := e.neighbors(v, nil)
	e.choose(v)
	for _, w := range ring {
		e.choose(w)
	}
}

// result gathers what is left.
func (e *edgeCollapse) result(s *Surface) *Coarse {
	c := &Coarse{Mesh: new(data.Mesh), To: make([]int32, len(e.to))}
	for i, t := range e.to {
		if t == int32(i) {
			c.To[i] = int32(len(c.Kept))
			c.Kept = append(c.Kept, t)
			c.Mesh.Vertices = append(c.Mesh.Vertices, s.Mesh.Vertices[i])
		}
	}
	for i := range e.to {
		t := int32(i)
		for e.to[t] != t {
			t = e.to[t]
		}
		c.To[i] = c.To[t]
	}
	for _, f := range e.faces {
		if f[0] >= 0 {
			c.Mesh.Faces = append(c.Mesh.Faces, [3]int32{c.To[f[0]], c.To[f[1]], c.To[f[2]]})
		}
	}
	return c
}
