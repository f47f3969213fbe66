package isinggraph

import "slices"

// balanceWork bounds the work of Coloring.Balance, in units of V + E.
const balanceWork = 64

// Balance returns a colouring with as many colours and nearly equal class
// sizes. First single nodes of the larger classes move to the smallest class
// that none of their neighbours has. Where that does not suffice, Kempe chains
// between the largest class and smaller ones swap their two colours. Each step
// evens two classes; equality is out of reach on some graphs (a star in two
// colours). It is deterministic, and its work is bounded by a multiple of
// E + V·Colors. c must be valid for g.
func (c Coloring) Balance(g *Graph) Coloring {
	b := balancer{
		g:     g,
		color: slices.Clone(c.Color),
		size:  c.Sizes(),
		mark:  make([]int32, max(c.Colors, g.NumNodes())),
		work:  balanceWork * (g.NumNodes() + len(g.col)),
	}
	for b.work > 0 && (b.moveNodes() || b.swapChains()) {
	}
	return Coloring{Color: b.color, Colors: c.Colors}
}

type balancer struct {
	g     *Graph
	color []int32
	size  []int   // of each class
	mark  []int32 // scratch, over colours or nodes
	chain []int32 // scratch
	work  int     // nodes and half edges that may still be visited
}

// moveNodes passes over all nodes once and reports whether one moved.
func (b *balancer) moveNodes() (moved bool) {
	b.work -= len(b.color) + len(b.g.col)
	seen := b.mark[:len(b.size)] // 1 + the last node with a neighbour of this colour
	clear(seen)
	fair := len(b.color) / len(b.size)
	for i, from := range b.color {
		if b.size[from] <= fair {
			continue
		}
		for _, j := range b.g.Neighbors(i) {
			seen[b.color[j]] = int32(i) + 1
		}
		to := from
		for k, s := range b.size {
			if s < b.size[to] && seen[k] != int32(i)+1 {
				to = int32(k)
			}
		}
		if b.size[from] > b.size[to]+1 {
			b.color[i] = to
			b.size[from]--
			b.size[to]++
			moved = true
		}
	}
	return moved
}

// swapChains tries the largest class against the others, smallest first, and
// reports whether a swap evened two of them.
func (b *balancer) swapChains() bool {
	order := make([]int32, len(b.size))
	for k := range order {
		order[k] = int32(k)
	}
	slices.SortStableFunc(order, func(i, j int32) int { return b.size[i] - b.size[j] })
	largest := order[len(order)-1]
	for _, k := range order[:len(order)-1] {
		if b.work <= 0 || b.size[largest] <= b.size[k]+1 {
			return false
		}
		if b.swapChainsOf(largest, k) {
			return true
		}
	}
	return false
}

// swapChainsOf swaps the colours on components of the subgraph of two classes
// while that evens them: on those with d > 0 more nodes of the larger class, d
// being less than the difference in size.
func (b *balancer) swapChainsOf(large, small int32) (swapped bool) {
	b.work -= len(b.color)
	visited := b.mark[:len(b.color)]
	clear(visited)
	for start, k := range b.color {
		if k != large || visited[start] != 0 {
			continue
		}
		visited[start] = 1
		b.chain = append(b.chain[:0], int32(start))
		excess := 0
		for at := 0; at < len(b.chain); at++ {
			i := b.chain[at]
			if b.color[i] == large {
				excess++
			} else {
				excess--
			}
			b.work -= b.g.Degree(int(i))
			for _, j := range b.g.Neighbors(int(i)) {
				if (b.color[j] == large || b.color[j] == small) && visited[j] == 0 {
					visited[j] = 1
					b.chain = append(b.chain, j)
				}
			}
		}
		if excess <= 0 || excess >= b.size[large]-b.size[small] {
			continue
		}
		for _, i := range b.chain {
			b.color[i] = large + small - b.color[i]
		}
		b.size[large] -= excess
		b.size[small] += excess
		swapped = true
	}
	return swapped
}
