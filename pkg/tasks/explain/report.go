package explain

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Report is how an explainer does on a data set: means over its graphs.
type Report struct {
	Explainer string
	Graphs    int

	Motifs   int     // graphs that have a motif, over which GEA is averaged
	UnionGEA float64 // 0 where there are none
	MaxGEA   float64

	Probability    Fidelity
	Accuracy       Fidelity
	Characteristic float64 // of Probability, with equal weights
	Released       float64
	Sparsity       float64

	Elapsed time.Duration // for a graph, without training
	Curve   []CurvePoint  `json:",omitempty"` // of the scores, where a study measured it; see [Curve]
}

// String returns the report as a line.
func (r *Report) String() string {
	return fmt.Sprintf("%s: GEA %.3f (maximum %.3f) on %d graphs, characteristic fidelity "+
		"%.3f (fid+ %.3f, fid− %.3f; released %.3f) at sparsity %.2f on %d, %v a graph",
		r.Explainer, r.UnionGEA, r.MaxGEA, r.Motifs, r.Characteristic, r.Probability.Plus, r.Probability.Minus, r.Released, r.Sparsity, r.Graphs, r.Elapsed)
}

// Evaluate explains the graphs of a data set, together where the explainer can,
// and measures its explanations, which it returns too. A [Trainer] must have been
// trained. Errors name the graph.
func Evaluate(ctx context.Context, e Explainer, c *Classifier, set *Dataset) (*Report, []*Explanation, error) {
	if len(set.Items) == 0 {
		return nil, nil, fmt.Errorf("explain: evaluating %s on no graphs", e.Name())
	}
	if err := warm(ctx, e, c, set.Items); err != nil {
		return nil, nil, err
	}
	all, err := explainAll(ctx, e, c, set.Items)
	if err != nil {
		return nil, nil, err
	}
	r := &Report{Explainer: e.Name(), Graphs: len(all)}
	keep := make([][]bool, len(all))
	for k, x := range all {
		keep[k] = x.Keep
		r.Elapsed += x.Elapsed / time.Duration(len(all))
		sparsity, err := Sparsity(x.Keep)
		if err != nil {
			return nil, nil, fmt.Errorf("graph %d: %w", k, err)
		}
		r.Sparsity += sparsity / float64(len(all))
		if len(set.Motifs[k]) == 0 {
			continue
		}
		union, err := UnionGEA(set.Motifs[k], x.Keep)
		if err != nil {
			return nil, nil, fmt.Errorf("graph %d: %w", k, err)
		}
		most, err := MaxGEA(set.Motifs[k], x.Keep)
		if err != nil {
			return nil, nil, fmt.Errorf("graph %d: %w", k, err)
		}
		r.Motifs++
		r.UnionGEA += union
		r.MaxGEA += most
	}
	if r.Motifs > 0 {
		r.UnionGEA /= float64(r.Motifs)
		r.MaxGEA /= float64(r.Motifs)
	}
	responses, err := Respond(ctx, c, set.Items, keep)
	if err != nil {
		return nil, nil, err
	}
	r.Probability, r.Accuracy = ProbabilityFidelity(responses), AccuracyFidelity(responses)
	r.Characteristic = r.Probability.Characteristic(1, 1)
	for _, x := range responses {
		r.Released += x.Released() / float64(len(responses))
	}
	return r, all, nil
}

// warm lets programs compile before the time is taken: it explains up to 64
// graphs together and then all if that is quick or, for an explainer that asks
// about one graph after the other, asks the classifier about one graph and a batch.
func warm(ctx context.Context, e Explainer, c *Classifier, items []*learn.Item) error {
	b, ok := e.(BatchExplainer)
	if !ok {
		if _, err := c.Predict(ctx, items[:1]); err != nil {
			return err
		}
		_, err := c.Predict(ctx, slices.Repeat(items[:1], 1+tiers[0].graphs))
		return err
	}
	few := items[:min(64, len(items))]
	if _, err := b.ExplainAll(ctx, c, few); err != nil || len(few) == len(items) {
		return err
	}
	start := time.Now()
	if _, err := b.ExplainAll(ctx, c, few); err != nil || time.Since(start) > 100*time.Millisecond {
		return err
	}
	_, err := b.ExplainAll(ctx, c, items)
	return err
}

// explainAll explains graphs together or one by one.
func explainAll(ctx context.Context, e Explainer, c *Classifier, items []*learn.Item) ([]*Explanation, error) {
	if b, ok := e.(BatchExplainer); ok {
		return b.ExplainAll(ctx, c, items)
	}
	all := make([]*Explanation, len(items))
	for k, it := range items {
		var err error
		if all[k], err = e.Explain(ctx, c, it); err != nil {
			return nil, fmt.Errorf("graph %d: %w", k, err)
		}
	}
	return all, nil
}
