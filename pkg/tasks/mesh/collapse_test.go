package mesh

import (
	"context"
	"math"
	"testing"

	"example.org/isinggraph/data"
)

// The sides of a cube are planes: collapses down to the eight corners cost
// nothing, and the surface stays the cube.
func TestSimplifyCube(t *testing.T) {
	fine := refine(cube(), 3, same)
	c, err := Quadric{}.Simplify(context.Background(), surface(t, fine), 8)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Kept) != 8 || len(c.Mesh.Faces) != 12 {
		t.Fatalf("%d vertices and %d faces are left", len(c.Kept), len(c.Mesh.Faces))
	}
	for _, i := range c.Kept {
		if i >= 8 {
			t.Errorf("vertex %d is no corner", i)
		}
	}
	tree, err := NewTree(c.Mesh)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range tree.Distances(fine.Vertices) {
		near(t, "distance of a vertex of the cube", d, 0, 1e-12)
		if t.Failed() {
			t.Fatal(i)
		}
	}
}

// A square keeps its boundary, a sphere stays a closed surface of genus 0, and the
// maps hold.
func TestSimplify(t *testing.T) {
	for name, m := range map[string]*data.Mesh{"sphere": jittered(sphere(4)), "grid": grid(17)} {
		s := surface(t, m)
		n := len(m.Vertices)
		before := m.Topology()
		c, err := Quadric{}.Simplify(context.Background(), s, n/5)
		if err != nil {
			t.Fatal(err)
		}
		after := c.Mesh.Topology()
		if len(c.Kept) != n/5 || after.Closed() != before.Closed() || !after.Manifold() || after.Euler != before.Euler || after.DegenerateFaces != 0 {
			t.Errorf("%s: %v", name, after)
		}
		for k, i := range c.Kept {
			if c.To[i] != int32(k) || c.Mesh.Vertices[k] != m.Vertices[i] {
				t.Errorf("%s: coarse vertex %d is original %d, which is coarse %d", name, k, i, c.To[i])
			}
		}
		for i, to := range c.To {
			if to < 0 || int(to) >= len(c.Kept) {
				t.Fatalf("%s: vertex %d went to %d", name, i, to)
			}
		}
	}
	c, err := Quadric{}.Simplify(context.Background(), surface(t, grid(9)), 4)
	if err != nil {
		t.Fatal(err)
	}
	corners := 0
	for _, i := range c.Kept {
		if i == 0 || i == 8 || i == 72 || i == 80 {
			corners++
		}
	}
	if corners != 4 {
		t.Errorf("%d of the square's corners are kept, among %v", corners, c.Kept)
	}
	if _, err := (Quadric{}).Simplify(context.Background(), surface(t, cube()), 0); err == nil {
		t.Error("no vertices")
	}
	if _, err := (Quadric{}).Simplify(context.Background(), surface(t, ugly()["soup"]), 1); err != nil {
		t.Error("soup:", err)
	}
}

// The quadric of a vertex is the sum of its faces' squared distances.
func TestQuadric(t *testing.T) {
	s := surface(t, cube())
	q := quadrics(s.Graph, s.points, s.faces)
	for i, p := range s.points {
		near(t, "at home", q[i].at(p), 0, 1e-12)
		for j, r := range s.points {
			// Each of the corner's three sides has area 4; a third of each of the one or
			// two faces there counts, and an opposite corner of a side is 2 away.
			var want float64
			for _, f := range s.faces {
				if f[0] != int32(i) && f[1] != int32(i) && f[2] != int32(i) {
					continue
				}
				h := project(r, s.points[f[0]], s.points[f[1]], s.points[f[2]])
				if plane := math.Abs(h); plane > 0 && !onSide(s.Mesh, f, j) {
					want += 2. / 3 * 4
				}
			}
			near(t, "elsewhere", q[i].at(r), want, 1e-12)
		}
	}
}

// onSide tells whether vertex j of the cube lies in the plane of face f.
func onSide(m *data.Mesh, f [3]int32, j int) bool {
	for k := range 3 {
		a := m.Vertices[f[0]][k]
		if m.Vertices[f[1]][k] == a && m.Vertices[f[2]][k] == a {
			return m.Vertices[j][k] == a
		}
	}
	return false
}

// torus is a ring of triangles: 3 vertices around, n along.
func torus(n int) *data.Mesh {
	m := new(data.Mesh)
	for i := range n {
		for k := range 3 {
			a, b := 2*math.Pi*float64(i)/float64(n), 2*math.Pi*float64(k)/3
			r := 3 + math.Cos(b)
			m.Vertices = append(m.Vertices, [3]float64{r * math.Cos(a), r * math.Sin(a), math.Sin(b)})
			p, q := int32(3*i+k), int32(3*i+(k+1)%3)
			u, v := (p+3)%int32(3*n), (q+3)%int32(3*n)
			m.Faces = append(m.Faces, [3]int32{p, u, v}, [3]int32{p, v, q})
		}
	}
	return m
}

// The handle of a ring survives, though three vertices around it are a triangle
// without a face; an edge whose collapse would close it is refused.
func TestSimplifyKeepsHandles(t *testing.T) {
	s := surface(t, torus(40))
	e := newEdgeCollapse(s)
	if e.allowed(0, 1) {
		t.Error("the ring may be pinched")
	}
	c, err := Quadric{}.Simplify(context.Background(), s, 12)
	if err != nil {
		t.Fatal(err)
	}
	if top := c.Mesh.Topology(); !top.Closed() || !top.Manifold() || top.Euler != 0 || top.Vertices > 60 {
		t.Error(top)
	}
}

// After a collapse the kept vertex answers for both.
func TestCollapseAddsQuadrics(t *testing.T) {
	s := surface(t, jittered(sphere(2)))
	e := newEdgeCollapse(s)
	u, v := int32(20), e.best[20]
	p := s.points[3]
	want := e.q[u].at(p) + e.q[v].at(p)
	e.collapse(u, v)
	near(t, "sum", e.q[v].at(p), want, 1e-12)
	if e.to[u] != v || len(e.of[u]) != 0 {
		t.Errorf("vertex %d went to %d and has faces %v", u, e.to[u], e.of[u])
	}
}
