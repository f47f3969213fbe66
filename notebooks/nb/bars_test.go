package nb

import (
	"math"
	"testing"
)

// TestBars measures the bars: one of twice the value has twice the area in its colour, and
// the names stand below at 0, 1 and 2.
func TestBars(t *testing.T) {
	none := math.NaN()
	p := NewPlot("", "", "y")
	if err := Bars(p, 20, []Bar{{Name: "a", Color: 1, Value: 2, Half: none}, {Name: "b", Color: 2, Value: 4, Half: none}, {Name: "c", Color: 5, Value: 1, Half: 0.5}}); err != nil {
		t.Fatal(err)
	}
	p.Y.Max = 5
	m := render(t, p, 4, 3)
	small, large := float64(count(m, Color(1))), float64(count(m, Color(2)))
	if small < 500 || math.Abs(large/small-2) > 0.1 {
		t.Errorf("bars of 2 and 4 have %v and %v pixels", small, large)
	}
	if n := count(m, Color(6)); n < 20 {
		t.Errorf("%d pixels of an interval's colour", n)
	}
	ticks := p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max)
	if len(ticks) != 3 || ticks[1].Label != "b" || ticks[1].Value != 1 || p.Y.Min != 0 {
		t.Errorf("ticks %v, the axis begins at %v", ticks, p.Y.Min)
	}
	if err := Bars(p, 20, []Bar{{Name: "bad", Half: -1}}); err == nil {
		t.Error("half an interval of −1 is drawn")
	}
	if err := Bars(p, 20, []Bar{{Name: "bad", Value: math.NaN()}}); err == nil {
		t.Error("a bar of NaN is drawn")
	}
}
