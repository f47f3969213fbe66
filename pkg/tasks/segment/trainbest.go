package segment

import (
	"context"
	"fmt"
)

// bestEpoch is the epoch with the highest score on the validation images by one
// metric, the first of equal ones.
type bestEpoch struct {
	Score   float64
	Weights map[string][]float32 // of field and coupling, by path
}

// validate scores masks of the validation images by mean field, by every metric.
func (t *trainer) validate(ctx context.Context) (map[Metric]float64, error) {
	_, spins, err := t.Fields(ctx, t.set.Validation)
	if err != nil {
		return nil, err
	}
	scores := make(map[Metric]float64, len(allMetrics))
	for k, e := range t.set.Validation {
		mask := masks(spins[k])
		for _, m := range allMetrics {
			scores[m] += m.score(mask, e.Mask, e.H, e.W) / float64(len(spins))
		}
	}
	return scores, nil
}

// keepBest keeps the weights for the metrics by which they are the best so far.
func (t *trainer) keepBest(scores map[Metric]float64) error {
	var weights map[string][]float32
	for _, m := range allMetrics {
		if best, ok := t.state.Best[m]; ok && !(scores[m] > best.Score) {
			continue
		}
		if weights == nil {
			var err error
			if weights, err = weightsIn(t.store); err != nil {
				return fmt.Errorf("segment: %w", err)
			}
		}
		if t.state.Best == nil {
			t.state.Best = make(map[Metric]bestEpoch, len(allMetrics))
		}
		t.state.Best[m] = bestEpoch{scores[m], weights}
	}
	return nil
}

// chosen fills in, in place, which epochs were best by the recipe's own metric.
func (t *trainer) chosen(history []EpochInfo) []EpochInfo {
	best := -1
	for k := range history {
		e := &history[k]
		e.Validation = e.Scores[t.recipe.Select]
		if e.Best = e.Scores != nil && (best < 0 || e.Validation > history[best].Validation); e.Best {
			best = k
		}
	}
	return history
}

// useBest takes the weights of the best epoch by the recipe's metric; those of the
// last stay where nothing was validated.
func (t *trainer) useBest() error {
	t.chosen(t.state.History)
	if err := setWeights(t.store, t.state.Best[t.recipe.Select].Weights); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return nil
}
