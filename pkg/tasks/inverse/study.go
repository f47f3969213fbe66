package inverse

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/isinggraph/internal/study"
)

// Shard is the result of one training: one setting, one variant, one seed.
type Shard struct {
	Setting   string
	Variant   string
	Seed      uint64
	Data      string  // Real or Generated
	Matrices  [3]int  // of training, validation and test
	Fraction  float64 // that rows other than "as trained" and ONLY A are to keep
	Rows      []Score
	Epochs    []study.Epoch
	BestEpoch int
	Seconds   float64 // an epoch, without validation; see study.EpochSeconds
}

// Study says what one shard does.
type Study struct {
	Setting  Setting
	Recipe   Recipe // Seed is the shard's
	Data     string // folder of the real data, or ""
	Count    int    // of Dataset 1's matrices; 0 for the paper's
	Progress study.Progress
}

// Run trains a field, or opens the run in the recipe's Dir, and evaluates it and
// the baselines on the test matrices.
func (st Study) Run(ctx context.Context) (*Shard, error) {
	r := st.Recipe
	ms, kind, err := st.Setting.Matrices(ctx, st.Data, st.Count)
	if err != nil {
		return nil, err
	}
	split, err := r.Join(ctx, st.Setting.Split(ms, r.Seed))
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	parts, err := st.Setting.Problems(ctx, split, r.Features)
	if err != nil {
		return nil, err
	}
	per := (len(split.Train) + r.BatchSize - 1) / max(r.BatchSize, 1)
	st.Progress.Report("training", 0, r.Epochs*per, fmt.Sprintf("%s, %s: %d + %d + %d matrices (%s), features in %.1f s",
		st.Setting, r.Name, len(split.Train), len(split.Validation), len(split.Test), kind, time.Since(begin).Seconds()))
	if r.Progress == nil {
		r.Progress = st.Progress.Steps(per, r.Epochs*per)
	}
	if r.Log == nil {
		r.Log = st.Progress.Log()
	}
	l, err := Train(ctx, r, parts.Train, parts.Validation)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	s := &Shard{
		Setting: st.Setting.String(), Variant: r.Name, Seed: r.Seed, Data: kind, Fraction: st.Setting.Fraction,
		Matrices: [3]int{len(split.Train), len(split.Validation), len(split.Test)}, Epochs: study.NewEpochs(l.History()),
	}
	step, _ := l.BestStep()
	s.BestEpoch = (step + per - 1) / per
	s.Seconds = study.EpochSeconds(s.Epochs, func(e study.Epoch) float64 { return e.Seconds })
	st.Progress.Report("measuring", 0, 2, fmt.Sprintf("epoch %d was the best", s.BestEpoch))
	if s.Rows, err = Evaluate(ctx, l, r, parts, s.Fraction); err != nil {
		return nil, err
	}
	st.Progress.Report("measuring", 1, 2, "")
	rows, err := st.Setting.Baselines(ctx, parts.Test, s.Fraction, r.Seed)
	if err != nil {
		return nil, err
	}
	s.Rows = append(s.Rows, rows...)
	return s, nil
}

// File is the name of the shard's file.
func (s *Shard) File() string {
	setting := strings.NewReplacer(" ", "", ",", "-", "|", "").Replace(strings.ToLower(s.Setting))
	return fmt.Sprintf("%s-%s-%d", setting, s.Variant, s.Seed)
}

// ReadShards reads all shards of a folder, in the order of their names.
func ReadShards(dir string) ([]*Shard, error) { return study.Read[Shard](dir, "setting*.json") }

// Table is the merged result of one setting and one variant.
type Table struct {
	Setting, Variant, Data string
	Seeds                  []uint64
	Matrices               [3]int // of the first seed
	Fraction, Seconds      float64
	Rows                   []Row
	Curves                 [][]study.Epoch // by seed
}

// Row is a row of the merged table.
type Row struct {
	Name string
	// Loss, SD and Kept are the means over seeds of the rows of a shard.
	Loss, SD, Kept float64
	OverSeeds      float64 // standard deviation of the loss over seeds; 0 for one
	Losses         []float64
}

// Merge averages shards over seeds, setting by setting and variant by variant. Two
// shards of one setting, variant and seed are an error.
func Merge(shards []*Shard) ([]Table, error) {
	shards = slices.Clone(shards)
	slices.SortFunc(shards, func(a, b *Shard) int {
		return cmp.Or(cmp.Compare(a.Setting, b.Setting), cmp.Compare(a.Variant, b.Variant), cmp.Compare(a.Seed, b.Seed))
	})
	var tables []Table
	for _, group := range study.GroupBy(shards, func(s *Shard) [2]string { return [2]string{s.Setting, s.Variant} }) {
		first := group[0]
		seeds, err := study.Seeds(group, func(s *Shard) uint64 { return s.Seed })
		if err != nil {
			return nil, fmt.Errorf("inverse: %s, %s: %w", first.Setting, first.Variant, err)
		}
		t := Table{Setting: first.Setting, Variant: first.Variant, Data: first.Data, Seeds: seeds, Matrices: first.Matrices, Fraction: first.Fraction}
		for _, s := range group {
			t.Curves = append(t.Curves, s.Epochs)
			t.Seconds += s.Seconds / float64(len(group))
		}
		for _, r := range first.Rows {
			row := Row{Name: r.Name}
			for _, s := range group {
				if k := slices.IndexFunc(s.Rows, func(o Score) bool { return o.Name == r.Name }); k >= 0 {
					row.Losses = append(row.Losses, s.Rows[k].Loss)
					row.SD += s.Rows[k].SD
					row.Kept += s.Rows[k].Kept
				}
			}
			count, loss := float64(len(row.Losses)), study.NewOver(row.Losses)
			row.SD, row.Kept, row.Loss, row.OverSeeds = row.SD/count, row.Kept/count, loss.Mean, loss.SD
			t.Rows = append(t.Rows, row)
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// Interval returns the loss with its 95% confidence interval over seeds.
func (r Row) Interval() study.Interval { return study.NewInterval(r.Losses) }

// Sheet shows the table's rows.
func (t Table) Sheet() study.Sheet {
	s := study.Sheet{
		Title:   fmt.Sprintf("%s, %s: seeds %s, %.2f s an epoch", t.Setting, t.Variant, strings.Trim(fmt.Sprint(t.Seeds), "[]"), t.Seconds),
		Columns: []string{"pattern", "loss", "sd over matrices", "kept"},
		Notes:   []string{study.OverSeeds(len(t.Seeds)), "The standard deviation over matrices is the mean of the seeds'."},
	}
	for _, r := range t.Rows {
		s.Add(r.Name, r.Interval(), r.SD, study.Percent(r.Kept))
	}
	return s
}
