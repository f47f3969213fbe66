package nb

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// TestLayoutKeepsNeighborsClose lays out a ladder: twice the same, and edges shorter than the mean distance.
func TestLayoutKeepsNeighborsClose(t *testing.T) {
	const n = 40
	var edges [][2]int32
	for i := range int32(n) {
		if i%2 == 0 {
			edges = append(edges, [2]int32{i, i + 1})
		}
		if i+2 < n {
			edges = append(edges, [2]int32{i, i + 2})
		}
	}
	d, err := Layout(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	length := func(i, j int32) float64 { return math.Hypot(d.X[i]-d.X[j], d.Y[i]-d.Y[j]) }
	var edge, all float64
	for _, e := range edges {
		edge += length(e[0], e[1]) / float64(len(edges))
	}
	for i := range int32(n) {
		for j := range i {
			all += length(i, j) / (n * (n - 1) / 2)
		}
	}
	if edge > all/3 {
		t.Errorf("edges of mean length %v, the mean distance is %v", edge, all)
	}
	again, err := Layout(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(again) != fmt.Sprint(d) {
		t.Error("the same graph gets other places")
	}
}

func TestLayoutRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		n     int
		edges [][2]int32
	}{
		"no node":          {0, nil},
		"too many":         {maxLayout + 1, nil},
		"edge that leaves": {3, [][2]int32{{0, 3}}},
		"loop":             {3, [][2]int32{{0, 1}, {2, 2}}},
	} {
		if d, err := Layout(c.n, c.edges); err == nil {
			t.Errorf("%s: %v", name, d)
		}
	}
}

// TestRunsIsInCache puts runs where runnb.py --fresh and make clean remove them.
func TestRunsIsInCache(t *testing.T) {
	build := t.TempDir()
	t.Setenv("ISINGGRAPH_BUILD", build)
	dir := Runs()
	if filepath.Dir(dir) != filepath.Join(build, "cache") {
		t.Errorf("runs are in %s", dir)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("%s exists before a run", dir)
	}
}

// TestLiveOutsideNotebook: points that cannot be drawn are no failure.
func TestLiveOutsideNotebook(t *testing.T) {
	l := NewLive("loss", "step", "loss", 3)
	for i, v := range []float64{1, math.NaN(), 0.5} {
		l.Add(float64(i+1), v)
	}
	l.Done()
	if len(l.xs) != 3 {
		t.Errorf("%d points, added 3", len(l.xs))
	}
}
