package segment

import (
	"context"
	"math"
	"testing"
)

// TestSelect opens a finished run by another metric: nothing is trained, and the
// epoch is the first with the highest score by it.
func TestSelect(t *testing.T) {
	set, dir := discs(8, 8, 4, 0), t.TempDir()
	r := tiny(Recipe{Objective: CrossEntropy})
	m, err := Train(context.Background(), set, r, TrainOptions{Seed: 3, Dir: dir, Reuse: plainModel(t, r)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { m.Close() }()
	for _, r.Select = range allMetrics {
		r.Name = "by " + string(r.Select)
		o := TrainOptions{Seed: 3, Dir: dir, Reuse: m, Progress: func(EpochInfo) { t.Errorf("%s trains again", r.Name) }}
		if m, err = Train(context.Background(), set, r, o); err != nil {
			t.Fatal(err)
		}
		best, score := bestOf(m.History())
		for _, e := range m.History() {
			if v := e.Scores[r.Select]; v != e.Validation || v > score || v == score && e.Epoch < best {
				t.Errorf("%s: epoch %d has %v, best is %d with %v", r.Name, e.Epoch, v, best, score)
			}
		}
		_, spins, err := m.Fields(context.Background(), set.Validation)
		if err != nil {
			t.Fatal(err)
		}
		mean := 0.0
		for k, e := range set.Validation {
			mean += r.Select.score(masks(spins[k]), e.Mask, e.H, e.W) / float64(len(spins))
		}
		if math.Abs(mean-score) > 1e-9 {
			t.Errorf("%s: the model's score is %v, the best epoch's %v", r.Name, mean, score)
		}
	}
}

// bestOf returns the last epoch that was the best so far, and its score.
func bestOf(history []EpochInfo) (epoch int, score float64) {
	for _, e := range history {
		if e.Best {
			epoch, score = e.Epoch, e.Validation
		}
	}
	return epoch, score
}
