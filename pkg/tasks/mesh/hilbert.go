package mesh

import (
	"cmp"
	"slices"

	"gonum.org/v1/gonum/spatial/r3"
)

// hilbertBits are the bits of a coordinate on the Hilbert curve.
const hilbertBits = 12

// hilbertOrder returns the indices of points in the order of a Hilbert curve
// through their bounding box, so that runs of it are compact.
func hilbertOrder(points []r3.Vec) []int32 {
	box := emptyBox()
	for _, p := range points {
		box.add(p)
	}
	size := r3.Sub(box.max, box.min)
	scale := 0.0
	if longest := max(size.X, size.Y, size.Z); longest > 0 {
		scale = (1<<hilbertBits - 1) / longest
	}
	key := make([]uint64, len(points))
	order := make([]int32, len(points))
	for i, p := range points {
		q := r3.Scale(scale, r3.Sub(p, box.min))
		key[i] = hilbertKey([3]uint32{uint32(q.X), uint32(q.Y), uint32(q.Z)})
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(key[a], key[b]), cmp.Compare(a, b))
	})
	return order
}

// hilbertKey returns the position of a cell on the Hilbert curve (Skilling 2004,
// doi:10.1063/1.1751381). That of gonum's spatial/curve is another curve, also up to
// rotations and reflections: with it the order of faces, and what follows it, such as
// the farthest point that is chosen of equal ones, would change.
func hilbertKey(x [3]uint32) uint64 {
	const top = uint32(1) << (hilbertBits - 1)
	for q := top; q > 1; q >>= 1 {
		p := q - 1
		for i := range x {
			if x[i]&q != 0 {
				x[0] ^= p
			} else {
				t := (x[0] ^ x[i]) & p
				x[0] ^= t
				x[i] ^= t
			}
		}
	}
	x[1] ^= x[0]
	x[2] ^= x[1]
	var t uint32
	for q := top; q > 1; q >>= 1 {
		if x[2]&q != 0 {
			t ^= q - 1
		}
	}
	for i := range x {
		x[i] ^= t
	}
	var key uint64
	for b := hilbertBits - 1; b >= 0; b-- {
		for _, v := range x {
			key = key<<1 | uint64(v>>b&1)
		}
	}
	return key
}

// hilbertFaces returns the faces of three different vertices along a Hilbert
// curve through their centres.
func hilbertFaces(points []r3.Vec, faces [][3]int32) [][3]int32 {
	proper := make([][3]int32, 0, len(faces))
	centres := make([]r3.Vec, 0, len(faces))
	for _, f := range faces {
		if repeats(f) {
			continue
		}
		proper = append(proper, f)
		sum := r3.Add(r3.Add(points[f[0]], points[f[1]]), points[f[2]])
		centres = append(centres, r3.Scale(1./3, sum))
	}
	out := make([][3]int32, len(proper))
	for k, i := range hilbertOrder(centres) {
		out[k] = proper[i]
	}
	return out
}
