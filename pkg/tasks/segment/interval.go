package segment

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a mean with its 95% confidence interval.
type Interval struct {
	Mean, Low, High float64
	N               int // values
}

// NewInterval returns the mean m of values and the interval
//
//	m ± t s/√n
//
// with their standard deviation s and the 0.975 quantile t of Student's
// distribution with n − 1 degrees of freedom (Student 1908,
// doi:10.1093/biomet/6.1.1). It holds for values that are independent and near
// normal: means of seeds, or many images. One value gives infinite bounds, none
// or one that is NaN gives NaN.
func NewInterval(values []float64) Interval {
	n := len(values)
	m, s := stat.MeanStdDev(values, nil)
	i := Interval{m, math.Inf(-1), math.Inf(1), n}
	switch {
	case n == 0 || math.IsNaN(m):
		i.Mean, i.Low, i.High = math.NaN(), math.NaN(), math.NaN()
	case n > 1:
		half := distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(0.975) * s / math.Sqrt(float64(n))
		i.Low, i.High = m-half, m+half
	}
	return i
}

// Paired returns the interval of the differences a[k] − b[k] of two methods on
// the same images or seeds: zero outside it is a difference at the level of 5%.
// Lengths that differ are an error.
func Paired(a, b []float64) (Interval, error) {
	if len(a) != len(b) {
		return Interval{}, fmt.Errorf("segment: %d values paired with %d", len(a), len(b))
	}
	d := make([]float64, len(a))
	for k := range a {
		d[k] = a[k] - b[k]
	}
	return NewInterval(d), nil
}

// Half is half of the interval's width, for an error bar.
func (i Interval) Half() float64 { return (i.High - i.Low) / 2 }

// String is "mean ± half", and "mean" of one value.
func (i Interval) String() string {
	if math.IsInf(i.Half(), 1) {
		return fmt.Sprintf("%.3f", i.Mean)
	}
	return fmt.Sprintf("%.3f ± %.3f", i.Mean, i.Half())
}
