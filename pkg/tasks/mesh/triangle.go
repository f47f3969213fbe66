package mesh

import (
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// triangle is a triangle in a frame of its own: its longest edge runs from the
// origin along e to (base, 0), its third corner lies at (cx, cy) with 0 ≤ cx ≤
// base and cy ≥ 0, in the plane of the unit vectors e and f. Both base angles are
// acute, and slivers, whose normal is mostly rounding, lose no accuracy: without
// area f and cy are 0, and the triangle is the segment or point that it is.
type triangle struct {
	origin, e, f r3.Vec
	base, cx, cy float64
}

func newTriangle(a, b, c r3.Vec) triangle {
	ab, bc, ca := r3.Norm2(r3.Sub(b, a)), r3.Norm2(r3.Sub(c, b)), r3.Norm2(r3.Sub(a, c))
	switch longest := max(ab, bc, ca); longest {
	case ab:
	case bc:
		a, b, c, ab = b, c, a, bc
	default:
		a, b, c, ab = c, a, b, ca
	}
	t := triangle{origin: a, base: math.Sqrt(ab)}
	if t.base == 0 {
		return t
	}
	t.e = r3.Scale(1/t.base, r3.Sub(b, a))
	w := r3.Sub(c, a)
	t.cx = min(max(r3.Dot(w, t.e), 0), t.base)
	t.f = r3.Sub(w, r3.Scale(t.cx, t.e))
	t.cy = r3.Norm(t.f)
	if t.cy <= 1e-14*t.base {
		t.f, t.cy = r3.Vec{}, 0
		return t
	}
	t.f = r3.Scale(1/t.cy, t.f)
	return t
}

// distance2 returns the squared distance from p to the triangle.
func (t *triangle) distance2(p r3.Vec) float64 {
	w := r3.Sub(p, t.origin)
	x := w.X*t.e.X + w.Y*t.e.Y + w.Z*t.e.Z
	w = r3.Vec{X: w.X - x*t.e.X, Y: w.Y - x*t.e.Y, Z: w.Z - x*t.e.Z}
	y := w.X*t.f.X + w.Y*t.f.Y + w.Z*t.f.Z
	w = r3.Vec{X: w.X - y*t.f.X, Y: w.Y - y*t.f.Y, Z: w.Z - y*t.f.Z}
	return w.X*w.X + w.Y*w.Y + w.Z*w.Z + t.planar2(x, y)
}

// planar2 returns the squared distance from (x, y) to the triangle in its plane.
func (t *triangle) planar2(x, y float64) float64 {
	if y <= 0 {
		dx := max(-x, 0, x-t.base)
		return dx*dx + y*y
	}
	d := math.Inf(1)
	inside := true
	if t.cx*y > t.cy*x { // beyond the edge from the origin
		d, inside = planarSegment2(x, y, t.cx, t.cy), false
	}
	if (t.cx-t.base)*y < t.cy*(x-t.base) { // beyond the other edge
		d, inside = min(d, planarSegment2(x-t.base, y, t.cx-t.base, t.cy)), false
	}
	if inside {
		return 0
	}
	return d
}

// planarSegment2 returns the squared distance from (x, y) to the segment from
// (0, 0) to (ex, ey).
func planarSegment2(x, y, ex, ey float64) float64 {
	along, square := x*ex+y*ey, ex*ex+ey*ey
	if along <= 0 || square == 0 {
		return x*x + y*y
	}
	s := min(along/square, 1)
	x, y = x-s*ex, y-s*ey
	return x*x + y*y
}

// box is an axis-aligned bounding box.
type box struct{ min, max r3.Vec }

func emptyBox() box {
	inf := math.Inf(1)
	return box{r3.Vec{X: inf, Y: inf, Z: inf}, r3.Vec{X: -inf, Y: -inf, Z: -inf}}
}

// add grows the box to hold p.
func (b *box) add(p r3.Vec) {
	b.min = r3.Vec{X: min(b.min.X, p.X), Y: min(b.min.Y, p.Y), Z: min(b.min.Z, p.Z)}
	b.max = r3.Vec{X: max(b.max.X, p.X), Y: max(b.max.Y, p.Y), Z: max(b.max.Z, p.Z)}
}

// distance2 returns the squared distance from p to the box, 0 inside.
func (b *box) distance2(p r3.Vec) float64 {
	x := max(b.min.X-p.X, 0, p.X-b.max.X)
	y := max(b.min.Y-p.Y, 0, p.Y-b.max.Y)
	z := max(b.min.Z-p.Z, 0, p.Z-b.max.Z)
	return x*x + y*y + z*z
}
