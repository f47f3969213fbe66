package study

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a mean and half of its 95% confidence interval: what ± is in all tables.
type Interval struct{ Mean, Half float64 }

// NewInterval returns the mean m of values, one for each seed, and the interval
//
//	m ± t s/√n
//
// with their standard deviation s and the 0.975 quantile t of Student's
// distribution with n − 1 degrees of freedom (Student 1908,
// doi:10.1093/biomet/6.1.1). It holds for values that are independent and near
// normal. One value gives an infinite half, none or one that is NaN gives NaN.
func NewInterval(values []float64) Interval {
	n := len(values)
	m, s := stat.MeanStdDev(values, nil)
	switch {
	case n == 0 || math.IsNaN(m):
		return Interval{math.NaN(), math.NaN()}
	case n == 1:
		return Interval{m, math.Inf(1)}
	}
	return Interval{m, distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(0.975) * s / math.Sqrt(float64(n))}
}

// Paired returns the interval of the differences a[k] − b[k] of two methods on
// the same seeds or items: zero outside it is a difference at the level of 5%.
// Lengths that differ are an error.
func Paired(a, b []float64) (Interval, error) {
	if len(a) != len(b) {
		return Interval{}, fmt.Errorf("study: %d values paired with %d", len(a), len(b))
	}
	d := make([]float64, len(a))
	for k := range a {
		d[k] = a[k] - b[k]
	}
	return NewInterval(d), nil
}

// String is "mean ± half" with three digits after the point, and "mean" of one value.
func (i Interval) String() string { return i.Format(3) }

// Format is String with a number of digits after the point.
func (i Interval) Format(digits int) string {
	if math.IsInf(i.Half, 1) {
		return fmt.Sprintf("%.*f", digits, i.Mean)
	}
	return fmt.Sprintf("%.*f ± %.*f", digits, i.Mean, digits, i.Half)
}

// Range is "mean [low, high]", the mean with its sign: for intervals over items,
// which ± never has.
func (i Interval) Range() string {
	return fmt.Sprintf("%+.3f [%+.3f, %+.3f]", i.Mean, i.Mean-i.Half, i.Mean+i.Half)
}

// Over is a value of each seed. It prints as its [Interval].
type Over struct {
	Mean   float64
	SD     float64 // over the seeds, with n − 1 degrees of freedom; 0 for one
	Values []float64
}

// NewOver describes values, of which there must be at least one.
func NewOver(values []float64) Over {
	o := Over{Mean: stat.Mean(values, nil), Values: values}
	if len(values) > 1 {
		o.SD = stat.StdDev(values, nil)
	}
	return o
}

// Values returns a value of each of some shards or items.
func Values[S any](list []S, value func(S) float64) []float64 {
	values := make([]float64, len(list))
	for k, s := range list {
		values[k] = value(s)
	}
	return values
}

// Interval returns the mean with its 95% confidence interval.
func (o Over) Interval() Interval { return NewInterval(o.Values) }

// String is the interval's.
func (o Over) String() string { return o.Interval().String() }

// Spread is a mean with the standard deviation over items, such as the meshes of
// a test: that of the items themselves, divided by n, as the paper's tables have it.
type Spread struct{ Mean, SD float64 }

// NewSpread describes values, of which there must be at least one.
func NewSpread(values []float64) Spread {
	mean, sd := stat.PopMeanStdDev(values, nil)
	return Spread{mean, sd}
}

// String returns "mean (sd)" with three digits after the point.
func (s Spread) String() string { return fmt.Sprintf("%.3f (%.3f)", s.Mean, s.SD) }
