package mesh

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Factors are the factors a that the hand-made field's is chosen from.
var Factors = []float64{0.5, 1, 2, 4}

// Study is one part of Table 5: a field learned on 16 meshes of a class and
// tested on the 4 of a fold.
type Study struct {
	Class     string // a family of LoadFamily
	Fold      int    // 0 for the paper's, to 4
	Vertices  int    // of generated meshes, where there are no real ones
	Recipe    Recipe
	Baselines bool                             // measure all other methods too, not RANDOM alone
	Validate  bool                             // to choose recipes: hold the next fold out of the training, too, and measure on it instead
	Report    func(format string, args ...any) // takes lines of progress; none for silence
}

// EpochInfo is the record of an epoch, of each training mesh once.
type EpochInfo struct {
	Loss, Kept                        float64 // means over its steps
	Seconds                           float64
	Field, Sample, Distance, Gradient float64 // of its seconds
}

// Shard is the result of a [Study].
type Shard struct {
	Class, Data     string
	Fold            int
	Validation      bool  `json:",omitempty"` // see Study.Validate
	Test            []int // indices of its meshes
	Label           string
	Network, Credit string
	Squared         bool
	Steps           int
	Samples         int `json:",omitempty"`
	LearningRate    float64
	Seed            uint64
	Factor          float64 `json:",omitempty"` // of HAND-MADE, chosen on the training meshes
	Epochs          []EpochInfo
	EpochSeconds    float64 // median after the first, in which programs are compiled
	Scores          []Score
}

// Label names the recipe's method in tables: ISING+MAG or POINT SAMPLER, and how
// it departs from the default.
func (r Recipe) Label() string {
	label := "ISING+MAG"
	switch r.Network {
	case PerVertex:
		label += " per vertex"
	case DevConv:
		label = "POINT SAMPLER"
	}
	if r.Credit == Global {
		label += " eq. 14"
	}
	if r.Squared {
		label += " squared"
	}
	d, r := Recipe{}.complete(), r.complete()
	if r.Samples != d.Samples {
		label += fmt.Sprintf(" K=%d", r.Samples)
	}
	if r.Steps != d.Steps {
		label += fmt.Sprintf(" %d steps", r.Steps)
	}
	return label
}

// Run loads the meshes, trains, or goes on with the run in the recipe's Dir, and
// measures.
func (st Study) Run(ctx context.Context) (*Shard, error) {
	report := func(format string, args ...any) {
		if st.Report != nil {
			st.Report(format, args...)
		}
	}
	folds, err := Folds(st.Class)
	if err != nil {
		return nil, err
	}
	if st.Fold < 0 || st.Fold >= len(folds) {
		return nil, fmt.Errorf("mesh: fold %d of %d", st.Fold, len(folds))
	}
	r := st.Recipe.complete()
	surfaces, kind, err := LoadSurfaces(st.Class, st.Vertices)
	if err != nil {
		return nil, err
	}
	test := folds[st.Fold]
	training := Training(test)
	if st.Validate {
		test = folds[(st.Fold+1)%len(folds)]
		training = slices.DeleteFunc(training, func(i int) bool { return slices.Contains(test, i) })
	}
	out := &Shard{
		Class: st.Class, Data: kind, Fold: st.Fold, Validation: st.Validate, Test: test, Label: r.Label(), Network: r.Network, Credit: r.Credit,
		Squared: r.Squared, Steps: r.Steps, Samples: r.Samples, LearningRate: r.LearningRate, Seed: r.Seed,
	}
	report("%s, fold %d, %s meshes: %s, %d steps", st.Class, st.Fold, kind, out.Label, r.Steps)
	if r.Progress == nil {
		r.Progress = func(s learn.StepInfo) {
			if s.Step <= 2 || s.Step%len(training) == 0 {
				report("step %d: loss %.4f, %.3f kept, %.0f ms (field %.0f, sample %.0f, distance %.0f, gradient %.0f)", s.Step, s.Loss, s.Fraction,
					1e3*s.Time.Seconds(), 1e3*s.FieldTime.Seconds(), 1e3*s.SampleTime.Seconds(), 1e3*s.LossTime.Seconds(), 1e3*s.UpdateTime.Seconds())
			}
		}
	}
	l, err := Train(ctx, r, pick(surfaces, training))
	if err != nil {
		return nil, err
	}
	defer l.Close()
	out.Epochs = epochs(l.History())
	var seconds []float64
	for _, e := range out.Epochs[min(1, len(out.Epochs)-1):] {
		seconds = append(seconds, e.Seconds)
	}
	slices.Sort(seconds)
	out.EpochSeconds = stat.Quantile(0.5, stat.Empirical, seconds, nil)
	methods := []Method{Random{}, l.Method(out.Label)}
	if st.Baselines {
		methods = append(Baselines(Factors...), methods[1])
		if out.Factor, err = ChooseFactor(ctx, surfaces, training, Factors, r.Seed); err != nil {
			return nil, err
		}
		chosen := HandMade(out.Factor)
		chosen.Label = "HAND-MADE"
		methods = append(methods, chosen)
	}
	out.Scores, err = Evaluate(ctx, surfaces, test, methods, r.Seed, func(s Score) {
		report("mesh %d, %-16s kept %.3f, distance %.4f, squared %.5f, %.2f s", s.Mesh, s.Method, s.Kept, s.Distance, s.Squared, s.Seconds)
	})
	return out, err
}

// LoadSurfaces prepares the meshes of [LoadFamily].
func LoadSurfaces(family string, vertices int) (surfaces []*Surface, kind string, err error) {
	meshes, kind, err := LoadFamily(family, vertices)
	if err != nil {
		return nil, "", err
	}
	for i, m := range meshes {
		s, err := NewSurface(m)
		if err != nil {
			return nil, "", fmt.Errorf("mesh %d of %s: %w", i, family, err)
		}
		surfaces = append(surfaces, s)
	}
	return surfaces, kind, nil
}

func pick(surfaces []*Surface, indices []int) []*Surface {
	var out []*Surface
	for _, i := range indices {
		out = append(out, surfaces[i])
	}
	return out
}

// epochs sums the steps of a run up.
func epochs(steps []learn.StepInfo) []EpochInfo {
	var all []EpochInfo
	var count []float64
	for _, s := range steps {
		for len(all) <= s.Epoch {
			all, count = append(all, EpochInfo{}), append(count, 0)
		}
		e := &all[s.Epoch]
		count[s.Epoch]++
		e.Loss += s.Loss
		e.Kept += s.Fraction
		for _, part := range []struct {
			to *float64
			d  time.Duration
		}{{&e.Seconds, s.Time}, {&e.Field, s.FieldTime}, {&e.Sample, s.SampleTime}, {&e.Distance, s.LossTime}, {&e.Gradient, s.UpdateTime}} {
			*part.to += part.d.Seconds()
		}
	}
	for i := range all {
		all[i].Loss /= max(count[i], 1)
		all[i].Kept /= max(count[i], 1)
	}
	return all
}

// Write writes the shard to a file in a folder, which it makes. Those of
// validations have names that [ReadShards] does not read.
func (s *Shard) Write(dir string) (path string, err error) {
	name, d := fmt.Sprintf("mesh-%s-%d-%s-%s", s.Class, s.Fold, s.Network, s.Credit), Recipe{}.complete()
	if s.Squared {
		name += "-squared"
	}
	if s.Samples != d.Samples {
		name += fmt.Sprintf("-k%d", s.Samples)
	}
	if s.Steps != d.Steps {
		name += fmt.Sprintf("-%d", s.Steps)
	}
	if s.Validation {
		name = "validation-" + name
	}
	path = filepath.Join(dir, fmt.Sprintf("%s-%d.json", name, s.Seed))
	if err := wholefile.WriteJSON(path, s); err != nil {
		return "", fmt.Errorf("mesh: %w", err)
	}
	return path, nil
}
