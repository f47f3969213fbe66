package explain

import (
	"context"
	"math"
	"time"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Saliency scores a node by how much its features bear on the prediction,
//
//	s_i = ‖∂ log p(ŷ) / ∂x_i‖₂,
//
// the sensitivity analysis of Simonyan et al. 2014 (arXiv 1312.6034) for graphs
// (Baldassarre and Azizpour 2019, arXiv 1905.13686). One backward pass a graph.
type Saliency struct {
	Size Size
}

// Name returns "Saliency".
func (s *Saliency) Name() string { return "Saliency" }

// Supports returns nil for every classifier and graph.
func (s *Saliency) Supports(c *Classifier, it *learn.Item) error {
	return supported(s.Size, c, it)
}

// Explain explains one graph.
func (s *Saliency) Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error) {
	return first(s.ExplainAll(ctx, c, []*learn.Item{it}))
}

// ExplainAll explains graphs in batches.
func (s *Saliency) ExplainAll(ctx context.Context, c *Classifier, items []*learn.Item) ([]*Explanation, error) {
	start := time.Now()
	inputs, class, err := classes(ctx, s, c, items)
	if err != nil {
		return nil, err
	}
	grads, err := c.Gradients(ctx, inputs, class)
	if err != nil {
		return nil, err
	}
	all := make([]*Explanation, len(items))
	for k, g := range grads {
		n := items[k].Graph.NumNodes()
		width := len(g.X) / n
		score := make([]float64, n)
		for i := range score {
			for _, v := range g.X[i*width : (i+1)*width] {
				score[i] = math.Hypot(score[i], float64(v))
			}
		}
		all[k] = &Explanation{Nodes: score, Keep: s.Size.top(score)}
	}
	return share(all, start), nil
}
