package nb

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// The palette of Okabe and Ito (https://jfly.uni-koeln.de/color), which colour-blind readers tell apart too.
var okabeIto = []color.NRGBA{
	{0x00, 0x72, 0xb2, 0xff}, // blue
	{0xd5, 0x5e, 0x00, 0xff}, // vermilion
	{0x00, 0x9e, 0x73, 0xff}, // bluish green
	{0xcc, 0x79, 0xa7, 0xff}, // reddish purple
	{0xe6, 0x9f, 0x00, 0xff}, // orange
	{0x56, 0xb4, 0xe9, 0xff}, // sky blue
	{0x00, 0x00, 0x00, 0xff}, // black
}

// dashes tells lines apart where colours do not: in print, and past the palette's end.
var dashes = [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}, {10, 4}, {4, 2, 1, 2, 1, 2}}

var (
	ink      = color.NRGBA{0x33, 0x33, 0x33, 0xff}
	gridLine = color.NRGBA{0xe2, 0xe2, 0xe2, 0xff}
)

const lineWidth = vg.Length(1.4)

// Color returns the i-th colour of the common palette, which repeats.
func Color(i int) color.Color { return okabeIto[index(i, len(okabeIto))] }

// Dash returns the i-th dash pattern, which repeats; the first is a full line.
func Dash(i int) []vg.Length { return dashes[index(i, len(dashes))] }

func index(i, n int) int { return (i%n + n) % n }

// NewPlot returns an empty plot with the common look: sans-serif type, [Ticks], a light grid, the legend on the top right.
func NewPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	sans := func(f *font.Font, size vg.Length) { f.Variant, f.Size = "Sans", size }
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.Padding = 6
	p.Title.TextStyle.Color = ink
	sans(&p.Title.TextStyle.Font, 11)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Color, a.Label.TextStyle.Color = ink, ink
		a.Tick.Color, a.Tick.Label.Color = ink, ink
		a.Padding, a.Tick.Marker = 2, Ticks{}
		sans(&a.Label.TextStyle.Font, 10)
		sans(&a.Tick.Label.Font, 9)
	}
	sans(&p.Legend.TextStyle.Font, 9)
	p.Legend.TextStyle.Color = ink
	p.Legend.Top, p.Legend.ThumbnailWidth, p.Legend.Padding = true, 22, 2
	p.Legend.XOffs, p.Legend.YOffs = -4, -4
	g := plotter.NewGrid()
	g.Horizontal.Color, g.Vertical.Color = gridLine, gridLine
	g.Horizontal.Width, g.Vertical.Width = 0.5, 0.5
	p.Add(g)
	return p
}
