package mesh

import (
	"example.org/isinggraph/pkg/isinggraph"
	"gonum.org/v1/gonum/spatial/r3"
)

// boundaryWeight multiplies the planes that hold boundaries in place, and
// lengthWeight the squared length of an edge that decides among flat places.
const boundaryWeight, lengthWeight = 100, 1e-9

// quadric is Q(p) = pᵀAp + 2bᵀp + c, a weighted sum of squared distances from
// planes (Garland and Heckbert 1997, doi:10.1145/258734.258849).
type quadric struct {
	xx, xy, xz, yy, yz, zz float64
	b                      r3.Vec
	c                      float64
}

// addPlane adds weight·(n·p + d)².
func (q *quadric) addPlane(n r3.Vec, d, weight float64) {
	m := r3.Scale(weight, n)
	q.xx += m.X * n.X
	q.xy += m.X * n.Y
	q.xz += m.X * n.Z
	q.yy += m.Y * n.Y
	q.yz += m.Y * n.Z
	q.zz += m.Z * n.Z
	q.b = r3.Add(q.b, r3.Scale(d, m))
	q.c += weight * d * d
}

func (q *quadric) add(o *quadric) {
	q.xx += o.xx
	q.xy += o.xy
	q.xz += o.xz
	q.yy += o.yy
	q.yz += o.yz
	q.zz += o.zz
	q.b = r3.Add(q.b, o.b)
	q.c += o.c
}

// at returns Q(p), at least 0.
func (q *quadric) at(p r3.Vec) float64 {
	x := q.xx*p.X + q.xy*p.Y + q.xz*p.Z + 2*q.b.X
	y := q.xy*p.X + q.yy*p.Y + q.yz*p.Z + 2*q.b.Y
	z := q.xz*p.X + q.yz*p.Y + q.zz*p.Z + 2*q.b.Z
	return max(x*p.X+y*p.Y+z*p.Z+q.c, 0)
}

// quadrics returns the quadric of every vertex: the planes of its faces, by a
// third of their area, and planes upright on the edges of one face. Faces
// have three different vertices; points are relative to one of them, for accuracy.
func quadrics(g *isinggraph.Graph, points []r3.Vec, faces [][3]int32) []quadric {
	all := make([]quadric, len(points))
	rowPtr, col := g.CSR()
	count := make([]int32, len(col)) // faces of the edge (u, v), u < v
	for _, f := range faces {
		for k, u := range f {
			v := f[(k+1)%3]
			count[slot(rowPtr, col, min(u, v), max(u, v))]++
		}
	}
	for _, f := range faces {
		a, b, c := points[f[0]], points[f[1]], points[f[2]]
		normal := r3.Cross(r3.Sub(b, a), r3.Sub(c, a))
		area := r3.Norm(normal)
		if area == 0 {
			continue
		}
		n := r3.Scale(1/area, normal)
		for k, u := range f {
			all[u].addPlane(n, -r3.Dot(n, a), area/6)
			v := f[(k+1)%3]
			if count[slot(rowPtr, col, min(u, v), max(u, v))] != 1 {
				continue
			}
			edge := r3.Sub(points[v], points[u])
			length := r3.Norm2(edge)
			upright := r3.Cross(edge, n)
			if size := r3.Norm(upright); size > 0 {
				upright = r3.Scale(1/size, upright)
				d := -r3.Dot(upright, points[u])
				all[u].addPlane(upright, d, boundaryWeight*length)
				all[v].addPlane(upright, d, boundaryWeight*length)
			}
		}
	}
	return all
}
