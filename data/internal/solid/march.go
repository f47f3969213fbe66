package solid

import (
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// lattice is a body-centred cubic lattice of nx·ny·nz cubes: nodes are the
// corners of the cubes, then their centres.
type lattice struct {
	origin     r3.Vec
	cell       float64
	nx, ny, nz int
	value      []float64
}

// march cuts the surface of a solid out of a body-centred cubic lattice of
// the given cell size: marching tetrahedra (Chan and Purisima 1998,
// doi:10.1016/S0097-8493(97)00085-X). The tetrahedra fill space, so that the
// triangles form a closed manifold, oriented outwards. There are about
// 6.5·area/cell² vertices.
func march(s *Solid, cell float64) *surface {
	l := sample(s, cell)
	w := &wall{lattice: l, vertex: map[[2]int32]int32{}}
	for i := range l.nx {
		for j := range l.ny {
			for k := range l.nz {
				here := l.center(i, j, k)
				if i+1 < l.nx {
					w.face(here, l.center(i+1, j, k), l.corner(i+1, j, k), l.corner(i+1, j+1, k), l.corner(i+1, j+1, k+1), l.corner(i+1, j, k+1))
				}
				if j+1 < l.ny {
					w.face(here, l.center(i, j+1, k), l.corner(i, j+1, k), l.corner(i, j+1, k+1), l.corner(i+1, j+1, k+1), l.corner(i+1, j+1, k))
				}
				if k+1 < l.nz {
					w.face(here, l.center(i, j, k+1), l.corner(i, j, k+1), l.corner(i+1, j, k+1), l.corner(i+1, j+1, k+1), l.corner(i, j+1, k+1))
				}
			}
		}
	}
	return newSurface(w.points, w.corners)
}

// sample evaluates the solid at the nodes of a lattice around it.
func sample(s *Solid, cell float64) *lattice {
	box := s.Box()
	size := r3.Sub(box.Max, box.Min)
	cubes := func(x float64) int { return int(math.Ceil(x/cell)) + 4 }
	l := &lattice{cell: cell, nx: cubes(size.X), ny: cubes(size.Y), nz: cubes(size.Z)}
	l.origin = r3.Sub(box.Min, r3.Vec{X: 2 * cell, Y: 2 * cell, Z: 2 * cell})
	l.value = make([]float64, (l.nx+1)*(l.ny+1)*(l.nz+1)+l.nx*l.ny*l.nz)
	side := 8
	for i := 0; i <= l.nx; i += side {
		for j := 0; j <= l.ny; j += side {
			for k := 0; k <= l.nz; k += side {
				l.fill(s, i, j, k, side)
			}
		}
	}
	return l
}

// steepest bounds the slope of a solid's function: a bit more than that of a
// distance, since the one of an ellipsoid is approximate.
const steepest = 1.5

// fill sets the nodes of the block of side³ cubes from (i, j, k), of each cube
// its first corner and its centre. Where the function at the middle of the
// block shows that the surface is not within, it stands for all nodes:
// only signs matter there.
func (l *lattice) fill(s *Solid, i, j, k, side int) {
	if i > l.nx || j > l.ny || k > l.nz {
		return
	}
	half := float64(side) / 2
	f := s.At(r3.Add(l.origin, r3.Scale(l.cell, r3.Vec{X: float64(i) + half, Y: float64(j) + half, Z: float64(k) + half})))
	far := math.Abs(f) > steepest*math.Sqrt(3)*half*l.cell
	switch {
	case far || side == 1:
		for x := i; x < min(i+side, l.nx+1); x++ {
			for y := j; y < min(j+side, l.ny+1); y++ {
				for z := k; z < min(k+side, l.nz+1); z++ {
					corner := l.corner(x, y, z)
					l.value[corner] = f
					if !far {
						l.value[corner] = s.At(l.position(corner))
					}
					if x < l.nx && y < l.ny && z < l.nz {
						l.value[l.center(x, y, z)] = f
					}
				}
			}
		}
	default:
		side /= 2
		for o := range 8 {
			l.fill(s, i+side*(o>>2), j+side*(o>>1&1), k+side*(o&1), side)
		}
	}
}

// corner returns the node at the corner (i, j, k).
func (l *lattice) corner(i, j, k int) int32 {
	return int32((i*(l.ny+1)+j)*(l.nz+1) + k)
}

// center returns the node at the centre of cube (i, j, k).
func (l *lattice) center(i, j, k int) int32 {
	return int32((l.nx+1)*(l.ny+1)*(l.nz+1) + (i*l.ny+j)*l.nz + k)
}

// position returns where a node is.
func (l *lattice) position(node int32) r3.Vec {
	n, ny, nz, shift := int(node), l.ny+1, l.nz+1, 0.0
	if corners := (l.nx + 1) * ny * nz; n >= corners {
		n, ny, nz, shift = n-corners, l.ny, l.nz, 0.5
	}
	i, j, k := n/(ny*nz), n/nz%ny, n%nz
	return r3.Add(l.origin, r3.Scale(l.cell, r3.Vec{X: float64(i) + shift, Y: float64(j) + shift, Z: float64(k) + shift}))
}

// wall collects the triangles of a surface.
type wall struct {
	*lattice
	vertex  map[[2]int32]int32 // lattice edge, inner node first → vertex
	points  []r3.Vec
	corners []int32
}

// face cuts the four tetrahedra around the edge between two centres, which
// passes through the face a, b, c, d of both their cubes (counter-clockwise
// seen from the second).
func (w *wall) face(from, to, a, b, c, d int32) {
	ring := [5]int32{a, b, c, d, a}
	inside := w.value[from] < 0
	mixed := inside != (w.value[to] < 0)
	for _, v := range ring[:4] {
		mixed = mixed || inside != (w.value[v] < 0)
	}
	if !mixed {
		return
	}
	for i := range 4 {
		w.tetrahedron([4]int32{from, to, ring[i], ring[i+1]})
	}
}

// evenOrders lists, for each set of inner nodes as bits, an even permutation
// of the tetrahedron that puts them first.
var evenOrders = [16][4]int8{
	0b0001: {0, 1, 2, 3}, 0b0010: {1, 0, 3, 2}, 0b0100: {2, 0, 1, 3}, 0b1000: {3, 0, 2, 1},
	0b0011: {0, 1, 2, 3}, 0b0101: {0, 2, 3, 1}, 0b1001: {0, 3, 1, 2},
	0b0110: {1, 2, 0, 3}, 0b1010: {1, 3, 2, 0}, 0b1100: {2, 3, 0, 1},
	0b1110: {1, 3, 2, 0}, 0b1101: {0, 2, 3, 1}, 0b1011: {1, 0, 3, 2}, 0b0111: {0, 1, 2, 3},
}

// tetrahedron adds the triangles that part the inner from the outer nodes of
// a positively oriented tetrahedron.
func (w *wall) tetrahedron(t [4]int32) {
	set, n := 0, 0
	for i, v := range t {
		if w.value[v] < 0 {
			set |= 1 << i
			n++
		}
	}
	o := evenOrders[set]
	a, b, c, d := t[o[0]], t[o[1]], t[o[2]], t[o[3]]
	switch n {
	case 1:
		w.triangle(w.cut(a, b), w.cut(a, c), w.cut(a, d))
	case 2:
		ac, ad, bd, bc := w.cut(a, c), w.cut(a, d), w.cut(b, d), w.cut(b, c)
		w.triangle(ac, ad, bd)
		w.triangle(ac, bd, bc)
	case 3:
		w.triangle(w.cut(a, d), w.cut(b, d), w.cut(c, d))
	}
}

func (w *wall) triangle(a, b, c int32) { w.corners = append(w.corners, a, b, c) }

// cut returns the vertex on the edge from an inner to an outer node.
func (w *wall) cut(in, out int32) int32 {
	key := [2]int32{in, out}
	if v, found := w.vertex[key]; found {
		return v
	}
	v := int32(len(w.points))
	w.vertex[key] = v
	p, q := w.position(in), w.position(out)
	t := w.value[in] / (w.value[in] - w.value[out])
	t = min(max(t, 0.05), 0.95) // keeps neighbours apart; Newton steps place them later
	w.points = append(w.points, r3.Add(p, r3.Scale(t, r3.Sub(q, p))))
	return v
}
