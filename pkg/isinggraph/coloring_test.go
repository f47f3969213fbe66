package isinggraph

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.org/isinggraph/internal/testutil"

	"example.org/isinggraph/data"
)

// TestGreedyColoringMatchesItsDefinition replays the rule with plain searches.
func TestGreedyColoringMatchesItsDefinition(t *testing.T) {
	rng := testutil.Rand(16)
	for range 30 {
		n := 1 + rng.IntN(60)
		g := randomGraph(t, n, rng.Float64(), rng)
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return g.Degree(b) - g.Degree(a) })
		want := make(map[int]int32)
		for _, i := range order {
			var c int32
			taken := func() bool {
				return slices.ContainsFunc(g.Neighbors(i), func(j int32) bool {
					k, ok := want[int(j)]
					return ok && k == c
				})
			}
			for taken() {
				c++
			}
			want[i] = c
		}
		got := GreedyColoring(g)
		if err := got.Validate(g); err != nil {
			t.Fatal(err)
		}
		for i, c := range got.Color {
			if c != want[i] {
				t.Fatalf("node %d has colour %d, want %d", i, c, want[i])
			}
		}
		if slices.Min(got.Sizes()) == 0 || got.Colors > g.MaxDegree()+1 {
			t.Errorf("%d colours of sizes %v for degree %d", got.Colors, got.Sizes(), g.MaxDegree())
		}
	}
}

// TestGreedyColoringAgainstNetworkX needs at most as many colours as NetworkX's
// largest_first on every DIMACS graph of COLORS.tsv.
func TestGreedyColoringAgainstNetworkX(t *testing.T) {
	root := os.Getenv("ISINGGRAPH_DATA")
	if root == "" {
		t.Skip("skipped: ISINGGRAPH_DATA is not set, so there are no DIMACS graphs to colour")
	}
	table, err := os.ReadFile(filepath.Join(root, "dimacs_color", "COLORS.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n")[1:] {
		cell := strings.Split(line, "\t")
		limit, err := strconv.Atoi(strings.TrimSpace(cell[5]))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(root, "dimacs_color", cell[0]+".col")
		if _, err := os.Stat(path); err != nil {
			t.Logf("%s is not there", path)
			continue
		}
		n, edges, err := data.ReadDIMACS(path)
		if err != nil {
			t.Fatal(err)
		}
		g := mustGraph(t, n, edges)
		c := GreedyColoring(g)
		if err := c.Validate(g); err != nil {
			t.Errorf("%s: %v", cell[0], err)
		}
		b := c.Balance(g)
		if err := b.Validate(g); err != nil {
			t.Errorf("%s, balanced: %v", cell[0], err)
		}
		if c.Colors > limit {
			t.Errorf("%s needs %d colours, NetworkX %d", cell[0], c.Colors, limit)
		}
		compared++
	}
	if compared == 0 {
		t.Error("none of the graphs of COLORS.tsv is there")
	}
}

// TestBalance: the classes of regular and random graphs come within one node
// or a thousandth of each other, with no more colours.
func TestBalance(t *testing.T) {
	rng := testutil.Rand(17)
	var triples [][2]int32
	for i := int32(0); i < 3000; i += 3 {
		triples = append(triples, [2]int32{i, i + 1}, [2]int32{i + 1, i + 2})
	}
	for name, g := range map[string]*Graph{
		"3-regular": mustGraph(t, 20000, matchings(20000, 3, rng)),
		"mesh":      mustGraph(t, 20000, triangles(20000, 141)),
		"random":    randomGraph(t, 600, 0.02, rng),
		"path":      mustGraph(t, 10001, testutil.Cycle(10001)[:10000]),
		"alone":     mustGraph(t, 10, nil),
		"triples":   mustGraph(t, 3000, triples), // paths of 3: only swaps help
	} {
		c := GreedyColoring(g)
		b := c.Balance(g)
		if err := b.Validate(g); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if b.Colors != c.Colors {
			t.Errorf("%s: %d colours became %d", name, c.Colors, b.Colors)
		}
		sizes := b.Sizes()
		if spread := slices.Max(sizes) - slices.Min(sizes); spread > 1+g.NumNodes()/1000 {
			t.Errorf("%s: classes %v of %v before", name, sizes, c.Sizes())
		}
	}
}

func TestColoringValidate(t *testing.T) {
	g := mustGraph(t, 4, testutil.Cycle(4))
	for _, c := range []struct {
		coloring Coloring
		words    []string
	}{
		{Coloring{[]int32{0, 1, 0}, 2}, []string{"3 nodes for a graph of 4"}},
		{Coloring{[]int32{0, 1, 0, 2}, 2}, []string{"node 3 has colour 2"}},
		{Coloring{[]int32{0, -1, 0, 1}, 2}, []string{"node 1 has colour -1"}},
		{Coloring{[]int32{0, 1, 1, 0}, 2}, []string{"edge (0, 3) has colour 0"}},
	} {
		wantError(t, c.coloring.Validate(g), c.words...)
	}
	if err := (Coloring{[]int32{0, 1, 0, 1}, 2}).Validate(g); err != nil {
		t.Error(err)
	}
}
