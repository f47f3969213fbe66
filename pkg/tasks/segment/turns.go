package segment

import "fmt"

// Turns counts the pixels in which two masks of the same images differ, such as those of
// the field's own sign and of the marginals: what a coupling has changed.
type Turns struct {
	Pixels  int // of all images
	Turned  int // that differ
	Border  int // of those, on a border of the truth
	ToTruth int // of those, as the truth says after the turn
}

// Add counts one image. A pixel is on a border where one of its eight neighbours in the
// image has another truth.
func (t *Turns) Add(before, after []int8, e Example) error {
	if n := e.H * e.W; len(before) != n || len(after) != n || len(e.Mask) != n {
		return fmt.Errorf("segment: masks of %d, %d and %d pixels for an image of %d by %d", len(before), len(after), len(e.Mask), e.H, e.W)
	}
	for i := range before {
		t.Pixels++
		if before[i] == after[i] {
			continue
		}
		t.Turned++
		if onBorder(e, i) {
			t.Border++
		}
		if after[i] == e.Mask[i] {
			t.ToTruth++
		}
	}
	return nil
}

// onBorder reports whether one of pixel i's eight neighbours has another truth.
func onBorder(e Example, i int) bool {
	for r := max(i/e.W-1, 0); r <= min(i/e.W+1, e.H-1); r++ {
		for c := max(i%e.W-1, 0); c <= min(i%e.W+1, e.W-1); c++ {
			if e.Mask[r*e.W+c] != e.Mask[i] {
				return true
			}
		}
	}
	return false
}
