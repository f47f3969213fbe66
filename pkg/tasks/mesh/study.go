package mesh

import (
	"context"
	"fmt"
	"slices"

	"example.org/isinggraph/internal/study"
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
	Baselines bool // measure all other methods too, not RANDOM alone
	Validate  bool // to choose recipes: hold the next fold out of the training, too, and measure on it instead
	Progress  study.Progress
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
	Epochs          []study.Epoch
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
	st.Progress.Report("training", 0, r.Steps, fmt.Sprintf("%s, fold %d, %s meshes: %s", st.Class, st.Fold, kind, out.Label))
	if r.Progress == nil {
		r.Progress = st.Progress.Steps(len(training), r.Steps)
	}
	if r.Log == nil {
		r.Log = st.Progress.Log()
	}
	l, err := Train(ctx, r, pick(surfaces, training))
	if err != nil {
		return nil, err
	}
	defer l.Close()
	out.Epochs = study.NewEpochs(l.History())
	out.EpochSeconds = study.EpochSeconds(out.Epochs, func(e study.Epoch) float64 { return e.Seconds })
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
	done := 0
	out.Scores, err = Evaluate(ctx, surfaces, test, methods, r.Seed, func(s Score) {
		done++
		st.Progress.Report("measuring", done, len(test)*len(methods), fmt.Sprintf("mesh %d, %s: kept %.3f, distance %.4f, squared %.5f, %.2f s",
			s.Mesh, s.Method, s.Kept, s.Distance, s.Squared, s.Seconds))
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

// File is the name of the shard's file. Those of validations have names that
// [ReadShards] does not read.
func (s *Shard) File() string {
	name, d := fmt.Sprintf("mesh-%s-%d-%s-%s", s.Class, s.Fold, s.Network, s.Credit), Recipe{}.complete()
	if s.Squared {
		name += "-squared"
	}
	if s.Samples != d.Samples && s.Samples != 0 {
		name += fmt.Sprintf("-k%d", s.Samples)
	}
	if s.Steps != d.Steps {
		name += fmt.Sprintf("-%d", s.Steps)
	}
	if s.Validation {
		name = "validation-" + name
	}
	return fmt.Sprintf("%s-%d", name, s.Seed)
}

// ReadShards reads all shards of a folder, in the order of their names.
func ReadShards(dir string) ([]*Shard, error) { return study.Read[Shard](dir, "mesh-*.json") }
