package data

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// torus returns a closed mesh of genus 1 with n×n vertices.
func torus(n int) *Mesh {
	m := &Mesh{}
	at := func(i, j int) int32 { return int32(i%n*n + j%n) }
	for i := range n {
		for j := range n {
			a, b := 2*math.Pi*float64(i)/float64(n), 2*math.Pi*float64(j)/float64(n)
			r := 2 + math.Cos(b)
			m.Vertices = append(m.Vertices, [3]float64{r * math.Cos(a), r * math.Sin(a), math.Sin(b)})
			m.Faces = append(m.Faces, [3]int32{at(i, j), at(i+1, j), at(i+1, j+1)}, [3]int32{at(i, j), at(i+1, j+1), at(i, j+1)})
		}
	}
	return m
}

// tetrahedra returns n tetrahedra; apart tells whether they share their first
// vertex.
func tetrahedra(n int, apart bool) *Mesh {
	m := &Mesh{}
	for i := range n {
		x, first := 3*float64(i), int32(len(m.Vertices))
		a := first
		if i > 0 && !apart {
			a, first = 0, first-1
		} else {
			m.Vertices = append(m.Vertices, [3]float64{x, 0, 0})
		}
		m.Vertices = append(m.Vertices, [3]float64{x + 1, 0, 0}, [3]float64{x, 1, 0}, [3]float64{x, 0, 1})
		b, c, d := first+1, first+2, first+3
		m.Faces = append(m.Faces, [3]int32{a, c, b}, [3]int32{a, b, d}, [3]int32{a, d, c}, [3]int32{b, c, d})
	}
	return m
}

// TestEdges compares the edges of random meshes with those of a map.
func TestEdges(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := 1 + r.IntN(30)
		m := &Mesh{Vertices: make([][3]float64, n), Faces: make([][3]int32, r.IntN(60))}
		seen := map[[2]int32]bool{}
		for i := range m.Faces {
			for k := range 3 {
				m.Faces[i][k] = int32(r.IntN(n))
			}
			for k := range 3 {
				u, v := m.Faces[i][k], m.Faces[i][(k+1)%3]
				if u != v {
					seen[[2]int32{min(u, v), max(u, v)}] = true
				}
			}
		}
		want := slices.SortedFunc(maps.Keys(seen), func(a, b [2]int32) int {
			return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
		})
		if got := m.Edges(); !slices.Equal(got, want) {
			t.Fatalf("%v: %v, want %v", m.Faces, got, want)
		}
	}
}

// TestTopology counts parts, borders and singular vertices of meshes whose numbers are known.
func TestTopology(t *testing.T) {
	plane := [][3]float64{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {1, 1, 0}, {2, 2, 0}}
	for _, c := range []struct {
		name             string
		mesh             *Mesh
		want             Topology
		closed, manifold bool
	}{
		{"empty", &Mesh{}, Topology{}, false, true},
		{"tetrahedron", tetrahedra(1, true), Topology{Vertices: 4, Edges: 6, Faces: 4, Euler: 2, Components: 1}, true, true},
		{"two parts", tetrahedra(2, true), Topology{Vertices: 8, Edges: 12, Faces: 8, Euler: 4, Components: 2}, true, true},
		{"touching at a vertex", tetrahedra(2, false), Topology{Vertices: 7, Edges: 12, Faces: 8, Euler: 3, Components: 1, NonManifoldVertices: 1}, true, false},
		{"torus", torus(8), Topology{Vertices: 64, Edges: 192, Faces: 128, Components: 1}, true, true},
		{"open square", square, Topology{Vertices: 4, Edges: 5, Faces: 2, Euler: 1, Components: 1, BoundaryEdges: 4}, false, true},
		{
			"turned face", &Mesh{plane[:4], [][3]int32{{0, 1, 2}, {1, 2, 3}}},
			Topology{Vertices: 4, Edges: 5, Faces: 2, Euler: 1, Components: 1, BoundaryEdges: 4, MisorientedEdges: 1}, false, false,
		},
		{
			"three faces at an edge", &Mesh{plane, [][3]int32{{0, 1, 2}, {1, 0, 3}, {0, 1, 4}}},
			Topology{Vertices: 5, Edges: 7, Faces: 3, Euler: 1, Components: 1, BoundaryEdges: 6, NonManifoldEdges: 1, NonManifoldVertices: 2}, false, false,
		},
		{
			"isolated vertices, no area", &Mesh{plane, [][3]int32{{0, 3, 4}, {1, 1, 2}}},
			Topology{Vertices: 5, Edges: 3, Faces: 2, Euler: 1, Components: 1, IsolatedVertices: 2, BoundaryEdges: 3, DegenerateFaces: 2}, false, true,
		},
	} {
		got := c.mesh.Topology()
		if got != c.want || got.Closed() != c.closed || got.Manifold() != c.manifold {
			t.Errorf("%s:\n got %+v, closed %t, manifold %t\nwant %+v, %t, %t", c.name, got, got.Closed(), got.Manifold(), c.want, c.closed, c.manifold)
		}
	}
	if s := tetrahedra(1, true).Topology().String(); !strings.HasPrefix(s, "4 vertices, 6 edges, 4 faces, 1 component") {
		t.Error(s)
	}
}

// The mixed bag of 17 well-known meshes reads with its numbers of vertices and
// triangles (polygons of n corners make n − 2), those that are known to be
// closed surfaces of a genus have its Euler characteristic, and all write and
// read back the same in other formats.
func TestMiscellaneousMeshes(t *testing.T) {
	dir := filepath.Join(realData(t), "mesh_misc")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(miscellaneous) {
		t.Errorf("%d files, want %d", len(files), len(miscellaneous))
	}
	for i, file := range files {
		if thinned(i) {
			continue
		}
		want, known := miscellaneous[file.Name()]
		if !known {
			t.Errorf("%s: not one of the meshes", file.Name())
			continue
		}
		m, err := ReadMesh(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Error(err)
			continue
		}
		top := m.Topology()
		closed := top.Closed() && top.Manifold()
		if top.Vertices != want.vertices || top.Faces != want.faces || top.Components != want.components || closed != (want.genus >= 0) || closed && top.Euler != 2-2*want.genus {
			t.Errorf("%s: %v, want %+v", file.Name(), top, want)
		}
		for _, other := range []string{"a.obj", "a.ply"} {
			path := filepath.Join(t.TempDir(), other)
			if err := WriteMesh(path, m); err != nil {
				t.Error(err)
			} else if again, err := ReadMesh(path); err != nil || !equalMeshes(m, again) {
				t.Errorf("%s: another mesh after writing %s: %v", file.Name(), other, err)
			}
		}
	}
}

// miscellaneous has what is known of the meshes; a genus of −1 is that of a
// mesh which is open or not manifold.
var miscellaneous = map[string]struct{ vertices, faces, components, genus int }{
	"3holes.off": {3596, 7200, 1, 3}, "armadillo.obj": {43243, 86482, 1, 0}, "bunny.off": {3485, 6966, 1, 0},
	"camelhead.off": {11381, 22704, 1, -1}, "cheburashka.off": {6669, 13334, 1, 0}, "cow.off": {2762, 5520, 1, 0},
	"decimated-max.obj": {5272, 10540, 1, 0}, "elephant.obj": {6034, 12064, 1, 0}, "fandisk.off": {7229, 14454, 1, 0},
	"fertility.off": {4494, 9000, 1, 4}, "homer.obj": {6002, 12000, 1, 0}, "lion.off": {8356, 16674, 1, -1},
	"rocker-arm.obj": {10044, 20088, 1, 1}, "spot.obj": {2930, 5856, 1, 0}, "stanford-bunny.obj": {35947, 69451, 1, -1},
	"suzanne.obj": {507, 968, 3, -1}, "teapot.obj": {3644, 6320, 4, -1},
}
