package data

import (
	"example.org/isinggraph/data/internal/solid"
	"gonum.org/v1/gonum/spatial/r3"
)

// newFourLeg makes an animal with four legs, between a dog and a horse or cow,
// that looks along +Z.
func newFourLeg(d *dice) (*solid.Solid, float64) {
	s := &solid.Solid{}
	length, leg, girth := d.in(0.9, 1.2), d.in(0.55, 0.85), d.in(0.19, 0.26)
	front, rear := length/2, -length/2
	back := leg + girth

	// Trunk: ribs, belly, hips, in front the shoulders.
	s.Add(0, solid.Ellipsoid(vec(0, back, 0.12*length), vec(girth, 1.12*girth, 0.42*length), solid.Upright))
	s.Add(0.2, solid.Ellipsoid(vec(0, back+0.02, 0.75*rear), vec(0.9*girth, girth, 0.27*length), solid.Upright))
	s.Add(0.2, solid.Ellipsoid(vec(0, back+0.03, 0.72*front), vec(0.92*girth, 1.08*girth, 0.26*length), solid.Upright))

	thick := d.in(0.85, 1.15)
	for _, side := range [2]float64{-1, 1} {
		x := side * 0.62 * girth
		foreLeg(s, d, vec(x, back-0.1*girth, 0.85*front), back-0.1*girth, thick)
		hindLeg(s, d, vec(x, back, 0.85*rear), back, thick)
	}
	tail(s, d, vec(0, back+0.55*girth, rear-0.05*length), leg)

	// Neck and head.
	rise, reach := d.in(0.15, 0.6), d.in(0.15, 0.3)
	root, nape := vec(0, back+0.3*girth, 0.95*front), vec(0, back+0.6*girth+rise, front+reach)
	s.Add(0.15, solid.Limb(root, nape, 0.72*girth, d.in(0.09, 0.12)))
	s.Add(0.12, solid.Limb(vec(0, back-0.2*girth, 0.95*front), r3.Add(nape, vec(0, -0.05, 0)), 0.5*girth, 0.09))
	animalHead(s, d, r3.Add(nape, vec(0, 0.03, 0.05)))
	return s, 0.024
}

// foreLeg hangs a leg of three bones from the shoulder, height above ground.
func foreLeg(s *solid.Solid, d *dice, shoulder r3.Vec, height, thick float64) {
	swing := d.in(-14, 14)
	elbow := r3.Add(shoulder, polar(0.4*height, 0, swing-8))
	wrist := r3.Add(elbow, polar(0.34*height, 0, 0.6*swing+4))
	foot := vec(wrist.X, 0.045, wrist.Z+d.in(-0.02, 0.03))
	s.Add(0.12, solid.Limb(shoulder, elbow, 0.12*thick, 0.075*thick))
	s.Add(0.03, solid.Limb(elbow, wrist, 0.075*thick, 0.05*thick))
	s.Add(0.03, solid.Limb(wrist, foot, 0.05*thick, 0.045*thick))
	s.Add(0.03, solid.Ellipsoid(r3.Add(foot, vec(0, 0, 0.03)), vec(0.06*thick, 0.045, 0.085*thick), solid.Upright))
}

// hindLeg hangs a leg with knee and hock from the hip, height above ground.
func hindLeg(s *solid.Solid, d *dice, hip r3.Vec, height, thick float64) {
	swing := d.in(-12, 12)
	knee := r3.Add(hip, polar(0.4*height, 0, 12+swing))
	hock := r3.Add(knee, polar(0.36*height, 0, -28+0.5*swing))
	foot := vec(hock.X, 0.045, hock.Z+0.03)
	s.Add(0.13, solid.Limb(hip, knee, 0.16*thick, 0.09*thick))
	s.Add(0.04, solid.Limb(knee, hock, 0.09*thick, 0.05*thick))
	s.Add(0.03, solid.Limb(hock, foot, 0.05*thick, 0.045*thick))
	s.Add(0.03, solid.Ellipsoid(r3.Add(foot, vec(0, 0, 0.03)), vec(0.06*thick, 0.045, 0.085*thick), solid.Upright))
}

// tail adds a hanging, raised or short tail.
func tail(s *solid.Solid, d *dice, root r3.Vec, leg float64) {
	length, lift := d.in(0.2, 0.8)*leg, d.in(-70, -10)
	if d.chance(0.35) {
		lift = d.in(-150, -110)
	}
	p, r := root, 0.06
	for i := range 4 {
		q := r3.Add(p, polar(length/4, d.in(-6, 6), lift+12*float64(i)))
		s.Add(0.04, solid.Limb(p, q, r, r-0.006))
		p, r = q, r-0.006
	}
}

// animalHead adds skull, muzzle, ears, eyes and perhaps horns.
func animalHead(s *solid.Solid, d *dice, at r3.Vec) {
	size, snout, droop := d.in(0.9, 1.15), d.in(0.16, 0.34), d.in(-0.16, -0.04)
	s.Add(0.08, solid.Ellipsoid(at, r3.Scale(size, vec(0.115, 0.125, 0.15)), solid.Upright))
	nose := r3.Add(at, vec(0, droop, 0.08+snout))
	s.Add(0.07, solid.Limb(r3.Add(at, vec(0, -0.02, 0.06)), nose, 0.095*size, d.in(0.05, 0.075)*size))
	s.Add(0.03, solid.Limb(r3.Add(at, vec(0, -0.07, 0.02)), r3.Add(nose, vec(0, -0.035, -0.04)), 0.06, 0.04))
	tall, horns := d.in(0.05, 0.16), d.chance(0.3)
	for _, side := range [2]float64{-1, 1} {
		ear := r3.Add(at, vec(side*0.075*size, 0.1*size, -0.04))
		f := solid.Upright.Turn(-side*d.in(0.2, 0.9), vec(0, 0, 1)).Turn(side*0.4, vec(0, 1, 0))
		s.Add(0.03, solid.Ellipsoid(r3.Add(ear, r3.Scale(0.6*tall, f[1])), vec(0.045, 0.05+tall, 0.028), f))
		s.Add(0.012, solid.Ball(r3.Add(at, vec(side*0.088*size, 0.03*size, 0.085*size)), 0.03))
		if horns {
			tip := r3.Add(at, vec(side*d.in(0.15, 0.22), d.in(0.2, 0.3), 0.04))
			s.Add(0.02, solid.Limb(r3.Add(at, vec(side*0.05, 0.1, 0.03)), tip, 0.034, 0.022))
		}
	}
}
