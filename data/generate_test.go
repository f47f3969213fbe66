package data

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/spatial/r3"
)

// quality returns the share of corners sharper than 20 degrees and the share
// of vertices of degree 5 to 7.
func quality(m *Mesh) (sharp, regular float64) {
	degree := make([]int, len(m.Vertices))
	for _, f := range m.Faces {
		for k, v := range f {
			degree[v]++
			a, b, c := toVec(m.Vertices[v]), toVec(m.Vertices[f[(k+1)%3]]), toVec(m.Vertices[f[(k+2)%3]])
			if r3.Cos(r3.Sub(b, a), r3.Sub(c, a)) > math.Cos(20*math.Pi/180) {
				sharp++
			}
		}
	}
	for _, d := range degree {
		if d >= 5 && d <= 7 {
			regular++
		}
	}
	return sharp / float64(3*len(m.Faces)), regular / float64(len(m.Vertices))
}

// checkGenerated finds a mesh closed, manifold, connected, outward, of the
// scale of the benchmark, and its triangles decent.
func checkGenerated(t *testing.T, name string, m *Mesh, vertices int) {
	t.Helper()
	top := m.Topology()
	if !top.Closed() || !top.Manifold() || top.Components != 1 || top.DegenerateFaces+top.IsolatedVertices > 0 || top.Vertices != vertices {
		t.Errorf("%s: %v", name, top)
	}
	var mean r3.Vec
	volume, farthest := 0.0, 0.0
	for _, v := range m.Vertices {
		mean = r3.Add(mean, toVec(v))
		farthest = max(farthest, r3.Norm(toVec(v)))
	}
	for _, f := range m.Faces {
		volume += r3.Dot(toVec(m.Vertices[f[0]]), r3.Cross(toVec(m.Vertices[f[1]]), toVec(m.Vertices[f[2]]))) / 6
	}
	if r3.Norm(mean) > 1e-9*float64(vertices) || math.Abs(farthest-1) > 1e-12 || volume <= 0 {
		t.Errorf("%s: mean %v, farthest %g, volume %g", name, mean, farthest, volume)
	}
	if sharp, regular := quality(m); sharp > 0.02 || regular < 0.97 {
		t.Errorf("%s: %.4f of the corners below 20 degrees, %.4f of the vertices of degree 5 to 7", name, sharp, regular)
	}
}

// TestGenerateMesh makes closed manifold meshes of one well-shaped part and the number of
// vertices that is asked for, one for each seed.
func TestGenerateMesh(t *testing.T) {
	seeds := uint64(6)
	if testing.Short() {
		seeds = 2
	}
	for _, family := range MeshFamilies() {
		t.Run(family, func(t *testing.T) {
			t.Parallel()
			var meshes []*Mesh
			for seed := range seeds {
				m, err := GenerateMesh(family, seed, 1000)
				if err != nil {
					t.Fatal(err)
				}
				checkGenerated(t, fmt.Sprintf("%s %d", family, seed), m, 1000)
				for i, other := range meshes {
					if reflect.DeepEqual(m.Vertices, other.Vertices) {
						t.Errorf("%s: seeds %d and %d give the same mesh", family, i, seed)
					}
				}
				meshes = append(meshes, m)
			}
			again, err := GenerateMesh(family, 0, 1000)
			if err != nil || !reflect.DeepEqual(again, meshes[0]) {
				t.Errorf("%s: the same seed gives another mesh (%v)", family, err)
			}
		})
	}
}

// The sizes of the paper's meshes (Table 3), and the limits.
func TestGenerateMeshSizes(t *testing.T) {
	for _, c := range []struct {
		family   string
		vertices int
	}{{Bust, 25_000}, {FourLeg, 10_000}, {Human, 8_000}, {Chair, 10_000}, {Chair, MinGenerated}, {Human, MinGenerated}} {
		if testing.Short() && c.vertices > MinGenerated {
			continue
		}
		m, err := GenerateMesh(c.family, 7, c.vertices)
		if err != nil {
			t.Fatal(err)
		}
		if c.vertices > MinGenerated {
			checkGenerated(t, c.family, m, c.vertices)
		} else if top := m.Topology(); top.Vertices != c.vertices || !top.Closed() || !top.Manifold() {
			t.Errorf("%s: %v", c.family, top)
		}
	}
	for _, n := range []int{-1, MinGenerated - 1, MaxGenerated + 1} {
		if _, err := GenerateMesh(Bust, 0, n); err == nil {
			t.Errorf("made a mesh of %d vertices", n)
		}
	}
	if _, err := GenerateMesh("bird", 0, 1000); err == nil {
		t.Error("made a bird")
	}
}

// isGabriel finds the Gabriel edges by comparing all triples.
func isGabriel(points [][2]float64) [][2]int32 {
	var edges [][2]int32
	for i, p := range points {
		for j, q := range points[:i] {
			mid := [2]float64{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2}
			empty := true
			for k, r := range points {
				empty = empty && (k == i || k == j || distance2(mid, r) >= distance2(p, q)/4)
			}
			if empty {
				edges = append(edges, [2]int32{int32(j), int32(i)})
			}
		}
	}
	return uniqueEdges(len(points), edges)
}

// connected tells whether edges join all n nodes.
func connected(n int, edges [][2]int32) bool {
	d, parts := newDisjoint(n), n
	for _, e := range edges {
		if d.union(e[0], e[1]) {
			parts--
		}
	}
	return parts == 1
}

// TestGenerateGabriel makes the Gabriel graph of its points, by the definition, and one for each
// seed.
func TestGenerateGabriel(t *testing.T) {
	for seed := range uint64(5) {
		points, edges, err := GenerateGabriel(100, seed)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(edges, isGabriel(points)) || !connected(100, edges) {
			t.Errorf("seed %d: not the Gabriel graph, or not connected", seed)
		}
		if again, _, _ := GenerateGabriel(100, seed); !slices.Equal(again, points) {
			t.Errorf("seed %d gives two sets of points", seed)
		}
	}
	for _, n := range []int{1, MaxPlanar + 1} {
		if _, _, err := GenerateGabriel(n, 0); err == nil {
			t.Errorf("made a network of %d nodes", n)
		}
	}
}

// TestGeneratePowerGrid makes connected networks of any size, one for each seed.
func TestGeneratePowerGrid(t *testing.T) {
	sizes := []int{2, 50, 4941}
	if testing.Short() {
		sizes = sizes[:2]
	}
	for _, n := range sizes {
		edges, points, err := GeneratePowerGrid(n, 3)
		if err != nil || len(points) != n || !connected(n, edges) {
			t.Fatalf("%d nodes: %d points, connected %t, %v", n, len(points), connected(n, edges), err)
		}
		if again, _, _ := GeneratePowerGrid(n, 3); !slices.Equal(again, edges) {
			t.Errorf("%d nodes: one seed gives two networks", n)
		}
		if other, _, _ := GeneratePowerGrid(n, 4); n > 2 && slices.Equal(other, edges) {
			t.Errorf("%d nodes: two seeds give one network", n)
		}
		if n == 50 {
			all := isGabriel(points)
			for _, e := range edges {
				if !slices.Contains(all, e) {
					t.Errorf("edge %v is not of the Gabriel graph: the network may not be planar", e)
				}
			}
		}
		if n == 4941 && len(edges) != 6594 { // as the grid of the western United States
			t.Errorf("%d edges, want 6594", len(edges))
		}
	}
	for _, n := range []int{1, MaxPlanar + 1} {
		if _, _, err := GeneratePowerGrid(n, 0); err == nil {
			t.Errorf("made a power grid of %d nodes", n)
		}
	}
}
