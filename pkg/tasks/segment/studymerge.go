package segment

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"example.org/isinggraph/internal/study"
)

// Row is a row of the merged table. Intervals of 95% are over seeds, of the
// means over the test images; Gain is the difference, seed by seed, from
// cross-entropy's "field" at the same noise, ByImage that of the means over
// seeds, image by image, and GainTuned that from cross-entropy's "threshold",
// tuned for the metric (for IoU, for Dice) on the validation images, of the runs
// whose epoch the metric chose, too, where there are any.
type Row struct {
	Recipe, Method string
	TunedFor       string `json:",omitempty"`
	Noise          float64
	Seeds          []uint64
	Dice           MetricSummary
	IoU            MetricSummary
	Boundary       MetricSummary
}

// MetricSummary is one metric of a [Row].
type MetricSummary struct {
	Mean       string // a study.Interval over seeds, as are the gains
	Gain       string `json:",omitempty"`
	ByImage    string `json:",omitempty"` // over images, of the seeds' means
	GainTuned  string `json:",omitempty"`
	Seeds      []float64
	Validation float64 // mean over validation images and seeds
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
	Recipes            []RecipeResult
	Rows               []Row
}

// RecipeResult is what training came to, means over seeds.
type RecipeResult struct {
	Name      string
	Recipe    Recipe // of the first seed
	Kernel    Kernel
	BestEpoch float64
	Seconds   float64 // an epoch
	Curve     []float64
}

// table is what the shards of a table have in common, such that the order of the
// texts is that of the tables.
func (s *Shard) table() string {
	u := s.Recipe.UNet
	return fmt.Sprintf("%s\x00%6d %4d %4d %s\x00%9d", s.Source, s.Size, u.Base, u.Convolutions, s.Regime, s.Recipe.Epochs)
}

// Merge joins shards by source, size, network, regime and number of epochs, over
// seeds. Two shards of one recipe and seed in a table are an error.
func Merge(shards []*Shard) ([]Table, error) {
	shards = slices.Clone(shards)
	slices.SortStableFunc(shards, func(a, b *Shard) int {
		return cmp.Or(cmp.Compare(a.table(), b.table()), cmp.Compare(a.Recipe.Name, b.Recipe.Name), cmp.Compare(a.Seed, b.Seed))
	})
	var tables []Table
	for _, group := range study.GroupBy(shards, (*Shard).table) {
		t, err := merge(group)
		if err != nil {
			return nil, fmt.Errorf("segment: %s, %s: %w", t.Source, t.Regime, err)
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// merge joins the shards of one table.
func merge(group []*Shard) (Table, error) {
	first := group[0]
	t := Table{
		Source: first.Source, Kind: first.Kind, Regime: first.Regime, Size: first.Size, Epochs: first.Recipe.Epochs,
		Base: first.Recipe.UNet.Base, Convolutions: first.Recipe.UNet.Convolutions, Images: first.Images,
	}
	base := slices.DeleteFunc(slices.Clone(group), func(s *Shard) bool { return s.Recipe.Name != string(CrossEntropy) })
	for _, runs := range study.GroupBy(group, func(s *Shard) string { return s.Recipe.Name }) {
		if _, err := study.Seeds(runs, func(s *Shard) uint64 { return s.Seed }); err != nil {
			return t, fmt.Errorf("%s: %w", runs[0].Recipe.Name, err)
		}
		r := RecipeResult{Name: runs[0].Recipe.Name, Recipe: runs[0].Recipe}
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
			t.Rows = append(t.Rows, summarize(runs, group, base, row))
		}
	}
	return t, nil
}

// row returns the row of a shard with a method and a noise, or nil.
func (s *Shard) row(method, tunedFor string, noise float64) *Score {
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
	found := slices.DeleteFunc(slices.Clone(group), func(s *Shard) bool {
		return s.Recipe.Objective != CrossEntropy || s.Recipe.StopAt != 0 || s.Recipe.Select != m
	})
	if len(found) == 0 {
		return base
	}
	return found
}

// summarize joins one row of all seeds, and compares it with the base's.
func summarize(runs, group, base []*Shard, row Score) Row {
	s := Row{Recipe: runs[0].Recipe.Name, Method: row.Method, TunedFor: row.TunedFor, Noise: row.Noise}
	for _, m := range []struct {
		out      *MetricSummary
		tunedFor Metric
		at       int // in Score.Validation
		of       func(*Score) []float64
	}{
		{&s.Dice, MetricDice, 0, func(r *Score) []float64 { return r.Dice }},
		{&s.IoU, MetricDice, 1, func(r *Score) []float64 { return r.IoU }},
		{&s.Boundary, MetricBoundary, 2, func(r *Score) []float64 { return r.Boundary }},
	} {
		s.Seeds = nil
		for _, run := range runs {
			if r := run.row(row.Method, row.TunedFor, row.Noise); r != nil {
				s.Seeds, m.out.Seeds = append(s.Seeds, run.Seed), append(m.out.Seeds, stat.Mean(m.of(r), nil))
				m.out.Validation += r.Validation[m.at] / float64(len(runs))
			}
		}
		m.out.Mean = study.NewInterval(m.out.Seeds).String()
		for k, v := range m.out.Seeds {
			m.out.Seeds[k] = rounded(v)
		}
		m.out.Validation = rounded(m.out.Validation)
		m.out.Gain, m.out.ByImage = gains(runs, base, row, string(FromField), "", m.of)
		m.out.GainTuned, _ = gains(runs, chosenBy(group, base, m.tunedFor), row, "threshold", string(m.tunedFor), m.of)
	}
	return s
}

// gains returns the differences of a row from a method of the base, seed by seed
// and image by image, or "" where no seed has both.
func gains(runs, base []*Shard, row Score, method, tunedFor string, of func(*Score) []float64) (bySeed, byImage string) {
	var seeds, images []float64
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
		seeds = append(seeds, stat.Mean(of(r), nil)-stat.Mean(of(b), nil))
		if images == nil {
			images = make([]float64, len(of(r)))
		}
		floats.Add(images, of(r))
		floats.Sub(images, of(b))
	}
	if len(seeds) == 0 {
		return "", ""
	}
	floats.Scale(1/float64(len(seeds)), images)
	return study.NewInterval(seeds).String(), study.NewInterval(images).String()
}

// Sheet shows the table's rows, of a method and noise each.
func (t Table) Sheet() study.Sheet {
	s := study.Sheet{
		Title: fmt.Sprintf("%s (%s), %s, %d×%d pixels, %d training images, U-Net of base %d (convolutions a block: %d), %d epochs",
			t.Source, t.Kind, t.Regime, t.Size, t.Size, t.Images[0], t.Base, t.Convolutions, t.Epochs),
		Columns: []string{"recipe", "mask", "tuned for", "noise", "seeds", "Dice", "difference", "IoU", "difference", "boundary F", "difference"},
		Notes:   []string{"± is half of the 95% confidence interval over the seeds (Student's t); differences are from cross-entropy's sign of h, seed by seed."},
	}
	for _, r := range t.Rows {
		s.Add(r.Recipe, r.Method, r.TunedFor, fmt.Sprintf("%.2f", r.Noise), len(r.Seeds), r.Dice.Mean, r.Dice.Gain, r.IoU.Mean, r.IoU.Gain, r.Boundary.Mean, r.Boundary.Gain)
	}
	return s
}
