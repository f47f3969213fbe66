package study

import (
	"math"
	"testing"
)

func TestInterval(t *testing.T) {
	// Mean 3, s² = 10/4, t(0.975; 4) = 2.776445: 3 ± 2.776445·√(2.5/5).
	i := NewInterval([]float64{1, 2, 3, 4, 5})
	half := 2.7764451051977987 * math.Sqrt(0.5)
	if i.Mean != 3 || math.Abs(i.Half-half) > 1e-9 {
		t.Errorf("%+v, want 3 ± %v", i, half)
	}
	if s := i.String(); s != "3.000 ± 1.963" {
		t.Errorf("printed as %q", s)
	}
	if s := i.Format(1); s != "3.0 ± 2.0" {
		t.Errorf("printed with one digit as %q", s)
	}
	if s := i.Range(); s != "+3.000 [+1.037, +4.963]" {
		t.Errorf("printed with its bounds as %q", s)
	}
	if same := NewInterval([]float64{2, 2}); same != (Interval{2, 0}) {
		t.Errorf("equal values: %+v", same)
	}
	if one := NewInterval([]float64{7}); one.Mean != 7 || !math.IsInf(one.Half, 1) || one.String() != "7.000" {
		t.Errorf("one value: %+v", one)
	}
	for _, values := range [][]float64{nil, {1, math.NaN()}} {
		if bad := NewInterval(values); !math.IsNaN(bad.Mean) || !math.IsNaN(bad.Half) {
			t.Errorf("%v: %+v, want NaN", values, bad)
		}
	}
}

func TestPaired(t *testing.T) {
	// Differences 1, 2, 3: mean 2, s = 1, t(0.975; 2) = 4.302653.
	d, err := Paired([]float64{11, 22, 33}, []float64{10, 20, 30})
	if half := 4.302652729749464 / math.Sqrt(3); err != nil || d.Mean != 2 || math.Abs(d.Half-half) > 1e-9 {
		t.Errorf("%+v, %v, want 2 ± %v", d, err, half)
	}
	if _, err := Paired([]float64{1}, nil); err == nil {
		t.Error("one value paired with none")
	}
}

func TestOver(t *testing.T) {
	o := NewOver(Values([]string{"a", "bb", "cccc", "d"}, func(s string) float64 { return float64(len(s)) }))
	// Mean 2, squares of differences 1 + 0 + 4 + 1.
	if o.Mean != 2 || math.Abs(o.SD-math.Sqrt2) > 1e-15 || o.Interval() != NewInterval(o.Values) || len(o.Values) != 4 {
		t.Errorf("%+v, want 2 with standard deviation √2", o)
	}
	// t(0.975; 3) = 3.182446.
	if s := o.String(); s != "2.000 ± 2.250" {
		t.Errorf("printed as %q", s)
	}
	if one := NewOver([]float64{3}); one.SD != 0 || one.String() != "3.000" {
		t.Errorf("one value: %+v", one)
	}
}

func TestSpread(t *testing.T) {
	if s := NewSpread([]float64{1, 3}); s.Mean != 2 || s.SD != 1 || s.String() != "2.000 (1.000)" {
		t.Errorf("%+v, want the deviation of the values themselves", s)
	}
}
