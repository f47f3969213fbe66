package segment

import (
	"fmt"
	"slices"

	"example.org/isinggraph/pkg/fields"
)

// Objective is what a recipe makes small.
type Objective string

const (
	// CrossEntropy is that of the pixels alone, the U-Net without a coupling:
	// with p(x_i = y_i) = σ(2 y_i h_i), mean log(1 + exp(−2 y_i h_i)).
	CrossEntropy Objective = "cross-entropy"
	// Reinforce is the expected loss of a sample by RLOO, eq. 14, or with local
	// credit: see [Recipe.Radius].
	Reinforce Objective = "reinforce"
	// Flip is the expected loss of a sample by what each pixel does to it alone,
	// its neighbours held: with h_i^eff of eq. 4 and ℓ± the loss with x_i = ±1,
	// the gradient is mean_k (1 − tanh² h_i^eff) (ℓ₊ − ℓ₋)/2 ∇h_i^eff. It leaves out
	// how neighbours react, and the noise of all other pixels.
	Flip Objective = "flip"
	// Contrastive is −log p(y): E(y) − mean_k E(x_k) has its gradient, with chains
	// that go on from step to step, K for each image (persistent contrastive
	// divergence, Tieleman 2008, doi:10.1145/1390156.1390290).
	Contrastive Objective = "contrastive"
	// PseudoLikelihood is mean −log p(y_i | y elsewhere) = log(1 + exp(−2 y_i
	// h_i^eff(y))) (Besag 1975, doi:10.2307/2987782).
	PseudoLikelihood Objective = "pseudo-likelihood"
	// MeanField is the cross-entropy of the mean spins of eq. 10, iterated from
	// tanh h and differentiated through, as conditional random fields in networks
	// are (Zheng et al. 2015, doi:10.1109/ICCV.2015.179).
	MeanField Objective = "mean-field"
)

// Metric says how good a mask is.
type Metric string

const (
	MetricError    Metric = "error"    // eq. 16, mean |x_i − y_i|, of which less is better
	MetricDice     Metric = "dice"     // [Dice]
	MetricIoU      Metric = "iou"      // [IoU]
	MetricBoundary Metric = "boundary" // [BoundaryF] of tolerance [BoundaryTolerance]
)

// allMetrics are all of them.
var allMetrics = []Metric{MetricError, MetricDice, MetricIoU, MetricBoundary}

// BoundaryTolerance is that of boundaries in training and in studies, in pixels.
const BoundaryTolerance = 1

// Recipe says how field and couplings are trained; see [Recipes] for some. Zero
// values of numbers mean the defaults.
type Recipe struct {
	Name      string
	Objective Objective
	Metric    Metric // of the samples' loss; default MetricError
	// Radius is that of Reinforce's local credit: pixel i's advantage is that of
	// the loss within so many pixels. −1 is eq. 14 as it stands, with the whole
	// loss, the only one for metrics other than the error.
	Radius  int
	Samples int // K; default 2
	Sweeps  int // of each sample; default 5. Of MeanField, the iterations
	// Warm is the share of the steps that are trained by cross-entropy before.
	Warm   float64
	Kernel Kernel // at the start; default 0.1 of both
	Fixed  bool   // the kernel is not trained
	// Select is the metric by whose value on the validation images the step to keep
	// is chosen, that of masks by mean field; default MetricDice.
	Select Metric
	// StopAt ends training with the first epoch whose validation score is at least
	// this, and keeps that epoch; 0 for none. It makes a control of equal accuracy.
	StopAt       float64
	UNet         fields.UNet
	Epochs       int     // default 40
	BatchSize    int     // default 16
	LearningRate float64 // of Adam, falling to 0 by half a cosine; default 3e-3
	Augment      Augment // of the training images
	Noise        float64 // standard deviation of noise on the training images
}

// Recipes are the recipes compared, all of one budget, by name.
//
//   - cross-entropy: the U-Net alone
//   - paper: eq. 14 on eq. 16, K = 2
//   - samples-8: the same with K = 8
//   - local-0, local-1, local-2: with local credit
//   - flip: with the effect of each pixel alone
//   - warm, flip-warm: eq. 14 and flips after half of the steps by cross-entropy
//   - contrastive, pseudo-likelihood, mean-field: by likelihood
//   - dice, iou, boundary: the metric itself, flips, after a warm start
//   - dice-uncoupled, iou-uncoupled, boundary-uncoupled: the same without coupling
func Recipes() []Recipe {
	list := []Recipe{
		{Name: "cross-entropy", Objective: CrossEntropy},
		{Name: "paper", Objective: Reinforce, Radius: -1},
		{Name: "samples-8", Objective: Reinforce, Radius: -1, Samples: 8},
		{Name: "local-0", Objective: Reinforce},
		{Name: "local-1", Objective: Reinforce, Radius: 1},
		{Name: "local-2", Objective: Reinforce, Radius: 2},
		{Name: "flip", Objective: Flip},
		{Name: "warm", Objective: Reinforce, Radius: -1, Warm: 0.5},
		{Name: "flip-warm", Objective: Flip, Warm: 0.5},
		{Name: "contrastive", Objective: Contrastive},
		{Name: "pseudo-likelihood", Objective: PseudoLikelihood},
		{Name: "mean-field", Objective: MeanField},
	}
	for _, m := range []Metric{MetricDice, MetricIoU, MetricBoundary} {
		r := Recipe{Name: string(m), Objective: Flip, Metric: m, Warm: 0.5, Select: m}
		list = append(list, r)
		r.Name, r.Kernel, r.Fixed = r.Name+"-uncoupled", Kernel{}, true
		list = append(list, r)
	}
	return list
}

// NewRecipe returns the recipe of a name, or an error that lists the names.
func NewRecipe(name string) (Recipe, error) {
	list := Recipes()
	names := make([]string, len(list))
	for k, r := range list {
		if r.Name == name {
			return r, nil
		}
		names[k] = r.Name
	}
	return Recipe{}, fmt.Errorf("segment: no recipe %q, there are %q", name, names)
}

// complete fills in defaults and checks the rest.
func (r *Recipe) complete() error {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&r.Samples, 2)
	def(&r.Sweeps, 5)
	def(&r.Epochs, 40)
	def(&r.BatchSize, 16)
	if r.LearningRate == 0 {
		r.LearningRate = 3e-3
	}
	if r.Metric == "" {
		r.Metric = MetricError
	}
	if r.Select == "" {
		r.Select = MetricDice
	}
	if r.Objective == CrossEntropy {
		r.Kernel, r.Fixed = Kernel{}, true
	} else if r.Kernel == (Kernel{}) && !r.Fixed {
		r.Kernel = Kernel{0.1, 0.1}
	}
	objectives := []Objective{CrossEntropy, Reinforce, Flip, Contrastive, PseudoLikelihood, MeanField}
	switch {
	case !slices.Contains(objectives, r.Objective):
		return fmt.Errorf("segment: objective %q, want one of %q", r.Objective, objectives)
	case !slices.Contains(allMetrics, r.Metric) || !slices.Contains(allMetrics, r.Select):
		return fmt.Errorf("segment: metrics %q and %q, want two of %q", r.Metric, r.Select, allMetrics)
	case r.Samples < 1 || r.Sweeps < 1 || r.Epochs < 1 || r.BatchSize < 1 || r.Radius < -1 || r.Objective == Reinforce && r.Samples < 2:
		return fmt.Errorf("segment: recipe of %d samples, %d sweeps, %d epochs, batches of %d, credit of radius %d: too small", r.Samples, r.Sweeps, r.Epochs, r.BatchSize, r.Radius)
	case r.Objective == Reinforce && r.Metric != MetricError && r.Radius >= 0:
		return fmt.Errorf("segment: the metric %q has no local credit", r.Metric)
	case !(r.Warm >= 0 && r.Warm < 1) || !(r.LearningRate > 0) || !(r.Noise >= 0) || !(r.Kernel.Straight >= 0) || !(r.Kernel.Diagonal >= 0):
		return fmt.Errorf("segment: recipe with Warm %v, LearningRate %v, Noise %v, Kernel %v: out of range", r.Warm, r.LearningRate, r.Noise, r.Kernel)
	case r.Objective == Contrastive && r.Augment != (Augment{}):
		return fmt.Errorf("segment: chains that go on need images that stay: %q with an augmentation", r.Objective)
	}
	return r.Augment.check()
}

// sampled reports whether steps need samples.
func (r *Recipe) sampled() bool {
	return r.Objective == Reinforce || r.Objective == Flip || r.Objective == Contrastive
}
