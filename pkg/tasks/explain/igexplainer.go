package explain

import (
	"context"
	"fmt"
	"math"
	"time"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// IGExplainer keeps the nodes of the largest field (section 4.2).
type IGExplainer struct {
	Field *IGField
	Size  Size
	// Best asks the classifier about each number of nodes up to Size, and keeps the
	// one whose nodes matter most, of the largest p(ŷ|G_S) − p(ŷ|G∖S). The paper keeps
	// Size and asks nothing.
	Best bool
}

// Name returns "IGExplainer", or "IGExplainer/best".
func (e *IGExplainer) Name() string {
	if e.Best {
		return "IGExplainer/best"
	}
	return "IGExplainer"
}

// Supports returns nil: any classifier and graph.
func (e *IGExplainer) Supports(*Classifier, *learn.Item) error { return nil }

// Train trains the field, unless it is.
func (e *IGExplainer) Train(ctx context.Context, c *Classifier, items []*learn.Item) error {
	return e.Field.Train(ctx, c, items)
}

// Explain scores nodes by h.
func (e *IGExplainer) Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error) {
	return first(e.ExplainAll(ctx, c, []*learn.Item{it}))
}

// ExplainAll is Explain for many graphs.
func (e *IGExplainer) ExplainAll(ctx context.Context, c *Classifier, items []*learn.Item) ([]*Explanation, error) {
	begin := time.Now()
	if err := e.Size.check(); err != nil {
		return nil, err
	}
	h, err := e.Field.of32(ctx, c, items)
	if err != nil {
		return nil, err
	}
	all := make([]*Explanation, len(items))
	for k := range all {
		score := make([]float64, len(h[k]))
		for i, v := range h[k] {
			score[i] = float64(v)
		}
		all[k] = &Explanation{Nodes: score, Keep: e.Size.top(score)}
	}
	if !e.Best {
		return share(all, begin), nil
	}
	candidates := make([][][]bool, len(items))
	for k, x := range all {
		for size := range e.Size.Of(len(x.Nodes)) {
			candidates[k] = append(candidates[k], Size{Nodes: size + 1}.top(x.Nodes))
		}
	}
	chosen, err := best(ctx, c, items, candidates)
	if err != nil {
		return nil, err
	}
	for k, x := range all {
		x.Keep = candidates[k][chosen[k]]
	}
	return share(all, begin), nil
}

// IGExplainerS keeps the nodes of a sample: +1 after five sweeps of Algorithm 1
// from random spins.
type IGExplainerS struct {
	Field *IGField
	// Chains is how many samples there are, 1 by default. Of one sample the scores
	// are the effective fields (eq. 4) that it ends with; of more they are the mean
	// spins, marginals, and the nodes above 0 are kept.
	Chains int
	// Best asks the classifier about each of the samples and keeps the one whose
	// nodes matter most, of the largest p(ŷ|G_S) − p(ŷ|G∖S), by 2·Chains + 1 questions.
	// The paper has one sample and no questions.
	Best bool
	Seed uint64
}

// Name returns "IGExplainerS", with the number of samples where Best chooses.
func (e *IGExplainerS) Name() string {
	if e.Best {
		return fmt.Sprintf("IGExplainerS/%d", max(e.Chains, 1))
	}
	return "IGExplainerS"
}

// Supports returns nil: any classifier and graph.
func (e *IGExplainerS) Supports(*Classifier, *learn.Item) error { return nil }

// Train trains the field, unless it is.
func (e *IGExplainerS) Train(ctx context.Context, c *Classifier, items []*learn.Item) error {
	return e.Field.Train(ctx, c, items)
}

// Explain samples the model on one graph.
func (e *IGExplainerS) Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error) {
	return first(e.ExplainAll(ctx, c, []*learn.Item{it}))
}

// ExplainAll is Explain for many graphs.
func (e *IGExplainerS) ExplainAll(ctx context.Context, c *Classifier, items []*learn.Item) ([]*Explanation, error) {
	begin := time.Now()
	h, err := e.Field.of32(ctx, c, items)
	if err != nil {
		return nil, err
	}
	all, drawn := make([]*Explanation, len(items)), make([]*isinggraph.Samples, len(items))
	for k, it := range items {
		if drawn[k], err = e.Sample(ctx, it.Graph, h[k], max(e.Chains, 1)); err != nil {
			return nil, err
		}
	}
	chosen := make([]int, len(items))
	if e.Best {
		candidates := make([][][]bool, len(items))
		for k, samples := range drawn {
			for s := range samples.Chains {
				candidates[k] = append(candidates[k], kept(samples.Chain(s)))
			}
		}
		if chosen, err = best(ctx, c, items, candidates); err != nil {
			return nil, err
		}
	}
	for k, it := range items {
		x := new(Explanation)
		if drawn[k].Chains == 1 || e.Best {
			spins := drawn[k].Chain(chosen[k])
			x.Keep = kept(spins)
			x.Nodes = e.model(it.Graph, h[k]).EffectiveField(spins, nil)
		} else {
			x.Nodes = drawn[k].Marginals()
			x.Keep = make([]bool, len(x.Nodes))
			for i, v := range x.Nodes {
				x.Keep[i] = v > 0
			}
		}
		all[k] = x
	}
	return share(all, begin), nil
}

// Sample draws samples of a graph with a field. It samples in plain Go: for
// small graphs that takes microseconds, and no program compiles.
func (e *IGExplainerS) Sample(ctx context.Context, g *isinggraph.Graph, h []float32, chains int) (*isinggraph.Samples, error) {
	s := isinggraph.Plain(g)
	defer s.Close()
	return s.Sample(ctx, isinggraph.Request{
		Model: e.model(g, h), Chains: isinggraph.Chains{Count: chains},
		Rule: isinggraph.Metropolis, Sweeps: e.Field.Sweeps, Seed: e.Seed,
	})
}

// model is what explains a graph with a field.
func (e *IGExplainerS) model(g *isinggraph.Graph, h []float32) isinggraph.Model {
	return isinggraph.Model{Graph: g, J: isinggraph.Uniform(float32(e.Field.J)), H: h, Beta: float32(e.Field.Beta)}
}

// of32 is H for the classifier that the field was trained for.
func (f *IGField) of32(ctx context.Context, c *Classifier, items []*learn.Item) ([][]float32, error) {
	f.mu.Lock()
	of := f.of
	f.mu.Unlock()
	if of != nil && of != c {
		return nil, fmt.Errorf("explain: IGExplainer was trained for another classifier")
	}
	return f.H(ctx, items)
}

// first returns the only explanation.
func first(all []*Explanation, err error) (*Explanation, error) {
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// share sets each explanation's share of the time since begin.
func share(all []*Explanation, begin time.Time) []*Explanation {
	for _, x := range all {
		x.Elapsed = time.Since(begin) / time.Duration(len(all))
	}
	return all
}

// best returns for each graph which of some masks has the largest p(ŷ|G_S) −
// p(ŷ|G∖S), the first of equal ones.
func best(ctx context.Context, c *Classifier, items []*learn.Item, candidates [][][]bool) ([]int, error) {
	var ask []Input
	for k, it := range items {
		ask = append(ask, Input{Item: it})
		for _, keep := range candidates[k] {
			ask = append(ask, Input{Item: it, Node: floats(keep)}, Input{Item: it, Node: floats(not(keep))})
		}
	}
	p, err := c.Evaluate(ctx, ask)
	if err != nil {
		return nil, err
	}
	chosen := make([]int, len(items))
	for k := range items {
		class, most := Class(p[0]), math.Inf(-1)
		for s := range candidates[k] {
			if v := p[1+2*s][class] - p[2+2*s][class]; v > most {
				chosen[k], most = s, v
			}
		}
		p = p[1+2*len(candidates[k]):]
	}
	return chosen, nil
}
