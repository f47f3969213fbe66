package isinggraph

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
)

var (
	nan32 = float32(math.NaN())
	inf32 = float32(math.Inf(1))
)

// optionErrors are bad options on a graph of 4 nodes and 3 edges, and words that
// the error must have: what, where and its value.
var optionErrors = []struct {
	o     Options
	words []string
}{
	{Options{Chains: -1}, []string{"-1 chains"}},
	{Options{Chains: 1 << 40}, []string{"1099511627776 chains of 4 nodes"}},
	{Options{Sweeps: -2}, []string{"-2 sweeps"}},
	{Options{Rule: 7}, []string{"rule 7"}},
	{Options{Rule: -1}, []string{"rule -1"}},
	{Options{Params: Params{J: []float32{1, 2}}}, []string{"2 couplings J", "(3)"}},
	{Options{Params: Params{J: []float32{1, nan32, 1}}}, []string{"J[1]", "NaN"}},
	{Options{Params: Params{J: []float32{inf32}}}, []string{"J[0]", "Inf"}},
	{Options{Params: Params{H: make([]float32, 5)}}, []string{"5 fields H", "(4)"}},
	{Options{Params: Params{H: make([]float32, 8)}, Chains: 3}, []string{"8 fields H", "(12)"}},
	{Options{Params: Params{H: []float32{0, 0, -inf32, 0}}}, []string{"H[2]", "-Inf"}},
	{Options{Params: Params{Beta: []float32{1, 1}}, Chains: 3}, []string{"2 values of Beta", "(3)"}},
	{Options{Params: Params{Beta: []float32{-0.5}}}, []string{"Beta[0]", "-0.5"}},
	{Options{Params: Params{Beta: []float32{1, inf32}}, Chains: 2}, []string{"Beta[1]", "Inf"}},
	{Options{Params: Params{J: []float32{1}}, Diagonal: []float32{1}}, []string{"Diagonal", "8 neighbours"}},
	{Options{Sweeps: 2, Schedule: []float32{1}}, []string{"Schedule", "1 values", "2 sweeps"}},
	{Options{Sweeps: 2, Schedule: []float32{1, -3}}, []string{"Schedule[1]", "-3"}},
	{Options{Sweeps: 2, Schedule: []float32{nan32, 1}}, []string{"Schedule[0]", "NaN"}},
	{Options{Clamp: make([]int8, 3)}, []string{"Clamp", "3 values", "4 nodes"}},
	{Options{Clamp: []int8{0, 0, 0, 2}}, []string{"Clamp[3]", "2"}},
	{Options{Clamp: []int8{0, -2, 0, 0}}, []string{"Clamp[1]", "-2"}},
	{Options{Chains: 2, From: &Samples{Spins: make([]int8, 4), Chains: 1}}, []string{"From", "1 chains of 4", "2 of 4"}},
	{Options{From: &Samples{Spins: make([]int8, 5), Chains: 1}}, []string{"From", "1 chains of 5", "1 of 4"}},
	{Options{From: &Samples{}}, []string{"From", "0 chains", "1 of 4"}},
	{Options{From: &Samples{Spins: []int8{1, -1, 1, 0}, Chains: 1}}, []string{"From.Spins[3]", "0"}},
	{Options{Sweeps: 3, BurnIn: -1}, []string{"BurnIn", "-1"}},
	{Options{Sweeps: 3, BurnIn: 3, Marginals: true}, []string{"BurnIn", "3 of 3"}},
	{Options{Marginals: true}, []string{"BurnIn", "0 of 0"}},
}

// kernelErrors are bad kernels on grids with 8 neighbours and more edges than 1.
var kernelErrors = []struct {
	o     Options
	words []string
}{
	{Options{Params: Params{J: []float32{1}}, Diagonal: []float32{1, 2}}, []string{"Diagonal", "2", "1"}},
	{Options{Diagonal: []float32{1}}, []string{"Diagonal", "one J", "0"}},
	{Options{Params: Params{J: []float32{1}}, Diagonal: []float32{nan32}}, []string{"Diagonal", "NaN"}},
}

func TestReferenceRefusesBadOptions(t *testing.T) {
	testOptionErrors(t, func(g *Graph) (Sampler, error) { return NewReference(g), nil }, NewGridReference)
}

func TestCompiledRefusesBadOptions(t *testing.T) {
	e := testEngine(t)
	testOptionErrors(t, e.NewSampler, e.NewGridSampler)
}

func testOptionErrors(t *testing.T, open func(*Graph) (Sampler, error), openGrid func(Grid) (Sampler, error)) {
	t.Helper()
	refuse := func(s Sampler, err error, o Options, words []string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		out, err := s.Sample(context.Background(), o)
		wantError(t, err, words...)
		if out != nil {
			t.Errorf("samples came with the error %v", err)
		}
	}
	path := mustGraph(t, 4, [][2]int32{{0, 1}, {1, 2}, {2, 3}})
	for _, c := range optionErrors {
		s, err := open(path)
		refuse(s, err, c.o, c.words)
		s, err = openGrid(Grid{1, 4, 4, false})
		refuse(s, err, c.o, c.words)
	}
	for _, gr := range []Grid{{2, 3, 8, false}, {3, 3, 8, true}} {
		for _, c := range kernelErrors {
			s, err := openGrid(gr)
			refuse(s, err, c.o, c.words)
		}
	}
	for _, c := range []struct {
		gr    Grid
		words []string
	}{
		{Grid{3, 3, 6, false}, []string{"6 neighbours"}},
		{Grid{0, 3, 4, false}, []string{"0 by 3"}},
		{Grid{2, 16, 4, true}, []string{"2 by 16", "at least 3"}},
		{Grid{1 << 20, 1 << 20, 4, false}, []string{"1048576 by 1048576"}},
	} {
		_, err := openGrid(c.gr)
		wantError(t, err, c.words...)
	}
}

// TestLatticeRefusesCouplingsPerEdge, which the plain Go sampler and the
// compiled one of general graphs take.
func TestLatticeRefusesCouplingsPerEdge(t *testing.T) {
	e := testEngine(t)
	s, err := e.NewGridSampler(Grid{2, 3, 4, false})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.Sample(context.Background(), Options{Params: Params{J: make([]float32, s.Graph().NumEdges())}, Sweeps: 1})
	wantError(t, err, "lattice", "NewSampler", "couplings per edge")
}

// TestPaddedTableIsRefused: a complete graph has as many colours as nodes, and a
// hub takes its slots in each of them. The table is refused before anything is
// compiled.
func TestPaddedTableIsRefused(t *testing.T) {
	const n, leaves = 200, 200_000
	var edges [][2]int32
	for u := range int32(n) {
		for v := range u {
			edges = append(edges, [2]int32{u, v})
		}
	}
	for leaf := range int32(leaves) {
		edges = append(edges, [2]int32{0, n + leaf})
	}
	_, err := new(Engine).NewSampler(mustGraph(t, n+leaves, edges))
	if !errors.Is(err, ErrPaddedTable) {
		t.Fatalf("error is %v, want ErrPaddedTable", err)
	}
	wantError(t, err, fmt.Sprint(n-1+leaves))
}

// TestBackendWithoutXLAIsRefused: GoMLX's own backend cannot run the sweeps.
func TestBackendWithoutXLAIsRefused(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	_, err := OpenEngine()
	wantError(t, err, `backend "`, "compiled sampler")
}
