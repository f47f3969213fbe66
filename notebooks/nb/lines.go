package nb

import (
	"fmt"
	"image/color"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Line adds the curve y(x) in the i-th colour and dash, with an entry in the legend unless name is empty. NaN, ±Inf
// and slices that are empty or of different lengths are errors.
func Line(p *plot.Plot, i int, name string, x, y []float64) error { return Curve(p, i, i, name, x, y) }

// Curve adds a line as [Line] does, in the i-th colour and the j-th dash: for lines that belong together.
func Curve(p *plot.Plot, i, j int, name string, x, y []float64) error {
	xys, err := points(name, x, y)
	if err != nil {
		return err
	}
	l, err := plotter.NewLine(xys)
	if err != nil {
		return fmt.Errorf("nb: line %q: %w", name, err)
	}
	l.Color, l.Width, l.Dashes = Color(i), lineWidth, Dash(j)
	p.Add(l)
	if name != "" {
		p.Legend.Add(name, l)
	}
	return nil
}

// glyphs are the shapes of points: another one when the colours repeat.
var glyphs = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.PyramidGlyph{}, draw.BoxGlyph{}}

// Points adds the points (x, y) in the i-th colour, with another shape when colours repeat; otherwise as [Line].
func Points(p *plot.Plot, i int, name string, x, y []float64) error {
	xys, err := points(name, x, y)
	if err != nil {
		return err
	}
	s, err := plotter.NewScatter(xys)
	if err != nil {
		return fmt.Errorf("nb: points %q: %w", name, err)
	}
	s.GlyphStyle = draw.GlyphStyle{Color: Color(i), Radius: 2.2, Shape: glyphs[index(i/len(okabeIto), len(glyphs))]}
	p.Add(s)
	if name != "" {
		p.Legend.Add(name, s)
	}
	return nil
}

// ErrorBars adds the points (x, y) with bars from y−e to y+e; otherwise as [Points].
func ErrorBars(p *plot.Plot, i int, name string, x, y, e []float64) error {
	if len(e) != len(y) {
		return fmt.Errorf("nb: points %q: %d values and %d errors", name, len(y), len(e))
	}
	xys, err := points(name, x, y)
	if err != nil {
		return err
	}
	bars := make(plotter.YErrors, len(e))
	for k, v := range e {
		bars[k].Low, bars[k].High = v, v
	}
	b, err := plotter.NewYErrorBars(struct {
		plotter.XYs
		plotter.YErrors
	}{xys, bars})
	if err != nil {
		return fmt.Errorf("nb: points %q: %w", name, err)
	}
	b.Color, b.Width = Color(i), 1
	p.Add(b)
	return Points(p, i, name, x, y)
}

// Band adds the area between mean−sd and mean+sd in the i-th colour, translucent. Add it before the line of the
// mean, which then lies on top.
func Band(p *plot.Plot, i int, x, mean, sd []float64) error {
	if len(sd) != len(mean) {
		return fmt.Errorf("nb: band: %d means and %d deviations", len(mean), len(sd))
	}
	xys, err := points("band", x, mean)
	if err != nil {
		return err
	}
	n := len(xys)
	outline := make(plotter.XYs, 2*n)
	for k, v := range xys {
		outline[k] = plotter.XY{X: v.X, Y: v.Y - sd[k]}
		outline[2*n-1-k] = plotter.XY{X: v.X, Y: v.Y + sd[k]}
	}
	area, err := plotter.NewPolygon(outline)
	if err != nil {
		return fmt.Errorf("nb: band: %w", err)
	}
	c := okabeIto[index(i, len(okabeIto))]
	c.A = 0x38
	area.Color, area.LineStyle.Width = c, 0
	p.Add(area)
	return nil
}

// HLine adds a thin dashed line at height y across the plot, in the legend unless name is empty.
func HLine(p *plot.Plot, name string, y float64) { addRule(p, name, rule{at: y, horizontal: true}) }

// VLine adds a thin dashed line at x from bottom to top, in the legend unless name is empty.
func VLine(p *plot.Plot, name string, x float64) { addRule(p, name, rule{at: x}) }

func addRule(p *plot.Plot, name string, r rule) {
	p.Add(r)
	if r.horizontal {
		p.Y.Min, p.Y.Max = min(p.Y.Min, r.at), max(p.Y.Max, r.at)
	} else {
		p.X.Min, p.X.Max = min(p.X.Min, r.at), max(p.X.Max, r.at)
	}
	if name != "" {
		p.Legend.Add(name, r)
	}
}

// rule is a line across the whole plot.
type rule struct {
	at         float64
	horizontal bool
}

func (rule) style() draw.LineStyle {
	return draw.LineStyle{Color: color.NRGBA{0x55, 0x55, 0x55, 0xff}, Width: 1, Dashes: []vg.Length{3, 3}}
}

// Plot implements [plot.Plotter].
func (r rule) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	if r.horizontal {
		c.StrokeLine2(r.style(), c.Min.X, y(r.at), c.Max.X, y(r.at))
	} else {
		c.StrokeLine2(r.style(), x(r.at), c.Min.Y, x(r.at), c.Max.Y)
	}
}

// Thumbnail implements [plot.Thumbnailer].
func (r rule) Thumbnail(c *draw.Canvas) {
	y := c.Center().Y
	c.StrokeLine2(r.style(), c.Min.X, y, c.Max.X, y)
}

// points pairs two slices.
func points(name string, x, y []float64) (plotter.XYs, error) {
	if len(x) != len(y) {
		return nil, fmt.Errorf("nb: %q: %d values of x and %d of y", name, len(x), len(y))
	}
	if len(x) == 0 {
		return nil, fmt.Errorf("nb: %q: no values", name)
	}
	xys := make(plotter.XYs, len(x))
	for i := range x {
		xys[i] = plotter.XY{X: x[i], Y: y[i]}
	}
	return xys, nil
}

// MeanBand adds the mean of curves y(x) in the i-th colour, as [Line] does, over a band of one standard deviation on
// either side, as [Band] does, and returns both; curves are [curve][x], at least two.
func MeanBand(p *plot.Plot, i int, name string, x []float64, curves [][]float64) (mean, sd []float64, err error) {
	if len(curves) < 2 {
		return nil, nil, fmt.Errorf("nb: line %q: the spread of %d curves", name, len(curves))
	}
	at := make([]float64, len(curves))
	for s := range x {
		for k, y := range curves {
			if len(y) != len(x) {
				return nil, nil, fmt.Errorf("nb: line %q: curve %d has %d points, x has %d", name, k, len(y), len(x))
			}
			at[k] = y[s]
		}
		m, d := stat.MeanStdDev(at, nil)
		mean, sd = append(mean, m), append(sd, d)
	}
	if err := Band(p, i, x, mean, sd); err != nil {
		return nil, nil, err
	}
	return mean, sd, Line(p, i, name, x, mean)
}
