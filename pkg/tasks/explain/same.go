package explain

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// SAME finds several connected pieces that explain together (Ye et al. 2023,
// "SAME: Uncovering GNN Black Box with Structure-aware Shapley-based Multipiece
// Explanations", NeurIPS 2023): a Monte Carlo tree search grows connected sets
// from single nodes; of the best small ones, all unions not above Size are
// valued, and the largest Shapley value wins. The explanation may be smaller than
// Size.
//
// The defaults are those of the authors' code (SAME2023NeurIPS/SAME) for
// BA-2Motifs; for Mutag it sets LeafNodes to 4, PieceNodes to 2 and Hops to 4. As
// with [SubgraphX], nodes outside a set are removed, and edge features are allowed
// though the paper has none.
type SAME struct {
	Size       Size
	Seed       uint64
	Rollouts   int     // default 20
	Children   int     // single nodes tried, of the highest degree; default 20
	Explore    float64 // λ; default 10
	Samples    int     // of a Shapley value; default 100
	Hops       int     // around a set, of the players; default 3
	LeafNodes  int     // where a set stops growing, or at Size where that is less; default 5
	PieceNodes int     // the most of a piece; default 3
	Pieces     int     // of which unions are formed, at most 16; default 7
}

// Name returns "SAME".
func (s *SAME) Name() string { return "SAME" }

// Supports returns nil for every classifier and graph.
func (s *SAME) Supports(c *Classifier, it *learn.Item) error {
	if min(s.Rollouts, s.Children, s.Samples, s.Hops, s.LeafNodes, s.PieceNodes, s.Pieces) < 0 || !(s.Explore >= 0) || s.Pieces > 16 {
		return fmt.Errorf("explain: SAME with a negative setting or more than 16 pieces: %+v", *s)
	}
	return supported(s.Size, c, it)
}

// Explain searches.
func (s *SAME) Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error) {
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
	leaf := min(cmp.Or(s.LeafNodes, 5), limit)
	t := tree{
		explore:  cmp.Or(s.Explore, 10),
		leaf:     func(set nodeSet) bool { return set.size() >= leaf || 5*set.size() >= 4*n },
		children: func(set nodeSet) []nodeSet { return s.grown(it.Graph, set) },
		rewards:  value.rewards,
	}
	states, err := t.search(ctx, newNodeSet(n), cmp.Or(s.Rollouts, 20))
	if err != nil {
		return nil, err
	}
	pieces := make([]*state, 0, len(states))
	for _, x := range states {
		if size := x.set.size(); x.scored && size <= min(cmp.Or(s.PieceNodes, 3), limit) {
			pieces = append(pieces, x)
		}
	}
	slices.SortStableFunc(pieces, func(a, b *state) int { return cmp.Compare(b.reward, a.reward) })
	unions := s.unions(pieces[:min(cmp.Or(s.Pieces, 7), len(pieces))], n, limit)
	rewards, err := value.rewards(ctx, unions)
	if err != nil {
		return nil, err
	}
	for k, u := range unions {
		pieces = append(pieces, &state{set: u, reward: rewards[k], scored: true})
	}
	best := slices.MaxFunc(pieces, func(a, b *state) int { return cmp.Compare(a.reward, b.reward) })
	scores := setScores(n, append(states, pieces...), best.set)
	return &Explanation{Nodes: scores, Keep: best.set.mask(n), Elapsed: time.Since(start)}, nil
}

// grown returns the children of a set: with one more neighbour, or, of the empty
// set, single nodes.
func (s *SAME) grown(g *isinggraph.Graph, set nodeSet) []nodeSet {
	var add []int
	if set.size() == 0 {
		add = byDegree(g, allNodes(g.NumNodes()), true)
		add = add[:min(cmp.Or(s.Children, 20), len(add))]
	} else {
		around := reach(g, set, 1)
		around.without(set)
		add = around.nodes()
	}
	children := make([]nodeSet, len(add))
	for k, i := range add {
		children[k] = set.clone()
		children[k].add(i)
	}
	return children
}

// unions returns the distinct unions of one or more pieces of at most limit nodes.
func (s *SAME) unions(pieces []*state, n, limit int) []nodeSet {
	var list []nodeSet
	seen := make(map[string]bool)
	var join func(set nodeSet, next int)
	join = func(set nodeSet, next int) {
		for k := next; k < len(pieces); k++ {
			u := set.clone()
			u.union(pieces[k].set)
			if u.size() > limit {
				continue
			}
			if key := u.key(); !seen[key] {
				seen[key] = true
				list = append(list, u)
			}
			join(u, k+1)
		}
	}
	join(newNodeSet(n), 0)
	return list
}
