package runs

import "github.com/gomlx/gomlx/ml/model"

// KeepBest keeps the weights of a store, those below the run's scopes, as the best
// by a metric, with the metric's value. Metrics that are best after one step share
// them.
func (r *Run) KeepBest(metric string, value float64, store *model.Store) error {
	step := r.state.Step
	if r.best[step] == nil {
		weights, err := Copy(store, r.o.Scopes)
		if err != nil {
			return err
		}
		r.best[step] = weights
	}
	r.state.Bests[metric] = Best{step, value}
	used := make(map[int]bool)
	for _, b := range r.state.Bests {
		used[b.Step] = true
	}
	for s, weights := range r.best {
		if !used[s] {
			weights.Finalize()
			delete(r.best, s)
		}
	}
	return nil
}

// Best returns the best value of a metric so far, if it has one.
func (r *Run) Best(metric string) (Best, bool) {
	b, ok := r.state.Bests[metric]
	return b, ok
}

// UseBest sets a store's variables to the best weights by a metric. It does nothing
// where the metric has no value.
func (r *Run) UseBest(metric string, store *model.Store) error {
	b, ok := r.state.Bests[metric]
	if !ok {
		return nil
	}
	return Set(store, r.best[b.Step])
}
