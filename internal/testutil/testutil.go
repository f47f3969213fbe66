// Package testutil has what tests of several packages share.
package testutil

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Rand returns the random numbers of a seed.
func Rand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// RandomEdges returns edges of a graph of n nodes in which each pair is an edge
// with probability p, shuffled and turned about.
func RandomEdges(n int, p float64, rng *rand.Rand) [][2]int32 {
	var edges [][2]int32
	for u := range n {
		for v := range u {
			if rng.Float64() < p {
				e := [2]int32{int32(u), int32(v)}
				if rng.IntN(2) == 0 {
					e[0], e[1] = e[1], e[0]
				}
				edges = append(edges, e)
			}
		}
	}
	rng.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
	return edges
}

// Cycle returns the edges of a ring of n nodes.
func Cycle(n int) [][2]int32 {
	var edges [][2]int32
	for i := range n {
		edges = append(edges, [2]int32{int32(i), int32((i + 1) % n)})
	}
	return edges
}

// State writes the spins of state s into x: bit i is set where spin i is +1.
func State(s int, x []int8) []int8 {
	for i := range x {
		x[i] = -1
		if s>>i&1 == 1 {
			x[i] = 1
		}
	}
	return x
}

// Near fails the test unless got is within tolerance of want.
func Near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.15g, want %.15g", what, got, want)
	}
}

// WantError fails the test unless err begins with the name of a package and
// mentions all the words.
func WantError(t *testing.T, pkg string, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", words)
	}
	if !strings.HasPrefix(err.Error(), pkg+": ") {
		t.Errorf("error %q does not begin with the package", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not mention %q", err, w)
		}
	}
}

// Rook returns the positions {i, j} of a symmetric n×n matrix, as pairs of indices,
// the edges between those that share one, and a colouring by (i + j) mod n.
func Rook(n int) (edges, positions [][2]int32, color []int32) {
	for i := range n {
		for j := i; j < n; j++ {
			a := [2]int32{int32(i), int32(j)}
			for q, b := range positions {
				if a[0] == b[0] || a[0] == b[1] || a[1] == b[1] {
					edges = append(edges, [2]int32{int32(q), int32(len(positions))})
				}
			}
			positions, color = append(positions, a), append(color, int32((i+j)%n))
		}
	}
	return edges, positions, color
}

// UnevenEdges are those of a cycle of n nodes with hubs that have half of the nodes as
// neighbours, a quarter, an eighth, …, as degrees of a power law.
func UnevenEdges(n int, rng *rand.Rand) [][2]int32 {
	edges := Cycle(n)
	seen := make(map[[2]int32]bool)
	for _, e := range edges {
		seen[[2]int32{min(e[0], e[1]), max(e[0], e[1])}] = true
	}
	for hub, degree := 0, n/2; degree > 4; hub, degree = hub+1, degree/2 {
		u := int32(hub * 7)
		for range degree {
			v := rng.Int32N(int32(n))
			if e := [2]int32{min(u, v), max(u, v)}; u != v && !seen[e] {
				seen[e] = true
				edges = append(edges, e)
			}
		}
	}
	return edges
}
