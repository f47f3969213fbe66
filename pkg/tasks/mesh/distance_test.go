package mesh

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"gonum.org/v1/gonum/spatial/r3"
)

// project returns the distance from p to the triangle a, b, c in another way: by
// barycentric coordinates from normal equations, and by clamping to each edge.
func project(p, a, b, c r3.Vec) float64 {
	edge := func(a, b r3.Vec) float64 {
		u := r3.Sub(b, a)
		if r3.Norm2(u) == 0 {
			return r3.Norm(r3.Sub(p, a))
		}
		s := math.Max(0, math.Min(1, r3.Dot(r3.Sub(p, a), u)/r3.Norm2(u)))
		return r3.Norm(r3.Sub(p, r3.Add(a, r3.Scale(s, u))))
	}
	best := math.Min(edge(a, b), math.Min(edge(b, c), edge(c, a)))
	u, v, w := r3.Sub(b, a), r3.Sub(c, a), r3.Sub(p, a)
	uu, uv, vv := r3.Norm2(u), r3.Dot(u, v), r3.Norm2(v)
	det := uu*vv - uv*uv
	if det <= 1e-12*uu*vv {
		return best
	}
	s := (vv*r3.Dot(w, u) - uv*r3.Dot(w, v)) / det
	t := (uu*r3.Dot(w, v) - uv*r3.Dot(w, u)) / det
	if s >= 0 && t >= 0 && s+t <= 1 {
		q := r3.Add(a, r3.Add(r3.Scale(s, u), r3.Scale(t, v)))
		best = math.Min(best, r3.Norm(r3.Sub(p, q)))
	}
	return best
}

// bruteForce returns the distance from p to all faces of a mesh.
func bruteForce(m *data.Mesh, p r3.Vec) float64 {
	points := vectors(m.Vertices)
	best := math.Inf(1)
	for _, f := range m.Faces {
		if !repeats(f) {
			best = math.Min(best, project(p, points[f[0]], points[f[1]], points[f[2]]))
		}
	}
	return best
}

func randomVec(rng *rand.Rand, scale float64) r3.Vec {
	return r3.Scale(scale, r3.Vec{X: rng.NormFloat64(), Y: rng.NormFloat64(), Z: rng.NormFloat64()})
}

// The point–triangle distance in closed form: above, beside and beyond a right
// triangle, slivers of height 1e-9 whose plane is mostly rounding, segments and
// points.
func TestTriangleDistance(t *testing.T) {
	o, x, y := r3.Vec{}, r3.Vec{X: 1}, r3.Vec{Y: 1}
	const thin = 1e-9
	for _, c := range []struct {
		a, b, c, p r3.Vec
		want       float64
	}{
		{o, x, y, r3.Vec{X: .2, Y: .3, Z: -2}, 2},
		{o, x, y, r3.Vec{X: .3, Y: .3}, 0},
		{o, x, y, r3.Vec{X: -3, Y: -4}, 5},
		{o, x, y, r3.Vec{X: .5, Y: -1, Z: 1}, math.Sqrt2},
		{o, x, y, r3.Vec{X: 1, Y: 1}, math.Sqrt2 / 2},
		{o, x, y, r3.Vec{X: 3, Y: 0, Z: 0}, 2},
		{o, x, r3.Vec{X: .5, Y: thin}, r3.Vec{X: .5, Y: thin / 2, Z: 7e-9}, 7e-9},
		{o, x, r3.Vec{X: .5, Y: thin}, r3.Vec{X: .5, Y: 3 * thin}, 2 * thin},
		{o, x, r3.Vec{X: .5, Y: thin}, r3.Vec{X: .5, Y: -thin}, thin},
		{o, x, r3.Vec{X: .3}, r3.Vec{X: .7, Z: 2}, 2},
		{r3.Vec{X: .3}, o, x, r3.Vec{X: -2}, 2},
		{x, x, x, o, 1},
	} {
		for k, tri := range []triangle{newTriangle(c.a, c.b, c.c), newTriangle(c.b, c.c, c.a), newTriangle(c.c, c.b, c.a)} {
			got := math.Sqrt(tri.distance2(c.p))
			if !(math.Abs(got-c.want) <= 1e-15+1e-12*c.want) {
				t.Errorf("from %v to %v %v %v, order %d: %v, want %v", c.p, c.a, c.b, c.c, k, got, c.want)
			}
		}
	}
}

// Random triangles of all shapes agree with another formula.
func TestTriangleDistanceRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 50_000 {
		a, b := randomVec(rng, 1), randomVec(rng, 1)
		c := randomVec(rng, 1)
		if rng.IntN(3) == 0 { // a thin one
			c = r3.Add(r3.Add(a, r3.Scale(rng.Float64()*1.5, r3.Sub(b, a))), r3.Scale(1e-3, c))
		}
		p := randomVec(rng, 2)
		tri := newTriangle(a, b, c)
		if got, want := math.Sqrt(tri.distance2(p)), project(p, a, b, c); math.Abs(got-want) > 1e-10 {
			t.Fatalf("from %v to %v %v %v: %v, want %v", p, a, b, c, got, want)
		}
	}
}

// The tree equals brute force to 1e-10, near, on and far from all sorts of meshes.
func TestTree(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	meshes := ugly()
	meshes["sphere"] = sphere(4)
	for name, m := range meshes {
		tree, err := NewTree(m)
		if err != nil {
			t.Fatal(name, err)
		}
		points := append([][3]float64(nil), m.Vertices[:min(len(m.Vertices), 50)]...)
		for k := range 300 {
			p := randomVec(rng, []float64{0.5, 3, 100}[k%3])
			points = append(points, [3]float64{p.X, p.Y, p.Z})
		}
		for i, d := range tree.Distances(points) {
			p := vectors(points[i : i+1])[0]
			if want := bruteForce(m, p); math.Abs(d-want) > 1e-10 {
				t.Fatalf("%s: from %v: %v, want %v", name, points[i], d, want)
			}
		}
	}
	if _, err := NewTree(&data.Mesh{Vertices: make([][3]float64, 1), Faces: make([][3]int32, 1)}); err == nil {
		t.Error("a tree of nothing")
	}
	if _, err := NewTree(&data.Mesh{Vertices: make([][3]float64, 1), Faces: [][3]int32{{0, 1, 2}}}); err == nil {
		t.Error("a tree of faces without vertices")
	}
}

// From the sphere's centre and beyond: the inscribed polyhedron is nearest in the
// middle of its faces, and at its corners the distance is known.
func TestTreeOnSphere(t *testing.T) {
	tree, err := NewTree(octahedron())
	if err != nil {
		t.Fatal(err)
	}
	got := tree.Distances([][3]float64{{0, 0, 0}, {3, 0, 0}, {1, 1, 1}, {0, .5, .5}})
	for i, want := range []float64{1 / math.Sqrt(3), 2, 2 / math.Sqrt(3), 0} {
		near(t, "distance", got[i], want, 1e-14)
	}
}

// Distances of a sample equal brute force on the mesh that Coarsen makes.
func TestSurfaceDistances(t *testing.T) {
	meshes := ugly()
	meshes["sphere"] = sphere(3)
	for name, m := range meshes {
		s := surface(t, m)
		for k, share := range []float64{0.5, 0.2, 0.9} {
			keep := randomSpins(len(m.Vertices), share, uint64(k))
			c, err := s.Coarsen(keep)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Distances(keep, make([]float64, 3))
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range s.points {
				want := bruteForce(c.Mesh, p)
				if len(c.Mesh.Faces) == 0 {
					want = s.diagonal
					for _, v := range vectors(c.Mesh.Vertices) {
						want = math.Min(want, r3.Norm(r3.Sub(p, v)))
					}
				}
				if math.Abs(got[i]-want) > 1e-10 {
					t.Fatalf("%s, share %g: vertex %d: %v, want %v", name, share, i, got[i], want)
				}
			}
		}
	}
}

// With everything kept nothing moves; with nothing kept all are a diagonal away.
func TestDistancesExtremes(t *testing.T) {
	s := surface(t, cube())
	for _, c := range []struct {
		share, want float64
	}{{1, 0}, {0, 2 * math.Sqrt(3)}} {
		d, err := s.Distances(randomSpins(8, c.share, 1), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range d {
			near(t, "distance", v, c.want, 1e-12)
		}
	}
	for _, bad := range [][]int8{make([]int8, 7), make([]int8, 8)} {
		if _, err := s.Distances(bad, nil); err == nil {
			t.Errorf("spins %v accepted", bad)
		}
		if _, err := s.Coarsen(bad); err == nil {
			t.Errorf("spins %v accepted", bad)
		}
	}
}

// The loss's parts sum to the scale of Table 5, squared or not, and do not depend
// on how many goroutines ask, nor on the size of the mesh.
func TestLoss(t *testing.T) {
	small, big := sphere(3), sphere(3)
	for i := range big.Vertices {
		for k := range 3 {
			big.Vertices[i][k] *= 1024
		}
	}
	surfaces := []*Surface{surface(t, small), surface(t, big)}
	n := len(small.Vertices)
	for _, squared := range []bool{false, true} {
		loss := NewLoss(squared)
		var wg sync.WaitGroup
		for seed := range uint64(8) {
			wg.Go(func() {
				keep := randomSpins(n, 0.5, seed)
				first, err := loss.Parts(&learn.Item{Data: surfaces[0]}, keep)
				if err != nil {
					t.Error(err)
					return
				}
				second, err := loss.Parts(&learn.Item{Data: surfaces[1]}, keep)
				if err != nil {
					t.Error(err)
					return
				}
				c, err := surfaces[0].Coarsen(keep)
				if err != nil {
					t.Error(err)
					return
				}
				for i, p := range surfaces[0].points {
					d := bruteForce(c.Mesh, p) / surfaces[0].MeanEdge()
					if squared {
						d *= d
					}
					if want := 10 * d / float64(n); math.Abs(first[i]-want) > 1e-10 || math.Abs(second[i]-want) > 1e-10 {
						t.Errorf("seed %d: part %d is %v and %v, want %v", seed, i, first[i], second[i], want)
						return
					}
				}
			})
		}
		wg.Wait()
		if _, err := loss.Parts(&learn.Item{}, randomSpins(n, 0.5, 1)); err == nil {
			t.Error("an item without a surface has a loss")
		}
	}
}
