package mesh

import (
	"cmp"
	"fmt"
	"slices"

	"example.org/isinggraph/internal/study"
)

// Table is what all shards of a class say: its rows of Tables 3, 4 and 5.
type Table struct {
	Class, Data string
	Folds       []int // that there are shards of
	Seeds       []uint64
	Rows        []Row // over all test meshes
	PaperFold   []Row `json:",omitempty"` // over those of fold 0
	Training    []RecipeResult
}

// RecipeResult is what the shards of a class and a recipe say of the training.
type RecipeResult struct {
	Label        string
	Shards       int
	Steps        int
	LearningRate float64
	EpochSeconds study.Spread  // Table 4, of 16 meshes; over the shards
	Epochs       []study.Epoch // means over the shards
	Seeds        []SeedResult
}

// SeedResult is what the shards of a recipe and a seed say of its method.
type SeedResult struct {
	Seed                uint64
	Meshes              int
	Ratio, SquaredRatio float64 // as in [Row]
}

// Merge gathers shards by class, in the order in which classes first come. A
// score that several shards have counts once.
func Merge(shards []*Shard) ([]Table, error) {
	var out []Table
	for _, group := range study.GroupBy(shards, func(s *Shard) string { return s.Class }) {
		t, err := merge(group)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Class, err)
		}
		out = append(out, t)
	}
	return out, nil
}

// merge gathers the shards of one class.
func merge(shards []*Shard) (Table, error) {
	t := Table{Class: shards[0].Class, Data: shards[0].Data}
	type key struct {
		method   string
		mesh     int
		distance float64
	}
	seen := map[key]bool{}
	var scores []Score
	for _, s := range shards {
		for _, score := range s.Scores {
			if k := (key{score.Method, score.Mesh, score.Distance}); !seen[k] {
				seen[k] = true
				scores = append(scores, score)
			}
		}
		t.Folds, t.Seeds = append(t.Folds, s.Fold), append(t.Seeds, s.Seed)
	}
	slices.Sort(t.Folds)
	slices.Sort(t.Seeds)
	t.Folds, t.Seeds = slices.Compact(t.Folds), slices.Compact(t.Seeds)
	var err error
	if t.Rows, err = Summarize(scores, "RANDOM", nil); err != nil {
		return t, err
	}
	if t.Folds[0] == 0 {
		if t.PaperFold, err = Summarize(scores, "RANDOM", paperFold[t.Class]); err != nil {
			return t, err
		}
	}
	for _, group := range study.GroupBy(shards, func(s *Shard) string { return s.Label }) {
		r, err := mergeRecipe(group)
		if err != nil {
			return t, err
		}
		t.Training = append(t.Training, r)
	}
	return t, nil
}

// mergeRecipe gathers the shards of one recipe: the training's means, and by seed,
// ascending, the scores.
func mergeRecipe(shards []*Shard) (RecipeResult, error) {
	first := shards[0]
	r := RecipeResult{Label: first.Label, Shards: len(shards), Steps: first.Steps, LearningRate: first.LearningRate}
	var epochs [][]study.Epoch
	for _, s := range shards {
		epochs = append(epochs, s.Epochs)
	}
	r.EpochSeconds, r.Epochs = study.NewSpread(study.Values(shards, func(s *Shard) float64 { return s.EpochSeconds })), study.MeanEpochs(epochs)
	bySeed := study.GroupBy(shards, func(s *Shard) uint64 { return s.Seed })
	slices.SortFunc(bySeed, func(a, b []*Shard) int { return cmp.Compare(a[0].Seed, b[0].Seed) })
	for _, group := range bySeed {
		var scores []Score
		for _, s := range group {
			scores = append(scores, s.Scores...)
		}
		rows, err := Summarize(scores, "RANDOM", nil)
		if err != nil {
			return r, fmt.Errorf("seed %d: %w", group[0].Seed, err)
		}
		for _, row := range rows {
			if row.Method == first.Label {
				r.Seeds = append(r.Seeds, SeedResult{group[0].Seed, row.Meshes, row.Ratio, row.SquaredRatio})
			}
		}
	}
	return r, nil
}

// Sheet shows the table's rows, and below them what training took.
func (t Table) Sheet() study.Sheet {
	s := Sheet(t.Rows)
	s.Title = fmt.Sprintf("%s (%s), folds %v, seeds %v", t.Class, t.Data, t.Folds, t.Seeds)
	for _, r := range t.Training {
		note := fmt.Sprintf("%s: %.3f s an epoch", r.Label, r.EpochSeconds.Mean)
		if r.Shards > 1 {
			note = fmt.Sprintf("%s: %v s an epoch (in brackets: the standard deviation over %d shards)", r.Label, r.EpochSeconds, r.Shards)
		}
		if n := len(r.Seeds); n > 1 {
			ratio := study.NewInterval(study.Values(r.Seeds, func(s SeedResult) float64 { return s.Ratio }))
			note += fmt.Sprintf(", ratio to RANDOM %v over %d seeds", ratio, n)
		}
		s.Notes = append(s.Notes, note+".")
	}
	return s
}
