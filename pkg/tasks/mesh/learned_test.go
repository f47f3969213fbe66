package mesh

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TestItem turns, mirrors, moves and scales a surface: the first features stay,
// the positions turn and are of one scale.
func TestItem(t *testing.T) {
	m := refine(cube(), 2, same)
	turned := &data.Mesh{Faces: m.Faces}
	for _, v := range m.Vertices {
		turned.Vertices = append(turned.Vertices, [3]float64{5 + 3*v[1], 3*v[0] - 7, 3 * v[2]})
	}
	a, b := NewItem(surface(t, m)).X, NewItem(surface(t, turned)).X
	const width = invariants + 3
	if len(a) != width*len(m.Vertices) {
		t.Fatalf("%d features of %d vertices", len(a), len(m.Vertices))
	}
	for i := range m.Vertices {
		x, y := a[width*i:][:width], b[width*i:][:width]
		y[invariants], y[invariants+1] = y[invariants+1], y[invariants]
		for k := range width {
			// Flat parts are noise at the floor's scale in both.
			if math.Abs(float64(x[k]-y[k])) > 2e-3 {
				t.Fatalf("vertex %d, feature %d: %v, and %v of the turned mesh", i, k, x[k], y[k])
			}
		}
	}
}

// needsXLA skips tests that learn where no compiler is to be used.
func needsXLA(t *testing.T) {
	t.Helper()
	if testing.Short() || os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		t.Skip("learning takes a compiler")
	}
}

// TestTrain learns where a refined cube's vertices matter, at its edges.
func TestTrain(t *testing.T) {
	needsXLA(t)
	ctx := context.Background()
	s := surface(t, refine(cube(), 3, same))
	r := Recipe{Network: PerVertex, Steps: 60, Seed: 1, LearningRate: 1e-2, Dir: t.TempDir()}
	l, err := Train(ctx, r, []*Surface{s})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	scores, err := Evaluate(ctx, []*Surface{s}, []int{0}, []Method{Ising{}, l.Method("learned")}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if without, learned := scores[0], scores[1]; learned.Distance > 0.5*without.Distance || math.Abs(learned.Kept-0.5) > 0.02 {
		t.Errorf("distance %v with %v kept, without a field %v", learned.Distance, learned.Kept, without.Distance)
	}
	steps := 0
	r.Progress = func(learn.StepInfo) { steps++ }
	again, err := Train(ctx, r, []*Surface{s})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if steps != 0 || len(again.History()) != 60 {
		t.Errorf("opening the run took %d steps, %d in its history", steps, len(again.History()))
	}
	run := onlyRun(t, r.Dir)
	opened, err := Open(run)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	h, err := l.Field(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := opened.Field(ctx, s); err != nil || !slices.Equal(got, h) {
		t.Errorf("the opened run has another field: %v, error %v", got[:min(3, len(got))], err)
	}
	testOpenErrors(t, run)
}

// onlyRun returns the one folder in dir.
func onlyRun(t *testing.T, dir string) string {
	t.Helper()
	runs, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v, error %v", runs, err)
	}
	return runs[0]
}

// testOpenErrors opens a run whose key names no network or another one, and then with
// its files damaged one after the other.
func testOpenErrors(t *testing.T, run string) {
	fails := func(want string) {
		t.Helper()
		if l, err := Open(run); err == nil || !strings.HasPrefix(err.Error(), "mesh: ") || !strings.Contains(err.Error(), want) {
			if err == nil {
				l.Close()
			}
			t.Errorf("error %v, want one of %q", err, want)
		}
	}
	config := filepath.Join(run, "config.json")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(config, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for network, want := range map[string]string{"other": "no recipe of this version", DevConv: "the variables are not those of the network"} {
		write(strings.ReplaceAll(string(text), "network "+PerVertex, "network "+network))
		fails(want)
	}
	write(string(text))
	weights, err := filepath.Glob(filepath.Join(run, "step-*", "*.bin"))
	if err != nil || len(weights) == 0 {
		t.Fatalf("no weights: %v", err)
	}
	for _, path := range weights {
		if err := os.Truncate(path, 10); err != nil {
			t.Fatal(err)
		}
	}
	fails("step-")
	for _, path := range weights {
		if err := os.RemoveAll(filepath.Dir(path)); err != nil {
			t.Fatal(err)
		}
	}
	fails("no checkpoint")
	write("{")
	fails("config.json")
	if err := os.Remove(config); err != nil {
		t.Fatal(err)
	}
	fails("config.json")
}
