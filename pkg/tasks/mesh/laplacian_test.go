package mesh

import (
	"math"
	"testing"

	"example.org/isinggraph/data"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/spatial/r3"
)

// weight returns w_ij of two neighbours.
func weight(l *Laplacian, i, j int32) float64 {
	rowPtr, _ := l.Graph.CSR()
	for k, v := range l.Graph.Neighbors(int(i)) {
		if v == j {
			return l.Weights[int(rowPtr[i])+k]
		}
	}
	return math.NaN()
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %v, want %v within %g", what, got, want, tolerance)
	}
}

// On the cube the diagonals lie between two right angles, and every other edge
// between two angles of 45°: w is 0 and 1. A corner has three edges of length 2 at
// right angles, so that ‖Σ w (r_i − r_j)‖² is 12.
func TestCube(t *testing.T) {
	s := surface(t, cube())
	l := NewLaplacian(s)
	near(t, "a side", weight(l, 0, 1), 1, 1e-12)
	near(t, "a diagonal", weight(l, 0, 3), 0, 1e-12)
	for i, z := range Curvature(s) {
		near(t, "curvature of a corner", z, 12, 1e-12)
		if h := LogCurvature(s)[i]; h != 0 {
			t.Errorf("log of the mean curvature: %v", h)
		}
	}
}

// The vertices of the octahedron have four edges to a square around them: equal
// weights cot 60°, whose sum of differences is 4·r/√3.
func TestOctahedron(t *testing.T) {
	s := surface(t, octahedron())
	near(t, "an edge", weight(NewLaplacian(s), 0, 1), 1/math.Sqrt(3), 1e-12)
	for _, z := range Curvature(s) {
		near(t, "curvature", z, 16./3, 1e-12)
	}
}

// Inside a plane there is no curvature, obtuse triangles or not.
func TestPlane(t *testing.T) {
	for _, shear := range []float64{0, 3, -3} {
		m := grid(8)
		for i, p := range m.Vertices {
			m.Vertices[i] = [3]float64{p[0] + shear*p[1], p[1], 2*p[0] - p[1]}
		}
		z := Curvature(surface(t, m))
		for y := 1; y < 7; y++ {
			for x := 1; x < 7; x++ {
				near(t, "inside", z[8*y+x], 0, 1e-20)
			}
		}
		if z[3] < 0.01 {
			t.Errorf("shear %g: the boundary has curvature %g", shear, z[3])
		}
	}
	obtuse := grid(4)
	for i, p := range obtuse.Vertices {
		obtuse.Vertices[i][0] = p[0] + 3*p[1]
	}
	least := 0.0
	for _, w := range NewLaplacian(surface(t, obtuse)).Weights {
		least = min(least, w)
	}
	if least > -1 {
		t.Errorf("obtuse triangles should have negative weights, the least is %g", least)
	}
}

// On the unit sphere the mean curvature is 1: √z is twice the area of the vertex,
// for the sum over all of them twice 4π.
func TestSphere(t *testing.T) {
	s := surface(t, sphere(5))
	z := Curvature(s)
	areas := make([]float64, len(z))
	for _, f := range s.faces {
		a, b, c := s.points[f[0]], s.points[f[1]], s.points[f[2]]
		area := r3.Norm(r3.Cross(r3.Sub(b, a), r3.Sub(c, a))) / 2
		for _, v := range f {
			areas[v] += area / 3
		}
	}
	var sum float64
	for i, v := range z {
		sum += math.Sqrt(v)
		if i >= 6 { // the six corners of the octahedron have four neighbours
			near(t, "√z over twice the area", math.Sqrt(v)/(2*areas[i]), 1, 0.1)
		}
	}
	near(t, "total", sum/(8*math.Pi), 1, 0.005)
}

// Σ_edges w_ij |r_i − r_j|² is twice the area, and C is symmetric and positive
// semidefinite with C·1 = 0, on all sorts of meshes.
func TestLaplacianIdentities(t *testing.T) {
	meshes := ugly()
	meshes["sphere"] = sphere(2)
	for name, m := range meshes {
		s := surface(t, m)
		l := NewLaplacian(s)
		var area, energy float64
		for _, f := range s.faces {
			a, b, c := s.points[f[0]], s.points[f[1]], s.points[f[2]]
			area += r3.Norm(r3.Cross(r3.Sub(b, a), r3.Sub(c, a))) / 2
		}
		n := len(m.Vertices)
		dense := mat.NewSymDense(n, nil)
		for i := range int32(n) {
			for _, j := range s.Graph.Neighbors(int(i)) {
				w := weight(l, i, j)
				energy += w * r3.Norm2(r3.Sub(s.points[i], s.points[j])) / 2
				near(t, name+": symmetry", w, weight(l, j, i), 1e-12)
				dense.SetSym(int(i), int(i), dense.At(int(i), int(i))+w)
				if i < j {
					dense.SetSym(int(i), int(j), -w)
				}
			}
		}
		near(t, name+": energy", energy, 2*area, 1e-10*(1+area))
		var eigen mat.EigenSym
		if !eigen.Factorize(dense, false) {
			t.Fatal(name)
		}
		if values := eigen.Values(nil); values[0] < -1e-9*values[n-1]-1e-15 {
			t.Errorf("%s: negative eigenvalue %g", name, values[0])
		}
	}
}

// A face without area contributes nothing, and changes nothing else.
func TestDegenerateFacesContributeNothing(t *testing.T) {
	plain := grid(6)
	before := Curvature(surface(t, plain))
	plain.Faces = append(plain.Faces, [3]int32{0, 1, 2}, [3]int32{3, 3, 4})
	for i, z := range Curvature(surface(t, plain)) {
		near(t, "curvature", z, before[i], 0)
	}
	flat := surface(t, ugly()["collinear"])
	for i, z := range LogCurvature(flat) {
		if z != 0 {
			t.Errorf("log curvature %d without area: %v", i, z)
		}
	}
}

func TestNewSurfaceErrors(t *testing.T) {
	nan := grid(2)
	nan.Vertices[1][2] = math.NaN()
	outside := grid(2)
	outside.Faces[1][2] = 9
	huge := grid(2)
	huge.Vertices[0][0] = 1e200
	for name, m := range map[string]*data.Mesh{
		"empty":      {},
		"no faces":   {Vertices: [][3]float64{{0, 0, 0}}},
		"all loops":  {Vertices: [][3]float64{{0, 0, 0}}, Faces: [][3]int32{{0, 0, 0}}},
		"one place":  {Vertices: make([][3]float64, 3), Faces: [][3]int32{{0, 1, 2}}},
		"not finite": nan, "index": outside, "overflow": huge,
	} {
		if _, err := NewSurface(m); err == nil || len(err.Error()) < 12 || err.Error()[:6] != "mesh: " {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
