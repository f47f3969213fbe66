//go:build !race

// GoMLX's pure Go backend, on which fields are learned where there is no XLA, fails
// the pointer checks that come with -race.

package main

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TestTrain learns to dominate a star by its hub, and opens what it learned.
func TestTrain(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.csv")
	args := []string{"train", writeTemp(t, "star.edges", "0 1\n0 2\n0 3\n0 4\n0 5\n"), "--loss", "dominate", "--coupling", "-0.1", "--radius", "-1",
		"--samples", "16", "--steps", "200", "--rate", "0.02", "--runs", filepath.Join(dir, "runs"), "--out", out}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if code, stdout, stderr := call(stopped, args...); code != exitInterrupted || stdout != "" || !strings.Contains(stderr, "interrupted") {
		t.Errorf("interrupted: exit code %d, %s%s", code, stdout, stderr)
	}
	code, first, stderr := call(t.Context(), args...)
	if code != exitOK || !strings.Contains(first, "loss 0.1667") || !strings.Contains(stderr, "step 200 of 200") {
		t.Fatalf("exit code %d: %s%s", code, first, stderr)
	}
	table, err := data.ReadTable(out)
	if err != nil {
		t.Fatal(err)
	}
	var spins []string
	for _, row := range table.Rows {
		spins = append(spins, row[3])
	}
	if want := []string{"1", "-1", "-1", "-1", "-1", "-1"}; !slices.Equal(spins, want) {
		t.Errorf("spins %v, want %v", spins, want)
	}
	code, again, stderr := call(t.Context(), args...)
	if code != exitOK || again != first || !strings.Contains(stderr, "opened a run at step 200 of 200") || strings.Contains(stderr, "step 200 of 200: loss") {
		t.Errorf("opened: exit code %d, %s%s; trained: %s", code, again, stderr, first)
	}
}

// TestTrainFolder learns one field for the graphs of a folder and writes it for each.
func TestTrainFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("learns a network")
	}
	set := &data.TU{Name: "paths"}
	for n := 3; n < 9; n++ {
		g := data.TUGraph{N: n, NodeLabels: make([]int, n)}
		for i := range n - 1 {
			g.Edges = append(g.Edges, [2]int32{int32(i), int32(i + 1)})
			g.NodeLabels[i] = 7 * (i % 2)
		}
		set.Graphs = append(set.Graphs, g)
	}
	dir := filepath.Join(t.TempDir(), "paths")
	if err := data.WriteTU(dir, set); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "x.npz")
	code, stdout, stderr := call(t.Context(), "train", dir, "--network", "mlp", "--limit", "5", "--validate", "0.2", "--steps", "3", "--keep", "0.4", "--runs", "", "--out", out)
	if code != exitOK || !strings.Contains(stdout, "4 graphs trained on: loss ") || !strings.Contains(stdout, "1 graphs held out: loss ") {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	arrays, err := data.ReadNPZ(out)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := arrays["offsets"].Float64(), []float64{0, 3, 7, 12, 18, 25}; !slices.Equal(got, want) {
		t.Errorf("offsets %v, want %v", got, want)
	}
	if f, s := arrays["field"].Shape[0], arrays["spin"].Shape[0]; f != 25 || s != 25 {
		t.Errorf("%d fields, %d spins", f, s)
	}
}

// TestBuiltInLosses compares the losses with counts by hand on a weighted triangle
// with a tail.
func TestBuiltInLosses(t *testing.T) {
	g, w, err := isinggraph.NewWeightedGraph(4, [][2]int32{{0, 1}, {1, 2}, {0, 2}, {2, 3}}, []float32{1, 2, -3, 4})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		loss string
		x    []int8
		want float64
	}{
		{"cut", []int8{1, 1, 1, 1}, 4. / 10},
		{"cut", []int8{1, -1, 1, -1}, -3. / 10},
		{"cut", []int8{-1, -1, 1, -1}, 1. / 10},
		{"dominate", []int8{-1, -1, -1, -1}, 2},
		{"dominate", []int8{-1, -1, 1, -1}, 1. / 4},
		{"dominate", []int8{1, -1, -1, -1}, 3. / 4},
	} {
		parts, err := losses[c.loss](&learn.Item{Graph: g, J: w}, c.x)
		sum := 0.0
		for _, p := range parts {
			sum += p
		}
		if err != nil || len(parts) != 4 || math.Abs(sum-c.want) > 1e-12 {
			t.Errorf("%s of %v: parts %v, %v, sum %g; want %g", c.loss, c.x, parts, err, sum, c.want)
		}
	}
}

// TestTrainRefuses checks exit codes and errors of bad calls and bad input.
func TestTrainRefuses(t *testing.T) {
	edge := writeTemp(t, "edge.edges", "0 1\n")
	empty := t.TempDir()
	dir := filepath.Join(t.TempDir(), "two")
	two := data.TUGraph{N: 2, Edges: [][2]int32{{0, 1}}}
	if err := data.WriteTU(dir, &data.TU{Name: "two", Graphs: []data.TUGraph{two, two}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code int
		args string
		want string
	}{
		{exitUsage, "", "accepts 1 arg"},
		{exitUsage, edge + " --loss love", "love"},
		{exitUsage, edge + " --network cnn", "cnn"},
		{exitUsage, edge + " --samples 1", "two samples"},
		{exitUsage, edge + " --keep 1", "--keep 1"},
		{exitUsage, edge + " --rate NaN", "--rate NaN"},
		{exitUsage, edge + " --out x.json", "x.json"},
		{exitUsage, dir + " --network nodes", "there are 2 graphs"},
		{exitFailure, empty, "_A.txt"},
		{exitFailure, "absent.edges", "absent.edges"},
		{exitFailure, writeTemp(t, "bad.edges", "0 0.5\n"), "bad.edges:1"},
	} {
		code, stdout, stderr := call(t.Context(), append([]string{"train"}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(stderr, c.want) || stdout != "" {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q; want %d, %q", c.args, code, stdout, stderr, c.code, c.want)
		}
	}
	if _, err := os.Stat("build"); err == nil {
		t.Error("a refused call left a folder build")
	}
}
