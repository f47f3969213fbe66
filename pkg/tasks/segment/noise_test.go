package segment

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// flat returns n grey examples with a square of +1.
func flat(n, size int) []Example {
	out := make([]Example, n)
	for k := range out {
		e := Example{Name: "flat", H: size, W: size, Image: make([]float32, 3*size*size), Mask: make([]int8, size*size)}
		for i := range e.Mask {
			e.Mask[i] = -1
			if y, x := i/size, i%size; y >= size/4 && y < 3*size/4 && x >= size/4 && x < 3*size/4 {
				e.Mask[i] = 1
			}
		}
		for i := range e.Image {
			e.Image[i] = 0.5
		}
		out[k] = e
	}
	return out
}

func TestNoisyImages(t *testing.T) {
	clean := flat(2, 32)
	noisy, again, other := NoisyImages(clean, 0.2, 7), NoisyImages(clean, 0.4, 7), NoisyImages(clean, 0.2, 8)
	var all []float64
	for k := range noisy {
		for i, v := range noisy[k].Image {
			all = append(all, float64(v)-0.5)
			if d := float64(again[k].Image[i]) - 0.5; math.Abs(d-2*all[len(all)-1]) > 1e-6 {
				t.Fatalf("noise %v at σ = 0.2 and %v at 0.4", all[len(all)-1], d)
			}
		}
	}
	n := float64(len(all))
	mean, sd := stat.MeanStdDev(all, nil)
	if math.Abs(mean) > 4*0.2/math.Sqrt(n) || math.Abs(sd-0.2) > 4*0.2/math.Sqrt(2*n) {
		t.Errorf("mean %v, deviation %v of %v values", mean, sd, n)
	}
	if slices.Equal(noisy[0].Image, noisy[1].Image) || slices.Equal(noisy[0].Image, other[0].Image) {
		t.Error("two examples or seeds have the same noise")
	}
	if clean[0].Image[0] != 0.5 {
		t.Error("the noise is in the original")
	}
	if same := NoisyImages(clean, 0, 7); !slices.Equal(same[0].Image, clean[0].Image) {
		t.Error("no noise changes the image")
	}
}

func TestLabelNoise(t *testing.T) {
	clean := flat(3, 40)
	changed := func(n LabelNoise) (total, inside float64) {
		noisy, err := n.Apply(clean, 5)
		if err != nil {
			t.Fatal(err)
		}
		for k := range noisy {
			for i, v := range noisy[k].Mask {
				if v != clean[k].Mask[i] {
					total++
				}
				if v > 0 {
					inside++
				}
			}
		}
		return total, inside
	}
	if total, _ := changed(LabelNoise{}); total != 0 {
		t.Errorf("no noise changes %v labels", total)
	}
	if total, _ := changed(LabelNoise{Blobs: 0.1}); total != 3*160 {
		t.Errorf("a tenth flipped: %v labels, want 480", total)
	}
	total, inside := changed(LabelNoise{Jitter: 2})
	if total < 50 || total > 600 || inside < 900 || inside > 1500 {
		t.Errorf("jitter of 2 pixels: %v labels differ, %v of 1200 inside", total, inside)
	}
	for _, bad := range []LabelNoise{{Blobs: 1}, {Blobs: -0.1}, {Jitter: -1}, {Jitter: math.Inf(1)}, {Blobs: math.NaN()}} {
		if _, err := bad.Apply(clean, 1); err == nil {
			t.Errorf("%+v is no error", bad)
		}
	}
	if _, err := (LabelNoise{}).Apply([]Example{{Name: "bare", H: 2, W: 2}}, 1); err == nil {
		t.Error("an example without a mask is no error")
	}
}
