package data

import (
	"example.org/isinggraph/data/internal/solid"
	"gonum.org/v1/gonum/spatial/r3"
)

// animal has the measures of a four-legged animal; lengths are those of an
// animal about 1.2 high.
type animal struct {
	length, leg, girth float64 // of the trunk, from ground to belly, half width of the trunk
	thick              float64 // of the legs
	rise, reach, neck  float64 // of the neck: up, forward, radius
	head, snout, ear   float64 // size, length, length
	tail               float64 // length
	horns              bool
}

// newAnimal draws the measures of a dog, horse, cow or bear.
func newAnimal(d *dice) animal {
	switch d.IntN(4) {
	case 0: // dog, cat
		return animal{
			d.in(0.9, 1.1), d.in(0.45, 0.6), d.in(0.17, 0.22), d.in(0.75, 0.95),
			d.in(0.12, 0.3), d.in(0.12, 0.22), d.in(0.1, 0.13),
			d.in(1, 1.3), d.in(0.1, 0.24), d.in(0.05, 0.12), d.in(0.4, 0.7),
			false,
		}
	case 1: // horse, deer
		return animal{
			d.in(0.95, 1.15), d.in(0.65, 0.85), d.in(0.19, 0.23), d.in(0.8, 1),
			d.in(0.4, 0.7), d.in(0.2, 0.4), d.in(0.09, 0.12),
			d.in(0.9, 1.05), d.in(0.28, 0.38), d.in(0.05, 0.08), d.in(0.2, 0.6),
			d.chance(0.4),
		}
	case 2: // cow, sheep
		return animal{
			d.in(1, 1.2), d.in(0.48, 0.62), d.in(0.24, 0.3), d.in(0.95, 1.15),
			d.in(0, 0.2), d.in(0.2, 0.32), d.in(0.13, 0.16),
			d.in(1.1, 1.35), d.in(0.2, 0.3), d.in(0.05, 0.08), d.in(0.3, 0.6),
			d.chance(0.7),
		}
	default: // bear, pig
		return animal{
			d.in(0.9, 1.1), d.in(0.35, 0.5), d.in(0.26, 0.32), d.in(1.3, 1.6),
			d.in(-0.1, 0.1), d.in(0.15, 0.25), d.in(0.16, 0.19),
			d.in(1.3, 1.6), d.in(0.12, 0.22), d.in(0.02, 0.05), d.in(0.08, 0.15),
			false,
		}
	}
}

// newFourLeg makes an animal with four legs that looks along +Z.
func newFourLeg(d *dice) (*solid.Solid, float64) {
	s, a := &solid.Solid{}, newAnimal(d)
	front, rear := a.length/2, -a.length/2
	back := a.leg + a.girth

	// Trunk: ribs, hips, shoulders.
	s.Add(0, solid.Ellipsoid(vec(0, back, 0.12*a.length), vec(a.girth, 1.12*a.girth, 0.42*a.length), solid.Upright))
	s.Add(0.2, solid.Ellipsoid(vec(0, back+0.02, 0.75*rear), vec(0.9*a.girth, a.girth, 0.27*a.length), solid.Upright))
	s.Add(0.2, solid.Ellipsoid(vec(0, back+0.03, 0.72*front), vec(0.92*a.girth, 1.08*a.girth, 0.26*a.length), solid.Upright))
	for _, side := range [2]float64{-1, 1} {
		x := side * max(0.62*a.girth, 0.09*a.thick)
		foreLeg(s, d, vec(x, back-0.1*a.girth, 0.85*front), back-0.1*a.girth, a.thick)
		hindLeg(s, d, vec(x, back, 0.85*rear), back, a.thick)
	}
	tail(s, d, vec(0, back+0.55*a.girth, rear-0.05*a.length), a.tail)

	root, nape := vec(0, back+0.3*a.girth, 0.95*front), vec(0, back+0.6*a.girth+a.rise, front+a.reach)
	s.Add(0.15, solid.Limb(root, nape, 0.72*a.girth, a.neck))
	s.Add(0.12, solid.Limb(vec(0, back-0.2*a.girth, 0.95*front), r3.Add(nape, vec(0, -0.05, 0)), 0.5*a.girth, 0.8*a.neck))
	animalHead(s, d, &a, r3.Add(nape, vec(0, 0.03, 0.05)))
	return s, 0.024
}

// foreLeg hangs a leg of three bones from the shoulder, height above ground.
func foreLeg(s *solid.Solid, d *dice, shoulder r3.Vec, height, thick float64) {
	swing := d.in(-14, 14)
	elbow := r3.Add(shoulder, polar(0.4*height, 0, swing-8))
	wrist := r3.Add(elbow, polar(0.34*height, 0, 0.6*swing+4))
	foot := vec(wrist.X, 0.045, wrist.Z+d.in(-0.02, 0.03))
	s.Add(0.12, solid.Limb(shoulder, elbow, 0.12*thick, 0.075*thick))
	s.Add(0.012, solid.Limb(elbow, wrist, 0.075*thick, 0.05*thick))
	s.Add(0.012, solid.Limb(wrist, foot, 0.05*thick, 0.045*thick))
	s.Add(0.03, solid.Ellipsoid(r3.Add(foot, vec(0, 0, 0.03)), vec(0.06*thick, 0.045, 0.085*thick), solid.Upright))
}

// hindLeg hangs a leg with knee and hock from the hip, height above ground.
func hindLeg(s *solid.Solid, d *dice, hip r3.Vec, height, thick float64) {
	swing := d.in(-12, 12)
	knee := r3.Add(hip, polar(0.4*height, 0, 12+swing))
	hock := r3.Add(knee, polar(0.36*height, 0, -28+0.5*swing))
	foot := vec(hock.X, 0.045, hock.Z+0.03)
	s.Add(0.13, solid.Limb(hip, knee, 0.16*thick, 0.09*thick))
	s.Add(0.02, solid.Limb(knee, hock, 0.09*thick, 0.05*thick))
	s.Add(0.012, solid.Limb(hock, foot, 0.05*thick, 0.045*thick))
	s.Add(0.03, solid.Ellipsoid(r3.Add(foot, vec(0, 0, 0.03)), vec(0.06*thick, 0.045, 0.085*thick), solid.Upright))
}

// tail adds a hanging or raised tail.
func tail(s *solid.Solid, d *dice, root r3.Vec, length float64) {
	lift := d.in(-70, -10)
	if d.chance(0.35) {
		lift = d.in(-150, -110)
	}
	p, r := root, 0.055
	for i := range 4 {
		q := r3.Add(p, polar(length/4, d.in(-6, 6), lift+12*float64(i)))
		s.Add(0.01, solid.Limb(p, q, r, r-0.006))
		p, r = q, r-0.006
	}
}

// animalHead adds skull, muzzle, ears, eyes and perhaps horns.
func animalHead(s *solid.Solid, d *dice, a *animal, at r3.Vec) {
	size, droop := a.head, d.in(-0.16, -0.04)
	on := func(x, y, z float64) r3.Vec { return r3.Add(at, r3.Scale(size, vec(x, y, z))) }
	s.Add(0.08, solid.Ellipsoid(at, r3.Scale(size, vec(0.115, 0.125, 0.15)), solid.Upright))
	nose := r3.Add(at, vec(0, droop*size, 0.08*size+a.snout))
	s.Add(0.07, solid.Limb(on(0, -0.02, 0.06), nose, 0.095*size, d.in(0.05, 0.075)*size))
	s.Add(0.03, solid.Limb(on(0, -0.07, 0.02), r3.Add(nose, vec(0, -0.035, -0.04)), 0.06*size, 0.04*size))
	open, hornTip := d.in(0.2, 0.9), vec(d.in(0.14, 0.22), d.in(0.2, 0.3), 0.04)
	for _, side := range [2]float64{-1, 1} {
		f := solid.Upright.Turn(-side*open, vec(0, 0, 1)).Turn(side*0.4, vec(0, 1, 0))
		ear := r3.Add(on(side*0.075, 0.1, -0.04), r3.Scale(0.6*a.ear, f[1]))
		s.Add(0.03, solid.Ellipsoid(ear, vec(0.045, 0.05+a.ear, 0.028), f))
		s.Carve(0.015, solid.Ellipsoid(r3.Add(ear, r3.Scale(0.035, f[2])), vec(0.024, 0.03+0.7*a.ear, 0.02), f))
		s.Add(0.012, solid.Ball(on(side*0.088, 0.03, 0.085), 0.03*size))
		s.Carve(0.012, solid.Ball(r3.Add(nose, vec(side*0.035*size, 0.01, 0.06*size)), 0.018))
		if a.horns {
			s.Add(0.02, solid.Limb(on(side*0.05, 0.1, 0.03), on(side*hornTip.X, hornTip.Y, hornTip.Z), 0.036, 0.024))
		}
	}
}
