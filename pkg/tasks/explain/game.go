package explain

import (
	"context"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// game is the cooperative game of a graph's nodes: the value of a set of nodes is
// the probability of the class that the classifier predicts for the whole graph,
// given the subgraph of the set. Each set is asked about once.
type game struct {
	c     *Classifier
	it    *learn.Item
	n     int
	class int
	known map[string]float64
}

// maxKnown bounds the values that a game remembers, to some 200 MB.
const maxKnown = 1 << 20

func newGame(ctx context.Context, c *Classifier, it *learn.Item) (*game, error) {
	p, err := c.Predict(ctx, []*learn.Item{it})
	if err != nil {
		return nil, err
	}
	return &game{c: c, it: it, n: it.Graph.NumNodes(), class: Class(p[0]), known: make(map[string]float64)}, nil
}

// values returns the value of each set, in batches of those not yet known.
func (g *game) values(ctx context.Context, sets []nodeSet) ([]float64, error) {
	if len(g.known) > maxKnown {
		clear(g.known)
	}
	keys := make([]string, len(sets))
	var ask []Input
	var asked []string
	pending := make(map[string]bool)
	for k, s := range sets {
		keys[k] = s.key()
		if _, ok := g.known[keys[k]]; ok || pending[keys[k]] {
			continue
		}
		pending[keys[k]] = true
		asked = append(asked, keys[k])
		ask = append(ask, Input{Item: g.it, Node: floats(s.mask(g.n))})
	}
	if len(ask) > 0 {
		p, err := g.c.Evaluate(ctx, ask)
		if err != nil {
			return nil, err
		}
		for k, key := range asked {
			g.known[key] = p[k][g.class]
		}
	}
	v := make([]float64, len(sets))
	for k, key := range keys {
		v[k] = g.known[key]
	}
	return v, nil
}
