package segment

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// ramp is an example of h rows and w columns whose red is the column, green the
// row and blue a half, and whose mask is the left part.
func ramp(h, w int) Example {
	e := Example{Name: "ramp", H: h, W: w, Image: make([]float32, 3*h*w), Mask: make([]int8, h*w)}
	for i := range e.Mask {
		e.Image[3*i], e.Image[3*i+1], e.Image[3*i+2] = float32(i%w), float32(i/w), 0.5
		e.Mask[i] = -1
		if i%w < w/3 {
			e.Mask[i] = 1
		}
	}
	return e
}

func applied(a Augment, e Example, seed uint64) ([]float32, []int8) {
	image, mask := make([]float32, len(e.Image)), make([]int8, len(e.Mask))
	a.Apply(e, rand.New(rand.NewPCG(seed, 0)), image, mask)
	return image, mask
}

func TestAugment(t *testing.T) {
	e := ramp(6, 9)
	image, mask := applied(Augment{}, e, 1)
	if !slices.Equal(image, e.Image) || !slices.Equal(mask, e.Mask) {
		t.Error("the zero augmentation changes something")
	}
	flips := 0
	for seed := range uint64(400) {
		image, mask := applied(Augment{Flip: true}, e, seed)
		if mask[0] > 0 {
			if !slices.Equal(mask, e.Mask) {
				t.Fatal("not flipped, but changed")
			}
			continue
		}
		flips++
		for i := range mask {
			j := i/9*9 + 8 - i%9
			if mask[i] != e.Mask[j] || image[3*i] != e.Image[3*j] || image[3*i+1] != e.Image[3*j+1] {
				t.Fatalf("flipped: pixel %d is not pixel %d", i, j)
			}
		}
	}
	if flips < 160 || flips > 240 { // 200 ± 4·10
		t.Errorf("%d of 400 flipped", flips)
	}
	for seed := range uint64(50) {
		image, _ := applied(Augment{Brightness: 0.3}, e, seed)
		if f := image[2] / 0.5; f < 0.7 || f > 1.3 || math.Abs(float64(image[3]-f)) > 1e-6 {
			t.Fatalf("brightness %v, red %v", f, image[3])
		}
	}
}

// On a ramp the pixel's colour is where it came from: an affine map within the
// bounds, the same for the mask.
func TestAugmentMoves(t *testing.T) {
	e := ramp(41, 61)
	a := Augment{Shift: 0.1, Scale: 0.25}
	for seed := range uint64(60) {
		image, mask := applied(a, e, seed)
		at := func(y, x int) (float64, float64) { // source row and column
			i := 3 * (y*61 + x)
			return float64(image[i+1]), float64(image[i])
		}
		y0, x0 := at(20, 30) // the middle
		if math.Abs(y0-20) > 4.1+1e-4 || math.Abs(x0-30) > 6.1+1e-4 {
			t.Fatalf("the middle came from %v, %v", y0, x0)
		}
		y1, x1 := at(22, 33)
		if sy, sx := (y1-y0)/2, (x1-x0)/3; math.Abs(sy-sx) > 1e-4 || sx < 1/1.25-1e-4 || sx > 1.25+1e-4 {
			t.Fatalf("steps of %v and %v", sy, sx)
		}
		for i, v := range mask {
			if _, x := at(i/61, i%61); math.Abs(x-19.5) > 1e-3 && (v > 0) != (math.Round(x) < 20) {
				t.Fatalf("seed %d: the mask at %d is %d, from column %v", seed, i, v, x)
			}
		}
	}
	one := Example{H: 1, W: 1, Image: []float32{0.1, 0.2, 0.3}, Mask: []int8{1}}
	if image, mask := applied(Augment{Flip: true, Shift: 0.5, Scale: 2}, one, 3); !slices.Equal(image, one.Image) || mask[0] != 1 {
		t.Errorf("one pixel: %v, %v", image, mask)
	}
}
