package segment

import (
	"math"
	"math/rand/v2"
)

// shape is a smooth union of tapered limbs, turned, scaled and moved.
type shape struct {
	limbs          []limb
	x, y           float64 // of its origin
	cos, sin, size float64
	mirror         float64 // 1, or −1 to look to the left
	rim            smooth  // roughness of the outline
	rough          float64
}

// limb is a segment from a to b with a radius at both ends.
type limb struct{ ax, ay, bx, by, ra, rb float64 }

// distance is about that of the outline, negative within.
func (s *shape) distance(x, y float64) float64 {
	dx, dy := (x-s.x)/s.size, (y-s.y)/s.size
	px, py := s.mirror*(s.cos*dx+s.sin*dy), s.cos*dy-s.sin*dx
	const blend = 0.03
	d := math.Inf(1)
	for _, l := range s.limbs {
		d = smoothMin(d, l.distance(px, py), blend)
	}
	if d < 3*s.rough {
		d += s.rough * s.rim.at(12*px, 12*py)
	}
	return d * s.size
}

// distance is that of a point from the limb's surface.
func (l limb) distance(x, y float64) float64 {
	vx, vy := l.bx-l.ax, l.by-l.ay
	t := ((x-l.ax)*vx + (y-l.ay)*vy) / max(vx*vx+vy*vy, 1e-12)
	t = min(max(t, 0), 1)
	return math.Hypot(x-l.ax-t*vx, y-l.ay-t*vy) - (l.ra + t*(l.rb-l.ra))
}

// smoothMin is the smaller of two numbers, rounded off where they differ by
// less than k (I. Quilez, https://iquilezles.org/articles/smin).
func smoothMin(a, b, k float64) float64 {
	h := max(k-math.Abs(a-b), 0) / k
	return min(a, b) - h*h*k/4
}

// place puts a shape into the scene.
func place(rng *rand.Rand, s *shape, x, y, size, tilt float64) *shape {
	s.x, s.y, s.size, s.mirror, s.rim, s.rough = x, y, size, 1, newSmooth(rng), 0.008
	s.sin, s.cos = math.Sincos(tilt)
	if rng.IntN(2) == 0 {
		s.mirror = -1
	}
	return s
}

// newAnimal draws a four-legged animal, or one time in four a bird, about as
// long as 1 with its head to the right.
func newAnimal(rng *rand.Rand) *shape {
	s := &shape{}
	add := func(ax, ay, bx, by, ra, rb float64) { s.limbs = append(s.limbs, limb{ax, ay, bx, by, ra, rb}) }
	if rng.IntN(4) == 0 {
		bird(rng, add)
		return place(rng, s, in(rng, 0.4, 0.6), in(rng, 0.42, 0.58), in(rng, 0.7, 1.1), in(rng, -0.5, 0.5))
	}
	fourLegs(rng, add)
	return place(rng, s, in(rng, 0.4, 0.6), in(rng, 0.42, 0.52), in(rng, 0.6, 0.9), in(rng, -0.12, 0.12))
}

// fourLegs adds a trunk from (−0.4, 0) to (0.35, 0), legs, neck, head and tail.
func fourLegs(rng *rand.Rand, add func(ax, ay, bx, by, ra, rb float64)) {
	girth, thick, height := in(rng, 0.12, 0.22), in(rng, 0.03, 0.055), in(rng, 0.3, 0.62)
	sag := in(rng, -0.02, 0.04)
	add(-0.36, 0, 0, sag, girth, 0.92*girth)
	add(0, sag, 0.33, -0.01, 0.92*girth, girth*in(rng, 0.95, 1.15))
	for k := range 4 {
		hip, back := 0.32, k%2 == 0
		bend := in(rng, 0.02, 0.1)
		if back {
			hip, bend = -0.38, -bend
		}
		hip += in(rng, -0.06, 0.06)
		knee, foot := hip+bend+in(rng, -0.06, 0.06), hip+in(rng, -0.16, 0.16)
		add(hip, 0.05, knee, 0.05+0.5*height, thick*1.7, thick)
		add(knee, 0.05+0.5*height, foot, 0.05+height, thick, 0.75*thick)
	}
	rise, reach := in(rng, -0.05, 0.42), in(rng, 0.12, 0.3)
	if rng.IntN(6) == 0 {
		rise = -in(rng, 0.25, 0.45) // grazing
	}
	hx, hy := 0.36+reach, -0.08-rise
	add(0.34, -0.06, hx, hy, 0.75*girth, in(rng, 0.06, 0.09))
	snout, droop := in(rng, 0.1, 0.22), in(rng, 0, 0.16)
	add(hx, hy, hx+snout, hy+droop, in(rng, 0.07, 0.09), in(rng, 0.035, 0.06))
	ear := in(rng, 0.06, 0.15)
	add(hx-0.02, hy-0.05, hx-0.04-0.3*ear, hy-0.05-ear, 0.03, 0.012)
	x, y, fall := -0.36-0.7*girth, -0.3*girth, in(rng, -0.1, 0.3)
	add(x, y, x-in(rng, 0.05, 0.2), y+fall, 0.03, 0.018)
}

// bird adds a body, wings at rest, head, beak, tail and two thin legs.
func bird(rng *rand.Rand, add func(ax, ay, bx, by, ra, rb float64)) {
	girth := in(rng, 0.15, 0.21)
	add(-0.12, 0.03, 0.14, -0.04, 0.8*girth, girth)
	add(-0.15, 0.04, -in(rng, 0.4, 0.6), in(rng, 0, 0.2), 0.09, 0.035)
	hx, hy := in(rng, 0.22, 0.34), -in(rng, 0.14, 0.3)
	add(0.16, -0.06, hx, hy, 0.6*girth, 0.09)
	add(hx, hy, hx+0.02, hy, in(rng, 0.09, 0.12), 0.08)
	add(hx+0.06, hy, hx+in(rng, 0.15, 0.28), hy+in(rng, -0.02, 0.06), 0.035, 0.01)
	for range 2 {
		x := in(rng, -0.05, 0.1)
		add(x, 0.1, x+in(rng, -0.05, 0.08), in(rng, 0.3, 0.45), 0.028, 0.018)
	}
}

// newShrub is a heap of balls, as large as an animal or smaller.
func newShrub(rng *rand.Rand) *shape {
	s := &shape{}
	for range 2 + rng.IntN(4) {
		x, y, r := in(rng, -0.3, 0.3), in(rng, -0.15, 0.15), in(rng, 0.1, 0.25)
		s.limbs = append(s.limbs, limb{x, y, x + in(rng, -0.2, 0.2), y + in(rng, -0.1, 0.1), r, r * in(rng, 0.5, 1)})
	}
	return place(rng, s, in(rng, 0, 1), in(rng, 0.2, 0.9), in(rng, 0.3, 0.7), in(rng, -0.5, 0.5))
}

// newTrunk is a trunk, branch or post before the animal.
func newTrunk(rng *rand.Rand) *shape {
	lean, r := in(rng, -0.3, 0.3), in(rng, 0.015, 0.05)
	s := &shape{limbs: []limb{{-lean, -1, lean, 1, r, r * in(rng, 0.7, 1.2)}}}
	return place(rng, s, in(rng, 0, 1), 0.5, 1, 0)
}
