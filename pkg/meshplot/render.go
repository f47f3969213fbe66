package meshplot

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/gonum/spatial/r3"
	"gonum.org/v1/plot/palette"
)

// Options says how Render draws. The zero value draws 600×600 pixels from the
// front.
type Options struct {
	Width, Height int // pixels, 600 where 0, at most MaxSize
	// Azimuth and Elevation are degrees. At 0, 0 the viewer stands on the +Z
	// axis with +Y up; a positive azimuth takes them towards +X, a positive
	// elevation upwards.
	Azimuth, Elevation float64
	// ZUp draws +Z upwards, and takes the viewer to −Y at azimuth 0.
	ZUp bool
	// ColorMap colours the values; SmoothBlueRed of package moreland where
	// nil. Render sets its range, so that ColorBar can draw it afterwards.
	ColorMap palette.ColorMap
	// Min and Max are the values at the ends of the colour map. Where they are
	// equal, they are the range of the values, made symmetric around zero for
	// a diverging map.
	Min, Max  float64
	Flat      bool // one normal a face instead of smooth shading
	ShowEdges bool // draw the edges of the triangles
}

const (
	// MaxSize is the largest width and height of an image in pixels.
	MaxSize = 4096
	// supersampling is the number of samples a pixel has along each axis.
	supersampling = 3
	margin        = 0.04 // share of the image left free on each side
)

// Render draws a mesh in orthographic projection on white: vertices (V, 3),
// faces (F, 3) with indices into them, and a value per vertex (V), interpolated
// over the faces and coloured by the colour map, or nil for a plain surface.
// NaN is drawn grey. An index out of range, a vertex that is not finite, or
// another number of values than vertices is an error.
func Render(vertices [][3]float64, faces [][3]int32, values []float64, opt Options) (*image.RGBA, error) {
	if err := opt.check(vertices, faces, values); err != nil {
		return nil, err
	}
	points := opt.view(vertices)
	s := newScreen(opt.Width*supersampling, opt.Height*supersampling)
	s.fit(points)
	normals := vertexNormals(points, faces)
	var colors []color.RGBA
	if values != nil {
		var err error
		if colors, err = opt.colors(values); err != nil {
			return nil, err
		}
	}
	for _, f := range faces {
		t := triangle{edges: opt.ShowEdges}
		for k, v := range f {
			t.p[k], t.n[k] = s.place(points[v]), normals[v]
			if values != nil {
				t.value[k] = (values[v] - opt.Min) / (opt.Max - opt.Min)
			}
		}
		if opt.Flat {
			n := faceNormal(points, f)
			t.n = [3]r3.Vec{n, n, n}
		}
		s.draw(&t, colors)
	}
	return s.shrink(supersampling), nil
}

// check fills in the defaults and looks at the input.
func (o *Options) check(vertices [][3]float64, faces [][3]int32, values []float64) error {
	if o.Width == 0 {
		o.Width = 600
	}
	if o.Height == 0 {
		o.Height = 600
	}
	if o.Width < 0 || o.Height < 0 || o.Width > MaxSize || o.Height > MaxSize {
		return fmt.Errorf("meshplot: image of %d×%d pixels, want at most %d×%d", o.Width, o.Height, MaxSize, MaxSize)
	}
	if values != nil && len(values) != len(vertices) {
		return fmt.Errorf("meshplot: %d values for %d vertices", len(values), len(vertices))
	}
	for i, v := range vertices {
		if s := v[0] + v[1] + v[2]; math.IsNaN(s) || math.IsInf(s, 0) {
			return fmt.Errorf("meshplot: vertex %d is not finite: %v", i, v)
		}
	}
	for i, f := range faces {
		for _, v := range f {
			if v < 0 || int(v) >= len(vertices) {
				return fmt.Errorf("meshplot: face %d: vertex %d outside 0..%d", i, v, len(vertices)-1)
			}
		}
	}
	return nil
}

// view turns the vertices into the viewer's axes: X right, Y up, Z towards
// the viewer.
func (o *Options) view(vertices [][3]float64) []r3.Vec {
	sa, ca := math.Sincos(o.Azimuth * math.Pi / 180)
	se, ce := math.Sincos(o.Elevation * math.Pi / 180)
	points := make([]r3.Vec, len(vertices))
	for i, v := range vertices {
		x, y, z := v[0], v[1], v[2]
		if o.ZUp {
			y, z = z, -y
		}
		x, z = x*ca-z*sa, x*sa+z*ca
		y, z = y*ce-z*se, y*se+z*ce
		points[i] = r3.Vec{X: x, Y: y, Z: z}
	}
	return points
}

// faceNormal returns the normal of a face, as long as twice its area.
func faceNormal(points []r3.Vec, f [3]int32) r3.Vec {
	a := points[f[0]]
	return r3.Cross(r3.Sub(points[f[1]], a), r3.Sub(points[f[2]], a))
}

// vertexNormals sums the normals of the faces around each vertex, weighted by
// area.
func vertexNormals(points []r3.Vec, faces [][3]int32) []r3.Vec {
	normals := make([]r3.Vec, len(points))
	for _, f := range faces {
		n := faceNormal(points, f)
		for _, v := range f {
			normals[v] = r3.Add(normals[v], n)
		}
	}
	for i, n := range normals {
		if l := r3.Norm(n); l > 0 {
			normals[i] = r3.Scale(1/l, n)
		}
	}
	return normals
}
