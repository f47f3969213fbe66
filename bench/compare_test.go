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

// TestCompare shows what changed beside what was recorded, what is new and what was not run, and
// takes a missing record for none.
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
	for _, want := range []string{"400, was          300 (+33%)", "new      New-by-name ns/op", "not run  Gone ns/op", "1 of 3 values"} {
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

// TestFloors: the best of a peer's lines counts, of rr3_32 by the clock.
func TestFloors(t *testing.T) {
	now, err := readBenchmarks(strings.NewReader("BenchmarkSampler/rr3-4   10   101 ns/op   400.0 Mupd/core-s\nBenchmarkSampler/rr3_1e6   10   101 ns/op   1.0 Mupd/core-s\nBenchmarkSampler/rr3_32   10   101 ns/op   1.0 Mupd/core-s   800.0 Mupd/s\n"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "peers.json")
	text := `{"rows": [{"job": "rr3", "sampler": "jax a", "per_cpu_second": 50}, {"job": "rr3", "sampler": "jax b", "per_cpu_second": 40}, {"job": "rr3", "sampler": "openjij", "per_cpu_second": 80}, {"job": "rr3_32", "sampler": "thrml", "per_second": 50}]}`
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	peers, err := readPeers(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	printFloors(&out, now, peers)
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != 3 || !strings.Contains(lines[0], "8.0 times jax a") ||
		!strings.HasSuffix(lines[0], "aim   8: met") || !strings.HasSuffix(lines[1], "aim   6: MISSED") || !strings.Contains(lines[2], "800 M/s     is  16.0 times thrml") {
		t.Error(out.String())
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
