package solid

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/spatial/r3"
)

func randomVec(r *rand.Rand, scale float64) r3.Vec {
	return r3.Scale(scale, r3.Vec{X: 2*r.Float64() - 1, Y: 2*r.Float64() - 1, Z: 2*r.Float64() - 1})
}

// The exact shapes have the distance to the nearest of many points of their
// skeleton, less the radius there.
func TestShapeDistances(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 100 {
		a, b, p := randomVec(r, 1), randomVec(r, 1), randomVec(r, 2)
		ra, rb := 0.1+0.2*r.Float64(), 0.1+0.2*r.Float64()
		// A round cone is the union of the balls along its axis.
		want := math.Inf(1)
		const steps = 20000
		for i := range steps + 1 {
			s := float64(i) / steps
			c := r3.Add(r3.Scale(1-s, a), r3.Scale(s, b))
			want = min(want, r3.Norm(r3.Sub(p, c))-(1-s)*ra-s*rb)
		}
		if got := Limb(a, b, ra, rb).Dist(p); want > 0 && math.Abs(got-want) > 1e-6 {
			t.Errorf("limb %v %v %g %g at %v: %g, want %g", a, b, ra, rb, p, got, want)
		}
	}
	f := Upright.Turn(0.7, r3.Vec{X: 1, Y: 2, Z: 3})
	block := Block(r3.Vec{X: 1}, r3.Vec{X: 0.5, Y: 0.4, Z: 0.3}, 0.1, f)
	disc := Disc(r3.Vec{Y: 1}, 0.5, 0.2, 0.05)
	at := func(x, y, z float64) r3.Vec {
		return r3.Add(r3.Vec{X: 1}, r3.Add(r3.Scale(x, f[0]), r3.Add(r3.Scale(y, f[1]), r3.Scale(z, f[2]))))
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"beside a face of the block", block.Dist(at(0.9, 0.1, 0)), 0.4},
		{"in the block", block.Dist(at(0, 0, 0)), -0.3},
		{"off a corner of the block", block.Dist(at(1.4, 1.3, 1.2)), math.Sqrt(3) - 0.1},
		{"above the disc", disc.Dist(r3.Vec{X: 0.2, Y: 2}), 0.8},
		{"beside the disc", disc.Dist(r3.Vec{Z: 2, Y: 1.1}), 1.5},
		{"in the disc", disc.Dist(r3.Vec{Y: 1}), -0.2},
		{"on the axis of the ellipsoid", Ellipsoid(r3.Vec{}, r3.Vec{X: 1, Y: 2, Z: 3}, Upright).Dist(r3.Vec{Z: 5}), 2},
		{"at the centre of the ellipsoid", Ellipsoid(r3.Vec{}, r3.Vec{X: 1, Y: 2, Z: 3}, Upright).Dist(r3.Vec{}), -1},
		{"a limb that is a ball", Limb(r3.Vec{}, r3.Vec{X: 0.1}, 1, 0.2).Dist(r3.Vec{Y: 3}), 2},
		{"a crest", Wavy(Ball(r3.Vec{}, 1), 0.1, 4, Upright).Dist(r3.Vec{X: 1, Y: 1, Z: 1}), math.Sqrt(3) - 1.1},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s: %g, want %g", c.name, c.got, c.want)
		}
	}
}

// some returns solids that use every operation.
func some() map[string]*Solid {
	ring := &Solid{}
	for i := range 12 {
		s0, c0 := math.Sincos(2 * math.Pi * float64(i) / 12)
		s1, c1 := math.Sincos(2 * math.Pi * float64(i+1) / 12)
		ring.Add(0.02, Limb(r3.Vec{X: c0, Y: s0}, r3.Vec{X: c1, Y: s1}, 0.3, 0.3))
	}
	ball := &Solid{}
	ball.Add(0, Ball(r3.Vec{X: 1}, 1))
	bowl := &Solid{}
	bowl.Add(0, Ellipsoid(r3.Vec{}, r3.Vec{X: 1, Y: 0.6, Z: 0.8}, Upright.Turn(0.3, r3.Vec{Z: 1})))
	bowl.Carve(0.1, Ball(r3.Vec{Y: 0.7}, 0.6))
	bowl.Add(0.2, Wavy(Limb(r3.Vec{}, r3.Vec{Y: -1.2}, 0.2, 0.15), 0.01, 0.2, Upright))
	parts := &Solid{} // the second is the larger
	parts.Add(0, Ball(r3.Vec{X: -3}, 0.5), Ball(r3.Vec{X: 3}, 1))
	flat := &Solid{} // ellipsoids, whose distance is approximate, at their worst
	flat.Add(0, Ellipsoid(r3.Vec{}, r3.Vec{X: 0.05, Y: 1, Z: 0.4}, Upright.Turn(0.5, r3.Vec{X: 1, Y: 1})))
	flat.Add(0.1, Ellipsoid(r3.Vec{}, r3.Vec{X: 1, Y: 0.08, Z: 0.08}, Upright))
	return map[string]*Solid{"ring": ring, "ball": ball, "bowl": bowl, "two parts": parts, "flat": flat}
}

// Skipping the parts of a solid that cannot matter changes nothing near the
// surface; skipping the blocks of the lattice that cannot hold the surface
// changes no sign.
func TestShortcuts(t *testing.T) {
	for name, s := range some() {
		l := sample(s, 0.07)
		for i, v := range l.value {
			p := l.position(int32(i))
			whole := math.Inf(1)
			for _, a := range s.parts {
				if a.carve {
					whole = -smoothMin(-whole, a.Dist(p), a.blend)
				} else {
					whole = smoothMin(whole, a.Dist(p), a.blend)
				}
			}
			at := s.At(p)
			if math.Abs(whole-at) > 1e-12 && math.Abs(whole) < 0.2 || (v < 0) != (whole < 0) || (at < 0) != (whole < 0) {
				t.Fatalf("%s at %v: %g, in full %g, on the lattice %g", name, p, at, whole, v)
			}
		}
	}
}

// TestGradient compares the gradient with the one by finite differences.
func TestGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	s := some()["bowl"]
	for range 100 {
		p := randomVec(r, 1)
		want := r3.Gradient(p, r3.Vec{X: 1e-5, Y: 1e-5, Z: 1e-5}, s.At)
		if got := s.Gradient(p, 1e-5); r3.Norm(r3.Sub(got, want)) > 1e-3 {
			t.Errorf("at %v: %v, want %v", p, got, want)
		}
	}
}

// Meshes are closed and manifold, keep the genus, have the number of vertices
// asked for and lie on the surface.
func TestMesh(t *testing.T) {
	euler := map[string]int{"ring": 0, "ball": 2, "bowl": 2, "two parts": 2}
	for name, s := range some() {
		if _, known := euler[name]; !known {
			continue // its rim is thinner than any lattice
		}
		for _, n := range []int{300, 3000} {
			vertices, faces := Mesh(s, n, 0.05)
			if len(vertices) != n {
				t.Errorf("%s: %d vertices, want %d", name, len(vertices), n)
			}
			if got := len(vertices) - len(faces)/2; got != euler[name] {
				t.Errorf("%s, %d vertices: Euler characteristic %d, want %d", name, n, got, euler[name])
			}
			for _, v := range vertices {
				if f := s.At(r3.Vec{X: v[0], Y: v[1], Z: v[2]}); math.Abs(f) > 1e-5 {
					t.Errorf("%s: vertex %v at distance %g", name, v, f)
				}
			}
			checkClosed(t, name, faces)
		}
	}
	// A ball of radius 1 around (1, 0, 0), the volume by the divergence theorem.
	vertices, faces := Mesh(some()["ball"], 3000, 0.1)
	volume := 0.0
	for _, f := range faces {
		a, b, c := vertices[f[0]], vertices[f[1]], vertices[f[2]]
		volume += r3.Dot(r3.Vec{X: a[0], Y: a[1], Z: a[2]}, r3.Cross(r3.Vec{X: b[0], Y: b[1], Z: b[2]}, r3.Vec{X: c[0], Y: c[1], Z: c[2]})) / 6
	}
	if want := 4 * math.Pi / 3; volume > want || volume < 0.995*want {
		t.Errorf("ball of volume %g, want a little less than %g", volume, want)
	}
}

// checkClosed finds every half-edge once, and its opposite.
func checkClosed(t *testing.T, name string, faces [][3]int32) {
	t.Helper()
	half := map[[2]int32]bool{}
	for _, f := range faces {
		for k := range 3 {
			e := [2]int32{f[k], f[(k+1)%3]}
			if half[e] || e[0] == e[1] {
				t.Errorf("%s: half-edge %v repeats", name, e)
			}
			half[e] = true
		}
	}
	for e := range half {
		if !half[[2]int32{e[1], e[0]}] {
			t.Errorf("%s: half-edge %v has no opposite", name, e)
		}
	}
}
