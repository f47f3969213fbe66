package mesh

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// ClassResult is what all shards of a class say: its rows of Tables 3, 4 and 5.
type ClassResult struct {
	Class, Data string
	Folds       []int // that there are shards of
	Seeds       []uint64
	Rows        []Summary // over all test meshes
	PaperFold   []Summary `json:",omitempty"` // over those of fold 0
	Training    []TrainingResult
}

// TrainingResult is what the shards of a class and a recipe say of the training.
type TrainingResult struct {
	Label        string
	Shards       int
	Steps        int
	LearningRate float64
	EpochSeconds Statistic   // Table 4, of 16 meshes
	Epochs       []EpochInfo // means over the shards
	Seeds        []SeedResult
}

// SeedResult is what the shards of a recipe and a seed say of its method.
type SeedResult struct {
	Seed                uint64
	Meshes              int
	Ratio, SquaredRatio float64 // as in Summary
}

// ReadShards reads all shards of a folder, in the order of their names.
func ReadShards(dir string) ([]*Shard, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "mesh-*.json"))
	if err == nil && len(paths) == 0 {
		err = os.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("mesh: shards in %s: %w", dir, err)
	}
	var shards []*Shard
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("mesh: %w", err)
		}
		s := new(Shard)
		if err := json.Unmarshal(text, s); err != nil {
			return nil, fmt.Errorf("mesh: %s: %w", path, err)
		}
		if s.Class == "" || len(s.Scores) == 0 {
			return nil, fmt.Errorf("mesh: %s: no shard: no class or no scores", path)
		}
		shards = append(shards, s)
	}
	return shards, nil
}

// Merge gathers shards by class, in the order in which classes first come. A
// score that several shards have counts once.
func Merge(shards []*Shard) ([]ClassResult, error) {
	var names []string
	by := map[string][]*Shard{}
	for _, s := range shards {
		if by[s.Class] == nil {
			names = append(names, s.Class)
		}
		by[s.Class] = append(by[s.Class], s)
	}
	var out []ClassResult
	for _, name := range names {
		c, err := mergeClass(by[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func mergeClass(shards []*Shard) (ClassResult, error) {
	c := ClassResult{Class: shards[0].Class, Data: shards[0].Data}
	type key struct {
		method   string
		mesh     int
		distance float64
	}
	seen := map[key]bool{}
	var scores []Score
	var labels []string
	by := map[string][]*Shard{}
	for _, s := range shards {
		for _, score := range s.Scores {
			if k := (key{score.Method, score.Mesh, score.Distance}); !seen[k] {
				seen[k] = true
				scores = append(scores, score)
			}
		}
		c.Folds, c.Seeds = append(c.Folds, s.Fold), append(c.Seeds, s.Seed)
		if by[s.Label] == nil {
			labels = append(labels, s.Label)
		}
		by[s.Label] = append(by[s.Label], s)
	}
	slices.Sort(c.Folds)
	slices.Sort(c.Seeds)
	c.Folds, c.Seeds = slices.Compact(c.Folds), slices.Compact(c.Seeds)
	var err error
	if c.Rows, err = Summarize(scores, "RANDOM", nil); err != nil {
		return c, err
	}
	if c.Folds[0] == 0 {
		if c.PaperFold, err = Summarize(scores, "RANDOM", paperFold[c.Class]); err != nil {
			return c, err
		}
	}
	for _, label := range labels {
		t := mergeTraining(by[label])
		if t.Seeds, err = mergeSeeds(by[label]); err != nil {
			return c, err
		}
		c.Training = append(c.Training, t)
	}
	return c, nil
}

// mergeSeeds gathers the shards of one recipe by seed, ascending.
func mergeSeeds(shards []*Shard) ([]SeedResult, error) {
	scores := map[uint64][]Score{}
	for _, s := range shards {
		scores[s.Seed] = append(scores[s.Seed], s.Scores...)
	}
	var out []SeedResult
	for _, seed := range slices.Sorted(maps.Keys(scores)) {
		rows, err := Summarize(scores[seed], "RANDOM", nil)
		if err != nil {
			return nil, fmt.Errorf("seed %d: %w", seed, err)
		}
		for _, r := range rows {
			if r.Method == shards[0].Label {
				out = append(out, SeedResult{seed, r.Meshes, r.Ratio, r.SquaredRatio})
			}
		}
	}
	return out, nil
}

// mergeTraining averages the epochs of shards of one recipe.
func mergeTraining(shards []*Shard) TrainingResult {
	first := shards[0]
	t := TrainingResult{Label: first.Label, Shards: len(shards), Steps: first.Steps, LearningRate: first.LearningRate}
	var seconds []float64
	epochs := len(first.Epochs)
	for _, s := range shards {
		seconds = append(seconds, s.EpochSeconds)
		epochs = min(epochs, len(s.Epochs))
	}
	t.EpochSeconds = NewStatistic(seconds)
	t.Epochs = make([]EpochInfo, epochs)
	for i := range t.Epochs {
		sum, share := &t.Epochs[i], 1/float64(len(shards))
		for _, s := range shards {
			e := s.Epochs[i]
			sum.Loss += share * e.Loss
			sum.Kept += share * e.Kept
			sum.Seconds += share * e.Seconds
			sum.Field += share * e.Field
			sum.Sample += share * e.Sample
			sum.Distance += share * e.Distance
			sum.Gradient += share * e.Gradient
		}
	}
	return t
}
