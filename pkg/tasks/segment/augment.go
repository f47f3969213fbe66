package segment

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Augment says how images and their masks are varied in training. The zero
// value leaves them as they are.
type Augment struct {
	Flip       bool    // mirror left and right, half of the time
	Shift      float64 // most displacement in both directions, as a share of the side, below 1
	Scale      float64 // most change of size: the factor lies between 1/(1+Scale) and 1+Scale
	Brightness float64 // most change of brightness: all colours times 1 ± Brightness, below 1
}

// SmallChanges is a moderate augmentation: flips, shifts by 6%, sizes by 15%,
// brightness by 20%.
var SmallChanges = Augment{Flip: true, Shift: 0.06, Scale: 0.15, Brightness: 0.2}

// check reports an augmentation out of range.
func (a Augment) check() error {
	ok := func(v, most float64) bool { return v >= 0 && v < most }
	if !ok(a.Shift, 1) || !ok(a.Brightness, 1) || !ok(a.Scale, 10) {
		return fmt.Errorf("segment: augmentation %+v, want shift and brightness in [0, 1), scale in [0, 10)", a)
	}
	return nil
}

// Apply writes an example's varied image, [H, W, 3], and mask, [H*W], into
// memory of their sizes. Images are interpolated linearly, masks take the
// nearest pixel; what lies outside is the nearest pixel of the frame, of both.
func (a Augment) Apply(e Example, rng *rand.Rand, image []float32, mask []int8) {
	flip := a.Flip && rng.IntN(2) == 0
	scale := math.Exp((2*rng.Float64() - 1) * math.Log1p(a.Scale))
	dy, dx := (2*rng.Float64()-1)*a.Shift*float64(e.H), (2*rng.Float64()-1)*a.Shift*float64(e.W)
	bright := float32(1 + (2*rng.Float64()-1)*a.Brightness)
	midY, midX := float64(e.H-1)/2, float64(e.W-1)/2
	for y := range e.H {
		sy := min(max(midY+(float64(y)-midY)/scale+dy, 0), float64(e.H-1))
		y0 := int(sy)
		y1, fy := min(y0+1, e.H-1), float32(sy-float64(y0))
		for x := range e.W {
			sx := float64(x)
			if flip {
				sx = float64(e.W - 1 - x)
			}
			sx = min(max(midX+(sx-midX)/scale+dx, 0), float64(e.W-1))
			x0 := int(sx)
			x1, fx := min(x0+1, e.W-1), float32(sx-float64(x0))
			a00, a01 := e.Image[3*(y0*e.W+x0):][:3], e.Image[3*(y0*e.W+x1):][:3]
			a10, a11 := e.Image[3*(y1*e.W+x0):][:3], e.Image[3*(y1*e.W+x1):][:3]
			to := image[3*(y*e.W+x):][:3]
			for c := range to {
				top, low := a00[c]+fx*(a01[c]-a00[c]), a10[c]+fx*(a11[c]-a10[c])
				to[c] = bright * (top + fy*(low-top))
			}
			mask[y*e.W+x] = e.Mask[int(math.Round(sy))*e.W+int(math.Round(sx))]
		}
	}
}
