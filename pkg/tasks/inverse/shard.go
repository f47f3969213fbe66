package inverse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/gonum/stat"

	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/isinggraph/learn"
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
	Epochs    []EpochInfo
	BestEpoch int
	Seconds   float64 // an epoch, without validation; mean after the first
}

// EpochInfo is the record of one epoch.
type EpochInfo struct {
	Loss, Kept                 float64 // means over its steps
	ValidationLoss, Validation float64 // loss and kept fraction
	Seconds                    float64 // of its steps
	Field, Sample, LeastSquare float64 // of it
	Gradient                   float64 // and Adam
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
		e.Seconds += s.Time.Seconds()
		e.Field += s.FieldTime.Seconds()
		e.Sample += s.SampleTime.Seconds()
		e.LeastSquare += s.LossTime.Seconds()
		e.Gradient += s.UpdateTime.Seconds()
		if s.Validation != nil {
			e.ValidationLoss, e.Validation = s.Validation.Loss, s.Validation.Fraction
		}
	}
	for i := range all {
		all[i].Loss /= max(count[i], 1)
		all[i].Kept /= max(count[i], 1)
	}
	return all
}

// Reproduction says what one shard does.
type Reproduction struct {
	Setting  Setting
	Training Training // Seed is the shard's
	Data     string   // folder of the real data, or ""
	Count    int      // of Dataset 1's matrices; 0 for the paper's
	Report   func(format string, args ...any)
}

// Run trains a field, or opens the run in the training's Dir, and evaluates it and
// the baselines on the test matrices.
func (r Reproduction) Run(ctx context.Context) (*Shard, error) {
	t := r.Training
	ms, kind, err := r.Setting.Matrices(ctx, r.Data, r.Count)
	if err != nil {
		return nil, err
	}
	split, err := t.Join(ctx, r.Setting.Split(ms, t.Seed))
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	parts, err := r.Setting.Problems(ctx, split, t.Features)
	if err != nil {
		return nil, err
	}
	r.Report("%s, %s: %d + %d + %d matrices (%s), features in %.1f s", r.Setting, t.Name, len(split.Train), len(split.Validation), len(split.Test), kind, time.Since(begin).Seconds())
	per := (len(split.Train) + t.BatchSize - 1) / max(t.BatchSize, 1)
	t.Progress = func(s learn.StepInfo) {
		if v := s.Validation; v != nil {
			r.Report("epoch %d of %d: loss %.3f, %.1f%% kept; validation %.3f, %.1f%%; step %.0f ms (field %.0f, samples %.0f, least squares %.0f, gradient %.0f)",
				s.Step/per, t.Epochs, s.Loss, 100*s.Fraction, v.Loss, 100*v.Fraction, 1e3*s.Time.Seconds(),
				1e3*s.FieldTime.Seconds(), 1e3*s.SampleTime.Seconds(), 1e3*s.LossTime.Seconds(), 1e3*s.UpdateTime.Seconds())
		}
	}
	l, err := Train(ctx, t, parts.Train, parts.Validation)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	s := &Shard{
		Setting: r.Setting.String(), Variant: t.Name, Seed: t.Seed, Data: kind, Fraction: r.Setting.Fraction,
		Matrices: [3]int{len(split.Train), len(split.Validation), len(split.Test)}, Epochs: epochs(l.History()),
	}
	step, _ := l.BestStep()
	s.BestEpoch = (step + per - 1) / per
	for _, e := range s.Epochs[min(1, len(s.Epochs)-1):] {
		s.Seconds += e.Seconds / float64(max(len(s.Epochs)-1, 1))
	}
	if s.Rows, err = Learned(ctx, l, t, parts, s.Fraction); err != nil {
		return nil, err
	}
	rows, err := r.Setting.Baselines(ctx, parts.Test, s.Fraction, t.Seed)
	if err != nil {
		return nil, err
	}
	s.Rows = append(s.Rows, rows...)
	return s, nil
}

// Write writes the shard to a file in a folder, which it makes, by a temporary one.
func (s *Shard) Write(dir string) (path string, err error) {
	name := strings.NewReplacer(" ", "", ",", "-", "|", "").Replace(strings.ToLower(s.Setting))
	path = filepath.Join(dir, fmt.Sprintf("%s-%s-%d.json", name, s.Variant, s.Seed))
	if err := wholefile.WriteJSON(path, s); err != nil {
		return "", fmt.Errorf("inverse: %w", err)
	}
	return path, nil
}

// ReadShards reads all shards of a folder, in the order of their names.
func ReadShards(dir string) ([]*Shard, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "setting*.json"))
	if err == nil && len(paths) == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("inverse: shards in %s: %w", dir, err)
	}
	var shards []*Shard
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("inverse: %w", err)
		}
		s := new(Shard)
		if err := json.Unmarshal(text, s); err != nil {
			return nil, fmt.Errorf("inverse: %s: %w", path, err)
		}
		if s.Setting == "" || len(s.Rows) == 0 {
			return nil, fmt.Errorf("inverse: %s: %w", path, errors.New("no shard: no setting or no rows"))
		}
		shards = append(shards, s)
	}
	return shards, nil
}

// Row is a row of the merged table.
type Row struct {
	Name string
	// Loss, SD and Kept are the means over seeds of the rows of a shard.
	Loss, SD, Kept float64
	OverSeeds      float64 // standard deviation of the loss over seeds; 0 for one
	Losses         []float64
}

// Table is the merged result of one setting and one variant.
type Table struct {
	Setting, Variant, Data string
	Seeds                  []uint64
	Matrices               [3]int // of the first seed
	Fraction, Seconds      float64
	Rows                   []Row
	Curves                 [][]EpochInfo // by seed
}

// Merge averages shards over seeds, setting by setting and variant by variant.
func Merge(shards []*Shard) []Table {
	groups := make(map[[2]string][]*Shard)
	for _, s := range shards {
		key := [2]string{s.Setting, s.Variant}
		groups[key] = append(groups[key], s)
	}
	keys := slices.SortedFunc(maps.Keys(groups), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	var tables []Table
	for _, key := range keys {
		group := groups[key]
		slices.SortFunc(group, func(a, b *Shard) int { return int(a.Seed) - int(b.Seed) })
		first := group[0]
		t := Table{Setting: key[0], Variant: key[1], Data: first.Data, Matrices: first.Matrices, Fraction: first.Fraction}
		for _, s := range group {
			t.Seeds, t.Curves = append(t.Seeds, s.Seed), append(t.Curves, s.Epochs)
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
			count := float64(len(row.Losses))
			row.SD, row.Kept, row.Loss = row.SD/count, row.Kept/count, stat.Mean(row.Losses, nil)
			if count > 1 {
				row.OverSeeds = stat.StdDev(row.Losses, nil)
			}
			t.Rows = append(t.Rows, row)
		}
		tables = append(tables, t)
	}
	return tables
}
