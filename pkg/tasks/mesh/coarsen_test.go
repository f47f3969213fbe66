package mesh

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/isinggraph/data"
	"gonum.org/v1/gonum/spatial/r3"
)

// targets is the rule of collapse, by Floyd and Warshall's shortest paths over the
// removed vertices.
func targets(s *Surface, keep []int8) []int32 {
	n := len(s.points)
	path := make([][]float64, n)
	for i := range path {
		path[i] = make([]float64, n)
		for j := range path[i] {
			path[i][j] = math.Inf(1)
		}
		for _, j := range s.Graph.Neighbors(i) {
			path[i][j] = r3.Norm(r3.Sub(s.points[i], s.points[j]))
		}
		path[i][i] = 0
	}
	for k := range n {
		for i := range n {
			for j := range n {
				path[i][j] = math.Min(path[i][j], path[i][k]+path[k][j])
			}
		}
	}
	to := make([]int32, n)
	for i := range to {
		to[i] = -1
		best := math.Inf(1)
		for _, j := range s.Graph.Neighbors(i) {
			if d := r3.Norm(r3.Sub(s.points[i], s.points[j])); keep[j] == 1 && d < best {
				to[i], best = j, d
			}
		}
		if keep[i] == 1 {
			to[i] = int32(i)
			continue
		}
		if to[i] >= 0 {
			continue
		}
		for j := range n {
			if keep[j] == 1 && path[i][j] < best {
				to[i], best = int32(j), path[i][j]
			}
		}
	}
	return to
}

// jittered moves the vertices of a mesh a little, so that no two distances are
// equal.
func jittered(m *data.Mesh) *data.Mesh {
	out := &data.Mesh{Faces: m.Faces}
	rng := rand.New(rand.NewPCG(8, 9))
	for _, p := range m.Vertices {
		q := randomVec(rng, 0.01)
		out.Vertices = append(out.Vertices, [3]float64{p[0] + q.X, p[1] + q.Y, p[2] + q.Z})
	}
	return out
}

// The collapse follows the stated rule, the index maps invert each other, and the
// faces are the remapped ones without degenerate ones and duplicates.
func TestCoarsen(t *testing.T) {
	meshes := ugly()
	meshes["sphere"], meshes["grid"] = sphere(2), grid(9)
	for name, m := range meshes {
		s := surface(t, jittered(m))
		for k, share := range []float64{0.5, 0.2, 0.05, 0} {
			keep := randomSpins(len(m.Vertices), share, uint64(k))
			c, err := s.Coarsen(keep)
			if err != nil {
				t.Fatal(err)
			}
			want := targets(s, keep)
			for i, to := range c.To {
				if to < 0 && want[i] >= 0 || to >= 0 && c.Kept[to] != want[i] {
					t.Fatalf("%s, share %g: vertex %d went to %d, want original %d", name, share, i, to, want[i])
				}
			}
			if !slices.IsSorted(c.Kept) || len(c.Kept) != len(c.Mesh.Vertices) {
				t.Fatalf("%s: kept %v", name, c.Kept)
			}
			for k, i := range c.Kept {
				if keep[i] != 1 || c.To[i] != int32(k) || c.Mesh.Vertices[k] != s.Mesh.Vertices[i] {
					t.Fatalf("%s: coarse vertex %d is original %d, which is coarse %d", name, k, i, c.To[i])
				}
			}
			seen := map[[3]int32]bool{}
			var faces [][3]int32
			for _, f := range m.Faces {
				g := [3]int32{c.To[f[0]], c.To[f[1]], c.To[f[2]]}
				key := g
				slices.Sort(key[:])
				if !repeats(g) && !seen[key] {
					faces = append(faces, g)
				}
				seen[key] = true
			}
			if !slices.Equal(faces, c.Mesh.Faces) {
				t.Fatalf("%s, share %g: faces %v, want %v", name, share, c.Mesh.Faces, faces)
			}
		}
	}
}

// A component of which nothing is kept vanishes, and its vertices are measured
// from what is left; a component of one kept vertex stays as an isolated vertex.
func TestCoarsenComponents(t *testing.T) {
	s := surface(t, join(10, octahedron(), octahedron(), octahedron()))
	keep := make([]int8, 18)
	for i := range keep {
		keep[i] = 1
		if i >= 6 && i != 12 {
			keep[i] = -1
		}
	}
	c, err := s.Coarsen(keep)
	if err != nil {
		t.Fatal(err)
	}
	top := c.Mesh.Topology()
	if len(c.Mesh.Faces) != 8 || top.Components != 1 || top.IsolatedVertices != 1 {
		t.Errorf("left: %v", top)
	}
	for i, to := range c.To {
		want := int32(i)
		switch {
		case i >= 12:
			want = 6
		case i >= 6:
			want = -1
		}
		if to != want {
			t.Errorf("vertex %d went to %d, want %d", i, to, want)
		}
	}
	d, err := s.Distances(keep, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "from the lost octahedron", d[8], 8, 1e-12) // (9, 0, 0) from (1, 0, 0)
	near(t, "from the isolated vertex", d[12], 20, 1e-12)
}

// Levels are nested, their maps compose, and the last has at most the vertices
// asked for.
func TestHierarchy(t *testing.T) {
	s := surface(t, jittered(sphere(4)))
	levels, err := NewHierarchy(context.Background(), s, Ising{}, 40, 5)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(levels); n < 4 || len(levels[n-1].Kept) > 40 || len(levels[n-2].Kept) <= 40 {
		t.Fatalf("%d levels", n)
	}
	for k, l := range levels {
		if len(l.Kept) != l.Surface.Graph.NumNodes() {
			t.Fatalf("level %d: %d kept, %d vertices", k, len(l.Kept), l.Surface.Graph.NumNodes())
		}
		for v, i := range l.Kept {
			if l.To[i] != int32(v) || l.Surface.Mesh.Vertices[v] != s.Mesh.Vertices[i] {
				t.Fatalf("level %d: vertex %d is original %d, which is %d", k, v, i, l.To[i])
			}
		}
		if k == 0 {
			continue
		}
		before := levels[k-1]
		for i, to := range before.To {
			if l.To[i] != l.Step.To[to] {
				t.Fatalf("level %d: original %d went to %d", k, i, l.To[i])
			}
		}
		for _, i := range l.Kept {
			if _, nested := slices.BinarySearch(before.Kept, i); !nested {
				t.Fatalf("level %d: vertex %d is not of the level before", k, i)
			}
		}
	}
	short, err := NewHierarchy(context.Background(), s, constant(1), 40, 5)
	if err == nil || len(short) != 1 {
		t.Errorf("a method that keeps all: %d levels, error %v", len(short), err)
	}
	if _, err := NewHierarchy(context.Background(), s, constant(-1), 40, 5); err == nil {
		t.Error("a method that keeps nothing made a hierarchy")
	}
}

// constant is a method that keeps all or nothing.
type constant int8

func (constant) Name() string { return "CONSTANT" }

func (c constant) Keep(_ context.Context, s *Surface, _ uint64) ([]int8, error) {
	return slices.Repeat([]int8{int8(c)}, len(s.points)), nil
}
