package nb

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// Bar is one bar of [Bars], from 0 to Value.
type Bar struct {
	Name  string
	Color int // of the palette, as in [Color]
	Value float64
	Half  float64 // of the interval around Value, at least 0; NaN for none
}

// Bars adds bars side by side, so many points wide, with their intervals, and names them below the axis. The y axis
// begins at 0.
func Bars(p *plot.Plot, width float64, bars []Bar) error {
	names := make([]string, len(bars))
	for k, b := range bars {
		if math.IsInf(b.Half, 0) || b.Half < 0 {
			return fmt.Errorf("nb: bar %q: half an interval of %v", b.Name, b.Half)
		}
		chart, err := plotter.NewBarChart(plotter.Values{b.Value}, vg.Points(width))
		if err != nil {
			return fmt.Errorf("nb: bar %q: %w", b.Name, err)
		}
		chart.XMin, chart.Color, chart.LineStyle.Width = float64(k), Color(b.Color), 0
		p.Add(chart)
		if !math.IsNaN(b.Half) {
			if err := ErrorBars(p, 6, "", []float64{float64(k)}, []float64{b.Value}, []float64{b.Half}); err != nil {
				return err
			}
		}
		names[k] = b.Name
	}
	Names(p, names, false)
	p.Y.Min = 0
	return nil
}

// Names writes names below the x axis, at 0, 1, 2 and so on, slanted where there are many.
func Names(p *plot.Plot, names []string, slanted bool) {
	p.NominalX(slices.Clone(names)...)
	if slanted {
		p.X.Tick.Label.Rotation, p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = 0.8, -1, -0.5
	}
	p.X.Min, p.X.Max = -0.6, float64(len(names))-0.4
}
