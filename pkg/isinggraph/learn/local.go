package learn

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/graph"
)

// Local is RLOO with local credit: a node is credited with the parts of the loss near
// it, [Loss].Parts or what [Loss].Graph returns by node.
//
// Where the loss is a sum of parts ℓ = Σ_p ℓ_p and node i belongs to the parts
// P_i, the advantage ℓ_k − ℓ̄ of node i in eq. 7 becomes
//
//	a_ki = Σ_p w_ip (ℓ_pk − ℓ̄_p)    over the parts p of all nodes within Radius hops of i
//
// Parts elsewhere depend on x_i only through the correlations of the model, yet
// bring all their noise: leaving them out raises the signal-to-noise of a
// gradient 5 to 1,000 times, at a bias that falls as the radius grows beyond the
// correlation length. Where the radius reaches all of a graph the estimate is eq. 7's.
// An edge is credited with the mean of its ends' advantages. This is not in the paper.
//
// On an antiferromagnet spins alternate, and so do the terms of a ball's sum: with a
// hard edge (w = 1 within Radius) the rest does not cancel, and the estimate may point
// the other way however large its signal-to-noise. Taper averages the balls of
// radius r−2, r−1 and r with the weights ¼, ½, ¼, which cancels the alternating order:
// w is 1 up to r−2 hops, ¾ at r−1 and ¼ at r. It needs a radius of at least 2; 3 and
// more are nearly unbiased on ordered lattices. [Learner.Check] measures the bias on one's own
// items.
type Local struct {
	Radius int  // hops, at least 0
	Taper  bool // the window's edge is smooth
	// Of returns the parts to which each node of an item belongs, [n], in any order.
	// Without it part p belongs to node p, and an item has n parts.
	Of func(it *Item) ([][]int32, error)
}

// String implements Estimator.
func (c Local) String() string {
	name := fmt.Sprintf("local credit of radius %d", c.Radius)
	if c.Taper {
		name += ", tapered"
	}
	if c.Of != nil {
		name += ", parts of its own"
	}
	return name
}

func (c Local) check(config *Config) error {
	switch {
	case config.Objective.Loss.Total != nil:
		return errors.New("needs a loss in parts")
	case c.Radius < 0:
		return fmt.Errorf("radius %d", c.Radius)
	case c.Taper && c.Radius < 2:
		return fmt.Errorf("radius %d, a tapered window needs at least 2", c.Radius)
	}
	return sampledLoss(config)
}

func (Local) kind() kind { return kind{samples: true, weights: true} }

func (Local) build(o *objective) (loss, shown *graph.Node) { return surrogate(o), nil }

func (c Local) weigh(l *Learner, s *batchState, d *sampled, i int, scale float64, a []float32, stride int) error {
	list, err := l.creditOf(c, s.batch.Items[i])
	if err != nil {
		return err
	}
	n := int(s.batch.Offsets[i+1] - s.batch.Offsets[i])
	if err := list.advantages(d.parts[i], scale, a, stride); err != nil {
		return err
	}
	if p := l.c.Objective.Penalty; p.sampled() {
		samples := len(d.total[i])
		force := p.force(l.state.Lambda, mean(s.magnetizations(d.samples.Spins, i, samples)))
		addForce(a, d.samples.Spins[s.batch.Offsets[i]:], n, samples, stride, s.batch.Graph.NumNodes(), scale*force/float64(n))
	}
	return nil
}

// addForce adds force times each spin, less its mean over the samples.
func addForce(a []float32, x []int8, nodes, samples, strideA, strideX int, force float64) {
	for i := range nodes {
		var mean float64
		for k := range samples {
			mean += float64(x[k*strideX+i]) / float64(samples)
		}
		for k := range samples {
			a[k*strideA+i] += float32(force * (float64(x[k*strideX+i]) - mean))
		}
	}
}

// creditList holds the credited parts of every node: those of node i are
// part[first[i]:first[i+1]], with weights in the same places, nil where all are 1.
type creditList struct {
	first, part []int32
	weight      []float32
	parts       int // one more than the largest part
}

// maxCredit bounds the credited parts of one item.
const maxCredit = 1 << 28

// list computes the parts near each node of an item, by breadth-first search from
// each, in O(Σ_i of the edges in its ball).
func (c Local) list(it *Item) (*creditList, error) {
	g := it.Graph
	n := g.NumNodes()
	l := &creditList{first: make([]int32, 1, n+1), parts: n}
	var of [][]int32
	if c.Of != nil {
		var err error
		if of, err = c.partsOf(it, l); err != nil {
			return nil, err
		}
	}
	seen := make([]int32, n) // the last start from which a node was reached, from 1
	reached := make(map[int32]bool)
	var ball []int32
	for i := range n {
		ball = append(ball[:0], int32(i))
		seen[i] = int32(i + 1)
		at := len(l.part)
		clear(reached)
		for hop, from := 0, 0; from < len(ball); hop++ {
			to := len(ball)
			if err := l.add(ball[from:to], of, c.weight(hop), c.Taper, at, reached); err != nil {
				return nil, err
			}
			if hop == c.Radius {
				break
			}
			for ; from < to; from++ {
				for _, v := range g.Neighbors(int(ball[from])) {
					if seen[v] != int32(i+1) {
						seen[v] = int32(i + 1)
						ball = append(ball, v)
					}
				}
			}
		}
		if !c.Taper { // the order of sums, and so their rounding, does not depend on hops
			slices.Sort(l.part[at:])
		}
		l.first = append(l.first, int32(len(l.part)))
	}
	return l, nil
}

// partsOf returns the parts of every node, and tells l how many there are.
func (c Local) partsOf(it *Item, l *creditList) ([][]int32, error) {
	of, err := c.Of(it)
	if err != nil {
		return nil, err
	}
	if n := it.Graph.NumNodes(); len(of) != n {
		return nil, fmt.Errorf("parts of %d nodes, the graph has %d", len(of), n)
	}
	l.parts = 0
	for i, parts := range of {
		for _, p := range parts {
			if p < 0 {
				return nil, fmt.Errorf("node %d has part %d", i, p)
			}
			l.parts = max(l.parts, int(p)+1)
		}
	}
	return of, nil
}

// weight is that of the parts of nodes so many hops away.
func (c Local) weight(hop int) float32 {
	switch {
	case !c.Taper || hop <= c.Radius-2:
		return 1
	case hop == c.Radius-1:
		return 0.75
	}
	return 0.25
}

// add credits the node whose list begins at at with the parts of some nodes, unless a
// nearer node has brought them.
func (l *creditList) add(nodes []int32, of [][]int32, weight float32, weighted bool, at int, reached map[int32]bool) error {
	one := make([]int32, 1)
	for _, v := range nodes {
		parts := one
		if parts[0] = v; of != nil {
			parts = of[v]
		}
		for _, p := range parts {
			if of != nil {
				if reached[p] {
					continue
				}
				reached[p] = true
			}
			l.part = append(l.part, p)
			if weighted {
				l.weight = append(l.weight, weight)
			}
			if len(l.part) > maxCredit {
				return fmt.Errorf("more than %d parts in all; use a smaller Radius", maxCredit)
			}
		}
	}
	return nil
}

// advantages writes the advantages of K samples' parts into a, whose row k begins at
// k·stride, multiplied by scale.
func (l *creditList) advantages(parts [][]float64, scale float64, a []float32, stride int) error {
	samples := len(parts)
	if len(parts[0]) < l.parts {
		return fmt.Errorf("learn: credit needs %d parts, the loss has %d", l.parts, len(parts[0]))
	}
	centred := make([][]float64, samples)
	for k := range centred {
		centred[k] = slices.Clone(parts[k])
	}
	for p := range parts[0] {
		var mean float64
		for k := range samples {
			mean += parts[k][p] / float64(samples)
		}
		for k := range samples {
			centred[k][p] -= mean
		}
	}
	for k := range samples {
		row := a[k*stride:]
		for i := range len(l.first) - 1 {
			var sum float64
			for at := l.first[i]; at < l.first[i+1]; at++ {
				if v := centred[k][l.part[at]]; l.weight == nil {
					sum += v
				} else {
					sum += float64(l.weight[at]) * v
				}
			}
			row[i] = float32(sum * scale)
		}
	}
	return nil
}
