package data

import (
	"example.org/isinggraph/data/internal/solid"
	"gonum.org/v1/gonum/spatial/r3"
)

// newHuman makes a standing figure about 1.75 high, its arms and legs in a
// random pose.
func newHuman(d *dice) (*solid.Solid, float64) {
	s := &solid.Solid{}
	bulk, hips, chest := d.in(0.9, 1.15), d.in(0.9, 1.1), d.in(0.9, 1.12)
	up := solid.Upright
	hip, shoulder := d.in(0.88, 0.95), d.in(1.4, 1.46)

	// Trunk.
	s.Add(0, solid.Ellipsoid(vec(0, hip+0.03, 0), vec(0.155*hips, 0.13, 0.11*bulk), up))
	s.Add(0.1, solid.Ellipsoid(vec(0, 0.5*(hip+shoulder)-0.04, 0.01), vec(0.125*bulk, 0.2, 0.095*bulk), up))
	s.Add(0.1, solid.Ellipsoid(vec(0, shoulder-0.14, 0), vec(0.16*chest, 0.19, 0.11*bulk), up))
	s.Add(0.07, solid.Limb(vec(-0.13*chest, shoulder-0.01, -0.01), vec(0.13*chest, shoulder-0.01, -0.01), 0.06, 0.06))
	bosom, depth := d.in(0.045, 0.06), 0.085*bulk
	if d.chance(0.5) {
		depth = 0.05 * bulk
	}
	for _, side := range [2]float64{-1, 1} {
		s.Add(0.06, solid.Ball(vec(side*0.075*chest, shoulder-0.16, depth), bosom))
		s.Add(0.06, solid.Ball(vec(side*0.07*hips, hip-0.01, -0.065*bulk), 0.08))
	}

	neck := vec(0, shoulder-0.01, -0.01)
	head := vec(d.in(-0.02, 0.02), shoulder+0.235, d.in(0.01, 0.04))
	s.Add(0.06, solid.Limb(neck, r3.Add(head, vec(0, -0.08, -0.01)), 0.062*bulk, 0.054))
	humanHead(s, d, head)
	for _, side := range [2]float64{-1, 1} {
		arm(s, d, vec(side*0.185*chest, shoulder-0.03, -0.01), side, bulk)
		leg(s, d, vec(side*0.088*hips, hip-0.03, 0), side, bulk)
	}
	return s, 0.015
}

// humanHead adds a head with a plain face, turned to a side.
func humanHead(s *solid.Solid, d *dice, center r3.Vec) {
	turn := solid.Upright.Turn(d.in(-0.5, 0.5), vec(0, 1, 0))
	at := func(x, y, z float64) r3.Vec {
		return r3.Add(r3.Add(center, vec(0, y, 0)), r3.Add(r3.Scale(x, turn[0]), r3.Scale(z, turn[2])))
	}
	s.Add(0.03, solid.Ellipsoid(at(0, 0.025, -0.005), vec(0.078, 0.098, 0.096), turn))
	s.Add(0.03, solid.Ellipsoid(at(0, -0.045, 0.03), vec(0.06, 0.08, 0.062), turn))
	s.Add(0.03, solid.Ball(at(0, -0.1, 0.062), 0.022)) // chin
	for _, side := range [2]float64{-1, 1} {
		s.Carve(0.025, solid.Ellipsoid(at(side*0.034, 0.008, 0.102), vec(0.024, 0.016, 0.02), turn))
		s.Add(0.012, solid.Ellipsoid(at(side*0.08, -0.005, 0), vec(0.014, 0.03, 0.02), turn))
	}
	s.Add(0.015, solid.Limb(at(0, 0.015, 0.088), at(0, -0.03, 0.1), 0.01, 0.016))
	s.Add(0.012, solid.Ellipsoid(at(0, -0.064, 0.088), vec(0.026, 0.011, 0.012), turn))
	switch d.IntN(3) {
	case 1: // short hair
		s.Add(0.01, solid.Wavy(solid.Ellipsoid(at(0, 0.045, -0.022), vec(0.087, 0.094, 0.093), turn), 0.003, 0.045, turn))
	case 2: // long hair
		s.Add(0.02, solid.Ellipsoid(at(0, 0.04, -0.03), vec(0.09, 0.1, 0.09), turn))
		s.Add(0.04, solid.Limb(at(0, 0.02, -0.06), at(0, d.in(-0.2, -0.12), -0.06), 0.075, 0.06))
	}
}

// arm adds an arm with a hand of four fingers held together and a thumb.
func arm(s *solid.Solid, d *dice, shoulder r3.Vec, side, bulk float64) {
	spread, swing := d.in(14, 60), d.in(-25, 30)
	if d.chance(0.2) {
		spread = d.in(70, 100)
	}
	elbow := r3.Add(shoulder, polar(0.29, side*spread, swing))
	bend := d.in(0, 45)
	wrist := r3.Add(elbow, polar(0.25, side*(spread-d.in(0, 12)), swing+bend))
	s.Add(0.05, solid.Limb(shoulder, elbow, 0.058*bulk, 0.042*bulk))
	s.Add(0.01, solid.Limb(elbow, wrist, 0.043*bulk, 0.03))
	along := r3.Unit(r3.Sub(wrist, elbow))
	palm := r3.Add(wrist, r3.Scale(0.07, along))
	across := r3.Unit(r3.Cross(along, vec(side, 0, 0.2)))
	f := solid.Frame{r3.Cross(along, across), along, across}
	s.Add(0.02, solid.Ellipsoid(palm, vec(0.022, 0.062, 0.042), f))
	for i := range 4 {
		k := float64(i) - 1.5
		base := r3.Add(palm, r3.Add(r3.Scale(0.03, along), r3.Scale(0.02*k, across)))
		s.Add(0.006, solid.Limb(base, r3.Add(base, r3.Add(r3.Scale(0.085-0.008*k*k, along), r3.Scale(0.03*k, across))), 0.013, 0.012))
	}
	front := across
	if across.Z < 0 {
		front = r3.Scale(-1, across)
	}
	s.Add(0.012, solid.Limb(r3.Add(wrist, r3.Scale(0.03, along)), r3.Add(palm, r3.Add(r3.Scale(0.06, front), r3.Scale(0.02, along))), 0.016, 0.012))
}

// leg adds a leg with its foot.
func leg(s *solid.Solid, d *dice, hip r3.Vec, side, bulk float64) {
	spread, swing := d.in(2, 12), d.in(-14, 18)
	knee := r3.Add(hip, polar(0.5*hip.Y, side*spread, swing))
	ankle := r3.Add(knee, polar(0.5*hip.Y-0.06, side*0.6*spread, swing-d.in(2, 16)))
	s.Add(0.03, solid.Limb(hip, knee, 0.088*bulk, 0.056*bulk))
	s.Add(0.01, solid.Limb(knee, ankle, 0.055*bulk, 0.036))
	calf := r3.Add(knee, r3.Scale(0.28, r3.Sub(ankle, knee)))
	s.Add(0.04, solid.Limb(r3.Add(calf, vec(0, 0, -0.02)), r3.Add(knee, vec(0, 0, -0.008)), 0.046*bulk, 0.04*bulk))
	heel := r3.Add(ankle, vec(0, -0.025, -0.025))
	toe := r3.Add(ankle, vec(side*d.in(0, 0.05), -0.04, 0.15))
	s.Add(0.03, solid.Limb(heel, toe, 0.036, 0.028))
	s.Add(0.03, solid.Limb(heel, r3.Add(toe, vec(side*0.025, 0, -0.03)), 0.034, 0.024))
}
