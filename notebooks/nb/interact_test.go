package nb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInteractWithoutBrowser(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("ISINGGRAPH_BUILD", dir)
	var drawn [][]float64
	draw := func(v []float64) (Drawer, error) {
		drawn = append(drawn, append([]float64(nil), v...))
		return NewPlot("", "", ""), nil
	}
	sliders := []Slider{{"a", 0, 1, 0.1, 0.5}, {"b", -2, 2, 1, -1}}
	if err := Interact(context.Background(), "play", 2, 1, sliders, draw); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(drawn) != "[[0.5 -1]]" {
		t.Errorf("drawn with %v, want once with the start", drawn)
	}
	if _, err := os.Stat(filepath.Join(dir, "figures", "play.png")); err != nil {
		t.Error(err)
	}
	for _, bad := range []Slider{{"s", 0, 1, 0, 0.5}, {"s", 1, 0, 0.1, 0.5}, {"s", 0, 1, 0.1, 2}} {
		if err := Interact(context.Background(), "play", 2, 1, []Slider{bad}, draw); err == nil || !strings.Contains(err.Error(), `slider "s"`) {
			t.Errorf("%v: error %v", bad, err)
		}
	}
	broken := errors.New("broken")
	if err := Interact(context.Background(), "play", 2, 1, sliders, func([]float64) (Drawer, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of draw", err)
	}
}

// TestFollow sends moves in a wrong order, with one that has too few values: the latest counts.
func TestFollow(t *testing.T) {
	moves := make(chan move, 8)
	moves <- move{N: 0, Values: []float64{9, 9}} // the greeting changes nothing
	moves <- move{N: 2, Values: []float64{1, 2}}
	moves <- move{N: 1, Values: []float64{3, 4}}
	moves <- move{N: 5, Values: []float64{5}}
	values, drawn, answered := []float64{0, 0}, 0, 0
	quiet := func() {}
	err := follow(context.Background(), moves, values, quiet, func() { answered++ }, func() error {
		if drawn++; drawn == 1 {
			moves <- move{N: 2, Values: []float64{1, 2}, Done: true}
		}
		return nil
	})
	if err != nil || drawn != 1 || answered != 1 || fmt.Sprint(values) != "[1 2]" {
		t.Errorf("%d drawings, %d answers, values %v, error %v; want 1 of [1 2] and 1", drawn, answered, values, err)
	}

	broken := errors.New("broken")
	moves <- move{N: 1, Values: []float64{3, 4}}
	if err := follow(context.Background(), moves, values, quiet, quiet, func() error { return broken }); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of drawing", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := follow(ctx, moves, values, quiet, quiet, func() error { return broken }); err != nil {
		t.Errorf("after an interrupt: %v", err)
	}
}

// TestSlidersHTML draws every slider with its range, and labels as text.
func TestSlidersHTML(t *testing.T) {
	sliders := []Slider{{"J <", -1, 1, 0.1, 0.5}, {"T", 0.1, 5, 0.1, 1}}
	text := slidersHTML("sliders_7", sliders)
	for part, want := range map[string]int{`type="range"`: 2, "J &lt;": 2, "J <": 0, "SLIDERS": 0, "ROWS": 0, "http": 0, `min="-1" max="1" step="0.1" value="0.5"`: 1} {
		if n := strings.Count(text, part); n != want {
			t.Errorf("%d times %q, want %d", n, part, want)
		}
	}
	if s := settled(sliders, []float64{-0.25, 2}); !strings.HasPrefix(s, "<p>J &lt; <b>-0.25</b>, T <b>2</b>.") {
		t.Error(s)
	}
}
