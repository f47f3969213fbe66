package mesh

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.org/isinggraph/data"
)

func surface(t testing.TB, m *data.Mesh) *Surface {
	t.Helper()
	s, err := NewSurface(m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// grid is a square of n×n vertices in the plane z = 0, spacing 1, every square
// cut along the same diagonal.
func grid(n int) *data.Mesh {
	m := new(data.Mesh)
	for y := range n {
		for x := range n {
			m.Vertices = append(m.Vertices, [3]float64{float64(x), float64(y), 0})
		}
	}
	for y := range n - 1 {
		for x := range n - 1 {
			a := int32(y*n + x)
			b, c, d := a+1, a+int32(n), a+int32(n)+1
			m.Faces = append(m.Faces, [3]int32{a, b, d}, [3]int32{a, d, c})
		}
	}
	return m
}

// cube is the surface of [−1, 1]³ with two faces a side: corner i has the signs of
// the bits of i.
func cube() *data.Mesh {
	m := new(data.Mesh)
	for i := range 8 {
		var p [3]float64
		for k := range p {
			p[k] = float64(i>>k&1)*2 - 1
		}
		m.Vertices = append(m.Vertices, p)
	}
	for _, q := range [][4]int32{{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}} {
		m.Faces = append(m.Faces, [3]int32{q[0], q[1], q[2]}, [3]int32{q[0], q[2], q[3]})
	}
	return m
}

// refine cuts each face in four, and then moves every vertex by f.
func refine(m *data.Mesh, times int, f func([3]float64) [3]float64) *data.Mesh {
	out := &data.Mesh{Vertices: append([][3]float64(nil), m.Vertices...), Faces: m.Faces}
	for range times {
		middle := map[[2]int32]int32{}
		mid := func(u, v int32) int32 {
			key := [2]int32{min(u, v), max(u, v)}
			if _, ok := middle[key]; !ok {
				middle[key] = int32(len(out.Vertices))
				var p [3]float64
				for k := range p {
					p[k] = (out.Vertices[u][k] + out.Vertices[v][k]) / 2
				}
				out.Vertices = append(out.Vertices, p)
			}
			return middle[key]
		}
		var faces [][3]int32
		for _, t := range out.Faces {
			a, b, c := mid(t[0], t[1]), mid(t[1], t[2]), mid(t[2], t[0])
			faces = append(faces, [3]int32{t[0], a, c}, [3]int32{a, t[1], b}, [3]int32{c, b, t[2]}, [3]int32{a, b, c})
		}
		out.Faces = faces
	}
	for i, p := range out.Vertices {
		out.Vertices[i] = f(p)
	}
	return out
}

func same(p [3]float64) [3]float64 { return p }

func onSphere(p [3]float64) [3]float64 {
	r := math.Sqrt(p[0]*p[0] + p[1]*p[1] + p[2]*p[2])
	return [3]float64{p[0] / r, p[1] / r, p[2] / r}
}

// octahedron has its corners on the axes at distance 1.
func octahedron() *data.Mesh {
	m := &data.Mesh{Vertices: [][3]float64{{1, 0, 0}, {0, 1, 0}, {-1, 0, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}}}
	for k := range int32(4) {
		m.Faces = append(m.Faces, [3]int32{k, (k + 1) % 4, 4}, [3]int32{(k + 1) % 4, k, 5})
	}
	return m
}

func sphere(times int) *data.Mesh { return refine(octahedron(), times, onSphere) }

// join puts meshes side by side, distance apart along x.
func join(distance float64, meshes ...*data.Mesh) *data.Mesh {
	out := new(data.Mesh)
	for k, m := range meshes {
		base := int32(len(out.Vertices))
		for _, p := range m.Vertices {
			p[0] += float64(k) * distance
			out.Vertices = append(out.Vertices, p)
		}
		for _, f := range m.Faces {
			out.Faces = append(out.Faces, [3]int32{f[0] + base, f[1] + base, f[2] + base})
		}
	}
	return out
}

// ugly are meshes with what real files have: holes, parts, degenerate faces.
func ugly() map[string]*data.Mesh {
	hole := sphere(3)
	hole.Faces = append(hole.Faces[:40:40], hole.Faces[60:]...)
	flat := grid(6)
	for range 3 {
		flat.Faces = append(flat.Faces, [3]int32{0, 1, 2}, [3]int32{3, 3, 4}, [3]int32{5, 5, 5}, flat.Faces[7])
	}
	fan := grid(3) // a third and a fourth face at the edge (4, 5)
	fan.Vertices = append(fan.Vertices, [3]float64{1, 1, 1}, [3]float64{1, 1, -1}, [3]float64{9, 9, 9})
	fan.Faces = append(fan.Faces, [3]int32{4, 5, 9}, [3]int32{4, 5, 10})
	rng := rand.New(rand.NewPCG(1, 2))
	soup := new(data.Mesh)
	for range 60 {
		soup.Vertices = append(soup.Vertices, [3]float64{rng.NormFloat64(), rng.NormFloat64(), math.Round(rng.NormFloat64())})
	}
	for range 200 {
		soup.Faces = append(soup.Faces, [3]int32{rng.Int32N(60), rng.Int32N(60), rng.Int32N(60)})
	}
	return map[string]*data.Mesh{
		"hole": hole, "zero area": flat, "non-manifold": fan, "soup": soup,
		"parts":     join(3, sphere(2), cube(), octahedron()),
		"one face":  {Vertices: [][3]float64{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}}, Faces: [][3]int32{{0, 1, 2}}},
		"collinear": {Vertices: [][3]float64{{0, 0, 0}, {1, 0, 0}, {2, 0, 0}}, Faces: [][3]int32{{0, 1, 2}}},
	}
}

func randomSpins(n int, share float64, seed uint64) []int8 {
	rng := rand.New(rand.NewPCG(seed, 7))
	keep := make([]int8, n)
	for i := range keep {
		keep[i] = -1
		if rng.Float64() < share {
			keep[i] = 1
		}
	}
	return keep
}
