package isinggraph

import (
	"math"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/internal/xla"
)

// flip returns the probability that the update of node i turns its spin, as
// the rules are documented, with the effective field of eq. 4 in float64.
func (r Rule) flip(m Model, x []int8, i int) float64 {
	f := float64(m.Field(i))
	for e, uv := range m.Graph.Edges() {
		switch j := float64(m.J.Of(m.Graph, e)); i {
		case int(uv[0]):
			f += j * float64(x[uv[1]])
		case int(uv[1]):
			f += j * float64(x[uv[0]])
		}
	}
	beta, spin := float64(m.InverseTemperature()), float64(x[i])
	if r == Metropolis {
		return min(1, math.Exp(-beta*2*spin*f))
	}
	return 1 / (1 + math.Exp(2*beta*spin*f))
}

// kernel returns P(x→y) [2^n, 2^n] of the update of one colour of an n-node
// graph: its nodes decide independently, given the others.
func (r Rule) kernel(m Model, c Coloring, color int32) [][]float64 {
	n := m.Graph.NumNodes()
	k := make([][]float64, 1<<n)
	x := make([]int8, n)
	for s := range k {
		k[s] = make([]float64, 1<<n)
		k[s][s] = 1
		testutil.State(s, x)
		for i := range n {
			if c.Color[i] != color {
				continue
			}
			f := r.flip(m, x, i)
			for y, v := range k[s] {
				if y>>i&1 == s>>i&1 && v > 0 {
					k[s][y], k[s][y^1<<i] = v*(1-f), v*f
				}
			}
		}
	}
	return k
}

// TestDetailedBalance checks π(x) P(x→y) = π(y) P(y→x) for every colour's kernel
// and both rules, as algebra, and that its rows sum to 1. The colourings are the
// samplers' own. A sweep, being a product of such kernels, leaves π alone.
func TestDetailedBalance(t *testing.T) {
	rng := testutil.Rand(61)
	graphs := []*Graph{mustGraph(t, 5, testutil.Cycle(5)), mustGraph(t, 6, testutil.Cycle(6)), mustGraph(t, 3, nil)}
	for range 4 {
		graphs = append(graphs, randomGraph(t, 7, 0.4, rng))
	}
	gr := Grid{2, 3, 8, false}
	lattice, ok := xla.NewLattice(xla.Grid(gr))
	if !ok {
		t.Fatal("no lattice layout")
	}
	grid, err := gr.Graph()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range append(graphs, grid) {
		m := randomModel(g, rng)
		pi := probabilities(m)
		l := newLayout(g)
		if g == grid {
			l = lattice
		}
		c := Coloring{Color: l.Color, Colors: l.Colors}
		for color := range int32(l.Colors) {
			for _, rule := range []Rule{HeatBath, Metropolis} {
				checkBalance(t, rule, pi, rule.kernel(m, c, color))
			}
		}
	}
}

func checkBalance(t *testing.T, rule Rule, pi []float64, k [][]float64) {
	t.Helper()
	for x, row := range k {
		var sum float64
		for y, v := range row {
			sum += v
			forth, back := pi[x]*v, pi[y]*k[y][x]
			if math.Abs(forth-back) > 1e-12*max(forth, back) {
				t.Fatalf("%v: π(%b) P(→%b) = %g, but back %g", rule, x, y, forth, back)
			}
		}
		testutil.Near(t, "row sum", sum, 1, 1e-12)
	}
}
