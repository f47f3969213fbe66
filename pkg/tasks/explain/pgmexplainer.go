package explain

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"gonum.org/v1/gonum/stat/distuv"
)

// PGMExplainer finds the nodes on which the prediction depends when node features
// are perturbed at random (Vu and Thai 2020, arXiv 2010.05788). In a first round
// all nodes may be perturbed, and four times as many as Size are kept by the
// χ² test of independence; in a second round only these. A sample counts as
// changed if the predicted probability falls more than in 7/8 of the samples.
// Nodes are perturbed independently of each other, so those that depend on the
// prediction are its Markov blanket, as the paper takes it: one without children.
// A node's score is its χ² statistic of the second round.
//
// The defaults are those of the authors' code for graphs (vunhatminh/PGMExplainer)
// but for the perturbation: features become 0, one of its modes, as the default,
// their mean, changes nothing where features are constant.
type PGMExplainer struct {
	Size    Size
	Seed    uint64
	Samples int     // of the second round, twice those of the first; default 1000
	Chance  float64 // that a node is perturbed; default 0.1
	// Level is the probability of chance up to which a node belongs to the
	// explanation: it keeps the nodes that pass, at most Size. Default 1, for all
	// of Size, as the authors' code does.
	Level float64
}

// Name returns "PGMExplainer".
func (s *PGMExplainer) Name() string { return "PGMExplainer" }

// Supports returns an error for a graph whose features are all 0, which no
// perturbation changes.
func (s *PGMExplainer) Supports(c *Classifier, it *learn.Item) error {
	if s.Samples < 0 || s.Samples > 0 && s.Samples < 16 || !(s.Chance >= 0 && s.Chance < 1) || !(s.Level >= 0 && s.Level <= 1) {
		return fmt.Errorf("explain: PGMExplainer with %d samples, chance %v and level %v, need at least 16 samples and shares", s.Samples, s.Chance, s.Level)
	}
	if err := supported(s.Size, c, it); err != nil {
		return err
	}
	if len(it.X) > 0 && !slices.ContainsFunc(it.X, func(v float32) bool { return v != 0 }) {
		return fmt.Errorf("explain: PGMExplainer perturbs node features, and those of this graph are all 0")
	}
	return nil
}

// Explain samples and tests.
func (s *PGMExplainer) Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error) {
	start := time.Now()
	if err := s.Supports(c, it); err != nil {
		return nil, err
	}
	p, err := c.Predict(ctx, []*learn.Item{it})
	if err != nil {
		return nil, err
	}
	n, class, rng := it.Graph.NumNodes(), Class(p[0]), seeded(s.Seed, it)
	size, samples := s.Size.Of(n), cmp.Or(s.Samples, 1000)
	nodes := make([]int, n)
	for i := range nodes {
		nodes[i] = i
	}
	first, err := s.round(ctx, c, it, class, nodes, samples/2, rng)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(nodes, func(a, b int) int { return cmp.Compare(first[b], first[a]) })
	candidates := nodes[:min(4*size, n)]
	second, err := s.round(ctx, c, it, class, candidates, samples, rng)
	if err != nil {
		return nil, err
	}
	score := make([]float64, n)
	for _, i := range nodes[len(candidates):] {
		score[i] = -1 / (1 + first[i]) // after the candidates
	}
	for _, i := range candidates {
		score[i] = second[i]
	}
	keep := s.Size.top(score)
	if level := cmp.Or(s.Level, 1); level < 1 {
		for i := range keep {
			keep[i] = keep[i] && distuv.ChiSquared{K: 1}.Survival(max(score[i], 0)) <= level
		}
	}
	return &Explanation{Nodes: score, Keep: keep, Elapsed: time.Since(start)}, nil
}

// round perturbs some nodes in a number of samples and returns the χ² statistic
// of each node, 0 of the others.
func (s *PGMExplainer) round(ctx context.Context, c *Classifier, it *learn.Item, class int, nodes []int, samples int, rng *rand.Rand) ([]float64, error) {
	n := it.Graph.NumNodes()
	x := it.X
	if len(x) == 0 {
		x = slices.Repeat([]float32{1}, n)
	}
	width := len(x) / n
	perturbed, features := make([]nodeSet, samples), make([][]float32, samples)
	for k := range perturbed {
		perturbed[k], features[k] = newNodeSet(n), slices.Clone(x)
		for _, i := range nodes {
			if rng.Float64() < cmp.Or(s.Chance, 0.1) {
				perturbed[k].add(i)
				clear(features[k][i*width : (i+1)*width])
			}
		}
	}
	p, err := c.PredictFeatures(ctx, it, features)
	if err != nil {
		return nil, err
	}
	order := make([]int, samples)
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a][class], p[b][class]) })
	changed := make([]bool, samples)
	for _, k := range order[:samples/8] {
		changed[k] = true
	}
	statistic := make([]float64, n)
	for _, i := range nodes {
		var table [2][2]float64
		for k, set := range perturbed {
			a, b := 0, 0
			if set.has(i) {
				a = 1
			}
			if changed[k] {
				b = 1
			}
			table[a][b]++
		}
		statistic[i] = chiSquare(table)
	}
	return statistic, nil
}

// chiSquare returns Pearson's χ² statistic of a 2×2 table of counts, of one
// degree of freedom, and 0 where a row or a column is empty.
func chiSquare(t [2][2]float64) float64 {
	rows := [2]float64{t[0][0] + t[0][1], t[1][0] + t[1][1]}
	columns := [2]float64{t[0][0] + t[1][0], t[0][1] + t[1][1]}
	product := rows[0] * rows[1] * columns[0] * columns[1]
	if product == 0 {
		return 0
	}
	d := t[0][0]*t[1][1] - t[0][1]*t[1][0]
	return (rows[0] + rows[1]) * d * d / product
}
