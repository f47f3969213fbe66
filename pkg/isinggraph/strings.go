package isinggraph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// String returns the graph in a line: its nodes, its edges and its degrees.
func (g *Graph) String() string {
	least := g.maxDegree
	for i := range g.NumNodes() {
		least = min(least, g.Degree(i))
	}
	return fmt.Sprintf("graph of %d nodes and %d edges, degrees %d to %d, mean %.3g",
		g.NumNodes(), g.NumEdges(), least, g.maxDegree, 2*float64(g.NumEdges())/float64(g.NumNodes()))
}

// String returns the samples in a line: the chains, their sweeps, their seed and the
// share of spins that are +1. [Model.Table] shows the states.
func (s *Samples) String() string {
	if s.Chains == 0 || len(s.Spins) == 0 {
		return "no samples"
	}
	return fmt.Sprintf("samples of %d spins in %d chains after %d sweeps of seed %d, %.1f%% of the spins +1",
		len(s.Spins)/s.Chains, s.Chains, s.Sweeps, s.Seed, 100*Fraction(s.Spins))
}

// StateCount is a state in which chains have ended.
type StateCount struct {
	Spins  []int8 // [n]; they alias the samples
	Energy float64
	Count  int // of the chains
}

// StateTable is a list of states, the lowest energy first.
type StateTable []StateCount

// Table returns the states of samples of the model's graph, each once, by their energies
// (eq. 2), the lowest first, and of equal energies the most frequent. It takes
// O(chains·(V + E)) time.
func (m Model) Table(s *Samples) StateTable {
	var t StateTable
	at := make(map[string]int)
	for c, e := range m.Energies(s.Spins) {
		x := s.Chain(c)
		key := signs(x)
		k, ok := at[key]
		if !ok {
			k = len(t)
			at[key] = k
			t = append(t, StateCount{Spins: x, Energy: e})
		}
		t[k].Count++
	}
	slices.SortStableFunc(t, func(a, b StateCount) int {
		return cmp.Or(cmp.Compare(a.Energy, b.Energy), cmp.Compare(b.Count, a.Count))
	})
	return t
}

// Rows and columns that a table shows.
const (
	tableStates = 10
	tableSpins  = 64
)

// String returns a table of the first ten states with energies, counts and the first 64
// spins, and says what it leaves out.
func (t StateTable) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "energy\tcount\tspins\n")
	left := 0
	for k, s := range t {
		if k >= tableStates {
			left += s.Count
			continue
		}
		spins := signs(s.Spins[:min(len(s.Spins), tableSpins)])
		if len(s.Spins) > tableSpins {
			spins += "…"
		}
		fmt.Fprintf(w, "%.6g\t%d\t%s\n", s.Energy, s.Count, spins)
	}
	w.Flush() // into memory, which does not fail
	if left > 0 {
		fmt.Fprintf(&b, "and %d more states of %d chains\n", len(t)-tableStates, left)
	}
	return b.String()
}

// signs returns a + or − for each spin.
func signs(x []int8) string {
	var b strings.Builder
	for _, v := range x {
		if v > 0 {
			b.WriteByte('+')
		} else {
			b.WriteByte('-')
		}
	}
	return b.String()
}
