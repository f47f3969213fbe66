package segment

import (
	"fmt"
	"math"
	"math/rand/v2"

	"example.org/isinggraph/internal/par"
)

// Generate makes a set of n textured scenes of the given side with an animal's
// silhouette each, split by [Split], where no real set is given. Equal
// arguments give equal sets.
//
// A scene's colours are drawn from one palette for figure and ground, and most
// figures are darker or lighter, so that colour alone says little; textures
// differ in scale and direction, but shrubs and boulders wear those of animals,
// so that shape decides; a trunk or grass hides parts of the figure, and light
// falls unevenly. Fewer than three images and a side outside 1 to 2048 are
// errors.
func Generate(seed uint64, n, size int) (*Set, error) {
	if err := checkSide(size); err != nil {
		return nil, err
	}
	if n < 3 || n > 1<<20 {
		return nil, fmt.Errorf("segment: %d images to generate, want 3 to %d", n, 1<<20)
	}
	examples := make([]Example, n)
	par.Range(n, 1, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			examples[k] = newScene(seed, k).draw(fmt.Sprintf("scene%05d", k), size)
		}
	})
	return newSet(examples, size, "generated", seed), nil
}

// scene is a picture in the unit square, x to the right and y down.
type scene struct {
	rng     *rand.Rand
	ground  []layer // from far to near; the first covers everything
	animal  layer
	front   []layer // hides parts of the animal
	light   smooth
	uneven  float64 // strength of the light's changes
	grain   float64 // standard deviation of the pixels' noise
	palette [4]rgb
}

// layer is a textured part of a scene: where its shape's distance is negative.
type layer struct {
	distance func(x, y float64) float64
	texture  texture
}

// newScene draws scene k of a seed.
func newScene(seed uint64, k int) *scene {
	rng := rand.New(rand.NewPCG(seed, uint64(k)))
	s := &scene{rng: rng, light: newSmooth(rng), uneven: in(rng, 0.05, 0.22), grain: in(rng, 0.01, 0.03), palette: newPalette(rng)}
	s.ground = append(s.ground, layer{everywhere, s.texture(2, 9)})
	for range 1 + rng.IntN(3) { // hills and fields
		s.ground = append(s.ground, layer{hill(rng), s.texture(3, 12)})
	}
	for range rng.IntN(3) { // shrubs and boulders, in animals' textures
		s.ground = append(s.ground, layer{newShrub(rng).distance, s.texture(8, 20)})
	}
	s.animal = layer{newAnimal(rng).distance, s.texture(8, 20)}
	switch rng.IntN(6) { // one in six is of the ground's shades
	case 0, 1, 2:
		s.animal.texture.shade(in(rng, 0.4, 0.7))
	case 3, 4:
		s.animal.texture.shade(in(rng, 1.35, 1.75))
	}
	for range rng.IntN(2) {
		s.front = append(s.front, layer{newTrunk(rng).distance, s.texture(4, 16)})
	}
	if rng.IntN(3) == 0 {
		s.front = append(s.front, layer{grass(rng), s.texture(4, 16)})
	}
	return s
}

// draw paints the scene, each layer with an edge a pixel wide.
func (s *scene) draw(name string, size int) Example {
	e := Example{Name: name, H: size, W: size, Image: make([]float32, 3*size*size), Mask: make([]int8, size*size)}
	pixel := 1 / float64(size)
	for i := range e.Mask {
		x, y := (float64(i%size)+0.5)*pixel, (float64(i/size)+0.5)*pixel
		var c rgb
		over := func(l layer) (cover float64) {
			cover = min(max(0.5-l.distance(x, y)/pixel, 0), 1)
			if cover > 0 {
				c = c.mix(l.texture.at(x, y), cover)
			}
			return cover
		}
		for _, l := range s.ground {
			over(l)
		}
		shown := over(s.animal)
		for _, l := range s.front {
			shown *= 1 - over(l)
		}
		e.Mask[i] = -1
		if shown >= 0.5 {
			e.Mask[i] = 1
		}
		light := math.Exp(s.uneven * s.light.octaves(2*x, 2*y, 2))
		for k, v := range c {
			e.Image[3*i+k] = float32(min(max(v*light+s.grain*s.rng.NormFloat64(), 0), 1))
		}
	}
	return e
}

// in draws a number uniform in [lo, hi).
func in(rng *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*rng.Float64() }

func everywhere(x, y float64) float64 { return -1 }

// hill is all that lies below a wavy horizon.
func hill(rng *rand.Rand) func(x, y float64) float64 {
	wave, level, slope, height := newSmooth(rng), in(rng, 0.25, 0.85), in(rng, -0.3, 0.3), in(rng, 0.02, 0.1)
	return func(x, y float64) float64 { return level + slope*(x-0.5) + height*wave.octaves(3*x, 0, 3) - y }
}

// grass is a ragged strip along the lower frame.
func grass(rng *rand.Rand) func(x, y float64) float64 {
	wave, level := newSmooth(rng), in(rng, 0.78, 0.95)
	return func(x, y float64) float64 { return 0.3 * (level + 0.04*wave.octaves(22*x, 0, 2) - y) }
}
