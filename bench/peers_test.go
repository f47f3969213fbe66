package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPeers writes the table of peers into a document, with ratios to ours, and replaces what it
// wrote before.
func TestPeers(t *testing.T) {
	dir := t.TempDir()
	path := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return p
	}
	in := path("in.json", `{"date": "2026-11-23", "cpu": "some", "cores": 2, "versions": {"jax": "0.1"}, "rows": [
		{"job": "rr3", "sampler": "ours", "per_cpu_second": 400, "per_second": 300, "energy": -1.5},
		{"job": "rr3", "sampler": "ours, plain Go", "per_cpu_second": 200, "per_second": 150, "energy": -1.5},
		{"job": "rr3", "sampler": "jax gather int8", "per_cpu_second": 40, "per_second": 60, "energy": -1.51},
		{"job": "rr3", "sampler": "jax gather float32", "per_cpu_second": 20, "per_second": 75, "energy": -1.49}]}`)
	begin, end := markers("peers")
	doc := path("doc.md", "before\n"+begin+"old\n"+end+"after\n")
	for range 2 { // it replaces what it made
		if err := peers([]string{"-in", in, "-doc", doc, "-figure", filepath.Join(dir, "f.png")}); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"before\n", "after\n", "| this library | **400** |", "| this library | **300** |", "plain Go | 200 (2.0×)", "best gather | 40 (10.0×)", "best gather | 75 (4.0×)", "rr3 -1.5100 to -1.4900"} {
		if strings.Count(string(text), want) != 1 {
			t.Errorf("%q is not there once in\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "old") {
		t.Error("the old section is still there")
	}
	if err := peers([]string{"-in", in, "-doc", path("bare.md", "no markers"), "-figure", filepath.Join(dir, "f.png")}); err == nil {
		t.Error("a page without markers: no error")
	}
}
