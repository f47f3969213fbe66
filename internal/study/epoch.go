package study

import (
	"encoding/json"
	"slices"

	"gonum.org/v1/gonum/stat"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Epoch is the record of an epoch of a learner: all training items once.
type Epoch struct {
	Loss, Kept     float64 // means over its steps; Kept is a fraction of the nodes
	ValidationLoss float64 `json:",omitempty"` // after it, where there are validation items
	Validation     float64 `json:",omitempty"` // kept fraction of those
	Seconds        float64 // of its steps, and of these:
	Field          float64 // in the field network
	Sample         float64 // in the sampler
	Losses         float64 // in the loss
	Gradient       float64 // in the gradient and Adam
}

// UnmarshalJSON reads an epoch. In shards of meshes and inverses the seconds in
// the loss may bear the name of the loss, Distance or LeastSquare.
func (e *Epoch) UnmarshalJSON(text []byte) error {
	type plain Epoch
	var v struct {
		plain
		Distance, LeastSquare float64
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	*e = Epoch(v.plain)
	e.Losses += v.Distance + v.LeastSquare
	return nil
}

// NewEpochs sums the steps of a run up.
func NewEpochs(steps []learn.StepInfo) []Epoch {
	var all []Epoch
	var count []float64
	for _, s := range steps {
		for len(all) <= s.Epoch {
			all, count = append(all, Epoch{}), append(count, 0)
		}
		e := &all[s.Epoch]
		count[s.Epoch]++
		e.add(Epoch{
			Loss: s.Loss, Kept: s.Fraction, Seconds: s.Time.Seconds(), Field: s.FieldTime.Seconds(), Sample: s.SampleTime.Seconds(),
			Losses: s.LossTime.Seconds(), Gradient: s.UpdateTime.Seconds(),
		}, 1)
		if s.Validation != nil {
			e.ValidationLoss, e.Validation = s.Validation.Loss, s.Validation.Fraction
		}
	}
	for i := range all {
		all[i].Loss /= max(count[i], 1)
		all[i].Kept /= max(count[i], 1)
	}
	return all
}

// add adds an epoch's values, times a weight.
func (e *Epoch) add(o Epoch, weight float64) {
	e.Loss += weight * o.Loss
	e.Kept += weight * o.Kept
	e.ValidationLoss += weight * o.ValidationLoss
	e.Validation += weight * o.Validation
	e.Seconds += weight * o.Seconds
	e.Field += weight * o.Field
	e.Sample += weight * o.Sample
	e.Losses += weight * o.Losses
	e.Gradient += weight * o.Gradient
}

// MeanEpochs averages runs epoch by epoch, as far as the shortest goes.
func MeanEpochs(runs [][]Epoch) []Epoch {
	if len(runs) == 0 {
		return nil
	}
	shortest := slices.MinFunc(runs, func(a, b []Epoch) int { return len(a) - len(b) })
	mean := make([]Epoch, len(shortest))
	for i := range mean {
		for _, run := range runs {
			mean[i].add(run[i], 1/float64(len(runs)))
		}
	}
	return mean
}

// EpochSeconds returns the seconds that an epoch takes: the median of all but the
// first, in which programs are compiled, or the first where it is alone. Each
// returns the seconds of an epoch. Of none it is 0.
func EpochSeconds[E any](epochs []E, each func(E) float64) float64 {
	if len(epochs) == 0 {
		return 0
	}
	seconds := Values(epochs[min(1, len(epochs)-1):], each)
	slices.Sort(seconds)
	return stat.Quantile(0.5, stat.Empirical, seconds, nil)
}
