package main

import (
	"math/rand/v2"
)

// families are the graphs of the measurement of scale, by name.
var families = map[string]func(n int, r *rand.Rand) (int, [][2]int32){
	"regular": func(n int, r *rand.Rand) (int, [][2]int32) { return n, cycles(n, 3, r) },
	"mesh": func(n int, r *rand.Rand) (int, [][2]int32) {
		return mesh(int32(isqrt(n)))(r)
	},
	"grid": func(n int, _ *rand.Rand) (int, [][2]int32) {
		side := int32(isqrt(n))
		edges := make([][2]int32, 0, 2*side*side)
		for i := range side * side {
			if (i+1)%side != 0 {
				edges = append(edges, [2]int32{i, i + 1})
			}
			if i+side < side*side {
				edges = append(edges, [2]int32{i, i + side})
			}
		}
		return int(side * side), edges
	},
	"powerlaw": func(n int, r *rand.Rand) (int, [][2]int32) { return n, attached(n, 3, r) },
	"star": func(n int, _ *rand.Rand) (int, [][2]int32) {
		edges := make([][2]int32, n-1)
		for i := range edges {
			edges[i] = [2]int32{0, int32(i + 1)}
		}
		return n, edges
	},
}

// isqrt is the largest integer whose square is at most n.
func isqrt(n int) int {
	s := 0
	for (s+1)*(s+1) <= n {
		s++
	}
	return s
}

// cycles joins random Hamiltonian cycles of n nodes, without the edges that come
// again: nearly all nodes have twice as many neighbours as there are cycles.
func cycles(n, count int, r *rand.Rand) [][2]int32 {
	edges := make([][2]int32, 0, count*n)
	next := make([][]int32, count) // of each node in each cycle
	order := make([]int32, n)
	for k := range next {
		for i := range order {
			order[i] = int32(i)
		}
		r.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		next[k] = make([]int32, n)
		for i, u := range order {
			v := order[(i+1)%n]
			next[k][u] = v
			repeated := false
			for _, before := range next[:k] {
				repeated = repeated || before[u] == v || before[v] == u
			}
			if !repeated {
				edges = append(edges, [2]int32{u, v})
			}
		}
	}
	return edges
}

// attached grows a graph by preferential attachment, every new node to a number
// of different nodes chosen by degree: degrees follow a power law of exponent 3
// (Barabási and Albert 1999, doi 10.1126/science.286.5439.509).
func attached(n, each int, r *rand.Rand) [][2]int32 {
	edges := make([][2]int32, 0, each*n)
	for v := int32(each); v < int32(n); v++ {
		first := len(edges)
		for len(edges) < first+each {
			u := int32(len(edges) - first) // the first nodes, for the first new one
			if first > 0 {
				u = edges[r.IntN(first)][r.IntN(2)]
			}
			repeated := false
			for _, e := range edges[first:] {
				repeated = repeated || e[0] == u
			}
			if !repeated {
				edges = append(edges, [2]int32{u, v})
			}
		}
	}
	return edges
}
