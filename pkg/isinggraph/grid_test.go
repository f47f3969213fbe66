package isinggraph

import (
	"slices"
	"testing"
)

// TestGridMatchesItsDefinition compares edges and colouring with all pairs.
func TestGridMatchesItsDefinition(t *testing.T) {
	gap := func(a, b, size int, periodic bool) int {
		d := max(a-b, b-a)
		if periodic {
			d = min(d, size-d)
		}
		return d
	}
	for _, size := range [][2]int{{1, 1}, {1, 5}, {5, 1}, {2, 2}, {3, 3}, {3, 4}, {4, 6}, {5, 7}} {
		for _, neighbors := range []int{4, 8} {
			for _, periodic := range []bool{false, true} {
				rows, cols := size[0], size[1]
				if periodic && min(rows, cols) < 3 {
					continue
				}
				grid, err := NewGrid(rows, cols, neighbors, periodic)
				if err != nil {
					t.Fatal(err)
				}
				g, err := grid.Graph()
				if err != nil {
					t.Fatal(err)
				}
				var want [][2]int32
				for u := range grid.NumNodes() {
					for v := u + 1; v < grid.NumNodes(); v++ {
						dr := gap(u/cols, v/cols, rows, periodic)
						dc := gap(u%cols, v%cols, cols, periodic)
						if dr+dc == 1 || neighbors == 8 && dr == 1 && dc == 1 {
							want = append(want, [2]int32{int32(u), int32(v)})
						}
					}
				}
				if g.NumNodes() != rows*cols || !slices.Equal(g.Edges(), want) {
					t.Errorf("%+v has edges %v, want %v", grid, g.Edges(), want)
				}
				c, err := grid.Coloring()
				if err != nil {
					t.Fatal(err)
				}
				if err := c.Validate(g); err != nil {
					t.Errorf("%+v: %v", grid, err)
				}
				if slices.Min(c.Sizes()) == 0 {
					t.Errorf("%+v: a colour is unused: %v", grid, c.Sizes())
				}
			}
		}
	}
}

func TestGridColors(t *testing.T) {
	for _, c := range []struct {
		grid   Grid
		colors int
	}{
		{Grid{1, 1, 8, false}, 1},
		{Grid{1, 5, 8, false}, 2},
		{Grid{5, 7, 4, false}, 2},
		{Grid{5, 7, 8, false}, 4},
		{Grid{6, 4, 4, true}, 2},
		{Grid{6, 4, 8, true}, 4},
		{Grid{5, 4, 4, true}, 3},
		{Grid{5, 4, 8, true}, 6},
		{Grid{5, 5, 8, true}, 9},
	} {
		got, err := c.grid.Coloring()
		if err != nil || got.Colors != c.colors {
			t.Errorf("%+v has %d colours (%v), want %d", c.grid, got.Colors, err, c.colors)
		}
	}
}

func TestGridErrors(t *testing.T) {
	for _, c := range []struct {
		grid Grid
		word string
	}{
		{Grid{4, 4, 6, false}, "6 neighbours"},
		{Grid{0, 4, 4, false}, "0 by 4"},
		{Grid{4, -1, 4, false}, "4 by -1"},
		{Grid{2, 4, 4, true}, "double edges"},
		{Grid{1 << 20, 1 << 20, 4, false}, "at most"},
	} {
		_, err := NewGrid(c.grid.Rows, c.grid.Cols, c.grid.Neighbors, c.grid.Periodic)
		wantError(t, err, c.word)
		_, err = c.grid.Graph()
		wantError(t, err, c.word)
		_, err = c.grid.Coloring()
		wantError(t, err, c.word)
	}
}
