package nb

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Drawing is a graph in the plane: node i at (X[i], Y[i]), and edges as pairs of nodes.
type Drawing struct {
	X, Y  []float64
	Edges [][2]int32
}

// check reports coordinates that are not finite, slices of different lengths and edges that leave the graph.
func (g Drawing) check(values int) error {
	n := len(g.X)
	if n == 0 || len(g.Y) != n || values != n {
		return fmt.Errorf("nb: graph with %d values of x, %d of y, %d to colour", n, len(g.Y), values)
	}
	for i := range n {
		if d := g.X[i] - g.Y[i]; math.IsNaN(d) || math.IsInf(d, 0) {
			return fmt.Errorf("nb: node %d is at (%g, %g)", i, g.X[i], g.Y[i])
		}
	}
	for i, e := range g.Edges {
		if min(e[0], e[1]) < 0 || int(max(e[0], e[1])) >= n {
			return fmt.Errorf("nb: edge %d joins nodes %d and %d of %d", i, e[0], e[1], n)
		}
	}
	return nil
}

// SpinPlot draws a graph whose nodes are coloured by their spins, with a legend. The drawing keeps its
// proportions.
func SpinPlot(title string, g Drawing, spins []int8) (*plot.Plot, error) {
	if err := g.check(len(spins)); err != nil {
		return nil, err
	}
	p := graphPlot(title, g, func(i int) color.Color { return spinColor(spins[i]) })
	p.Legend.Add("+1", disc{spinUp})
	p.Legend.Add("−1", disc{spinDown})
	return p, nil
}

// FieldPlot draws a graph whose nodes are coloured by a value each, in the colours of [Diverging](limit), with a
// colour bar that label names. The drawing keeps its proportions.
func FieldPlot(title string, g Drawing, values []float64, limit float64, label string) (Drawer, error) {
	if err := g.check(len(values)); err != nil {
		return nil, err
	}
	m, err := Diverging(limit)
	if err != nil {
		return nil, err
	}
	p := graphPlot(title, g, func(i int) color.Color { return mapped(m, values[i]) })
	return WithColorBar(p, m, label), nil
}

// ClassPlot draws a graph whose nodes take [Color] of their class: a colouring, a motif.
func ClassPlot(title string, g Drawing, class []int32) (*plot.Plot, error) {
	if err := g.check(len(class)); err != nil {
		return nil, err
	}
	return graphPlot(title, g, func(i int) color.Color { return Color(int(class[i])) }), nil
}

func graphPlot(title string, g Drawing, at func(int) color.Color) *plot.Plot {
	p := NewPlot(title, "", "")
	p.HideAxes()
	p.Legend.XOffs, p.Legend.YOffs = 0, 0
	p.Add(graphPlotter{g, at})
	return p
}

// graphPlotter draws a graph into the plot's area.
type graphPlotter struct {
	Drawing
	color func(int) color.Color
}

// Plot implements [plot.Plotter].
func (g graphPlotter) Plot(c draw.Canvas, p *plot.Plot) {
	c = draw.Crop(c, 0, -p.Legend.Rectangle(c).Size().X, 0, 0) // beside the legend, not under it
	xmin, xmax := bounds(g.X)
	ymin, ymax := bounds(g.Y)
	const margin = 8
	c = draw.Crop(c, margin, -margin, margin, -margin)
	if xmax == xmin && ymax == ymin { // one point, however often
		xmax++
	}
	size := c.Rectangle.Size()
	s := min(float64(size.X)/(xmax-xmin), float64(size.Y)/(ymax-ymin))
	at := func(i int32) vg.Point {
		return vg.Point{
			X: c.Center().X + vg.Length((g.X[i]-(xmin+xmax)/2)*s),
			Y: c.Center().Y + vg.Length((g.Y[i]-(ymin+ymax)/2)*s),
		}
	}
	r := radius(size, len(g.X))

	var path vg.Path
	for _, e := range g.Edges {
		path.Move(at(e[0]))
		path.Line(at(e[1]))
	}
	c.SetLineStyle(draw.LineStyle{Color: color.NRGBA{0x66, 0x66, 0x66, 0xff}, Width: min(0.8, r/3)})
	c.Stroke(path)
	for i := range g.X {
		mid := at(int32(i))
		if r >= 2 { // a rim, so that near-white nodes are seen
			c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: r + 0.5, Shape: draw.CircleGlyph{}}, mid)
		}
		c.DrawGlyph(draw.GlyphStyle{Color: g.color(i), Radius: r, Shape: draw.CircleGlyph{}}, mid)
	}
}

// radius is that of n nodes' discs: they cover about a sixth of the area.
func radius(size vg.Point, n int) vg.Length {
	r := math.Sqrt(float64(size.X) * float64(size.Y) / float64(n) / 6 / math.Pi)
	return vg.Length(min(max(r, 0.6), 6))
}

func bounds(v []float64) (lo, hi float64) {
	lo, hi = v[0], v[0]
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
	}
	return lo, hi
}

// disc is a legend's mark.
type disc struct{ color color.Color }

// Thumbnail implements [plot.Thumbnailer].
func (d disc) Thumbnail(c *draw.Canvas) {
	c.DrawGlyph(draw.GlyphStyle{Color: d.color, Radius: 3.5, Shape: draw.CircleGlyph{}}, c.Center())
}
