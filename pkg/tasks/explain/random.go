package explain

import (
	"context"
	"time"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Random scores nodes by chance: what an explainer must exceed.
type Random struct {
	Size Size
	Seed uint64
}

// Name returns "Random".
func (r *Random) Name() string { return "Random" }

// Supports returns nil for every classifier and graph.
func (r *Random) Supports(c *Classifier, it *learn.Item) error { return supported(r.Size, c, it) }

// Explain draws scores uniformly from [0, 1).
func (r *Random) Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error) {
	start := time.Now()
	if err := r.Supports(c, it); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rng := seeded(r.Seed, it)
	score := make([]float64, it.Graph.NumNodes())
	for i := range score {
		score[i] = rng.Float64()
	}
	return &Explanation{Nodes: score, Keep: r.Size.top(score), Elapsed: time.Since(start)}, nil
}
