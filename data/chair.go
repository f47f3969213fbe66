package data

import (
	"math"

	"example.org/isinggraph/data/internal/solid"
	"gonum.org/v1/gonum/spatial/r3"
)

// newChair makes a chair: a seat on four legs or a pedestal, a back that is a
// slab or a frame with rails or spindles, perhaps arms.
func newChair(d *dice) (*solid.Solid, float64) {
	s := &solid.Solid{}
	c := &chairBuilder{
		Solid: s, dice: d,
		width: d.in(0.24, 0.32), depth: d.in(0.23, 0.3), seat: d.in(0.44, 0.54),
		top: d.in(0.95, 1.2), post: d.in(0.026, 0.036), lean: d.in(0.02, 0.12),
	}
	s.Add(0, solid.Block(vec(0, c.seat, 0), vec(c.width, d.in(0.025, 0.045), c.depth), 0.025, solid.Upright))
	if d.chance(0.4) { // cushion
		s.Add(0.02, solid.Ellipsoid(vec(0, c.seat+0.03, 0.02), vec(0.85*c.width, 0.05, 0.8*c.depth), solid.Upright))
	}
	if d.chance(0.25) {
		c.pedestal()
	} else {
		c.legs()
	}
	c.back()
	if d.chance(0.4) {
		c.arms()
	}
	return s, 0.018
}

// chairBuilder has the measures of a chair: half width and half depth and
// height of the seat, height of the back, radius of its posts, and how far
// the back leans.
type chairBuilder struct {
	*solid.Solid
	*dice
	width, depth, seat, top, post, lean float64
}

// bar adds a bar that meets others with a small fillet.
func (c *chairBuilder) bar(a, b r3.Vec, ra, rb float64) {
	c.Add(0.02, solid.Limb(a, b, ra, rb))
}

// onBack returns a point of the back at side x and height y, where 0 is the
// seat and 1 the top.
func (c *chairBuilder) onBack(x, y float64) r3.Vec {
	return vec(x, c.seat+y*(c.top-c.seat), -c.depth+c.post-c.lean*y)
}

func (c *chairBuilder) legs() {
	splay, taper, stretch := c.in(0, 0.07), c.in(0.65, 1), c.chance(0.5)
	low := c.in(0.15, 0.3)
	for _, x := range [2]float64{-1, 1} {
		for _, z := range [2]float64{-1, 1} {
			a := vec(x*(c.width-0.035), c.seat, z*(c.depth-0.035))
			c.bar(a, r3.Add(a, vec(x*splay, -c.seat, z*splay)), c.post, taper*c.post)
		}
		if stretch {
			foot := x * (c.width - 0.035 + splay*(1-low))
			deep := c.depth - 0.035 + splay*(1-low)
			c.bar(vec(foot, low*c.seat, -deep), vec(foot, low*c.seat, deep), 0.8*c.post, 0.8*c.post)
		}
	}
	if stretch && c.chance(0.6) {
		foot := c.width - 0.035 + splay*(1-low)
		c.bar(vec(-foot, low*c.seat, 0), vec(foot, low*c.seat, 0), 0.8*c.post, 0.8*c.post)
	}
}

func (c *chairBuilder) pedestal() {
	c.bar(vec(0, c.seat-0.045, 0), vec(0, 0.05, 0), 0.045, 0.045)
	if c.chance(0.4) {
		c.Add(0.05, solid.Disc(vec(0, 0.02, 0), 0.9*c.width, 0.03, 0.02))
		return
	}
	for i := range 5 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 5)
		c.bar(vec(0, 0.08, 0), vec(1.1*c.width*sin, 0.02, 1.1*c.width*cos), 0.036, 0.028)
	}
}

func (c *chairBuilder) back() {
	x := c.width - c.post
	switch c.IntN(3) {
	case 0: // slab
		tilt := solid.Upright.Turn(-math.Atan2(c.lean, c.top-c.seat), vec(1, 0, 0))
		c.Add(0.03, solid.Block(c.onBack(0, 0.5), vec(c.width, (c.top-c.seat)/2+0.02, c.in(0.026, 0.04)), 0.025, tilt))
		return
	case 1: // rails
		n := 2 + c.IntN(3)
		for i := 1; i < n; i++ {
			y := float64(i) / float64(n)
			c.bar(c.onBack(-x, y), c.onBack(x, y), 0.85*c.post, 0.85*c.post)
		}
	case 2: // spindles
		n := 2 + c.IntN(4)
		for i := range n {
			sx := x * (2*float64(i+1)/float64(n+1) - 1)
			c.bar(c.onBack(sx, 0), c.onBack(sx, 1), 0.7*c.post, 0.7*c.post)
		}
	}
	c.bar(c.onBack(-x, 0), c.onBack(-x, 1), c.post, c.post)
	c.bar(c.onBack(x, 0), c.onBack(x, 1), c.post, c.post)
	rise := c.in(0, 0.12)
	c.bar(c.onBack(-x, 1), c.onBack(0, 1+rise), c.post, 1.2*c.post)
	c.bar(c.onBack(0, 1+rise), c.onBack(x, 1), 1.2*c.post, c.post)
}

func (c *chairBuilder) arms() {
	height, front := c.in(0.3, 0.45), c.in(0.3, 0.8)
	for _, side := range [2]float64{-1, 1} {
		x := side * (c.width - c.post)
		rear := c.onBack(x, height)
		end := vec(side*(c.width+0.02), rear.Y, front*c.depth)
		c.bar(rear, end, c.post, c.post)
		c.bar(end, vec(x, c.seat, 0.9*front*c.depth), c.post, 0.9*c.post)
	}
}
