package study

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

func TestEpochs(t *testing.T) {
	got := NewEpochs([]learn.StepInfo{
		{Epoch: 0, Loss: 1, Fraction: 0.4, Time: time.Second, FieldTime: time.Millisecond},
		{Epoch: 0, Loss: 3, Fraction: 0.6, Time: 2 * time.Second, LossTime: 5 * time.Millisecond},
		{Epoch: 1, Loss: 7, Fraction: 0.5, Validation: &learn.Validated{Loss: 6, Fraction: 0.25}},
	})
	want := []Epoch{{Loss: 2, Kept: 0.5, Seconds: 3, Field: 0.001, Losses: 0.005}, {Loss: 7, Kept: 0.5, ValidationLoss: 6, Validation: 0.25}}
	if !slices.Equal(got, want) {
		t.Errorf("epochs %+v, want %+v", got, want)
	}
	mean := MeanEpochs([][]Epoch{got, {{Loss: 4, Kept: 0.25, Seconds: 1}}})
	if want := []Epoch{{Loss: 3, Kept: 0.375, Seconds: 2, Field: 0.0005, Losses: 0.0025}}; !slices.Equal(mean, want) {
		t.Errorf("means %+v, want %+v", mean, want)
	}
}

func TestEpochSeconds(t *testing.T) {
	same := func(s float64) float64 { return s }
	for _, c := range []struct {
		seconds []float64
		want    float64
	}{{nil, 0}, {[]float64{9}, 9}, {[]float64{9, 3}, 3}, {[]float64{9, 5, 1, 2}, 2}} {
		if got := EpochSeconds(c.seconds, same); got != c.want {
			t.Errorf("%v: %v, want %v", c.seconds, got, c.want)
		}
	}
}

// TestEpochNames reads the loss's seconds by the names of losses.
func TestEpochNames(t *testing.T) {
	want := Epoch{Loss: 1, Validation: 0.5, Losses: 3}
	for _, text := range []string{`{"Loss": 1, "Validation": 0.5, "Losses": 3}`, `{"Loss": 1, "Validation": 0.5, "Distance": 3}`, `{"Loss": 1, "Validation": 0.5, "LeastSquare": 3}`} {
		var e Epoch
		if err := json.Unmarshal([]byte(text), &e); err != nil || e != want {
			t.Errorf("%s reads as %+v, error %v", text, e, err)
		}
	}
}
