package inverse

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// The model of appendix F.
const (
	Coupling = -0.4 // J
	Sweeps   = 3    // T
)

// Recipe says how a field is learned. [PaperRecipe] and [BestRecipe] are
// two to begin with.
type Recipe struct {
	Name     string // of the variant, part of the run's key
	Field    fields.GCNII
	Features Features
	// Local credits a node with its columns of M alone, in eq. 7.
	Local     bool
	Penalty   learn.Penalty
	Rule      isinggraph.Rule
	Samples   int // K, at least 2
	Epochs    int
	BatchSize int
	Rate      float64 // of Adam
	Decay     learn.Decay
	Patience  int // epochs without a better validation loss; 0 for all Epochs
	Seed      uint64
	Generated int                  // matrices of Dataset 1 that [Recipe.Join] adds
	Dir       string               // of runs, see [learn.Config]; "" keeps nothing
	Progress  func(learn.StepInfo) // after each step, or none
	Log       *slog.Logger         // of the learner; nil for silence
}

// PaperRecipe is the paper's: GCNII on the unweighted line graph, eq. 15 with
// η = 0 and eq. 14, Metropolis, Adam at 0.01. The paper does not give the batch
// size; it has up to 300 epochs and says that fewer than 50 are enough.
func PaperRecipe(n int, all bool) Recipe {
	return Recipe{
		Name: "paper", Field: fields.GCNII{Size: n}, Features: PaperFeatures(all),
		Penalty: learn.Penalty{Kind: learn.EtaField, Weight: 1},
		Rule:    isinggraph.Metropolis, Samples: 2, Epochs: 40, BatchSize: 32, Rate: 0.01, Patience: 10,
	}
}

// BestRecipe is ours: messages weighted by A, gains of flips as features, local
// credit, the sampled fraction held by a dual variable, a rate that decays.
func BestRecipe(n int) Recipe {
	return Recipe{
		Name: "best", Field: fields.GCNII{Size: n, Weighted: true, Layers: 3, Alpha: 0.5}, Features: GainFeatures(),
		Local: true, Penalty: learn.Penalty{Kind: learn.EtaSampled, Weight: 20, Dual: 0.3},
		Samples: 2, Epochs: 15, BatchSize: 32, Rate: 0.01, Decay: learn.DecayCosine,
	}
}

// Join adds t.Generated matrices of Dataset 1 to the training part: the windows of
// a few sources alone teach little about other matrices.
func (t Recipe) Join(ctx context.Context, split Split) (Split, error) {
	if t.Generated == 0 {
		return split, nil
	}
	ms, err := Generate(ctx, Dataset1(dataset1Seed), t.Generated)
	split.Train = append(slices.Clone(split.Train), ms...)
	return split, err
}

// Train learns a field from problems that were made with t's features, and keeps
// the weights of the epoch with the lowest loss on the validation problems. It
// opens or goes on with the run of the same training and data in t.Dir. Close
// the learner after use.
func Train(ctx context.Context, t Recipe, train, validation []*Problem) (*learn.Learner, error) {
	if len(train) == 0 || t.Epochs < 1 || t.BatchSize < 1 {
		return nil, fmt.Errorf("inverse: training on %d problems for %d epochs in batches of %d", len(train), t.Epochs, t.BatchSize)
	}
	all := append(append([]*Problem(nil), train...), validation...)
	for i, p := range all {
		if p.Matrix.N > t.Field.Size || p.Positions.Symmetric == t.Field.Ordered || len(p.Item.X) != p.Positions.NumNodes()*t.Features.width() {
			return nil, fmt.Errorf("inverse: problem %d of size %d has positions or features that do not fit the training's", i, p.Matrix.N)
		}
	}
	batch := min(t.BatchSize, len(train))
	epoch := (len(train) + batch - 1) / batch
	c := learn.Config{
		Key: fmt.Sprintf("inverse %s %+v %+v", t.Name, t.Field, t.Features), Field: t.Field.Field(), Seed: t.Seed,
		Model:      learn.Model{J: isinggraph.Uniform(Coupling)},
		Objective:  learn.Objective{Penalty: t.Penalty},
		Sampling:   learn.Sampling{Sampler: batchSampler(t.Field.Size, !t.Field.Ordered), Samples: t.Samples, Sweeps: Sweeps, Rule: t.Rule},
		Optimizer:  learn.Optimizer{Steps: t.Epochs * epoch, BatchSize: batch, LearningRate: t.Rate, Decay: t.Decay},
		Validation: learn.Validation{Patience: t.Patience},
		Storage:    learn.Storage{Every: epoch, Dir: t.Dir},
		Runtime:    learn.Runtime{Progress: t.Progress, Log: t.Log},
	}
	if t.Local {
		c.Objective.Loss.Parts = func(it *learn.Item, x []int8) ([]float64, error) { return it.Data.(*Problem).Parts(x) }
		c.Objective.Estimator = learn.Local{Of: func(it *learn.Item) ([][]int32, error) {
			return it.Data.(*Problem).Positions.CreditColumns(), nil
		}}
	} else {
		c.Objective.Loss.Total = func(it *learn.Item, x []int8) (float64, error) { return it.Data.(*Problem).Loss(x) }
	}
	return learn.OpenOrTrain(ctx, c, Items(train), Items(validation))
}
