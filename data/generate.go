package data

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"

	"example.org/isinggraph/data/internal/solid"
	"gonum.org/v1/gonum/spatial/r3"
)

// Numbers of vertices that GenerateMesh makes.
const (
	MinGenerated = 500
	MaxGenerated = 200_000
)

// builders makes the solid of each family, up along +Y, in front along +Z, and
// a lattice spacing that resolves its thinnest part.
var builders = map[string]func(*dice) (shape *solid.Solid, cell float64){
	Bust: newBust, FourLeg: newFourLeg, Human: newHuman, Chair: newChair,
}

// GenerateMesh makes a mesh in the manner of a class of the Princeton
// benchmark: family is one of [MeshFamilies]; equal seeds give equal meshes, on
// one architecture bit for bit. The mesh is closed, manifold, connected and
// oriented outwards, with the given number of vertices, which lies between
// MinGenerated and MaxGenerated. +Y is up and +Z in front; as in the benchmark
// the mean of the vertices is the origin, and the farthest is at distance 1.
//
// The solid is a smooth union of ellipsoids, round cones and rounded blocks
// with proportions drawn from the seed.
func GenerateMesh(family string, seed uint64, vertices int) (*Mesh, error) {
	build, known := builders[family]
	if !known {
		return nil, unknownFamily(family)
	}
	if vertices < MinGenerated || vertices > MaxGenerated {
		return nil, fmt.Errorf("data: mesh of %d vertices, want %d to %d", vertices, MinGenerated, MaxGenerated)
	}
	m := &Mesh{}
	shape, cell := build(newDice(family, seed))
	m.Vertices, m.Faces = solid.Mesh(shape, vertices, cell)
	m.normalize()
	return m, nil
}

// normalize moves the mean of the vertices to the origin and the farthest
// vertex to distance 1.
func (m *Mesh) normalize() {
	var mean r3.Vec
	for _, v := range m.Vertices {
		mean = r3.Add(mean, toVec(v))
	}
	mean = r3.Scale(1/float64(len(m.Vertices)), mean)
	farthest := 0.0
	for _, v := range m.Vertices {
		farthest = max(farthest, r3.Norm(r3.Sub(toVec(v), mean)))
	}
	for i, v := range m.Vertices {
		p := r3.Scale(1/farthest, r3.Sub(toVec(v), mean))
		m.Vertices[i] = [3]float64{p.X, p.Y, p.Z}
	}
}

// dice draws the proportions of a shape.
type dice struct{ *rand.Rand }

// newDice seeds the proportions of one shape of a family.
func newDice(family string, seed uint64) *dice {
	h := fnv.New64a()
	h.Write([]byte(family))
	return &dice{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// in draws a number uniform in [lo, hi).
func (d *dice) in(lo, hi float64) float64 { return lo + (hi-lo)*d.Float64() }

// chance tells whether something of probability p happens.
func (d *dice) chance(p float64) bool { return d.Float64() < p }

// vec is short for a vector.
func vec(x, y, z float64) r3.Vec { return r3.Vec{X: x, Y: y, Z: z} }

// polar returns a vector of the given length that hangs down (−Y), swung by
// side towards +X and by front towards +Z, in degrees.
func polar(length, side, front float64) r3.Vec {
	ss, cs := math.Sincos(side * math.Pi / 180)
	sf, cf := math.Sincos(front * math.Pi / 180)
	return vec(length*ss, -length*cs*cf, length*cs*sf)
}
