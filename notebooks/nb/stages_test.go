package nb

import (
	"slices"
	"testing"
)

// TestStages follows which bar stands for which stage.
func TestStages(t *testing.T) {
	s := NewStages("set")
	s.Report("reading", 0, 0, "") // no total: nothing to show
	if s.bar != nil {
		t.Error("a stage without a total has a bar")
	}
	var bars []*Progress
	for _, r := range []struct {
		stage string
		done  int
	}{{"training", 0}, {"training", 5}, {"testing", 1}, {"testing", 2}} {
		s.Report(r.stage, r.done, 10, "")
		if s.bar == nil || s.bar.title != "set: "+r.stage || s.bar.total != 10 {
			t.Fatalf("%s: bar %+v", r.stage, s.bar)
		}
		if !slices.Contains(bars, s.bar) {
			bars = append(bars, s.bar)
		}
	}
	if len(bars) != 2 {
		t.Errorf("%d bars for two stages", len(bars))
	}
	s.Done()
	s.Done()
	if s.bar != nil {
		t.Error("a bar after the end")
	}
}

// TestThin compares with means by hand.
func TestThin(t *testing.T) {
	x, y := []float64{1, 2, 3, 4, 5}, []float64{1, 3, 10, 20, 7}
	if at, mean := Thin(x, y, 2); !slices.Equal(at, []float64{1, 3}) || !slices.Equal(mean, []float64{2, 15}) {
		t.Errorf("windows of two at %v: %v", at, mean)
	}
	if at, mean := Thin(x, y, 1); !slices.Equal(at, x) || !slices.Equal(mean, y) {
		t.Errorf("windows of one at %v: %v", at, mean)
	}
}
