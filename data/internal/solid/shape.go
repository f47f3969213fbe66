package solid

import (
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// Frame is an orthonormal frame: the axes of a turned shape.
type Frame [3]r3.Vec

// Upright is the frame of the coordinate axes.
var Upright = Frame{{X: 1}, {Y: 1}, {Z: 1}}

// Turn returns the frame turned by angle (radians) about an axis.
func (f Frame) Turn(angle float64, axis r3.Vec) Frame {
	r := r3.NewRotation(angle, axis)
	for i := range f {
		f[i] = r.Rotate(f[i])
	}
	return f
}

// local returns the coordinates of p − origin in the frame.
func (f *Frame) local(p, origin r3.Vec) r3.Vec {
	d := r3.Sub(p, origin)
	return r3.Vec{X: r3.Dot(d, f[0]), Y: r3.Dot(d, f[1]), Z: r3.Dot(d, f[2])}
}

// extent returns the half sizes of the axis-parallel box around a box of half
// sizes r in the frame.
func (f *Frame) extent(r r3.Vec) r3.Vec {
	var e r3.Vec
	for i, s := range [3]float64{r.X, r.Y, r.Z} {
		e.X += math.Abs(f[i].X) * s
		e.Y += math.Abs(f[i].Y) * s
		e.Z += math.Abs(f[i].Z) * s
	}
	return e
}

// Ellipsoid is an ellipsoid of the given radii along the axes of a frame. Its
// distance is the usual first-order approximation outside, and inside a lower
// bound, steepest along the shortest axis.
func Ellipsoid(center, radii r3.Vec, frame Frame) Shape {
	e := frame.extent(radii)
	inverse := r3.Vec{X: 1 / radii.X, Y: 1 / radii.Y, Z: 1 / radii.Z}
	smallest := min(radii.X, radii.Y, radii.Z)
	dist := func(p r3.Vec) float64 {
		q := frame.local(p, center)
		q = r3.Vec{X: q.X * inverse.X, Y: q.Y * inverse.Y, Z: q.Z * inverse.Z}
		k := norm(q)
		if k < 1 {
			return (k - 1) * smallest
		}
		g := norm(r3.Vec{X: q.X * inverse.X, Y: q.Y * inverse.Y, Z: q.Z * inverse.Z})
		return k * (k - 1) / g
	}
	return Shape{dist, r3.Box{Min: r3.Sub(center, e), Max: r3.Add(center, e)}}
}

// Ball is a sphere with its inside.
func Ball(center r3.Vec, radius float64) Shape {
	e := r3.Vec{X: radius, Y: radius, Z: radius}
	dist := func(p r3.Vec) float64 { return norm(r3.Sub(p, center)) - radius }
	return Shape{dist, r3.Box{Min: r3.Sub(center, e), Max: r3.Add(center, e)}}
}

// Limb is the convex hull of two balls (a round cone; a capsule if the radii
// are equal).
func Limb(a, b r3.Vec, ra, rb float64) Shape {
	axis := r3.Sub(b, a)
	length := norm(axis)
	if length <= math.Abs(ra-rb) { // one ball holds the other
		if rb > ra {
			return Ball(b, rb)
		}
		return Ball(a, ra)
	}
	axis = r3.Scale(1/length, axis)
	sin := (ra - rb) / length
	cos := math.Sqrt(1 - sin*sin)
	dist := func(p r3.Vec) float64 {
		d := r3.Sub(p, a)
		y := r3.Dot(d, axis)
		x := math.Sqrt(max(r3.Norm2(d)-y*y, 0))
		switch along := y*cos - x*sin; { // coordinate along the slanted side
		case along < 0:
			return math.Sqrt(x*x+y*y) - ra
		case along > length*cos:
			return math.Sqrt(x*x+(y-length)*(y-length)) - rb
		default:
			return x*cos + y*sin - ra
		}
	}
	va, vb := r3.Vec{X: ra, Y: ra, Z: ra}, r3.Vec{X: rb, Y: rb, Z: rb}
	return Shape{dist, r3.Box{
		Min: minVec(r3.Sub(a, va), r3.Sub(b, vb)),
		Max: maxVec(r3.Add(a, va), r3.Add(b, vb)),
	}}
}

// Block is a box of the given half sizes, its edges rounded by radius round.
func Block(center, half r3.Vec, round float64, frame Frame) Shape {
	round = min(round, half.X, half.Y, half.Z)
	inner := r3.Vec{X: half.X - round, Y: half.Y - round, Z: half.Z - round}
	e := frame.extent(half)
	dist := func(p r3.Vec) float64 {
		q := frame.local(p, center)
		x, y, z := math.Abs(q.X)-inner.X, math.Abs(q.Y)-inner.Y, math.Abs(q.Z)-inner.Z
		inside := min(max(x, y, z), 0)
		x, y, z = max(x, 0), max(y, 0), max(z, 0)
		return math.Sqrt(x*x+y*y+z*z) + inside - round
	}
	return Shape{dist, r3.Box{Min: r3.Sub(center, e), Max: r3.Add(center, e)}}
}

// Disc is a cylinder with a vertical axis, its edges rounded by radius round.
func Disc(center r3.Vec, radius, halfHeight, round float64) Shape {
	round = min(round, radius, halfHeight)
	dist := func(p r3.Vec) float64 {
		d := r3.Sub(p, center)
		x, y := math.Hypot(d.X, d.Z)-radius+round, math.Abs(d.Y)-halfHeight+round
		return math.Hypot(max(x, 0), max(y, 0)) + min(max(x, y), 0) - round
	}
	e := r3.Vec{X: radius, Y: halfHeight, Z: radius}
	return Shape{dist, r3.Box{Min: r3.Sub(center, e), Max: r3.Add(center, e)}}
}

// Wavy returns a shape whose surface rises and falls by height in waves of the
// given length along the axes of a frame. Keep height below a twelfth of
// length, or the waves get steep.
func Wavy(sh Shape, height, length float64, frame Frame) Shape {
	k := 2 * math.Pi / length
	grow := r3.Vec{X: height, Y: height, Z: height}
	dist := func(p r3.Vec) float64 {
		q := frame.local(p, r3.Vec{})
		return sh.Dist(p) - height*math.Sin(k*q.X)*math.Sin(k*q.Y)*math.Sin(k*q.Z)
	}
	return Shape{dist, r3.Box{Min: r3.Sub(sh.Box.Min, grow), Max: r3.Add(sh.Box.Max, grow)}}
}
