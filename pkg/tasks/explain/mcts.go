package explain

import (
	"cmp"
	"context"
	"math"
	"slices"

	"example.org/isinggraph/pkg/isinggraph"
)

// tree is a Monte Carlo tree search over sets of nodes (Yuan et al. 2021, arXiv
// 2102.05152, eqs. 3–6): from the root a rollout descends to the child of the
// largest Q + U, with Q its mean reward so far and
//
//	U = λ R √(Σ_siblings visits) / (1 + visits),
//
// R its own reward, down to a leaf, whose reward all sets on the path receive.
// Equal sets are one state.
type tree struct {
	explore  float64                                                   // λ
	leaf     func(nodeSet) bool                                        // where rollouts end
	children func(nodeSet) []nodeSet                                   // distinct
	rewards  func(ctx context.Context, s []nodeSet) ([]float64, error) // R, in one call

	byKey  map[string]*state
	states []*state // in the order in which they were found, the root first
}

type state struct {
	set      nodeSet
	reward   float64
	scored   bool
	expanded bool
	children []*state
	visits   int
	total    float64 // sum of the rewards received
}

// search runs rollouts from a root and returns the states found.
func (t *tree) search(ctx context.Context, root nodeSet, rollouts int) ([]*state, error) {
	t.byKey = make(map[string]*state)
	from := t.state(root)
	for range rollouts {
		if err := t.rollout(ctx, from); err != nil {
			return nil, err
		}
	}
	return t.states, nil
}

func (t *tree) state(set nodeSet) *state {
	key := set.key()
	s := t.byKey[key]
	if s == nil {
		s = &state{set: set}
		t.byKey[key] = s
		t.states = append(t.states, s)
	}
	return s
}

func (t *tree) rollout(ctx context.Context, at *state) error {
	var path []*state
	for !t.leaf(at.set) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.expand(ctx, at); err != nil {
			return err
		}
		if len(at.children) == 0 {
			break
		}
		visits := 0
		for _, c := range at.children {
			visits += c.visits
		}
		at = slices.MaxFunc(at.children, func(a, b *state) int {
			return cmp.Compare(a.worth(t.explore, visits), b.worth(t.explore, visits))
		})
		path = append(path, at)
	}
	for _, s := range path {
		s.visits++
		s.total += at.reward
	}
	return nil
}

// worth is Q + U.
func (s *state) worth(explore float64, siblings int) float64 {
	u := explore * s.reward * math.Sqrt(float64(siblings)) / float64(1+s.visits)
	if s.visits == 0 {
		return u
	}
	return s.total/float64(s.visits) + u
}

// expand makes the children of a state at its first visit and scores those that
// have no reward yet.
func (t *tree) expand(ctx context.Context, s *state) error {
	if s.expanded {
		return nil
	}
	var fresh []*state
	var sets []nodeSet
	for _, set := range t.children(s.set) {
		child := t.state(set)
		s.children = append(s.children, child)
		if !child.scored {
			fresh, sets = append(fresh, child), append(sets, set)
		}
	}
	rewards, err := t.rewards(ctx, sets)
	if err != nil {
		s.children = nil
		return err
	}
	for k, child := range fresh {
		child.reward, child.scored = rewards[k], true
	}
	s.expanded = true
	return nil
}

// byDegree returns the nodes of a set by their degree within it, ascending or
// descending, and ties by index.
func byDegree(g *isinggraph.Graph, set nodeSet, descending bool) []int {
	degree := make([]int, g.NumNodes())
	for _, i := range set.nodes() {
		for _, j := range g.Neighbors(i) {
			if set.has(int(j)) {
				degree[i]++
			}
		}
	}
	list := set.nodes()
	slices.SortStableFunc(list, func(a, b int) int {
		if descending {
			a, b = b, a
		}
		return degree[a] - degree[b]
	})
	return list
}

// componentsOf returns the connected components of the subgraph of a set, in the
// order of their least nodes, in O(V + E).
func componentsOf(g *isinggraph.Graph, set nodeSet) []nodeSet {
	left := set.clone()
	var list []nodeSet
	for _, root := range set.nodes() {
		if !left.has(root) {
			continue
		}
		part := newNodeSet(g.NumNodes())
		stack := []int{root}
		left.remove(root)
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			part.add(i)
			for _, j := range g.Neighbors(i) {
				if left.has(int(j)) {
					left.remove(int(j))
					stack = append(stack, int(j))
				}
			}
		}
		list = append(list, part)
	}
	return list
}

// setScores turns sets and their rewards into scores of nodes: the largest reward
// of a set with the node, −1 where there is none, and 2 more for the nodes of the
// chosen set, so that they come first.
func setScores(n int, states []*state, chosen nodeSet) []float64 {
	score := make([]float64, n)
	for i := range score {
		score[i] = -1
	}
	for _, s := range states {
		if s.scored {
			for _, i := range s.set.nodes() {
				score[i] = max(score[i], s.reward)
			}
		}
	}
	for _, i := range chosen.nodes() {
		score[i] += 2
	}
	return score
}
