package isinggraph

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestGridsAreRefused: grids that are none, by the plain and the compiled sampler.
func TestGridsAreRefused(t *testing.T) {
	openers := map[string]func(Grid) (Sampler, error){
		"plain":    PlainOnGrid,
		"compiled": func(gr Grid) (Sampler, error) { return new(Engine).NewOnGrid(gr) },
	}
	for name, open := range openers {
		for _, c := range []struct {
			gr    Grid
			words []string
		}{
			{Grid{3, 3, 6, false}, []string{"6 neighbours"}},
			{Grid{0, 3, 4, false}, []string{"0 by 3"}},
			{Grid{2, 16, 4, true}, []string{"2 by 16", "at least 3"}},
			{Grid{1 << 20, 1 << 20, 4, false}, []string{"1048576 by 1048576"}},
		} {
			_, err := open(c.gr)
			t.Log(name)
			wantError(t, err, c.words...)
		}
	}
}

// TestLatticeRefusesCouplingsPerEdge, which the plain Go sampler and the
// compiled one of general graphs take.
func TestLatticeRefusesCouplingsPerEdge(t *testing.T) {
	gr := Grid{2, 3, 4, false}
	g, err := gr.Graph()
	if err != nil {
		t.Fatal(err)
	}
	s, err := testEngine(t).NewOnGrid(gr)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.Sample(context.Background(), Request{Model: Model{J: PerEdge(make([]float32, g.NumEdges()))}, Sweeps: 1})
	wantError(t, err, "lattice", "New", "couplings per edge")
}

// unevenEdges are those of a complete graph of 200 nodes, which has as many colours,
// one of whose nodes has many leaves: a hub takes its slots in each of the colours.
func unevenEdges() (nodes int, edges [][2]int32) {
	const n, leaves = 200, 200_000
	for u := range int32(n) {
		for v := range u {
			edges = append(edges, [2]int32{u, v})
		}
	}
	for leaf := range int32(leaves) {
		edges = append(edges, [2]int32{0, n + leaf})
	}
	return n + leaves, edges
}

// TestUnevenGraphIsRefused before anything is compiled, unless the caller allows for
// plain Go.
func TestUnevenGraphIsRefused(t *testing.T) {
	n, edges := unevenEdges()
	g := mustGraph(t, n, edges)
	_, err := new(Engine).New(g)
	if !errors.Is(err, ErrUneven) {
		t.Fatalf("error is %v, want ErrUneven", err)
	}
	wantError(t, err, fmt.Sprint(n-1))
	testEngine(t)
	var why error
	s, err := New(g, OrPlain(func(w error) { why = w }))
	if err != nil || fmt.Sprint(s) != "go" || !errors.Is(why, ErrUneven) {
		t.Errorf("sampler %v, error %v, for the reason %v", s, err, why)
	}
}

// TestWithoutXLA: GoMLX's own backend cannot run the sweeps, and a backend that is
// none is named; both say how XLA is had. Only where the caller allows for it does
// plain Go take its place.
func TestWithoutXLA(t *testing.T) {
	g := mustGraph(t, 2, [][2]int32{{0, 1}})
	for backend, word := range map[string]string{"go": `backend "`, "nosuch:backend": "nosuch"} {
		t.Setenv("GOMLX_BACKEND", backend)
		_, err := OpenEngine()
		if !errors.Is(err, ErrNoXLA) {
			t.Fatalf("error %v, want ErrNoXLA", err)
		}
		wantError(t, err, word, "make env", "Plain")
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("more than a line: %v", err)
		}
		missing := func() (Sampler, error) { return nil, err }
		plain := func() (Sampler, error) { return Plain(g), nil }
		if s, got := choose(nil, missing, plain); s != nil || got != err {
			t.Errorf("sampler %v and error %v where none was allowed", s, got)
		}
		var why error
		if s, got := choose([]Option{OrPlain(func(w error) { why = w })}, missing, plain); fmt.Sprint(s) != "go" || got != nil || why != err {
			t.Errorf("sampler %v and error %v, for the reason %v", s, got, why)
		}
		other := func() (Sampler, error) { return nil, context.Canceled }
		if s, got := choose([]Option{OrPlain(func(error) { t.Error("told") })}, other, plain); s != nil || got == nil {
			t.Errorf("sampler %v and error %v where something else failed", s, got)
		}
	}
}
