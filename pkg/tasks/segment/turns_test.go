package segment

import (
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// TestTurns counts by hand on 4 by 5 pixels whose truth is a column of +1 on the left.
func TestTurns(t *testing.T) {
	truth := []int8{
		1, -1, -1, -1, -1,
		1, -1, -1, -1, -1,
		1, -1, -1, -1, -1,
		1, -1, -1, -1, -1,
	}
	e := Example{H: 4, W: 5, Mask: truth}
	before := slices.Clone(truth)
	before[0], before[7] = -1, 1                                // wrong at a border and, two columns off, inside
	after := slices.Clone(truth)                                // both are mended
	after[6], after[19] = 1, 1                                  // and two spoilt: at a border, and in the last corner
	want := Turns{Pixels: 20, Turned: 4, Border: 2, ToTruth: 2} // 0 and 6 are at the border
	var got Turns
	if err := got.Add(before, after, e); err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if err := got.Add(truth, truth, e); err != nil || got.Pixels != 40 || got.Turned != 4 {
		t.Errorf("with an image without turns %+v, error %v", got, err)
	}
	testutil.WantError(t, "segment", got.Add(truth[:3], after, e), "3, 20 and 20 pixels", "4 by 5")
}
