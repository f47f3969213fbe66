package solid

import "gonum.org/v1/gonum/spatial/r3"

// surface is a closed triangle mesh as a table of corners. Corner c belongs
// to face c/3, and stands for the half-edge from its vertex to that of the
// face's next corner.
type surface struct {
	point   []r3.Vec
	vertex  []int32 // corner → vertex, -1 where the face was removed
	twin    []int32 // corner → opposite half-edge
	leaving []int32 // vertex → a half-edge that leaves it, -1 where it was removed
	alive   int     // vertices not removed
	mark    []int32 // scratch of link: vertex → stamp
	stamp   int32
}

// newSurface links the corners of a closed, manifold, oriented mesh.
func newSurface(points []r3.Vec, corners []int32) *surface {
	s := &surface{
		point: points, vertex: corners, alive: len(points),
		twin: make([]int32, len(corners)), leaving: make([]int32, len(points)), mark: make([]int32, len(points)),
	}
	start := make([]int32, len(points)+1) // half-edges by the vertex that they leave
	for _, v := range corners {
		start[v+1]++
	}
	for v := range points {
		start[v+1] += start[v]
	}
	out, next := make([]int32, len(corners)), append([]int32(nil), start...)
	for c, v := range corners {
		out[next[v]] = int32(c)
		next[v]++
		s.leaving[v] = int32(c)
	}
	for c, v := range corners {
		to := s.target(int32(c))
		for _, h := range out[start[to]:start[to+1]] {
			if s.target(h) == v {
				s.twin[c] = h
			}
		}
	}
	return s
}

func next(c int32) int32 {
	if c%3 == 2 {
		return c - 2
	}
	return c + 1
}

func prev(c int32) int32 {
	if c%3 == 0 {
		return c + 2
	}
	return c - 1
}

// target returns the vertex at the end of half-edge c.
func (s *surface) target(c int32) int32 { return s.vertex[next(c)] }

// turn returns the half-edge after c among those that leave its vertex.
func (s *surface) turn(c int32) int32 { return s.twin[prev(c)] }

// degree returns the number of neighbours of vertex v.
func (s *surface) degree(v int32) int {
	n := 1
	for h := s.turn(s.leaving[v]); h != s.leaving[v]; h = s.turn(h) {
		n++
	}
	return n
}

// length returns the length of half-edge c.
func (s *surface) length(c int32) float64 {
	return norm(r3.Sub(s.point[s.target(c)], s.point[s.vertex[c]]))
}

// edge tells whether c is the first half-edge of an edge not removed.
func (s *surface) edge(c int32) bool { return s.vertex[c] >= 0 && c < s.twin[c] }

// normal returns the normal of the triangle a, b, c, as long as twice its area.
func normal(a, b, c r3.Vec) r3.Vec { return r3.Cross(r3.Sub(b, a), r3.Sub(c, a)) }

// largest returns the connected component with the most faces.
func (s *surface) largest() *surface {
	seen := make([]bool, len(s.vertex)/3)
	var best, stack []int32
	for f := range seen {
		if seen[f] {
			continue
		}
		seen[f] = true
		part := []int32{int32(f)}
		for stack = append(stack[:0], int32(f)); len(stack) > 0; {
			g := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for k := range int32(3) {
				if h := s.twin[3*g+k] / 3; !seen[h] {
					seen[h] = true
					part, stack = append(part, h), append(stack, h)
				}
			}
		}
		if len(part) > len(best) {
			best = part
		}
	}
	points, corners := s.pick(best)
	return newSurface(points, corners)
}

// pick returns the given faces and the vertices that they use, renumbered in
// the order of their appearance.
func (s *surface) pick(faces []int32) (points []r3.Vec, corners []int32) {
	number := make([]int32, len(s.point))
	for _, f := range faces {
		for k := range int32(3) {
			v := s.vertex[3*f+k]
			if number[v] == 0 {
				points = append(points, s.point[v])
				number[v] = int32(len(points))
			}
			corners = append(corners, number[v]-1)
		}
	}
	return points, corners
}

// faces lists the faces not removed.
func (s *surface) faces() []int32 {
	var faces []int32
	for f := range int32(len(s.vertex) / 3) {
		if s.vertex[3*f] >= 0 {
			faces = append(faces, f)
		}
	}
	return faces
}
