package main

import (
	"fmt"
	"math/rand/v2"

	"example.org/isinggraph/pkg/isinggraph"
)

// job is a model to sample and how much of it a call does.
type job struct {
	name           string
	side           int // of a periodic square lattice, or 0
	graph          func(r *rand.Rand) (n int, edges [][2]int32)
	field          float64 // standard deviation of h
	j, beta        float32
	chains, sweeps int
}

// jobs are those of the peers' comparison; gpu has sizes that fill an accelerator.
func jobs(gpu bool) []job {
	if gpu {
		return []job{
			{"grid4096", 4096, nil, 0, 1, 0.44, 1, 200},
			{"rr3", 0, regular(1_000_000), 1, 1, 0.5, 64, 200},
			{"rr3_1e7", 0, regular(10_000_000), 1, 1, 0.5, 1, 200},
			{"mesh", 0, mesh(158), 0.5, -1, 1, 1024, 200},
			{"batch65536", 0, motifs(65_536), 1, 1, 1, 2, 5},
		}
	}
	return []job{
		{"grid512", 512, nil, 0, 1, 0.44, 1, 200},
		{"grid2048", 2048, nil, 0, 1, 0.44, 1, 40},
		{"rr3", 0, regular(100_000), 1, 1, 0.5, 1, 200},
		{"rr3_32", 0, regular(100_000), 1, 1, 0.5, 32, 20},
		{"mesh16", 0, mesh(158), 0.5, -1, 1, 16, 40},
		{"batch64", 0, motifs(64), 1, 1, 1, 2, 5},
	}
}

// regular makes a random cubic graph: a Hamiltonian cycle of random order and a
// random perfect matching that shares no edge with it.
func regular(n int) func(*rand.Rand) (int, [][2]int32) {
	return func(r *rand.Rand) (int, [][2]int32) {
		edges := make([][2]int32, 0, 3*n/2)
		cycle, match := r.Perm(n), r.Perm(n) // match holds places on the cycle
		for k, i := range cycle {
			edges = append(edges, [2]int32{int32(i), int32(cycle[(k+1)%n])})
		}
		for k := 0; k < n; k += 2 {
			for adjacent(match[k], match[k+1], n) {
				m := r.IntN(n/2)*2 + 1
				if m == k+1 || adjacent(match[k], match[m], n) || adjacent(match[m-1], match[k+1], n) {
					continue
				}
				match[k+1], match[m] = match[m], match[k+1]
			}
		}
		for k := 0; k < n; k += 2 {
			edges = append(edges, [2]int32{int32(cycle[match[k]]), int32(cycle[match[k+1]])})
		}
		return n, edges
	}
}

// adjacent tells whether two places of a cycle of n are equal or next to each other.
func adjacent(a, b, n int) bool {
	d := (a - b + n) % n
	return d <= 1 || d == n-1
}

// mesh is a triangulated torus, each node with six neighbours.
func mesh(l int32) func(*rand.Rand) (int, [][2]int32) {
	return func(*rand.Rand) (int, [][2]int32) {
		var edges [][2]int32
		for a := range l {
			for b := range l {
				i, down, right := a*l+b, (a+1)%l*l, (b+1)%l
				edges = append(edges, [2]int32{i, a*l + right}, [2]int32{i, down + b}, [2]int32{i, down + right})
			}
		}
		return int(l * l), edges
	}
}

// motifs are graphs of 25 nodes: a tree of preferential attachment with a house,
// as in BA-2Motifs.
func motifs(count int32) func(*rand.Rand) (int, [][2]int32) {
	return func(r *rand.Rand) (int, [][2]int32) {
		var edges [][2]int32
		house := [][2]int32{{20, 21}, {21, 22}, {22, 23}, {20, 23}, {20, 24}, {21, 24}}
		for at := range count {
			at *= 25
			for _, e := range house {
				edges = append(edges, [2]int32{at + e[0], at + e[1]})
			}
			edges = append(edges, [2]int32{at + int32(r.IntN(20)), at + 20})
			ends := []int32{0}
			for v := int32(1); v < 20; v++ {
				u := ends[r.IntN(len(ends))]
				edges = append(edges, [2]int32{at + u, at + v})
				ends = append(ends, u, v)
			}
		}
		return int(count) * 25, edges
	}
}

// model returns the job's graph or grid and its parameters, the same in every run.
func (j job) model() (g *isinggraph.Graph, gr isinggraph.Grid, m isinggraph.Model, err error) {
	r := rand.New(rand.NewPCG(1, 2))
	m.J, m.Beta = isinggraph.Uniform(j.j), j.beta
	if j.side > 0 {
		gr, err = isinggraph.NewGrid(j.side, j.side, 4, true)
		if err == nil {
			g, err = gr.Graph()
		}
		m.Graph = g
		return g, gr, m, err
	}
	n, edges := j.graph(r)
	if g, err = isinggraph.NewGraph(n, edges); err != nil {
		return nil, gr, m, fmt.Errorf("job %s: %w", j.name, err)
	}
	m.Graph = g
	m.H = make([]float32, n)
	for i := range m.H {
		m.H[i] = float32(j.field * r.NormFloat64())
	}
	return g, gr, m, nil
}
