package explain

import (
	"context"
	"fmt"
	"time"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// An Explainer says which nodes of a graph made a classifier predict its class.
type Explainer interface {
	// Name is a short name, as in the paper's tables.
	Name() string
	// Supports returns an error that says why the explainer cannot explain this
	// classifier or this graph, such as one with edge features; or nil.
	Supports(c *Classifier, it *learn.Item) error
	// Explain explains the class that c predicts for it. Equal seeds in the
	// explainer give equal explanations.
	Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error)
}

// A Trainer is an explainer that is trained once for a classifier, on graphs
// without ground truth, before it explains. Explain returns an error before.
type Trainer interface {
	Explainer
	Train(ctx context.Context, c *Classifier, items []*learn.Item) error
}

// A BatchExplainer explains many graphs together faster than one by one.
// Elapsed of each is then its share of the whole time.
type BatchExplainer interface {
	Explainer
	ExplainAll(ctx context.Context, c *Classifier, items []*learn.Item) ([]*Explanation, error)
}

// Explanation is what an explainer says of one graph of n nodes and m edges.
type Explanation struct {
	Nodes   []float64     // score of each node [n], larger for what matters more
	Edges   []float64     // score of each edge [m] in canonical order, for explainers of edges; else nil
	Keep    []bool        // the explanation: the nodes of the subgraph [n]
	Elapsed time.Duration // that it took, without training
}

// Size says how many nodes of a graph an explanation keeps: a number, or a
// share of its nodes.
type Size struct {
	Nodes    int     // 5 for BA-2Motifs; 0 for Fraction
	Fraction float64 // in (0, 1], rounded down as in the authors' code; 0.4 for Mutagenicity
}

// Of returns the number for a graph of n nodes, at least 1 and at most n.
func (s Size) Of(n int) int {
	k := s.Nodes
	if k == 0 {
		k = int(s.Fraction * float64(n))
	}
	return min(max(k, 1), n)
}

// check returns an error for a size that is none.
func (s Size) check() error {
	if s.Nodes < 0 || s.Nodes > 0 && s.Fraction != 0 || s.Nodes == 0 && !(s.Fraction > 0 && s.Fraction <= 1) {
		return fmt.Errorf("explain: size of %d nodes and a fraction of %v, need one of them", s.Nodes, s.Fraction)
	}
	return nil
}

// top returns the mask of the nodes of the largest scores; of equal ones, those
// of lower index.
func (s Size) top(score []float64) []bool {
	x, err := learn.Top(score, s.Of(len(score)))
	if err != nil {
		panic(err) // the size is within 1 and n
	}
	return kept(x)
}

// kept returns where spins are +1.
func kept(x []int8) []bool {
	k := make([]bool, len(x))
	for i, v := range x {
		k[i] = v > 0
	}
	return k
}

// nodeScores returns for each node the largest score of its edges, and the
// least score of all for a node without edges.
func nodeScores(g *isinggraph.Graph, edges []float64) []float64 {
	score := make([]float64, g.NumNodes())
	low := 0.0
	for _, v := range edges {
		low = min(low, v)
	}
	for i := range score {
		score[i] = low
	}
	for e, uv := range g.Edges() {
		for _, i := range uv {
			score[i] = max(score[i], edges[e])
		}
	}
	return score
}

// supported checks what every explainer needs.
func supported(size Size, c *Classifier, it *learn.Item) error {
	switch {
	case c == nil:
		return fmt.Errorf("explain: no classifier")
	case it == nil || it.Graph == nil:
		return fmt.Errorf("explain: no graph")
	}
	return size.check()
}

// classes returns the inputs of whole graphs and the classes predicted for them.
func classes(ctx context.Context, e Explainer, c *Classifier, items []*learn.Item) ([]Input, []int, error) {
	for _, it := range items {
		if err := e.Supports(c, it); err != nil {
			return nil, nil, err
		}
	}
	inputs, class := inputsOf(items), make([]int, len(items))
	p, err := c.Evaluate(ctx, inputs)
	if err != nil {
		return nil, nil, err
	}
	for k := range p {
		class[k] = Class(p[k])
	}
	return inputs, class, nil
}

// not returns the other nodes.
func not(keep []bool) []bool {
	rest := make([]bool, len(keep))
	for i, on := range keep {
		rest[i] = !on
	}
	return rest
}
