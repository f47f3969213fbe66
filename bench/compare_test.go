package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/isinggraph/pkg/isinggraph"
)

func TestCompare(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	before := file("before", "cpu: some\nBenchmarkSampler/rr3-2   10   100 ns/op   300.0 Mupd/core-s\nBenchmarkGone   1   5 ns/op\n")
	after := file("after", "BenchmarkSampler/rr3-4   10   101 ns/op   400.0 Mupd/core-s\nBenchmarkNew-by-name   1   7 ns/op\nPASS\n")
	var out bytes.Buffer
	if err := compare(&out, before, after); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"400, was          300 (+33%)", "new      New-by-name ns/op", "not run  Gone ns/op", "1 of 3 values", "aim       328 met"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	if err := compare(&out, filepath.Join(dir, "none"), after); err != nil {
		t.Errorf("nothing recorded: %v", err)
	}
	if err := compare(&out, before, file("empty", "PASS\n")); err == nil {
		t.Error("a run without benchmarks: no error")
	}
}

// TestFamilies: edges as the families promise, and no edge twice.
func TestFamilies(t *testing.T) {
	least := map[string]int{"regular": 1190, "mesh": 1200, "grid": 760, "powerlaw": 1191, "star": 399}
	for name, f := range families {
		n, edges := f(400, rand.New(rand.NewPCG(1, 2)))
		g, err := isinggraph.NewGraph(n, edges)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if g.NumNodes() != 400 || g.NumEdges() < least[name] || g.NumEdges() > 1200 {
			t.Errorf("%s: %d nodes, %d edges", name, g.NumNodes(), g.NumEdges())
		}
	}
}
