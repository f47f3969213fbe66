package segment

import (
	"context"
	"fmt"
	"math"
)

func tanh(v float32) float32 { return float32(math.Tanh(float64(v))) }

// TuneOptions are the values that [Model.Tune] tries: all combinations.
type TuneOptions struct {
	Metric   Metric
	Methods  []Method
	Straight []float32 // w
	Ratio    []float32 // w*/w
	Shift    []float32
	Seed     uint64
}

// CoupledGrid tries couplings up to 2, with and without a shift of the field.
var CoupledGrid = TuneOptions{
	Methods:  []Method{FromMarginals, FromMode, FromMeanField},
	Straight: []float32{0, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2},
	Ratio:    []float32{0.7}, Shift: []float32{-0.6, -0.3, 0, 0.3, 0.6},
}

// ThresholdGrid tries the shift alone, as finely: another threshold of the U-Net.
var ThresholdGrid = TuneOptions{
	Methods:  []Method{FromField},
	Straight: []float32{0}, Ratio: []float32{0},
	Shift: []float32{-2, -1.5, -1.2, -0.9, -0.6, -0.45, -0.3, -0.15, 0, 0.15, 0.3, 0.45, 0.6, 0.9, 1.2, 1.5, 2},
}

// Tune chooses kernel, shift and method for a field that stays as it is, by a
// metric of the masks of examples whose truth is known: the validation images.
// It returns the mean score too.
func (m *Model) Tune(ctx context.Context, examples []Example, o TuneOptions) (best Tuning, by Method, score float64, err error) {
	if len(examples) == 0 || len(o.Methods) == 0 {
		return best, by, 0, fmt.Errorf("segment: tuning by %d images and %d methods", len(examples), len(o.Methods))
	}
	fields, _, err := m.Fields(ctx, examples)
	if err != nil {
		return best, by, 0, err
	}
	h, w := examples[0].H, examples[0].W
	score = math.Inf(-1)
	for _, straight := range o.Straight {
		for _, ratio := range o.Ratio {
			for _, shift := range o.Shift {
				t := Tuning{Kernel{straight, ratio * straight}, shift, 1}
				all, err := m.tuningScores(ctx, fields, examples, h, w, t, o)
				if err != nil {
					return best, by, 0, err
				}
				for k, s := range all {
					if s > score {
						best, by, score = t, o.Methods[k], s
					}
				}
			}
		}
	}
	return best, by, score, nil
}

// tuningScores returns the mean score of each method under one tuning.
func (m *Model) tuningScores(ctx context.Context, fields [][]float32, examples []Example, h, w int, t Tuning, o TuneOptions) ([]float64, error) {
	all := make([]float64, len(o.Methods))
	add := func(method int, x []int8, k int) {
		all[method] += o.Metric.score(x, examples[k].Mask, h, w) / float64(len(examples))
	}
	if t.Kernel == (Kernel{}) { // all methods say the same
		for k, f := range tuned(fields, t) {
			x := masks(f)
			for method := range o.Methods {
				add(method, x, k)
			}
		}
		return all, nil
	}
	predictions, err := m.PredictFields(ctx, fields, h, w, PredictOptions{Chains: 2, Sweeps: 20, Seed: o.Seed, Tuning: &t})
	if err != nil {
		return nil, err
	}
	for k, p := range predictions {
		for method, by := range o.Methods {
			add(method, p.Mask(by), k)
		}
	}
	return all, nil
}
