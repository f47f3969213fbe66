package segment

import (
	"math"
	"slices"
	"testing"
)

func TestGenerate(t *testing.T) {
	a, err := Generate(4, 30, 32)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Generate(4, 30, 32)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Train) != 24 || len(a.Validation) != 3 || len(a.Test) != 3 || a.Kind != "generated" || a.H != 32 || a.W != 32 {
		t.Fatalf("%d, %d, %d examples, %s", len(a.Train), len(a.Validation), len(a.Test), a.Kind)
	}
	other, err := Generate(5, 30, 32)
	if err != nil {
		t.Fatal(err)
	}
	var inside, outside [3]float64 // colours
	figure, ground := 0., 0.
	for k, e := range a.Train {
		if !slices.Equal(e.Image, b.Train[k].Image) || !slices.Equal(e.Mask, b.Train[k].Mask) {
			t.Fatalf("image %d differs between equal seeds", k)
		}
		if slices.Equal(e.Image, other.Train[k].Image) {
			t.Fatalf("image %d is the same with another seed", k)
		}
		share := 0.
		for i, v := range e.Mask {
			for c := range 3 {
				if x := e.Image[3*i+c]; x < 0 || x > 1 {
					t.Fatalf("colour %v", x)
				}
				if v > 0 {
					inside[c] += float64(e.Image[3*i+c])
				} else {
					outside[c] += float64(e.Image[3*i+c])
				}
			}
			if v > 0 {
				share++
			}
		}
		figure, ground = figure+share, ground+1024-share
		if share < 10 || share > 700 {
			t.Errorf("image %d has a figure of %v of 1024 pixels", k, share)
		}
	}
	// Colours of figure and ground overlap: their means differ by less than a
	// fifth, although single scenes are of every colour.
	for c := range 3 {
		if d := inside[c]/figure - outside[c]/ground; math.Abs(d) > 0.2 {
			t.Errorf("channel %d: figure and ground differ by %v in the mean", c, d)
		}
	}
	for _, bad := range [][2]int{{2, 32}, {10, 0}, {10, 1 << 12}, {1 << 30, 8}} {
		if _, err := Generate(1, bad[0], bad[1]); err == nil {
			t.Errorf("%d images of side %d are no error", bad[0], bad[1])
		}
	}
	if tiny, err := Generate(1, 3, 1); err != nil || len(tiny.Test) != 1 || len(tiny.Test[0].Mask) != 1 {
		t.Errorf("images of one pixel: %v", err)
	}
}

func TestSplit(t *testing.T) {
	for n, want := range map[int][3]int{3: {1, 1, 1}, 5: {3, 1, 1}, 10: {8, 1, 1}, 281: {225, 28, 28}, 6537: {5229, 654, 654}} {
		a, b, c := Split(n, 1)
		if got := [3]int{len(a), len(b), len(c)}; got != want {
			t.Errorf("%d in %v, want %v", n, got, want)
		}
		if all := slices.Sorted(slices.Values(slices.Concat(a, b, c))); all[0] != 0 || all[n-1] != n-1 || len(slices.Compact(all)) != n {
			t.Errorf("%d: not a partition", n)
		}
	}
}
