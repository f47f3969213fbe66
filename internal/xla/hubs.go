package xla

import (
	"math/bits"
	"slices"

	"example.org/isinggraph/internal/xla/sweep"
)

// hubTable holds up to used neighbours beyond the first skip of the first nodes of
// every colour, in a number of slots each.
type hubTable struct{ skip, used, slots, nodes int }

// A single table of hubs suffices where all tables together have at most
// fewSlots, or hubWaste for each node and edge end.
const (
	fewSlots = 1 << 16
	hubWaste = 4
)

// split chooses the number of slots that every node gets, and how many more the
// nodes of larger degree get, so that the tables are smallest: one node of high
// degree must not widen the table of all. Degrees that differ widely, as those of
// stars and of power laws, get several tables of hubs, each of fewer nodes.
func (l *Layout) split(g *Graph) {
	d := g.MaxDegree
	l.slots, l.hubs = roundDegree(d), nil
	above := l.nodesAbove(g)
	best := l.slots * l.block
	for k := 1; k < d; k++ {
		hubs, more := roundUp(above[k]), roundDegree(d-k)
		if size := k*l.block + more*hubs; hubs < l.block && size < best*9/10 && summable(k) {
			best = size
			l.slots, l.hubs = k, []hubTable{{k, d - k, more, hubs}}
		}
	}
	if size := best * l.Colors; size > fewSlots && size > hubWaste*(g.NumNodes()+2*g.NumEdges()) {
		l.splitDeep(d, above)
	}
}

// summable tells whether the sweep can add up tables of so many slots.
func summable(slots int) bool { return roundDegree(slots) == slots || slots < 256 }

// nodesAbove returns, for each degree k, how many nodes of one colour have more
// than k neighbours, at most.
func (l *Layout) nodesAbove(g *Graph) []int {
	const counted = 64 // larger degrees are sorted
	d := g.MaxDegree
	most := make([]int, d+1)
	count := make([][counted + 1]int, l.Colors)
	large := make([][]int32, l.Colors)
	for i, c := range l.Color {
		k := g.Degree(i)
		if k > counted {
			large[c] = append(large[c], int32(k))
			k = counted
		}
		count[c][k]++
	}
	for c, degrees := range large {
		slices.Sort(degrees)
		k := counted
		for at, degree := range degrees {
			for ; k < int(degree); k++ {
				most[k] = max(most[k], len(degrees)-at)
			}
		}
		sum := 0
		for k := min(d, counted) - 1; k >= 0; k-- {
			sum += count[c][k+1]
			most[k] = max(most[k], sum)
		}
	}
	return most
}

// roundHubs rounds a number of hubs up: to a power of two below 16.
func roundHubs(m int) int {
	if m < 16 {
		return 1 << bits.Len(uint(max(m, 1)-1))
	}
	return roundUp(m)
}

// splitDeep cuts the slots at up to sweep.MaxHubs degrees so that the tables are
// smallest, and at fewer if they are nearly so. It takes O(log² Δ · MaxHubs).
func (l *Layout) splitDeep(d int, above []int) {
	cuts := []int{0}
	for k := 1; k < d; k = roundDegree(k + 1) {
		cuts = append(cuts, k)
	}
	cuts = append(cuts, d)
	cost := func(from, to int) int { // of the table of slots cuts[from] … cuts[to]
		nodes := l.block
		if from > 0 {
			nodes = roundHubs(above[cuts[from]])
		}
		return nodes * roundDegree(cuts[to]-cuts[from])
	}
	type way struct{ size, before int }
	ways := [][]way{make([]way, len(cuts))} // [tables][last cut]
	for to := range cuts {
		ways[0][to] = way{size: cost(0, to)}
	}
	last := len(cuts) - 1
	for range sweep.MaxHubs {
		before, next := ways[len(ways)-1], make([]way, len(cuts))
		for to := range cuts {
			next[to] = before[to]
			next[to].before = -1 // as many tables as before do as well
			for from := 1; from < to; from++ {
				if size := before[from].size + cost(from, to); size < next[to].size {
					next[to] = way{size, from}
				}
			}
		}
		ways = append(ways, next)
	}
	tables := 0
	for ways[tables][last].size > ways[len(ways)-1][last].size*11/10 {
		tables++
	}
	var hubs []hubTable
	to := last
	for k := tables; k > 0; k-- {
		from := ways[k][to].before
		if from < 0 {
			continue
		}
		hubs = append(hubs, hubTable{cuts[from], cuts[to] - cuts[from], roundDegree(cuts[to] - cuts[from]), roundHubs(above[cuts[from]])})
		to = from
	}
	slices.Reverse(hubs)
	l.slots, l.hubs = roundDegree(cuts[to]), hubs
}
