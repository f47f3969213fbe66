package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/isinggraph/internal/study"
	"example.org/isinggraph/pkg/tasks/segment"
)

// TestReproduceSegmentation checks what is refused, and that shards are merged.
func TestReproduceSegmentation(t *testing.T) {
	ctx := context.Background()
	for _, args := range [][]string{{"--size", "4"}, {"--epochs", "0"}, {"--regime", "none"}} {
		code, _, stderr := call(ctx, append([]string{"reproduce", "segmentation"}, args...)...)
		if code != exitUsage || !strings.Contains(stderr, args[0]) {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "merged.json")
	if code, _, _ := call(ctx, "reproduce", "segmentation", "--out", dir, "--merge", file); code != exitFailure {
		t.Errorf("a folder without shards: exit code %d", code)
	}
	for seed := range uint64(2) {
		s := segment.Shard{Recipe: segment.Recipe{Name: "paper"}, Regime: segment.RegimeClean, Seed: seed, Source: "discs", Size: 8,
			Rows: []segment.Score{{Method: "field", Dice: []float64{0.5}, IoU: []float64{0.25}, Boundary: []float64{1}}}}
		if _, err := study.Write(dir, &s); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := call(ctx, "reproduce", "segmentation", "--out", dir, "--merge", file)
	if code != exitOK || !strings.Contains(stdout, "0.500 ± 0.000") {
		t.Errorf("merging: exit code %d, %s%s", code, stdout, stderr)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), `"paper"`) {
		t.Errorf("merged file: %v, %.200s", err, text)
	}
}
