package meshplot

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/palette/moreland"
)

// shades is the number of colours that a map is cut into.
const shades = 256

// colors tabulates the colour map over the range of the values.
func (o *Options) colors(values []float64) ([]color.RGBA, error) {
	if o.ColorMap == nil {
		o.ColorMap = moreland.SmoothBlueRed()
	}
	if o.Min == o.Max {
		o.Min, o.Max = valueRange(values, o.ColorMap)
	}
	if !(o.Min < o.Max) || math.IsInf(o.Max-o.Min, 0) {
		return nil, fmt.Errorf("meshplot: colours over %g..%g, want an increasing finite range", o.Min, o.Max)
	}
	o.ColorMap.SetMin(o.Min)
	o.ColorMap.SetMax(o.Max)
	if d, ok := o.ColorMap.(palette.DivergingColorMap); ok {
		d.SetConvergePoint((o.Min + o.Max) / 2)
	}
	table := make([]color.RGBA, shades)
	for i := range table {
		t := float64(i) / (shades - 1)
		c, err := o.ColorMap.At(o.Min*(1-t) + o.Max*t)
		if err != nil {
			return nil, fmt.Errorf("meshplot: colour map: %w", err)
		}
		table[i] = color.RGBAModel.Convert(c).(color.RGBA)
	}
	return table, nil
}

// valueRange returns the range of the finite values, never empty.
func valueRange(values []float64, m palette.ColorMap) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo > hi {
		lo, hi = 0, 0
	}
	if _, ok := m.(palette.DivergingColorMap); ok {
		hi = max(math.Abs(lo), math.Abs(hi))
		lo = -hi
	}
	if lo == hi {
		lo, hi = lo-1, hi+1
	}
	return lo, hi
}

// lookup returns the colour at t from 0 to 1.
func lookup(table []color.RGBA, t float64) color.RGBA {
	if math.IsNaN(t) {
		return unknown
	}
	return table[int(min(max(t, 0), 1)*(shades-1)+0.5)]
}
