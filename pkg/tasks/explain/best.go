package explain

import (
	"context"
	"math"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

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

// not returns the other nodes.
func not(keep []bool) []bool {
	rest := make([]bool, len(keep))
	for i, on := range keep {
		rest[i] = !on
	}
	return rest
}
