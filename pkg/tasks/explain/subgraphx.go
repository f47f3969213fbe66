package explain

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// SubgraphX searches for the connected subgraph of the largest Shapley value
// (Yuan et al. 2021, arXiv 2102.05152): from the whole graph, a Monte Carlo tree
// search takes away a node and keeps the largest component that is left. The
// explanation is the best set found that is not above Size; it may be smaller.
//
// The defaults are those of the authors' library (divelab/DIG) for BA-2Motifs;
// for molecules it sets Children to 12 and LowFirst. A node outside a subgraph is
// removed, where the library zeroes its features or cuts its edges. The paper
// takes no edge features, as its code did not; here the subgraph keeps those of
// its edges, so they do no harm.
type SubgraphX struct {
	Size     Size
	Seed     uint64
	Rollouts int     // default 20
	MinNodes int     // of a leaf, or Size where that is less; default 5
	Children int     // tried of each state; default 20
	LowFirst bool    // try to take away the nodes of the lowest degree first, not of the highest
	Explore  float64 // λ; default 10
	Samples  int     // of a Shapley value; default 100
	Hops     int     // around a set, of the players; default 3
}

// Name returns "SubgraphX".
func (s *SubgraphX) Name() string { return "SubgraphX" }

// Supports returns nil for every classifier and graph.
func (s *SubgraphX) Supports(c *Classifier, it *learn.Item) error {
	if s.Rollouts < 0 || s.MinNodes < 0 || s.Children < 0 || !(s.Explore >= 0) || s.Samples < 0 || s.Hops < 0 {
		return fmt.Errorf("explain: SubgraphX with a negative setting: %+v", *s)
	}
	return supported(s.Size, c, it)
}

// Explain searches.
func (s *SubgraphX) Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error) {
	start := time.Now()
	if err := s.Supports(c, it); err != nil {
		return nil, err
	}
	value, err := newShapley(ctx, c, it, s.Samples, s.Hops, s.Seed)
	if err != nil {
		return nil, err
	}
	n := it.Graph.NumNodes()
	limit := s.Size.Of(n)
	least := min(cmp.Or(s.MinNodes, 5), limit)
	t := tree{
		explore:  cmp.Or(s.Explore, 10),
		leaf:     func(set nodeSet) bool { return set.size() <= least },
		children: func(set nodeSet) []nodeSet { return s.pruned(it.Graph, set) },
		rewards:  value.rewards,
	}
	states, err := t.search(ctx, allNodes(n), cmp.Or(s.Rollouts, 20))
	if err != nil {
		return nil, err
	}
	best := states[0]
	for _, x := range states[1:] {
		switch small := best.set.size() <= limit; {
		case !small && x.set.size() < best.set.size(), small && x.set.size() <= limit && x.reward > best.reward:
			best = x
		}
	}
	return &Explanation{Nodes: setScores(n, states, best.set), Keep: best.set.mask(n), Elapsed: time.Since(start)}, nil
}

// pruned returns the children of a set.
func (s *SubgraphX) pruned(g *isinggraph.Graph, set nodeSet) []nodeSet {
	nodes := byDegree(g, set, !s.LowFirst)
	var children []nodeSet
	seen := make(map[string]bool)
	for _, i := range nodes[:min(cmp.Or(s.Children, 20), len(nodes))] {
		rest := set.clone()
		rest.remove(i)
		var largest nodeSet
		for _, part := range componentsOf(g, rest) {
			if largest == nil || part.size() > largest.size() {
				largest = part
			}
		}
		if largest != nil && !seen[largest.key()] {
			seen[largest.key()] = true
			children = append(children, largest)
		}
	}
	return children
}
