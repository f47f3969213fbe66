package segment

import (
	"context"
	"fmt"
)

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

// keepBest keeps the weights for the metrics by which they are the best so far, the first
// of equal ones.
func (t *trainer) keepBest(scores map[Metric]float64) error {
	for _, m := range allMetrics {
		if best, ok := t.run.Best(string(m)); ok && !(scores[m] > best.Value) {
			continue
		}
		if err := t.run.KeepBest(string(m), scores[m], t.store); err != nil {
			return fmt.Errorf("segment: keeping the best weights: %w", err)
		}
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
	if err := t.run.UseBest(string(t.recipe.Select), t.store); err != nil {
		return fmt.Errorf("segment: taking the best weights: %w", err)
	}
	return nil
}
