package nb

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The two spins' colours, dark and light, apart in grey too.
var (
	spinDown = color.NRGBA{0x1f, 0x3a, 0x5f, 0xff}
	spinUp   = color.NRGBA{0xf2, 0xb1, 0x34, 0xff}
)

// missing is the colour of NaN.
var missing = color.NRGBA{0x99, 0x99, 0x99, 0xff}

// maxPixels bounds an image made of a field or of spins.
const maxPixels = 1 << 26

// SpinImage draws spins, row by row from the top, with width of them in a row, each as a square of scale
// pixels: +1 light, −1 dark.
func SpinImage(spins []int8, width, scale int) (image.Image, error) {
	return squares(len(spins), width, scale, func(i int) color.Color { return spinColor(spins[i]) })
}

// FieldImage draws values as [SpinImage] draws spins, in the colours of [Diverging](limit): what lies beyond
// ±limit takes the last colour, NaN grey.
func FieldImage(values []float64, width, scale int, limit float64) (image.Image, error) {
	m, err := Diverging(limit)
	if err != nil {
		return nil, err
	}
	return squares(len(values), width, scale, func(i int) color.Color { return mapped(m, values[i]) })
}

func squares(n, width, scale int, at func(int) color.Color) (image.Image, error) {
	if width < 1 || n == 0 || n%width != 0 {
		return nil, fmt.Errorf("nb: %d values are not rows of %d", n, width)
	}
	if scale < 1 || n > maxPixels/scale/scale {
		return nil, fmt.Errorf("nb: %d values, each %d pixels square: at least 1, at most %d pixels in all", n, scale, maxPixels)
	}
	img := image.NewNRGBA(image.Rect(0, 0, width*scale, n/width*scale))
	for i := range n {
		c := color.NRGBAModel.Convert(at(i)).(color.NRGBA)
		x, y := i%width*scale, i/width*scale
		for dy := range scale {
			for dx := range scale {
				img.SetNRGBA(x+dx, y+dy, c)
			}
		}
	}
	return img, nil
}

func spinColor(s int8) color.Color {
	if s > 0 {
		return spinUp
	}
	return spinDown
}

// Diverging is a colour map from blue (−limit) over near-white (0) to red (+limit), after Moreland (2009),
// doi:10.1007/978-3-642-10520-3_9. limit is positive and finite.
func Diverging(limit float64) (palette.ColorMap, error) {
	if !(limit > 0) || math.IsInf(limit, 0) {
		return nil, fmt.Errorf("nb: colour limit %g, want a positive number", limit)
	}
	m := moreland.SmoothBlueRed()
	m.SetMin(-limit)
	m.SetMax(limit)
	return m, nil
}

// Limit returns the largest |v| of values, NaN and ±Inf left out; 1 where that is 0: the colour limit that uses
// the whole of [Diverging].
func Limit(values []float64) float64 {
	limit := 0.0
	for _, v := range values {
		if a := math.Abs(v); a > limit && !math.IsInf(a, 0) {
			limit = a
		}
	}
	if limit == 0 {
		return 1
	}
	return limit
}

// mapped is m's colour of v, clamped to m's range.
func mapped(m palette.ColorMap, v float64) color.Color {
	c, err := m.At(min(max(v, m.Min()), m.Max()))
	if err != nil { // NaN
		return missing
	}
	return c
}

// ImagePlot returns an image under a title, without axes, in its own proportions.
func ImagePlot(title string, img image.Image) *plot.Plot {
	p := NewPlot(title, "", "")
	p.HideAxes()
	p.Add(picture{img})
	return p
}

// picture is a plotter that fits an image into the plot's area.
type picture struct{ img image.Image }

// Plot implements [plot.Plotter].
func (m picture) Plot(c draw.Canvas, _ *plot.Plot) {
	b := m.img.Bounds()
	c.DrawImage(fit(c, float64(b.Dx()), float64(b.Dy())), sharp(m.img))
}

// fit returns the largest rectangle of the proportions w:h in the middle of c.
func fit(c draw.Canvas, w, h float64) vg.Rectangle {
	size := c.Rectangle.Size()
	s := min(float64(size.X)/w, float64(size.Y)/h)
	half := vg.Point{X: vg.Length(w * s / 2), Y: vg.Length(h * s / 2)}
	mid := c.Center()
	return vg.Rectangle{Min: mid.Sub(half), Max: mid.Add(half)}
}

// sharp enlarges a small image by whole pixels, so that drawing it does not blur them.
func sharp(m image.Image) image.Image {
	const enough = 800
	b := m.Bounds()
	k := enough / max(b.Dx(), b.Dy(), 1)
	if k < 2 {
		return m
	}
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx()*k, b.Dy()*k))
	for y := range b.Dy() * k {
		for x := range b.Dx() * k {
			out.Set(x, y, m.At(b.Min.X+x/k, b.Min.Y+y/k))
		}
	}
	return out
}
