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
	Blur     []float32 // none is 0 alone
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

// BlurGrid tries shifts of a field that a Gaussian smooths: the control that says
// whether a coupling does more.
var BlurGrid = TuneOptions{
	Methods:  []Method{FromField},
	Straight: []float32{0}, Ratio: []float32{0},
	Shift: ThresholdGrid.Shift, Blur: []float32{0, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3},
}

// tuned returns Scale h + Shift of the blurred fields.
func tuned(fields [][]float32, h, w int, t Tuning) [][]float32 {
	out := make([][]float32, len(fields))
	for k, field := range fields {
		out[k] = make([]float32, len(field))
		for i, v := range blurred(field, h, w, float64(t.Blur)) {
			out[k][i] = t.Scale*v + t.Shift
		}
	}
	return out
}

// blurred smooths a field by a Gaussian, cut off at three standard deviations
// and at the frame.
func blurred(field []float32, h, w int, deviation float64) []float32 {
	if deviation == 0 {
		return field
	}
	weight := make([]float64, int(3*deviation)+1)
	for d := range weight {
		weight[d] = math.Exp(-float64(d*d) / (2 * deviation * deviation))
	}
	line := func(in []float32, n, stride int, out []float32) { // n values, every stride-th
		for i := range n {
			var sum, all float64
			for j := max(0, i-len(weight)+1); j <= min(n-1, i+len(weight)-1); j++ {
				g := weight[max(i-j, j-i)]
				sum, all = sum+g*float64(in[j*stride]), all+g
			}
			out[i*stride] = float32(sum / all)
		}
	}
	across, out := make([]float32, h*w), make([]float32, h*w)
	for r := range h {
		line(field[r*w:], w, 1, across[r*w:])
	}
	for c := range w {
		line(across[c:], h, w, out[c:])
	}
	return out
}

// choice is the best of a grid by one metric.
type choice struct {
	tuning Tuning
	by     Method
	score  float64 // mean over the images
}

// Tune chooses kernel, shift and method for a field that stays as it is, by a
// metric of the masks of examples whose truth is known: the validation images.
// It returns the mean score too.
func (m *Model) Tune(ctx context.Context, examples []Example, o TuneOptions) (best Tuning, by Method, score float64, err error) {
	fields, _, err := m.Fields(ctx, examples)
	if err != nil {
		return best, by, 0, err
	}
	all, err := m.tune(ctx, fields, examples, o, o.Metric)
	if err != nil {
		return best, by, 0, err
	}
	return all[0].tuning, all[0].by, all[0].score, nil
}

// tune is Tune where the fields are known, by each of several metrics.
func (m *Model) tune(ctx context.Context, fields [][]float32, examples []Example, o TuneOptions, metrics ...Metric) ([]choice, error) {
	if len(examples) == 0 || len(o.Methods) == 0 {
		return nil, fmt.Errorf("segment: tuning by %d images and %d methods", len(examples), len(o.Methods))
	}
	best := make([]choice, len(metrics))
	for k := range best {
		best[k].score = math.Inf(-1)
	}
	blurs := o.Blur
	if len(blurs) == 0 {
		blurs = []float32{0}
	}
	smooth := make([][][]float32, len(blurs)) // once for all shifts and kernels
	for k, blur := range blurs {
		smooth[k] = tuned(fields, examples[0].H, examples[0].W, Tuning{Scale: 1, Blur: blur})
	}
	for _, straight := range o.Straight {
		for _, ratio := range o.Ratio {
			for _, shift := range o.Shift {
				for k, blur := range blurs {
					t := Tuning{Kernel{straight, ratio * straight}, shift, 1, blur}
					if err := m.tryTuning(ctx, smooth[k], examples, t, o, metrics, best); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	return best, nil
}

// tryTuning takes a tuning and a method where they are better than the best. The
// fields are blurred.
func (m *Model) tryTuning(ctx context.Context, fields [][]float32, examples []Example, t Tuning, o TuneOptions, metrics []Metric, best []choice) error {
	h, w := examples[0].H, examples[0].W
	rest := t
	rest.Blur = 0
	predictions := make([]*Prediction, len(fields))
	methods := o.Methods
	if t.Kernel == (Kernel{}) { // all methods say the same
		methods = []Method{FromField}
		for k, f := range tuned(fields, h, w, rest) {
			predictions[k] = &Prediction{Field: f}
		}
	} else {
		var err error
		if predictions, err = m.PredictFields(ctx, fields, h, w, PredictOptions{Chains: 2, Sweeps: 20, Seed: o.Seed, Tuning: &rest}); err != nil {
			return err
		}
	}
	for _, by := range methods {
		sums := make([]float64, len(metrics))
		for k, p := range predictions {
			x := p.Mask(by)
			for i, metric := range metrics {
				sums[i] += metric.score(x, examples[k].Mask, h, w) / float64(len(predictions))
			}
		}
		for i, s := range sums {
			if s > best[i].score {
				best[i] = choice{t, by, s}
			}
		}
	}
	return nil
}
