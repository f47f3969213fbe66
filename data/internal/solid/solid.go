// Package solid models shapes as smooth implicit surfaces and turns them into
// closed, manifold triangle meshes of a given number of vertices.
package solid

import (
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// Solid is a union of shapes, in the order in which they were added. Its
// surface is where At is zero; At is negative inside.
type Solid struct{ parts []part }

type part struct {
	Shape
	blend float64 // width of the zone in which the part flows into the others
	carve bool
}

// Shape is a signed distance, negative inside, and a box that holds the inside.
type Shape struct {
	Dist func(r3.Vec) float64
	Box  r3.Box
}

// Add unites the solid with a shape. Where both surfaces are closer than
// blend they flow into each other.
func (s *Solid) Add(blend float64, shapes ...Shape) {
	for _, sh := range shapes {
		s.parts = append(s.parts, part{sh, blend, false})
	}
}

// Carve takes a shape away, the edge rounded over the width blend.
func (s *Solid) Carve(blend float64, shapes ...Shape) {
	for _, sh := range shapes {
		s.parts = append(s.parts, part{sh, blend, true})
	}
}

// At returns the value of the implicit function, close to the signed distance
// near the surface and a lower bound of it outside.
func (s *Solid) At(p r3.Vec) float64 {
	f := math.Inf(1)
	for i := range s.parts {
		a := &s.parts[i]
		gap := boxDistance(&a.Box, p) // outside the box at most the distance of the part
		switch {
		case !a.carve && (gap == 0 || gap < f+a.blend):
			f = smoothMin(f, a.Dist(p), a.blend)
		case a.carve && (gap == 0 || gap < a.blend-f):
			f = -smoothMin(-f, a.Dist(p), a.blend)
		}
	}
	return f
}

// Gradient returns the gradient of At by four evaluations at the corners of a
// tetrahedron of size h.
func (s *Solid) Gradient(p r3.Vec, h float64) r3.Vec {
	a := s.At(r3.Vec{X: p.X + h, Y: p.Y - h, Z: p.Z - h})
	b := s.At(r3.Vec{X: p.X - h, Y: p.Y - h, Z: p.Z + h})
	c := s.At(r3.Vec{X: p.X - h, Y: p.Y + h, Z: p.Z - h})
	d := s.At(r3.Vec{X: p.X + h, Y: p.Y + h, Z: p.Z + h})
	return r3.Scale(1/(4*h), r3.Vec{X: a - b - c + d, Y: c - a - b + d, Z: b - a - c + d})
}

// Box returns a box that holds the solid.
func (s *Solid) Box() r3.Box {
	inf := math.Inf(1)
	box := r3.Box{Min: r3.Vec{X: inf, Y: inf, Z: inf}, Max: r3.Vec{X: -inf, Y: -inf, Z: -inf}}
	for _, a := range s.parts {
		if !a.carve {
			margin := r3.Vec{X: a.blend, Y: a.blend, Z: a.blend}
			box.Min = minVec(box.Min, r3.Sub(a.Box.Min, margin))
			box.Max = maxVec(box.Max, r3.Add(a.Box.Max, margin))
		}
	}
	return box
}

// project moves p onto the surface by Newton's method along the gradient.
func (s *Solid) project(p r3.Vec, h float64, steps int) r3.Vec {
	for range steps {
		f := s.At(p)
		if math.Abs(f) < 1e-9 {
			break
		}
		g := s.Gradient(p, 1e-2*h)
		n := r3.Norm2(g)
		if n < 1e-6 {
			break
		}
		step := f / n
		if limit := h / math.Sqrt(n); math.Abs(step) > limit {
			step = math.Copysign(limit, step)
		}
		p = r3.Sub(p, r3.Scale(step, g))
	}
	return p
}

// smoothMin is min(a, b), lowered by at most k/4 where |a−b| < k (Quilez's
// quadratic smooth minimum).
func smoothMin(a, b, k float64) float64 {
	h := k - math.Abs(a-b)
	if h <= 0 {
		return min(a, b)
	}
	return min(a, b) - h*h/(4*k)
}

// boxDistance is the distance of p to the box, 0 inside.
func boxDistance(b *r3.Box, p r3.Vec) float64 {
	x := max(b.Min.X-p.X, p.X-b.Max.X, 0)
	y := max(b.Min.Y-p.Y, p.Y-b.Max.Y, 0)
	z := max(b.Min.Z-p.Z, p.Z-b.Max.Z, 0)
	return math.Sqrt(x*x + y*y + z*z)
}

// norm is r3.Norm without its care for overflow, which takes most of its time.
func norm(v r3.Vec) float64 { return math.Sqrt(r3.Norm2(v)) }

func minVec(a, b r3.Vec) r3.Vec {
	return r3.Vec{X: min(a.X, b.X), Y: min(a.Y, b.Y), Z: min(a.Z, b.Z)}
}

func maxVec(a, b r3.Vec) r3.Vec {
	return r3.Vec{X: max(a.X, b.X), Y: max(a.Y, b.Y), Z: max(a.Z, b.Z)}
}
