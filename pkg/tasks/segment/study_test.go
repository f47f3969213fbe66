package segment

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/isinggraph/internal/study"
)

// TestStudy runs one study on GoMLX's own backend: rows of all methods, with
// scores of every test image, and a shard that reads as it was written.
func TestStudy(t *testing.T) {
	r, err := NewRecipe("mean-field")
	if err != nil {
		t.Fatal(err)
	}
	r = tiny(r)
	r.Epochs = 3
	s := Study{Set: discs(8, 8, 3, 2), Source: "discs", Recipe: r, Regime: RegimeMetric, Noises: []float64{0, 0.2}, Train: TrainOptions{Seed: 4, Reuse: plainModel(t, r)}}
	shard, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if shard.Recipe.Select != MetricBoundary || len(shard.Epochs) != 3 || shard.Images != [3]int{8, 3, 2} {
		t.Errorf("shard of %+v, %d epochs, %v images", shard.Recipe, len(shard.Epochs), shard.Images)
	}
	for _, noise := range s.Noises {
		for _, method := range append([]Method{"blurred", "threshold", "tuned"}, Methods...) {
			tuned := ""
			if method == "blurred" || method == "threshold" || method == "tuned" {
				tuned = string(MetricDice)
			}
			row := shard.row(string(method), tuned, noise)
			if row == nil || len(row.Dice) != 2 || len(row.IoU) != 2 || len(row.Boundary) != 2 {
				t.Errorf("%s at noise %v: %+v", method, noise, row)
			}
		}
	}
	dir := t.TempDir()
	path, err := study.Write(dir, shard)
	if err != nil {
		t.Fatal(err)
	}
	all, err := ReadShards(dir)
	if err != nil || len(all) != 1 || all[0].Recipe != shard.Recipe || len(all[0].Rows) != len(shard.Rows) {
		t.Fatalf("read %v, %v", all, err)
	}
	if err := os.WriteFile(path, []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadShards(dir); err == nil || !strings.Contains(err.Error(), filepath.Base(path)) {
		t.Errorf("an empty shard: %v", err)
	}
	if _, err := ReadShards(t.TempDir()); err == nil {
		t.Error("an empty folder has shards")
	}
}

// TestMerge compares means and gains of two seeds with those by hand.
func TestMerge(t *testing.T) {
	shard := func(recipe string, seed uint64, dice ...float64) *Shard {
		return &Shard{Recipe: Recipe{Name: recipe}, Regime: RegimeClean, Seed: seed, Source: "x", Size: 8, Kernel: Kernel{float32(seed), 0},
			Rows: []Score{
				{Method: string(FromField), Dice: dice, IoU: dice, Boundary: dice, Validation: [3]float64{0.5, 0.25, float64(seed)}},
				{Method: "threshold", TunedFor: string(MetricDice), Dice: []float64{dice[0] + 0.1, dice[1] + 0.1}, IoU: dice, Boundary: dice},
			}}
	}
	tables, err := Merge([]*Shard{
		shard("paper", 2, 0.9, 0.7), shard("cross-entropy", 1, 0.5, 0.7), shard("paper", 1, 0.6, 0.8), shard("cross-entropy", 2, 0.6, 0.7),
	})
	if err != nil || len(tables) != 1 || len(tables[0].Rows) != 4 {
		t.Fatalf("%+v, %v", tables, err)
	}
	row := tables[0].Rows[2]
	if row.Recipe != "paper" || math.Abs(row.Dice.Seeds[0]-0.7) > 1e-12 || math.Abs(row.Dice.Seeds[1]-0.8) > 1e-12 || tables[0].Recipes[1].Kernel.Straight != 1.5 {
		t.Errorf("row %+v, kernel %v", row, tables[0].Recipes[1].Kernel)
	}
	if row.Dice.Validation != 0.5 || row.IoU.Validation != 0.25 || row.Boundary.Validation != 1.5 {
		t.Errorf("validation %v, %v, %v", row.Dice.Validation, row.IoU.Validation, row.Boundary.Validation)
	}
	// gains of 0.1 and 0.15 by seed, of 0.2 and 0.05 by image; t is 12.706
	for _, c := range [][2]string{{row.Dice.Gain, "0.125 ± 0.318"}, {row.Dice.ByImage, "0.125 ± 0.953"}, {row.Boundary.Mean, "0.750 ± 0.635"},
		{row.Dice.GainTuned, "0.025 ± 0.318"}, {row.Boundary.GainTuned, ""}} {
		if c[0] != c[1] {
			t.Errorf("interval %q, want %q", c[0], c[1])
		}
	}
	// with controls whose epoch the metric chose, tuned to 0.6 and 0.7
	controls := []*Shard{shard("cross-entropy-by-dice", 1, 0.5, 0.5), shard("cross-entropy-by-dice", 2, 0.5, 0.7)}
	for _, s := range controls {
		s.Recipe.Objective, s.Recipe.Select = CrossEntropy, MetricDice
	}
	tables, err = Merge(append(controls, shard("paper", 2, 0.9, 0.7), shard("cross-entropy", 1, 0.5, 0.7), shard("paper", 1, 0.6, 0.8), shard("cross-entropy", 2, 0.6, 0.7)))
	if err != nil {
		t.Fatal(err)
	}
	if row := tables[0].Rows[4]; row.Recipe != "paper" || row.Dice.Gain != "0.125 ± 0.318" || row.Dice.GainTuned != "0.100 ± 0.000" {
		t.Errorf("beside controls: %+v", row)
	}
}

// TestRegimes checks what a regime does to the data, and leaves alone.
func TestRegimes(t *testing.T) {
	set := discs(8, 40, 4, 4)
	for _, g := range Regimes {
		s, r, err := g.Apply(set, Recipe{Objective: CrossEntropy, BatchSize: 8, Epochs: 10})
		if err != nil {
			t.Fatal(err)
		}
		var masks, pixels int
		for k, e := range s.Test {
			for i := range e.Mask {
				if e.Mask[i] != set.Test[k].Mask[i] {
					masks++
				}
				if e.Image[3*i] != set.Test[k].Image[3*i] {
					pixels++
				}
			}
		}
		if masks > 0 || (pixels > 0) != (g == RegimeNoisyInputs) {
			t.Errorf("%s: %d test masks' pixels and %d images' differ", g, masks, pixels)
		}
		if g == RegimeFew && (len(s.Train) != 16 || r.Epochs != 25) {
			t.Errorf("few: %d images, %d epochs, want 16 and 10·5/2", len(s.Train), r.Epochs)
		}
	}
	if _, _, err := Regime("none").Apply(set, Recipe{}); err == nil {
		t.Error("regime none is accepted")
	}
}

// TestBlurred compares a smoothed impulse with the Gaussian, and checks that
// constants stay.
func TestBlurred(t *testing.T) {
	const h, w = 15, 17
	field := make([]float32, h*w)
	field[7*w+8] = 1
	out := blurred(field, h, w, 1)
	for _, c := range [][3]int{{7, 8, 0}, {7, 10, 4}, {6, 7, 2}, {9, 8, 4}} { // row, column, squared distance
		want := float64(out[7*w+8]) * math.Exp(-float64(c[2])/2)
		if got := float64(out[c[0]*w+c[1]]); math.Abs(got-want) > 1e-6 || c[2] == 0 && math.Abs(got-1/(2*math.Pi)) > 2e-3 {
			t.Errorf("at %d, %d: %v, want %v", c[0], c[1], got, want)
		}
	}
	for i := range field {
		field[i] = 3
	}
	for i, v := range blurred(field, h, w, 2.5) {
		if math.Abs(float64(v)-3) > 1e-5 {
			t.Fatalf("pixel %d of a constant field is %v", i, v)
		}
	}
}
