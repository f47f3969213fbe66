package segment

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"example.org/isinggraph/internal/wholefile"
)

// Write writes the shard to a file in a folder, which it makes, whole or not.
func (s *Shard) Write(dir string) (path string, err error) {
	path = filepath.Join(dir, fmt.Sprintf("segmentation-%s-%d-u%dx%d-%s-%s-%d-%d.json", s.Source, s.Size, s.Recipe.UNet.Base, s.Recipe.UNet.Convolutions, s.Regime, s.Recipe.Name, s.Recipe.Epochs, s.Seed))
	if err := wholefile.WriteJSON(path, s); err != nil {
		return "", fmt.Errorf("segment: %w", err)
	}
	return path, nil
}

// ReadShards reads all shards of a folder, in the order of their names.
func ReadShards(dir string) ([]*Shard, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "segmentation-*.json"))
	if err == nil && len(paths) == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("segment: shards in %s: %w", dir, err)
	}
	var all []*Shard
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("segment: %w", err)
		}
		s := new(Shard)
		if err := json.Unmarshal(text, s); err != nil {
			return nil, fmt.Errorf("segment: %s: %w", path, err)
		}
		if s.Recipe.Name == "" || len(s.Rows) == 0 {
			return nil, fmt.Errorf("segment: %s: %w", path, errors.New("no shard: no recipe or no rows"))
		}
		all = append(all, s)
	}
	return all, nil
}

// Summary is a row of the merged table. Intervals of 95% are over seeds, of the
// means over the test images; Gain is the difference, seed by seed, from
// cross-entropy's "field" at the same noise, ByImage that of the means over
// seeds, image by image, and GainTuned that from cross-entropy's "threshold",
// tuned for the metric (for IoU, for Dice) on the validation images, of the runs
// whose epoch the metric chose, too, where there are any.
type Summary struct {
	Recipe, Method string
	TunedFor       string `json:",omitempty"`
	Noise          float64
	Seeds          []uint64
	Dice           MetricSummary
	IoU            MetricSummary
	Boundary       MetricSummary
}

// MetricSummary is one metric of a [Summary].
type MetricSummary struct {
	Mean          string // "mean ± half" over seeds
	Gain, ByImage string `json:",omitempty"`
	GainTuned     string `json:",omitempty"`
	Seeds         []float64
	Validation    float64 // mean over validation images and seeds
}

// rounded keeps five decimals of a score, so that tables of many runs stay small;
// intervals are of the scores as they were.
func rounded(v float64) float64 { return math.Round(v*1e5) / 1e5 }

// Table is the merged result of one regime, network and number of epochs.
type Table struct {
	Source, Kind       string
	Regime             Regime
	Size, Epochs       int
	Base, Convolutions int // of the U-Net
	Images             [3]int
	Recipes            []RecipeSummary
	Rows               []Summary
}

// RecipeSummary is what training came to, means over seeds.
type RecipeSummary struct {
	Name      string
	Recipe    Recipe // of the first seed
	Kernel    Kernel
	BestEpoch float64
	Seconds   float64 // an epoch
	Curve     []float64
}

// compareTables orders shards by the table that they belong to.
func compareTables(a, b *Shard) int {
	x, y := a.Recipe.UNet, b.Recipe.UNet
	return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Size, b.Size), cmp.Compare(x.Base, y.Base), cmp.Compare(x.Convolutions, y.Convolutions),
		cmp.Compare(a.Regime, b.Regime), cmp.Compare(a.Recipe.Epochs, b.Recipe.Epochs))
}

// Merge joins shards by source, size, network, regime and number of epochs, over
// seeds.
func Merge(shards []*Shard) ([]Table, error) {
	slices.SortStableFunc(shards, func(a, b *Shard) int {
		return cmp.Or(compareTables(a, b), cmp.Compare(a.Recipe.Name, b.Recipe.Name), cmp.Compare(a.Seed, b.Seed))
	})
	var tables []Table
	for group := range chunkBy(shards, func(a, b *Shard) bool { return compareTables(a, b) == 0 }) {
		first := group[0]
		t := Table{
			Source: first.Source, Kind: first.Kind, Regime: first.Regime, Size: first.Size, Epochs: first.Recipe.Epochs,
			Base: first.Recipe.UNet.Base, Convolutions: first.Recipe.UNet.Convolutions, Images: first.Images,
		}
		base := slices.DeleteFunc(slices.Clone(group), func(s *Shard) bool { return s.Recipe.Name != string(CrossEntropy) })
		for runs := range chunkBy(group, func(a, b *Shard) bool { return a.Recipe.Name == b.Recipe.Name }) {
			r := RecipeSummary{Name: runs[0].Recipe.Name, Recipe: runs[0].Recipe}
			for _, s := range runs {
				n := float64(len(runs))
				r.Kernel.Straight += s.Kernel.Straight / float32(n)
				r.Kernel.Diagonal += s.Kernel.Diagonal / float32(n)
				r.BestEpoch += float64(s.Best) / n
				r.Seconds += s.Seconds / n
			}
			for _, e := range runs[0].Epochs {
				r.Curve = append(r.Curve, rounded(e.Validation))
			}
			t.Recipes = append(t.Recipes, r)
			for _, row := range runs[0].Rows {
				s, err := summarize(runs, group, base, row)
				if err != nil {
					return nil, err
				}
				t.Rows = append(t.Rows, s)
			}
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// chunkBy yields the runs of neighbours that are the same.
func chunkBy(list []*Shard, same func(a, b *Shard) bool) func(yield func([]*Shard) bool) {
	return func(yield func([]*Shard) bool) {
		for len(list) > 0 {
			n := 1
			for n < len(list) && same(list[0], list[n]) {
				n++
			}
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}

// row returns the row of a shard with a method and a noise, or nil.
func (s *Shard) row(method, tunedFor string, noise float64) *Scores {
	for k, r := range s.Rows {
		if r.Method == method && r.TunedFor == tunedFor && r.Noise == noise {
			return &s.Rows[k]
		}
	}
	return nil
}

// chosenBy returns those runs of cross-entropy in a group whose epoch a metric
// chose, or the base where there are none.
func chosenBy(group, base []*Shard, m Metric) []*Shard {
	var found []*Shard
	for _, s := range group {
		if s.Recipe.Objective == CrossEntropy && s.Recipe.StopAt == 0 && s.Recipe.Select == m {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return base
	}
	return found
}

// summarize joins one row of all seeds, and compares it with the base's.
func summarize(runs, group, base []*Shard, row Scores) (Summary, error) {
	s := Summary{Recipe: runs[0].Recipe.Name, Method: row.Method, TunedFor: row.TunedFor, Noise: row.Noise}
	for _, m := range []struct {
		out      *MetricSummary
		tunedFor Metric
		at       int // in Scores.Validation
		of       func(*Scores) []float64
	}{
		{&s.Dice, MetricDice, 0, func(r *Scores) []float64 { return r.Dice }},
		{&s.IoU, MetricDice, 1, func(r *Scores) []float64 { return r.IoU }},
		{&s.Boundary, MetricBoundary, 2, func(r *Scores) []float64 { return r.Boundary }},
	} {
		s.Seeds = nil
		for _, run := range runs {
			if r := run.row(row.Method, row.TunedFor, row.Noise); r != nil {
				s.Seeds, m.out.Seeds = append(s.Seeds, run.Seed), append(m.out.Seeds, stat.Mean(m.of(r), nil))
				m.out.Validation += r.Validation[m.at] / float64(len(runs))
			}
		}
		m.out.Mean = NewInterval(m.out.Seeds).String()
		for k, v := range m.out.Seeds {
			m.out.Seeds[k] = rounded(v)
		}
		m.out.Validation = rounded(m.out.Validation)
		var err error
		if m.out.Gain, m.out.ByImage, err = gains(runs, base, row, string(FromField), "", m.of); err != nil {
			return s, err
		}
		if m.out.GainTuned, _, err = gains(runs, chosenBy(group, base, m.tunedFor), row, "threshold", string(m.tunedFor), m.of); err != nil {
			return s, err
		}
	}
	return s, nil
}

// gains returns the differences of a row from a method of the base, seed by seed
// and image by image, or "" where no seed has both.
func gains(runs, base []*Shard, row Scores, method, tunedFor string, of func(*Scores) []float64) (bySeed, byImage string, err error) {
	var mine, theirs, images, baseImages []float64
	for _, run := range runs {
		r := run.row(row.Method, row.TunedFor, row.Noise)
		at := slices.IndexFunc(base, func(b *Shard) bool { return b.Seed == run.Seed })
		if r == nil || at < 0 {
			continue
		}
		b := base[at].row(method, tunedFor, row.Noise)
		if b == nil || len(of(b)) != len(of(r)) {
			continue
		}
		mine, theirs = append(mine, stat.Mean(of(r), nil)), append(theirs, stat.Mean(of(b), nil))
		if images == nil {
			images, baseImages = make([]float64, len(of(r))), make([]float64, len(of(r)))
		}
		floats.Add(images, of(r))
		floats.Add(baseImages, of(b))
	}
	if len(mine) == 0 {
		return "", "", nil
	}
	seeds, err := Paired(mine, theirs)
	if err != nil {
		return "", "", err
	}
	floats.Scale(1/float64(len(mine)), images)
	floats.Scale(1/float64(len(mine)), baseImages)
	pictures, err := Paired(images, baseImages)
	return seeds.String(), pictures.String(), err
}
