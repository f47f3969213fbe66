package nb

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// LogX makes the x axis logarithmic, with [LogTicks]. Every x must be positive.
func LogX(p *plot.Plot) { p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, LogTicks{} }

// LogY makes the y axis logarithmic, with [LogTicks]. Every y must be positive.
func LogY(p *plot.Plot) { p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, LogTicks{} }

// LogTicks marks a logarithmic axis: labels at powers of ten ("100", or "1e5" from a hundred thousand and "1e-4" below
// a thousandth), at 2 and 5 too where there are fewer than two decades, and at every second or further power where
// there are more than eight; ticks without a label in between.
type LogTicks struct{}

// Ticks implements [plot.Ticker]. A range that is not positive has no ticks.
func (LogTicks) Ticks(lo, hi float64) []plot.Tick {
	if !(lo > 0 && hi >= lo) || math.IsInf(hi, 0) {
		return nil
	}
	decades := math.Log10(hi / lo)
	step := int(math.Ceil(decades / 8))
	var ticks []plot.Tick
	for e := int(math.Floor(math.Log10(lo))); e <= int(math.Ceil(math.Log10(hi))); e++ {
		for m := 1; m < 10; m++ {
			v := float64(m) * math.Pow10(e)
			if v < lo*(1-1e-9) || v > hi*(1+1e-9) {
				continue
			}
			t := plot.Tick{Value: v}
			switch {
			case m == 1 && (step <= 1 || e%step == 0), (m == 2 || m == 5) && decades < 2:
				t.Label = logLabel(m, e)
			case m > 1 && step > 1:
				continue
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

// logLabel writes m·10^e.
func logLabel(m, e int) string {
	if e >= -3 && e <= 4 {
		return strconv.FormatFloat(float64(m)*math.Pow10(e), 'g', -1, 64)
	}
	return strconv.Itoa(m) + "e" + strconv.Itoa(e) // the fonts have no superscript minus
}
