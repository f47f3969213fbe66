package pullback

import "math"

// network is a flow network whose minimum cut says what to keep.
type network struct {
	head []int // the first arc of each node, −1 for none
	arcs []arc
}

// arc leads to a node; arc k^1 leads back.
type arc struct {
	to, next int
	capacity int64
}

// unbounded is the capacity of an arc that no cut may contain.
const unbounded = math.MaxInt64 / 4

// node adds a node and returns its number.
func (n *network) node() int {
	n.head = append(n.head, -1)
	return len(n.head) - 1
}

// connect adds an arc of a capacity.
func (n *network) connect(from, to int, capacity int64) {
	n.arcs = append(n.arcs, arc{to, n.head[from], capacity})
	n.head[from] = len(n.arcs) - 1
	n.arcs = append(n.arcs, arc{from, n.head[to], 0})
	n.head[to] = len(n.arcs) - 1
}

// cut returns, for every node, whether it lies on the sink's side of the minimum
// cut that is closest to the sink. It is Dinic's algorithm (1970): shortest
// augmenting paths, a level graph at a time, O(nodes²·arcs) at worst and near
// linear on the networks of gradients.
func (n *network) cut(source, sink int) []bool {
	level, next := make([]int, len(n.head)), make([]int, len(n.head))
	for n.levels(source, sink, level) {
		copy(next, n.head)
		for n.augment(source, sink, unbounded, level, next) > 0 {
		}
	}
	side := make([]bool, len(n.head))
	side[sink] = true
	for queue := []int{sink}; len(queue) > 0; queue = queue[1:] {
		for k := n.head[queue[0]]; k >= 0; k = n.arcs[k].next {
			if from := n.arcs[k].to; n.arcs[k^1].capacity > 0 && !side[from] {
				side[from] = true
				queue = append(queue, from)
			}
		}
	}
	return side
}

// levels numbers the nodes by their distance from the source over arcs with
// capacity left, −1 where there is no way, and reports whether the sink has one.
func (n *network) levels(source, sink int, level []int) bool {
	for i := range level {
		level[i] = -1
	}
	level[source] = 0
	for queue := []int{source}; len(queue) > 0; queue = queue[1:] {
		for k := n.head[queue[0]]; k >= 0; k = n.arcs[k].next {
			if to := n.arcs[k].to; n.arcs[k].capacity > 0 && level[to] < 0 {
				level[to] = level[queue[0]] + 1
				queue = append(queue, to)
			}
		}
	}
	return level[sink] >= 0
}

// augment sends flow of at most limit from a node to the sink, level by level, and
// returns how much went through.
func (n *network) augment(from, sink int, limit int64, level, next []int) int64 {
	if from == sink {
		return limit
	}
	for ; next[from] >= 0; next[from] = n.arcs[next[from]].next {
		k := next[from]
		a := n.arcs[k]
		if a.capacity == 0 || level[a.to] != level[from]+1 {
			continue
		}
		if sent := n.augment(a.to, sink, min(limit, a.capacity), level, next); sent > 0 {
			n.arcs[k].capacity -= sent
			n.arcs[k^1].capacity += sent
			return sent
		}
	}
	return 0
}
