package explain

import (
	"cmp"
	"context"
	"math/rand/v2"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// shapley estimates the Shapley value of sets of nodes as players, each among the
// nodes within some hops of it: algorithm 2 of SubgraphX (Yuan et al. 2021, arXiv
// 2102.05152). The other players come in a random order; the value is the mean,
// over samples, of what the set adds to those before it. Nodes further away are
// always present.
type shapley struct {
	game    *game
	samples int
	hops    int
	rng     *rand.Rand
}

// newShapley returns the estimate of a graph's game as the settings of a search say: 0
// samples are 100, and 0 hops are 3.
func newShapley(ctx context.Context, c *Classifier, it *learn.Item, samples, hops int, seed uint64) (*shapley, error) {
	game, err := newGame(ctx, c, it)
	if err != nil {
		return nil, err
	}
	return &shapley{game: game, samples: cmp.Or(samples, 100), hops: cmp.Or(hops, 3), rng: seeded(seed, it)}, nil
}

// rewards returns the estimate for each set, asking for all together.
func (s *shapley) rewards(ctx context.Context, sets []nodeSet) ([]float64, error) {
	ask := make([]nodeSet, 0, 2*s.samples*len(sets))
	for _, set := range sets {
		region := reach(s.game.it.Graph, set, s.hops)
		around := region.clone()
		around.without(set)
		players := around.nodes()
		base := newNodeSet(s.game.n)
		for i := range s.game.n {
			if !region.has(i) {
				base.add(i)
			}
		}
		for range s.samples {
			s.rng.Shuffle(len(players), func(i, j int) { players[i], players[j] = players[j], players[i] })
			before := base.clone()
			for _, i := range players[:s.rng.IntN(len(players)+1)] {
				before.add(i)
			}
			with := before.clone()
			with.union(set)
			ask = append(ask, before, with)
		}
	}
	v, err := s.game.values(ctx, ask)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(sets))
	for k := range out {
		for j := range s.samples {
			pair := v[2*(k*s.samples+j):]
			out[k] += (pair[1] - pair[0]) / float64(s.samples)
		}
	}
	return out, nil
}

// reach returns the nodes within some hops of a set.
func reach(g *isinggraph.Graph, set nodeSet, hops int) nodeSet {
	all := set.clone()
	for range hops {
		for _, i := range all.nodes() {
			for _, j := range g.Neighbors(i) {
				all.add(int(j))
			}
		}
	}
	return all
}
