package nb

import (
	"image/color"
	"math"
	"testing"
)

// TestPhotoImage scales values in [0, 1] to colours, and refuses what is no image.
func TestPhotoImage(t *testing.T) {
	nan := float32(math.NaN())
	m, err := PhotoImage([]float32{1, 0.2, 0, -1, 2, nan}, 2, 3)
	if err != nil || m.Bounds().Dx() != 6 || m.Bounds().Dy() != 3 {
		t.Fatal(m, err)
	}
	for x, want := range map[int]color.NRGBA{2: {255, 51, 0, 255}, 3: {0, 255, 0, 255}} {
		if got := m.At(x, 2); got != want {
			t.Errorf("pixel %d is %v, want %v", x, got, want)
		}
	}
	for _, bad := range [][]float32{nil, {1, 1}, {1, 1, 1}} {
		if _, err := PhotoImage(bad, 2, 1); err == nil {
			t.Errorf("%v in rows of 2 is no error", bad)
		}
	}
}

// TestChangeImage colours the pixels that change by their direction, and pales the others.
func TestChangeImage(t *testing.T) {
	pix := []float32{0, 0, 0, 1, 1, 1, 0.5, 0.5, 0.5}
	m, err := ChangeImage(pix, []int8{-1, 1, 1}, []int8{1, -1, 1}, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	if m.At(0, 0) != okabeIto[1] || m.At(1, 0) != okabeIto[0] {
		t.Errorf("turned on %v, off %v", m.At(0, 0), m.At(1, 0))
	}
	if c := m.At(2, 0).(color.NRGBA); c.R != c.G || c.G != c.B || c.R < 110 {
		t.Errorf("unchanged: %v, want a pale grey", c)
	}
	if _, err := ChangeImage(pix, []int8{1}, []int8{1, 1}, 1, 1); err == nil {
		t.Error("spins of two lengths are no error")
	}
}

// TestCurve fits the axis to the curve, and refuses values that are not finite.
func TestCurve(t *testing.T) {
	p, nan := NewPlot("", "", ""), math.NaN()
	if err := Curve(p, 1, 2, "a", []float64{0, 1}, []float64{2, 5}); err != nil || p.Y.Max != 5 {
		t.Errorf("up to %v, %v", p.Y.Max, err)
	}
	for _, y := range [][]float64{nil, {1}, {1, nan}} {
		if err := Curve(p, 0, 0, "b", []float64{0, 1}, y); err == nil {
			t.Errorf("%v is no error", y)
		}
	}
}
