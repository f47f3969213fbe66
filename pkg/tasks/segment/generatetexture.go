package segment

import (
	"math"
	"math/rand/v2"
)

// rgb is a colour, red, green and blue in [0, 1].
type rgb [3]float64

// mix returns the colour with a share of another one.
func (c rgb) mix(d rgb, share float64) rgb {
	for k := range c {
		c[k] += share * (d[k] - c[k])
	}
	return c
}

// earths are colours of fur, soil, grass, stone and sky.
var earths = []rgb{
	{0.45, 0.33, 0.20}, {0.62, 0.50, 0.33}, {0.30, 0.22, 0.15}, {0.38, 0.42, 0.22}, {0.55, 0.56, 0.34},
	{0.52, 0.50, 0.47}, {0.72, 0.68, 0.58}, {0.25, 0.30, 0.20}, {0.60, 0.66, 0.70}, {0.85, 0.83, 0.78},
}

// newPalette draws the colours of a scene.
func newPalette(rng *rand.Rand) (p [4]rgb) {
	for k := range p {
		p[k] = earths[rng.IntN(len(earths))]
		for c := range p[k] {
			p[k][c] = min(max(p[k][c]+in(rng, -0.08, 0.08), 0), 1)
		}
	}
	return p
}

// texture is two colours in the pattern of stretched and turned noise.
type texture struct {
	colors   [2]rgb
	pattern  smooth
	cos, sin float64
	u, v     float64 // knots to a unit along and across
	contrast float64
	patches  float64 // share of a third colour in large patches
	third    rgb
}

// texture draws a texture of between lo and hi knots to a side.
func (s *scene) texture(lo, hi float64) texture {
	sin, cos := math.Sincos(in(s.rng, 0, math.Pi))
	freq, stretch := in(s.rng, lo, hi), in(s.rng, 1, 3)
	color := func() rgb {
		c := s.palette[s.rng.IntN(len(s.palette))]
		shade := in(s.rng, 0.8, 1.2)
		for k := range c {
			c[k] *= shade
		}
		return c
	}
	t := texture{[2]rgb{color(), color()}, newSmooth(s.rng), cos, sin, freq, freq * stretch, in(s.rng, 0.1, 0.35), 0, color()}
	if s.rng.IntN(3) == 0 {
		t.patches = in(s.rng, 0.2, 0.5)
	}
	return t
}

// shade makes a texture's two colours darker or lighter.
func (t *texture) shade(by float64) {
	for k := range t.colors {
		for c := range t.colors[k] {
			t.colors[k][c] *= by
		}
	}
}

// at returns the colour at a point.
func (t *texture) at(x, y float64) rgb {
	u, v := t.u*(t.cos*x+t.sin*y), t.v*(t.cos*y-t.sin*x)
	c := t.colors[0].mix(t.colors[1], min(max(0.5+t.contrast*t.pattern.octaves(u, v, 2), 0), 1))
	if t.patches > 0 && t.pattern.at(5*x+40, 5*y) > 1-2*t.patches {
		c = c.mix(t.third, 0.8)
	}
	return c
}
