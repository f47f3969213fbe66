package meshplot

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// screen is a picture with a depth buffer.
type screen struct {
	width, height int
	pixel         []color.RGBA
	depth         []float64
	scale         float64
	center        r3.Vec
}

// triangle is a face in pixels, with the normal and the value (0 to 1 over the
// colour map) of each corner.
type triangle struct {
	p, n  [3]r3.Vec
	value [3]float64
	edges bool
}

const edgeWidth = 0.5 * supersampling // half the width of a drawn edge, in samples

var (
	plain   = color.RGBA{R: 190, G: 198, B: 212, A: 255}
	unknown = color.RGBA{R: 150, G: 150, B: 150, A: 255} // NaN
	key     = r3.Unit(r3.Vec{X: -0.45, Y: 0.6, Z: 0.8})  // lights, in the viewer's axes
	fill    = r3.Unit(r3.Vec{X: 0.8, Y: 0.1, Z: 0.5})
	half    = r3.Unit(r3.Add(key, r3.Vec{Z: 1})) // between the key light and the viewer
)

func newScreen(width, height int) *screen {
	s := &screen{width: width, height: height, pixel: make([]color.RGBA, width*height), depth: make([]float64, width*height)}
	for i := range s.pixel {
		s.pixel[i], s.depth[i] = color.RGBA{R: 255, G: 255, B: 255, A: 255}, math.Inf(-1)
	}
	return s
}

// fit sets the scale so that all points show.
func (s *screen) fit(points []r3.Vec) {
	if len(points) == 0 {
		return
	}
	lo, hi := points[0], points[0]
	for _, p := range points {
		lo = r3.Vec{X: min(lo.X, p.X), Y: min(lo.Y, p.Y)}
		hi = r3.Vec{X: max(hi.X, p.X), Y: max(hi.Y, p.Y)}
	}
	const room = 1 - 2*margin
	s.center = r3.Scale(0.5, r3.Add(lo, hi))
	s.scale = min(room*float64(s.width)/(hi.X-lo.X), room*float64(s.height)/(hi.Y-lo.Y))
	if math.IsInf(s.scale, 0) || math.IsNaN(s.scale) {
		s.scale = 1
	}
}

// place returns where a point is in samples; Y points down.
func (s *screen) place(p r3.Vec) r3.Vec {
	return r3.Vec{
		X: float64(s.width)/2 + s.scale*(p.X-s.center.X),
		Y: float64(s.height)/2 - s.scale*(p.Y-s.center.Y),
		Z: s.scale * p.Z,
	}
}

// draw fills the samples of a triangle that nothing nearer covers.
func (s *screen) draw(t *triangle, colors []color.RGBA) {
	a, b, c := t.p[0], t.p[1], t.p[2]
	area := (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X)
	if area == 0 {
		return
	}
	x0, x1 := span(min(a.X, b.X, c.X), max(a.X, b.X, c.X), s.width)
	y0, y1 := span(min(a.Y, b.Y, c.Y), max(a.Y, b.Y, c.Y), s.height)
	heights := [3]float64{ // of the corners over the opposite edges, in samples
		math.Abs(area) / math.Hypot(c.X-b.X, c.Y-b.Y),
		math.Abs(area) / math.Hypot(a.X-c.X, a.Y-c.Y),
		math.Abs(area) / math.Hypot(b.X-a.X, b.Y-a.Y),
	}
	du, dv := (b.Y-c.Y)/area, (c.Y-a.Y)/area // change of u and v along X
	for y := y0; y < y1; y++ {
		px, py := float64(x0)+0.5, float64(y)+0.5
		u0 := ((b.X-px)*(c.Y-py) - (b.Y-py)*(c.X-px)) / area
		v0 := ((c.X-px)*(a.Y-py) - (c.Y-py)*(a.X-px)) / area
		for x := x0; x < x1; x++ {
			u, v := u0+float64(x-x0)*du, v0+float64(x-x0)*dv
			w := 1 - u - v
			if u < 0 || v < 0 || w < 0 {
				continue
			}
			i := y*s.width + x
			z := u*a.Z + v*b.Z + w*c.Z
			if z <= s.depth[i] {
				continue
			}
			s.depth[i] = z
			base := plain
			if colors != nil {
				base = lookup(colors, u*t.value[0]+v*t.value[1]+w*t.value[2])
			}
			if t.edges && min(u*heights[0], v*heights[1], w*heights[2]) < edgeWidth {
				base = color.RGBA{R: base.R / 3, G: base.G / 3, B: base.B / 3, A: 255}
			}
			n := r3.Add(r3.Add(r3.Scale(u, t.n[0]), r3.Scale(v, t.n[1])), r3.Scale(w, t.n[2]))
			s.pixel[i] = shade(base, n)
		}
	}
}

// span returns the samples that [lo, hi] touches, cut to [0, n).
func span(lo, hi float64, n int) (from, to int) {
	return int(max(lo, 0)), min(int(max(hi, 0))+1, n)
}

// shade lights a colour on a surface with normal n, which is turned towards
// the viewer.
func shade(base color.RGBA, n r3.Vec) color.RGBA {
	if l := r3.Norm(n); l > 0 {
		n = r3.Scale(1/l, n)
	}
	if n.Z < 0 {
		n = r3.Scale(-1, n)
	}
	diffuse := 0.42 + 0.58*max(r3.Dot(n, key), 0) + 0.16*max(r3.Dot(n, fill), 0)
	shine := max(r3.Dot(n, half), 0)
	shine *= shine
	shine *= shine
	shine *= shine
	shine *= 26 * shine * shine // power 24
	lit := func(c uint8) uint8 { return uint8(min(float64(c)*diffuse+shine, 255)) }
	return color.RGBA{R: lit(base.R), G: lit(base.G), B: lit(base.B), A: 255}
}

// shrink averages squares of n×n samples into pixels.
func (s *screen) shrink(n int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, s.width/n, s.height/n))
	for y := range s.height / n {
		for x := range s.width / n {
			var r, g, b int
			for j := range n {
				for _, p := range s.pixel[(y*n+j)*s.width+x*n:][:n] {
					r, g, b = r+int(p.R), g+int(p.G), b+int(p.B)
				}
			}
			m := n * n
			img.SetRGBA(x, y, color.RGBA{R: uint8((r + m/2) / m), G: uint8((g + m/2) / m), B: uint8((b + m/2) / m), A: 255})
		}
	}
	return img
}
