package data

import (
	"math"

	"example.org/isinggraph/data/internal/solid"
	"gonum.org/v1/gonum/spatial/r3"
)

// newBust makes a head on shoulders that end in a cut or a pedestal.
func newBust(d *dice) (*solid.Solid, float64) {
	s := &solid.Solid{}
	up := solid.Upright
	wide, long, neck := d.in(0.9, 1.1), d.in(0.92, 1.12), d.in(-0.03, 0.06)

	// Shoulders and chest, flat below.
	sw, st := d.in(0.42, 0.56), d.in(0.18, 0.23)
	s.Add(0.15, solid.Ellipsoid(vec(0, 0.5, -0.05), vec(sw+0.02, 0.42, 0.27*wide), up))
	s.Add(0.2, solid.Limb(vec(-sw, 0.6, -0.07), vec(sw, 0.6, -0.07), st, st))
	s.Add(0.15, solid.Ellipsoid(vec(0, 0.5, 0.07), vec(0.34*wide, 0.24, 0.2), up))
	if d.chance(0.5) { // robe
		f := up.Turn(d.in(0.3, 0.8), vec(0, 0, 1)).Turn(d.in(-0.5, 0.5), vec(1, 0, 0))
		s.Add(0.06, solid.Wavy(solid.Ellipsoid(vec(0, 0.52, -0.02), vec(sw+0.12, 0.36, 0.34), up), 0.022, d.in(0.28, 0.4), f))
		s.Add(0.03, solid.Limb(vec(-0.2, 0.87, 0.02), vec(0.02, 0.68, 0.27), 0.05, 0.04), solid.Limb(vec(0.2, 0.87, 0.02), vec(0.02, 0.68, 0.27), 0.05, 0.04))
	} else { // muscles and collarbones
		for _, side := range [2]float64{-1, 1} {
			s.Add(0.06, solid.Ellipsoid(vec(side*0.2, 0.47, 0.2), vec(0.19, 0.14, 0.09), up))
			s.Add(0.03, solid.Limb(vec(side*0.06, 0.73, 0.17), vec(side*0.4, 0.77, 0.05), 0.028, 0.03))
		}
	}
	s.Carve(0.05, solid.Block(vec(0, -0.4, 0), vec(2, d.in(0.58, 0.78), 2), 0, up))

	// Neck, bent by a turn of the head.
	head := vec(d.in(-0.04, 0.04), 1.45+neck, d.in(-0.02, 0.05))
	s.Add(0.16, solid.Limb(vec(0, 0.72, -0.07), r3.Add(head, vec(0, -0.25, -0.07)), d.in(0.17, 0.2), d.in(0.15, 0.18)*wide))

	turn := solid.Upright.Turn(d.in(-0.35, 0.35), vec(0, 1, 0)).Turn(d.in(-0.12, 0.12), vec(0, 0, 1))
	h := &headBuilder{Solid: s, dice: d, origin: head, frame: turn, wide: wide, long: long}
	h.skull()
	h.eyes()
	h.nose()
	h.mouth()
	h.ears()
	h.hair()

	if d.chance(0.5) {
		h := d.in(0.1, 0.2)
		s.Add(0.06, solid.Limb(vec(0, 0.4, -0.05), vec(0, 0.05, -0.05), 0.17, 0.12))
		if d.chance(0.5) {
			s.Add(0.04, solid.Disc(vec(0, -h, -0.05), d.in(0.26, 0.34), h, 0.04))
		} else {
			s.Add(0.04, solid.Block(vec(0, -h, -0.05), vec(d.in(0.25, 0.36), h, 0.25), 0.04, up))
		}
	}
	return s, 0.03
}

// headBuilder adds the parts of a head, in coordinates of the head's frame:
// X to the side, Y up, Z in front.
type headBuilder struct {
	*solid.Solid
	*dice
	origin     r3.Vec
	frame      solid.Frame
	wide, long float64
}

// at returns the point of the given coordinates in the head's frame.
func (h *headBuilder) at(x, y, z float64) r3.Vec {
	x, y = x*h.wide, y*h.long
	return r3.Add(h.origin, r3.Add(r3.Scale(x, h.frame[0]), r3.Add(r3.Scale(y, h.frame[1]), r3.Scale(z, h.frame[2]))))
}

// egg returns an ellipsoid in the head's frame.
func (h *headBuilder) egg(x, y, z, rx, ry, rz float64) solid.Shape {
	return solid.Ellipsoid(h.at(x, y, z), vec(rx*h.wide, ry*h.long, rz), h.frame)
}

func (h *headBuilder) skull() {
	h.Add(0.05, h.egg(0, 0.1, -0.04, 0.29, 0.33, 0.36))
	h.Add(0.12, h.egg(0, -0.13, 0.1, h.in(0.2, 0.24), 0.28, 0.24)) // face
	jaw := h.in(0.13, 0.19)
	h.Add(0.1, solid.Limb(h.at(-jaw, -0.24, 0.06), h.at(0, -0.34, 0.22), 0.08, 0.075))
	h.Add(0.1, solid.Limb(h.at(jaw, -0.24, 0.06), h.at(0, -0.34, 0.22), 0.08, 0.075))
	h.Add(0.06, solid.Ball(h.at(0, -0.35, 0.26), h.in(0.055, 0.075))) // chin
	cheek := h.in(0.05, 0.075)
	h.Add(0.09, h.egg(-0.14, -0.08, 0.23, 0.07, cheek, 0.06), h.egg(0.14, -0.08, 0.23, 0.07, cheek, 0.06))
}

func (h *headBuilder) eyes() {
	apart, size := h.in(0.1, 0.12), h.in(0.05, 0.06)
	for _, side := range [2]float64{-1, 1} {
		h.Carve(0.06, h.egg(side*apart, 0.025, 0.34, 0.075, 0.05, 0.08))
		h.Add(0.012, solid.Ball(h.at(side*apart, 0.02, 0.255), size))
		brow := h.in(0.02, 0.03)
		h.Add(0.05, solid.Limb(h.at(side*0.05, 0.085, 0.315), h.at(side*0.18, 0.09, 0.255), brow, 0.8*brow))
		h.Add(0.02, solid.Limb(h.at(side*(apart-0.05), 0.05, 0.295), h.at(side*(apart+0.05), 0.05, 0.28), 0.014, 0.014))
	}
}

func (h *headBuilder) nose() {
	tip, wing := h.in(0.39, 0.46), h.in(0.03, 0.04)
	low := h.in(-0.16, -0.12)
	h.Add(0.04, solid.Limb(h.at(0, 0.06, 0.31), h.at(0, low, tip-0.05), 0.028, 0.045))
	h.Add(0.03, solid.Ball(h.at(-0.05, low-0.01, tip-0.09), wing), solid.Ball(h.at(0.05, low-0.01, tip-0.09), wing))
}

func (h *headBuilder) mouth() {
	width, full := h.in(0.07, 0.1), h.in(0.018, 0.028)
	h.Add(0.05, h.egg(0, -0.23, 0.26, 0.11, 0.07, 0.08))
	h.Add(0.015, h.egg(0, -0.215, 0.335, width, full, 0.03), h.egg(0, -0.258, 0.33, 0.85*width, 1.1*full, 0.03))
	h.Carve(0.02, h.egg(0, -0.236, 0.37, width, 0.006, 0.03))
	if h.chance(0.3) { // beard
		beard := h.egg(0, -0.38, 0.2, 0.16, h.in(0.14, 0.22), 0.12)
		h.Add(0.06, solid.Wavy(beard, 0.01, 0.13, h.frame.Turn(0.8, h.frame[1])))
	}
}

func (h *headBuilder) ears() {
	size := h.in(0.85, 1.15)
	for _, side := range [2]float64{-1, 1} {
		f := h.frame.Turn(side*0.35, h.frame[1])
		h.Add(0.03, solid.Ellipsoid(h.at(side*0.295, -0.02, -0.02), vec(0.035, 0.1*size, 0.065*size), f))
		h.Carve(0.02, solid.Ellipsoid(h.at(side*0.34, -0.01, 0), vec(0.025, 0.06*size, 0.035*size), f))
	}
}

func (h *headBuilder) hair() {
	style := h.IntN(5)
	if style == 0 {
		return // bald
	}
	back := h.in(-0.09, -0.06)
	f := h.frame.Turn(0.7, h.frame[0]).Turn(0.6, h.frame[2])
	h.Add(0.015, solid.Wavy(h.egg(0, 0.17, back, 0.325, 0.32, 0.37), 0.012, h.in(0.16, 0.24), f))
	switch style {
	case 1: // curls
		for range 110 {
			p := vec(h.NormFloat64(), h.NormFloat64(), h.NormFloat64())
			p = r3.Scale(1/r3.Norm(p), p)
			if p.Y > -0.4 && p.Z < 0.4+p.Y/2 {
				h.Add(0.02, solid.Ball(h.at(0.31*p.X, 0.17+0.3*p.Y, back+0.35*p.Z), h.in(0.05, 0.08)))
			}
		}
	case 2: // bun
		h.Add(0.03, solid.Wavy(solid.Ball(h.at(0, h.in(0.1, 0.35), -0.44), h.in(0.13, 0.17)), 0.01, 0.13, f))
	case 3: // long
		drop := h.in(-0.6, -0.35)
		for _, side := range [2]float64{-1, 1} {
			h.Add(0.08, solid.Wavy(solid.Limb(h.at(side*0.25, 0.15, -0.12), h.at(side*0.27, drop, -0.14), 0.12, 0.09), 0.012, 0.18, f))
		}
		h.Add(0.1, solid.Wavy(solid.Limb(h.at(0, 0.15, -0.28), h.at(0, drop, -0.25), 0.17, 0.14), 0.012, 0.18, f))
	case 4: // wreath
		for i := range 16 {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / 16)
			h.Add(0.015, solid.Ellipsoid(h.at(0.31*sin, 0.2+0.04*cos, back+0.02+0.36*cos), vec(0.07, 0.035, 0.05), h.frame.Turn(h.in(-0.6, 0.6), h.frame[2])))
		}
	}
}
