package nb

import (
	"example.org/isinggraph/internal/study"
	"gonum.org/v1/gonum/stat"
)

// Interval is a mean with its 95% confidence interval over seeds; it prints as "mean ± half of the interval".
type Interval = study.Interval

// NewInterval returns the interval of values, one for each seed, by Student's t.
func NewInterval(values []float64) Interval { return study.NewInterval(values) }

// Paired returns the interval of the differences of values on the same seeds or items. Over items of one seed it is
// shown by its Range, without ±.
func Paired(a, b []float64) (Interval, error) { return study.Paired(a, b) }

// Over is a value of each seed, as merged results record it; it prints as its Interval.
type Over = study.Over

// Spread is a mean with the standard deviation over items of one seed; it prints as "mean (standard deviation)".
type Spread = study.Spread

// NewSpread describes values of items.
func NewSpread(values []float64) Spread { return study.NewSpread(values) }

// Results is a file of merged results, docs/results.
type Results[T any] = study.Results[T]

// Sheet is a table of results.
type Sheet = study.Sheet

// OverSeeds is the note of tables with intervals over a number of seeds.
func OverSeeds(n int) string { return study.OverSeeds(n) }

// OverItems is the note of tables with spreads over items, such as "images".
func OverItems(items string) string { return study.OverItems(items) }

// ShowSheet shows a table of results in Markdown.
func ShowSheet(s Sheet) error { return Markdown("%s", s.Markdown()) }

// Thin makes a noisy curve readable: it returns the means of y over windows of so many points, and the x at which each
// window begins. Points after the last full window are left out.
func Thin(x, y []float64, window int) (at, mean []float64) {
	for k := 0; k+window <= len(y); k += window {
		at, mean = append(at, x[k]), append(mean, stat.Mean(y[k:k+window], nil))
	}
	return at, mean
}
