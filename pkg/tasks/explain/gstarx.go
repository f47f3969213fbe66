package explain

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// GStarX scores nodes by the Hamiache–Navarro value of the game of the
// probability, which weighs coalitions by the graph's structure (Zhang et al.
// 2022, arXiv 2201.12380). A graph above SampleNodes is covered by sets of at most
// that many nodes, the nearest to each node in turn; all coalitions within a set
// are asked about, and a node's score is its mean over the sets.
//
// The defaults are those of the authors' code (ShichangZh/GStarX): its method's,
// while its scripts draw sets by chance, which are rarely connected.
type GStarX struct {
	Size        Size
	Seed        uint64
	SampleNodes int     // default 10, at most 12: the cost of a set grows as 2^SampleNodes
	Samples     int     // sets, and more until every node is in one; default the number of nodes
	Hops        int     // that the nodes of a set are from the node in turn; default 3
	Chance      bool    // draw sets by chance
	Tau         float64 // τ; default 0.01
	// Average is the mean predicted probability of each class over the data, from
	// which values are counted; default 1/C.
	Average []float64
}

// Name returns "GStarX".
func (s *GStarX) Name() string { return "GStarX" }

// Supports returns an error where Average does not fit the classifier.
func (s *GStarX) Supports(c *Classifier, it *learn.Item) error {
	if s.SampleNodes < 0 || s.SampleNodes > hnPlayers || s.Samples < 0 || s.Hops < 0 || !(s.Tau >= 0 && s.Tau < 1) {
		return fmt.Errorf("explain: GStarX with sets of %d nodes, %d samples and τ = %v, "+
			"need up to %d nodes, no negative setting and τ < 1",
			s.SampleNodes, s.Samples, s.Tau, hnPlayers)
	}
	if err := supported(s.Size, c, it); err != nil {
		return err
	}
	if s.Average != nil && len(s.Average) != c.Classes() {
		return fmt.Errorf("explain: GStarX has average probabilities of %d classes for a classifier of %d", len(s.Average), c.Classes())
	}
	return nil
}

// Explain plays the games.
func (s *GStarX) Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error) {
	start := time.Now()
	if err := s.Supports(c, it); err != nil {
		return nil, err
	}
	game, err := newGame(ctx, c, it)
	if err != nil {
		return nil, err
	}
	n, size := game.n, cmp.Or(s.SampleNodes, 10)
	samples := cmp.Or(s.Samples, n)
	if n <= size {
		size, samples = n, 1
	}
	rng := seeded(s.Seed, it)
	score, count := make([]float64, n), make([]float64, n)
	for k, covered := 0, 0; k < samples || covered < n; k++ {
		nodes := rng.Perm(n)[:size]
		if !s.Chance && size < n {
			nodes = around(it.Graph, k%n, cmp.Or(s.Hops, 3), size)
		}
		value, err := s.play(ctx, game, nodes)
		if err != nil {
			return nil, err
		}
		for a, i := range nodes {
			if count[i] == 0 {
				covered++
			}
			count[i]++
			score[i] += value[a]
		}
	}
	for i := range score {
		score[i] /= count[i]
	}
	return &Explanation{Nodes: score, Keep: s.Size.top(score), Elapsed: time.Since(start)}, nil
}

// play returns the value of each of some nodes among themselves.
func (s *GStarX) play(ctx context.Context, g *game, nodes []int) ([]float64, error) {
	sets := make([]nodeSet, 1<<len(nodes)-1)
	for k := range sets {
		sets[k] = newNodeSet(g.n)
		for a, i := range nodes {
			if (k+1)>>a&1 != 0 {
				sets[k].add(i)
			}
		}
	}
	values, err := g.values(ctx, sets)
	if err != nil {
		return nil, err
	}
	average := 1 / float64(g.c.Classes())
	if s.Average != nil {
		average = s.Average[g.class]
	}
	v := make([]float64, len(sets)+1)
	for k, p := range values {
		v[k+1] = p - average
	}
	return newHNGame(g.it.Graph, nodes).value(v, cmp.Or(s.Tau, 0.01)), nil
}

// around returns up to size nodes within some hops of a node, nearest first.
func around(g *isinggraph.Graph, root, hops, size int) []int {
	seen := newNodeSet(g.NumNodes())
	seen.add(root)
	nodes, begin := []int{root}, 0
	for range hops {
		end := len(nodes)
		for _, i := range nodes[begin:end] {
			for _, j := range g.Neighbors(i) {
				if !seen.has(int(j)) {
					seen.add(int(j))
					nodes = append(nodes, int(j))
				}
			}
		}
		begin = end
	}
	return nodes[:min(size, len(nodes))]
}
