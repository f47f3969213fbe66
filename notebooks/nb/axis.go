package nb

import (
	"math"
	"strconv"
	"strings"

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

// Ticks marks a linear axis, as [NewPlot] has it: labels at multiples of 1, 2 or 5 times a power of ten, at most six,
// with the decimals that their step needs, and ticks without a label in between. Where both ends are whole and at least two
// apart or above zero, as those of epochs, sweeps and counts are, no label is a fraction.
type Ticks struct{}

// Ticks implements [plot.Ticker]. A range that is empty or not finite has no ticks.
func (Ticks) Ticks(lo, hi float64) []plot.Tick {
	if !(hi > lo) || math.IsInf(hi-lo, 0) {
		return nil
	}
	whole := lo == math.Trunc(lo) && hi == math.Trunc(hi) && (hi-lo >= 2 || lo >= 1)
	const slack = 1e-9 // of a step: lo and hi may be rounded multiples
	first := func(step float64) float64 { return math.Ceil(lo/step - slack) }
	last := func(step float64) float64 { return math.Floor(hi/step + slack) }
	exponent := int(math.Floor(math.Log10(hi-lo))) - 1
	if whole {
		exponent = max(exponent, 0)
	}
	for ; ; exponent++ {
		for _, m := range []float64{1, 2, 5} {
			step := m * math.Pow10(exponent)
			if last(step)-first(step) > 5 {
				continue
			}
			parts := 5.0 // of a step, between ticks without a label
			if m == 2 {
				parts = 4
			}
			if whole && exponent == 0 {
				parts = m
			}
			var ticks []plot.Tick
			small := step / parts
			for k := first(small); k <= last(small); k++ {
				t := plot.Tick{Value: k * small}
				if math.Mod(k, parts) == 0 {
					t.Label = linearLabel(k/parts*step, exponent, max(math.Abs(lo), math.Abs(hi)))
				}
				ticks = append(ticks, t)
			}
			return ticks
		}
	}
}

// linearLabel writes v, a multiple of 10^exponent on an axis whose values reach limit.
func linearLabel(v float64, exponent int, limit float64) string {
	if v == 0 {
		return "0"
	}
	text := strconv.FormatFloat(v, 'f', max(0, -exponent), 64)
	if limit >= 1e5 || exponent < -4 {
		mantissa, power, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
		n, _ := strconv.Atoi(power) // Atoi reads "+05", too
		text = mantissa + "e" + strconv.Itoa(n)
	}
	return strings.ReplaceAll(text, "-", "−")
}
