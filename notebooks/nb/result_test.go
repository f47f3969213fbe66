package nb

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"

	"example.org/isinggraph/internal/wholefile"
)

// figures reads a results file.
func figures(t *testing.T, dir, name string) map[string]map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "results", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Name    string
		Figures map[string]map[string]any
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if file.Name != name {
		t.Errorf("results of %q, want %q", file.Name, name)
	}
	return file.Figures
}

// TestRecord keeps values of a figure as JSON, also those that are not finite.
func TestRecord(t *testing.T) {
	dir := build(t)
	type row struct {
		N    int
		Time float64
	}
	values := map[string]any{
		"energy": []float64{-1.5, math.NaN(), math.Inf(-1)},
		"rows":   []row{{3, 0.5}, {4, math.Inf(1)}},
		"by":     map[int]float32{2: 0.5},
		"kind":   "bust",
		"none":   nil,
	}
	if err := Record("00_a", Result{Figure: "6", Data: Generated, Seed: 7, Values: values}); err != nil {
		t.Fatal(err)
	}
	if err := Record("00_a", Result{Figure: "7", Data: Real, Values: map[string]any{"x": 1}}); err != nil {
		t.Fatal(err)
	}
	if err := Record("00_a", Result{Figure: "7", Data: Real, Values: map[string]any{"x": 2}}); err != nil {
		t.Fatal(err)
	}
	got := figures(t, dir, "00_a")
	want := map[string]any{
		"energy": []any{-1.5, nil, nil},
		"rows":   []any{map[string]any{"N": 3., "Time": 0.5}, map[string]any{"N": 4., "Time": nil}},
		"by":     map[string]any{"2": 0.5},
		"kind":   "bust",
		"none":   nil,
	}
	if !reflect.DeepEqual(got["6"]["values"], want) {
		t.Errorf("values %v, want %v", got["6"]["values"], want)
	}
	if got["6"]["data"] != Generated || got["6"]["profile"] != Fast || got["6"]["seed"] != 7. {
		t.Errorf("figure 6 is recorded as %v", got["6"])
	}
	if x := got["7"]["values"].(map[string]any)["x"]; x != 2. {
		t.Errorf("x = %v, want the later 2", x)
	}
}

// TestRecordTogether loses no figure where several are recorded at once.
func TestRecordTogether(t *testing.T) {
	dir := build(t)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			if err := Record("n", Result{Figure: fmt.Sprint(i), Data: Real}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := figures(t, dir, "n"); len(got) != 16 {
		t.Errorf("%d figures recorded, want 16", len(got))
	}
}

func TestRecordErrors(t *testing.T) {
	dir := build(t)
	wantError(t, Record("n", Result{Figure: "1", Data: "dreamt"}), "dreamt")
	wantError(t, Record("n", Result{Data: Real}), "figure")
	wantError(t, Record("a/b", Result{Figure: "1", Data: Real}), "name")
	wantError(t, Record("n", Result{Figure: "1", Data: Real, Values: map[string]any{"f": func() {}}}), "func()")
	if err := wholefile.Write(filepath.Join(dir, "results", "n.json"), []byte("{")); err != nil {
		t.Fatal(err)
	}
	wantError(t, Record("n", Result{Figure: "1", Data: Real}), "n.json")
	t.Setenv("ISINGGRAPH_PROFILE", "odd")
	wantError(t, Record("n", Result{Figure: "1", Data: Real}), "odd")
}
