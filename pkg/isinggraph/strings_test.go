package isinggraph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/pkg/isinggraph"
)

func ExampleModel_Table() {
	g, err := isinggraph.NewGraph(4, [][2]int32{{0, 1}, {1, 2}, {0, 2}})
	if err != nil {
		fmt.Println(err)
		return
	}
	m := isinggraph.Model{Graph: g, H: []float32{0, 0, 0, 0.5}}
	s := &isinggraph.Samples{Chains: 4, Sweeps: 10, Seed: 1, Spins: []int8{
		1, 1, -1, 1,
		1, 1, 1, 1,
		1, 1, -1, 1,
		-1, -1, -1, 1,
	}}
	fmt.Println(g)
	fmt.Println(s)
	fmt.Print(m.Table(s))
	// Output:
	// graph of 4 nodes and 3 edges, degrees 0 to 2, mean 1.5
	// samples of 4 spins in 4 chains after 10 sweeps of seed 1, 68.8% of the spins +1
	// energy  count  spins
	// -3.5    1      ++++
	// -3.5    1      ---+
	// 0.5     2      ++-+
}

// TestTable compares the table of many chains with a count of each chain's state by
// itself.
func TestTable(t *testing.T) {
	g, err := isinggraph.NewGraph(70, [][2]int32{{0, 1}, {1, 2}, {2, 3}, {3, 4}})
	if err != nil {
		t.Fatal(err)
	}
	clamp := slices.Repeat([]int8{1}, 70)
	copy(clamp, make([]int8, 5)) // the first five are free
	m := isinggraph.Model{Graph: g, Beta: 0.1}
	sampler := isinggraph.Plain(g)
	defer sampler.Close()
	s, err := sampler.Sample(context.Background(), isinggraph.Request{Model: m, Chains: isinggraph.Chains{Count: 500}, Sweeps: 3, Clamp: clamp})
	if err != nil {
		t.Fatal(err)
	}
	table, total := m.Table(s), 0
	for k, row := range table {
		count := 0
		for c := range s.Chains {
			if slices.Equal(s.Chain(c), row.Spins) {
				count++
			}
		}
		if total += row.Count; count != row.Count || m.Energy(row.Spins) != row.Energy || k > 0 && row.Energy < table[k-1].Energy {
			t.Errorf("row %d: energy %v, %d chains; want %v, %d", k, row.Energy, row.Count, m.Energy(row.Spins), count)
		}
	}
	if total != 500 || len(table) > 32 {
		t.Errorf("%d states of %d chains", len(table), total)
	}
	shown, rest := 0, 0
	for k, row := range table {
		if k < 10 {
			shown += row.Count
		} else {
			rest += row.Count
		}
	}
	lines := strings.Split(strings.TrimSuffix(table.String(), "\n"), "\n")
	if want := fmt.Sprintf("and %d more states of %d chains", len(table)-10, rest); len(lines) != 12 || lines[11] != want || !strings.HasSuffix(lines[1], strings.Repeat("+", 59)+"…") {
		t.Errorf("%q, want ten states and %q", lines, want)
	}
	if got := new(isinggraph.Samples).String(); got != "no samples" {
		t.Errorf("%q of no samples", got)
	}
}
