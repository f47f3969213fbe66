package explain

import (
	"context"
	"fmt"
	"math/bits"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// maxMatches bounds the combinations that [MaxGEA] tries.
const maxMatches = 20

// Jaccard returns |A ∩ B| / |A ∪ B| of two masks of the same nodes, and 0 where
// both are empty.
func Jaccard(a, b []bool) (float64, error) {
	if len(a) != len(b) {
		return 0, fmt.Errorf("explain: masks of %d and %d nodes", len(a), len(b))
	}
	return jaccard(setOf(a), setOf(b)), nil
}

func jaccard(a, b nodeSet) float64 {
	both, any := 0, 0
	for k := range a {
		both += bits.OnesCount64(a[k] & b[k])
		any += bits.OnesCount64(a[k] | b[k])
	}
	if any == 0 {
		return 0
	}
	return float64(both) / float64(any)
}

// UnionGEA is the graph explanation accuracy of the paper's section 4.2 and of
// the authors' code, |T ∩ K| / |T ∪ K| of the nodes K that an explanation keeps
// and the nodes T of all matches of a motif together. A match lists its nodes; of
// a graph without matches it is 0.
func UnionGEA(matches [][]int32, keep []bool) (float64, error) {
	sets, err := matchSets(matches, len(keep))
	if err != nil {
		return 0, err
	}
	all := newNodeSet(len(keep))
	for _, s := range sets {
		all.union(s)
	}
	return jaccard(all, setOf(keep)), nil
}

// MaxGEA is the graph explanation accuracy of GraphXAI (Agarwal et al. 2023,
// doi:10.1038/s41597-023-01974-x): the largest Jaccard index of the nodes that an
// explanation keeps and the union of any matches, at least one. A classifier may
// need one of several motifs only. It is at least [UnionGEA]. It tries all
// combinations of up to 20 distinct matches, and refuses more.
func MaxGEA(matches [][]int32, keep []bool) (float64, error) {
	sets, err := matchSets(matches, len(keep))
	if err != nil {
		return 0, err
	}
	if len(sets) > maxMatches {
		return 0, fmt.Errorf("explain: %d distinct matches in a graph, at most %d have their combinations tried", len(sets), maxMatches)
	}
	best, kept := 0.0, setOf(keep)
	var try func(union nodeSet, next int)
	try = func(union nodeSet, next int) {
		for k := next; k < len(sets); k++ {
			u := union.clone()
			u.union(sets[k])
			best = max(best, jaccard(u, kept))
			try(u, k+1)
		}
	}
	try(newNodeSet(len(keep)), 0)
	return best, nil
}

// matchSets returns the distinct matches as sets.
func matchSets(matches [][]int32, n int) ([]nodeSet, error) {
	var sets []nodeSet
	seen := make(map[string]bool)
	for k, match := range matches {
		s := newNodeSet(n)
		for _, i := range match {
			if i < 0 || int(i) >= n {
				return nil, fmt.Errorf("explain: match %d has node %d in a graph of %d nodes", k, i, n)
			}
			s.add(int(i))
		}
		if key := s.key(); len(match) > 0 && !seen[key] {
			seen[key] = true
			sets = append(sets, s)
		}
	}
	return sets, nil
}

// CeilingGEA is the largest [UnionGEA] that an explanation of k nodes can have
// in a graph whose truth has t nodes: min(k, t) / max(k, t). A fixed size bounds what
// any explainer can reach.
func CeilingGEA(t, k int) (float64, error) {
	if t < 1 || k < 0 {
		return 0, fmt.Errorf("explain: ceiling of GEA for %d true and %d kept nodes", t, k)
	}
	return float64(min(t, k)) / float64(max(t, k)), nil
}

// Sparsity is the share 1 − |S|/n of the nodes that an explanation leaves out
// (Pope et al. 2019, doi:10.1109/CVPR.2019.01103; Yuan et al. 2022,
// doi:10.1109/TPAMI.2022.3204236), in [0, 1].
func Sparsity(keep []bool) (float64, error) {
	if len(keep) == 0 {
		return 0, fmt.Errorf("explain: sparsity of a graph without nodes")
	}
	return 1 - float64(setOf(keep).size())/float64(len(keep)), nil
}

// Accuracy returns the share of graphs whose most probable class is their label.
func Accuracy(ctx context.Context, c *Classifier, items []*learn.Item, labels []int) (float64, error) {
	if len(items) == 0 || len(labels) != len(items) {
		return 0, fmt.Errorf("explain: accuracy of %d graphs with %d labels", len(items), len(labels))
	}
	p, err := c.Predict(ctx, items)
	if err != nil {
		return 0, err
	}
	right := 0
	for k := range p {
		if Class(p[k]) == labels[k] {
			right++
		}
	}
	return float64(right) / float64(len(p)), nil
}
