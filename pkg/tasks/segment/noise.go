package segment

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// NoisyImages returns the examples with Gaussian noise of standard deviation
// sigma added to every channel of every pixel, in the unit of [0, 1] (Figure
// 8's noise). Nothing is clipped, so that the noise stays Gaussian. Masks are
// shared. The noise of an example depends on seed and its place alone; equal
// seeds draw equal noise at every sigma, scaled.
func NoisyImages(examples []Example, sigma float64, seed uint64) []Example {
	out := slices.Clone(examples)
	for k := range out {
		rng := rand.New(rand.NewPCG(seed, uint64(k)))
		out[k].Image = make([]float32, len(examples[k].Image))
		for i, v := range examples[k].Image {
			out[k].Image[i] = v + float32(sigma*rng.NormFloat64())
		}
	}
	return out
}

// LabelNoise damages masks as hasty labelling does.
type LabelNoise struct {
	// Blobs is the share of the image's pixels that lie in discs within which
	// the label is flipped, in [0, 1). Each disc has a radius of 2% to 8% of the
	// image's shorter side, at least a pixel.
	Blobs float64
	// Jitter is the standard deviation, in pixels, of a smooth displacement of
	// the whole mask, which moves its boundary to and fro; 0 for none.
	Jitter float64
}

// Apply returns the examples with damaged masks; images are shared. The damage
// of an example depends on seed and its place alone. A share outside [0, 1), a
// jitter that is negative or not finite, or an example without a mask is an
// error.
func (n LabelNoise) Apply(examples []Example, seed uint64) ([]Example, error) {
	if !(n.Blobs >= 0 && n.Blobs < 1 && n.Jitter >= 0) || math.IsInf(n.Jitter, 0) {
		return nil, fmt.Errorf("segment: label noise of %g of the pixels and %g pixels of jitter", n.Blobs, n.Jitter)
	}
	out := slices.Clone(examples)
	for k, e := range examples {
		if len(e.Mask) != e.H*e.W {
			return nil, fmt.Errorf("segment: label noise for %q, which has no mask", e.Name)
		}
		rng := rand.New(rand.NewPCG(seed, uint64(k)))
		out[k].Mask = jitter(e.Mask, e.H, e.W, n.Jitter, rng)
		flipBlobs(out[k].Mask, e.H, e.W, n.Blobs, rng)
	}
	return out, nil
}

// flipBlobs flips discs that cover a share of the pixels.
func flipBlobs(mask []int8, h, w int, share float64, rng *rand.Rand) {
	flipped := make([]bool, len(mask))
	side := float64(min(h, w))
	for left := int(math.Round(share * float64(len(mask)))); left > 0; {
		cy, cx := rng.Float64()*float64(h), rng.Float64()*float64(w)
		radius := max(1, side*(0.02+0.06*rng.Float64()))
		for y := max(0, int(cy-radius)); y < h && float64(y) <= cy+radius; y++ {
			for x := max(0, int(cx-radius)); x < w && float64(x) <= cx+radius; x++ {
				dy, dx := float64(y)+0.5-cy, float64(x)+0.5-cx
				if i := y*w + x; left > 0 && !flipped[i] && dy*dy+dx*dx <= radius*radius {
					flipped[i], mask[i] = true, -mask[i]
					left--
				}
			}
		}
	}
}

// jitter displaces a mask by two smooth random fields whose standard deviation
// is sigma pixels and whose knots lie an eighth of the shorter side apart.
func jitter(mask []int8, h, w int, sigma float64, rng *rand.Rand) []int8 {
	if sigma == 0 {
		return slices.Clone(mask)
	}
	step := max(2, float64(min(h, w))/8)
	dy, dx := newSmooth(rng), newSmooth(rng)
	out := make([]int8, len(mask))
	for y := range h {
		for x := range w {
			u, v := float64(x)/step, float64(y)/step
			sy := min(max(int(math.Round(float64(y)+sigma*dy.at(u, v))), 0), h-1)
			sx := min(max(int(math.Round(float64(x)+sigma*dx.at(u, v))), 0), w-1)
			out[y*w+x] = mask[sy*w+sx]
		}
	}
	return out
}
