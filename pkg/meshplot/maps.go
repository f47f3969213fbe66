package meshplot

import (
	"errors"
	"image/color"

	"gonum.org/v1/plot/palette"
)

// Viridis returns the colour map of matplotlib by that name, dark blue to
// yellow, interpolated between nine of its colours.
func Viridis() palette.ColorMap {
	return &stops{min: 0, max: 1, alpha: 1, smooth: true, colors: []color.NRGBA{
		{68, 1, 84, 255}, {71, 44, 122, 255}, {59, 81, 139, 255}, {44, 113, 142, 255}, {33, 144, 141, 255},
		{39, 173, 129, 255}, {92, 200, 99, 255}, {170, 220, 50, 255}, {253, 231, 37, 255},
	}}
}

// Spins returns a map of two colours that parts negative from positive values
// at the middle of its range: blue for spin −1, red for +1.
func Spins() palette.ColorMap {
	return &stops{min: -1, max: 1, alpha: 1, colors: []color.NRGBA{{59, 100, 200, 255}, {200, 45, 50, 255}}}
}

// stops is a palette.ColorMap of colours at equal distances: interpolated, or
// bands of equal width.
type stops struct {
	colors          []color.NRGBA
	smooth          bool
	min, max, alpha float64
}

var errRange = errors.New("meshplot: value outside the range of the colour map")

// At returns the colour of a value in the range.
func (s *stops) At(v float64) (color.Color, error) {
	if !(v >= s.min && v <= s.max && s.min < s.max) {
		return nil, errRange
	}
	return s.at((v - s.min) / (s.max - s.min)), nil
}

// at returns the colour at t from 0 to 1.
func (s *stops) at(t float64) color.Color {
	if !s.smooth {
		return s.fade(s.colors[min(int(t*float64(len(s.colors))), len(s.colors)-1)])
	}
	i := min(int(t*float64(len(s.colors)-1)), len(s.colors)-2)
	t = t*float64(len(s.colors)-1) - float64(i)
	a, b := s.colors[i], s.colors[i+1]
	mix := func(x, y uint8) uint8 { return uint8(float64(x)*(1-t) + float64(y)*t + 0.5) }
	return s.fade(color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255})
}

func (s *stops) fade(c color.NRGBA) color.NRGBA {
	c.A = uint8(255*s.alpha + 0.5)
	return c
}

func (s *stops) Max() float64       { return s.max }
func (s *stops) SetMax(v float64)   { s.max = v }
func (s *stops) Min() float64       { return s.min }
func (s *stops) SetMin(v float64)   { s.min = v }
func (s *stops) Alpha() float64     { return s.alpha }
func (s *stops) SetAlpha(a float64) { s.alpha = a }

// Palette returns n colours, spread over the range.
func (s *stops) Palette(n int) palette.Palette {
	colors := make(colorList, n)
	for i := range colors {
		colors[i] = s.at((float64(i) + 0.5) / float64(n))
	}
	return colors
}

type colorList []color.Color

// Colors returns the colours of the palette.
func (c colorList) Colors() []color.Color { return c }
