package segment

import (
	"context"
	"fmt"
	"slices"

	"example.org/isinggraph/internal/study"
)

// Regime is a state of the data in which recipes are compared.
type Regime string

const (
	RegimeClean       Regime = "clean"       // images and masks as they are
	RegimeFew         Regime = "few"         // 16 training images, epochs so many that the steps are as many
	RegimeNoisyLabels Regime = "noisylabels" // training and validation masks damaged by blobs (15% of the pixels) and jitter (3% of the side)
	RegimeNoisyInputs Regime = "noisyinputs" // noise of standard deviation 0.5 on all images
	RegimeSmall       Regime = "small"       // images of half the side
	RegimeMetric      Regime = "metric"      // clean, with the epoch chosen by the boundary's F for all recipes
)

// Regimes are all of them.
var Regimes = []Regime{RegimeClean, RegimeFew, RegimeNoisyLabels, RegimeNoisyInputs, RegimeSmall, RegimeMetric}

// Noises of Figure 8: standard deviations of the noise on the test images, whose
// colours are in [0, 1].
var Noises = []float64{0, 0.05, 0.1, 0.2, 0.3, 0.4}

// fewImages is how many RegimeFew trains on.
const fewImages = 16

// Apply returns the set and the recipe as the regime has them. Images for
// RegimeSmall are to be loaded at half the side; nothing is done here.
func (g Regime) Apply(set *Set, r Recipe) (*Set, Recipe, error) {
	s := *set
	const seed = 11 // of damage, one for all recipes and seeds
	switch g {
	case RegimeClean, RegimeSmall:
	case RegimeMetric:
		r.Select = MetricBoundary
	case RegimeFew:
		if len(s.Train) > fewImages {
			if err := r.complete(); err != nil {
				return nil, r, err
			}
			r.Epochs = r.Epochs * max(1, len(s.Train)/r.BatchSize) / max(1, fewImages/r.BatchSize)
			s.Train = s.Train[:fewImages]
		}
	case RegimeNoisyLabels:
		damage := LabelNoise{Blobs: 0.15, Jitter: 0.03 * float64(min(s.H, s.W))}
		var err error
		if s.Train, err = damage.Apply(s.Train, seed); err != nil {
			return nil, r, err
		}
		if s.Validation, err = damage.Apply(s.Validation, seed+1); err != nil {
			return nil, r, err
		}
	case RegimeNoisyInputs:
		for k, part := range []*[]Example{&s.Train, &s.Validation, &s.Test} {
			*part = NoisyImages(*part, 0.5, seed+uint64(k))
		}
	default:
		return nil, r, fmt.Errorf("segment: regime %q, want one of %q", g, Regimes)
	}
	return &s, r, nil
}

// Score is a row of a shard: one way to masks, at one level of noise, on the
// test images.
type Score struct {
	Method string  // a [Method], "blurred", "threshold" or "tuned"
	Noise  float64 // on the test images, and on the validation images of what is tuned
	// Values of each image, by Dice, IoU and boundary F.
	Dice, IoU, Boundary []float64
	// Validation holds the means over the validation images, by which recipes are
	// chosen: Dice, IoU and boundary F.
	Validation   [3]float64
	Tuning       *Tuning `json:",omitempty"`
	TunedFor, By string  `json:",omitempty"` // the metric, and the method chosen
}

// Shard is the result of one recipe, seed and regime.
type Shard struct {
	Recipe  Recipe
	Regime  Regime
	Seed    uint64
	Source  string // of the images
	Kind    string // "real" or "generated"
	Size    int
	Images  [3]int // of training, validation and test
	Kernel  Kernel
	Epochs  []EpochInfo
	Best    int     // epoch whose weights were taken
	Seconds float64 // an epoch, see study.EpochSeconds
	Rows    []Score
}

// File is the name of the shard's file.
func (s *Shard) File() string {
	u := s.Recipe.UNet
	return fmt.Sprintf("segmentation-%s-%d-u%dx%d-%s-%s-%d-%d", s.Source, s.Size, u.Base, u.Convolutions, s.Regime, s.Recipe.Name, s.Recipe.Epochs, s.Seed)
}

// ReadShards reads all shards of a folder, in the order of their names.
func ReadShards(dir string) ([]*Shard, error) { return study.Read[Shard](dir, "segmentation-*.json") }

// Study trains one recipe in one regime with one seed and evaluates it.
type Study struct {
	Set      *Set
	Source   string // name of the images, for the record
	Recipe   Recipe
	Regime   Regime
	Noises   []float64 // on test images; none for Figure 8's
	Train    TrainOptions
	Progress study.Progress
}

// Run returns the shard: it is Fit and Evaluate.
func (s Study) Run(ctx context.Context) (*Shard, error) {
	m, err := s.Fit(ctx)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	return s.Evaluate(ctx, m)
}

// Fit trains the model, or opens it.
func (s Study) Fit(ctx context.Context) (*Model, error) {
	set, recipe, err := s.Regime.Apply(s.Set, s.Recipe)
	if err != nil {
		return nil, err
	}
	o := s.Train
	if o.Progress == nil {
		o.Progress = func(e EpochInfo) {
			s.Progress.Report("training", e.Epoch, recipe.Epochs, fmt.Sprintf("%s: loss %.4f, validation %.4f, w %.3f, w* %.3f; %.1f s (%.1f sampling)",
				recipe.Name, e.Loss, e.Validation, e.Kernel.Straight, e.Kernel.Diagonal, e.Seconds, e.Sampling))
		}
	}
	if o.Log == nil {
		o.Log = s.Progress.Log()
	}
	return Train(ctx, set, recipe, o)
}

// Evaluate returns the shard of a model that Fit returned. Rows are all [Methods]
// for each level of noise, then, tuned on validation images with that noise for
// Dice and for the boundary's F, "threshold", the sign of h + c, "blurred", that of
// a smoothed h + c, and "tuned", the field with a kernel, shift and method of their
// own ([Model.Tune]). Test images
// choose nothing.
func (s Study) Evaluate(ctx context.Context, m *Model) (*Shard, error) {
	set, _, err := s.Regime.Apply(s.Set, s.Recipe)
	if err != nil {
		return nil, err
	}
	r := &Shard{
		Recipe: m.Recipe(), Regime: s.Regime, Seed: s.Train.Seed, Source: s.Source, Kind: set.Kind, Size: set.H,
		Images: [3]int{len(set.Train), len(set.Validation), len(set.Test)}, Epochs: m.History(),
	}
	if r.Kernel, err = m.Kernel(); err != nil {
		return nil, err
	}
	for _, e := range r.Epochs {
		if e.Best {
			r.Best = e.Epoch
		}
	}
	r.Seconds = study.EpochSeconds(r.Epochs, func(e EpochInfo) float64 { return e.Seconds })
	noises := s.Noises
	if len(noises) == 0 {
		noises = Noises
	}
	for k, sigma := range noises {
		s.Progress.Report("measuring", k, len(noises), fmt.Sprintf("noise %.2f; epoch %d was the best", sigma, r.Best))
		rows, err := evaluate(ctx, m, set, sigma, s.Train.Seed)
		if err != nil {
			return nil, err
		}
		r.Rows = append(r.Rows, rows...)
	}
	return r, nil
}

// Seeds of the noise on images.
const (
	testNoise       = 101
	validationNoise = 102
)

// evaluate returns the rows of one level of noise.
func evaluate(ctx context.Context, m *Model, set *Set, sigma float64, seed uint64) ([]Score, error) {
	test, validation := set.Test, set.Validation
	if sigma > 0 {
		test, validation = NoisyImages(test, sigma, testNoise), NoisyImages(validation, sigma, validationNoise)
	}
	h, _, err := m.Fields(ctx, test)
	if err != nil {
		return nil, err
	}
	hv, _, err := m.Fields(ctx, validation)
	if err != nil {
		return nil, err
	}
	both := slices.Concat(test, validation)
	predict := func(t *Tuning) ([]*Prediction, error) {
		return m.PredictFields(ctx, slices.Concat(h, hv), set.H, set.W, PredictOptions{Seed: seed, Tuning: t})
	}
	predictions, err := predict(nil)
	if err != nil {
		return nil, err
	}
	var rows []Score
	for _, method := range Methods {
		rows = append(rows, newScore(string(method), sigma, predictions, method, both, len(test)))
	}
	if len(validation) == 0 {
		return rows, nil
	}
	metrics := []Metric{MetricBoundary, MetricDice}
	found := make(map[string][]choice)
	for name, grid := range map[string]TuneOptions{"blurred": BlurGrid, "threshold": ThresholdGrid, "tuned": CoupledGrid} {
		grid.Seed = seed
		if found[name], err = m.tune(ctx, hv, validation, grid, metrics...); err != nil {
			return nil, err
		}
	}
	for k, metric := range metrics {
		for _, name := range []string{"blurred", "threshold", "tuned"} {
			best := found[name][k]
			p, err := predict(&best.tuning)
			if err != nil {
				return nil, err
			}
			row := newScore(name, sigma, p, best.by, both, len(test))
			row.Tuning, row.TunedFor, row.By = &best.tuning, string(metric), string(best.by)
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// newScore evaluates one method's masks of test images, which come first, and
// validation images.
func newScore(name string, sigma float64, predictions []*Prediction, by Method, examples []Example, test int) Score {
	s := Score{Method: name, Noise: sigma}
	for k, p := range predictions {
		x, e := p.Mask(by), examples[k]
		v := [3]float64{Dice(x, e.Mask), IoU(x, e.Mask), BoundaryF(x, e.Mask, e.H, e.W, BoundaryTolerance)}
		if k >= test {
			for i := range v {
				s.Validation[i] += v[i] / float64(len(predictions)-test)
			}
			continue
		}
		s.Dice, s.IoU, s.Boundary = append(s.Dice, v[0]), append(s.IoU, v[1]), append(s.Boundary, v[2])
	}
	return s
}
