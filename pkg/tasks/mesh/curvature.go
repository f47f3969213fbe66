package mesh

import (
	"math"
	"slices"
)

// curvatureFloor bounds the logarithm of a curvature, relative to the mean over
// the mesh: flat parts differ by rounding alone.
const curvatureFloor = 1e-9

// Curvature returns z_i = ‖Σ_j w_ij (r_i − r_j)‖² (eq. 22) of every vertex, with
// the cotangent weights of [Laplacian], in squared units of the mesh: the norm is
// that of the gradient of the area, 2|H| times the area of the vertex, H being
// the mean curvature. It is 0 inside planes and at isolated vertices; along a
// boundary it measures the boundary's pull as well.
func Curvature(s *Surface) []float64 {
	z := make([]float64, len(s.points))
	for i, v := range NewLaplacian(s).Apply(s.Mesh.Vertices) {
		z[i] = v[0]*v[0] + v[1]*v[1] + v[2]*v[2]
	}
	return z
}

// LogCurvature returns log(z_i / mean z), z being that of [Curvature], at least
// log 1e-9. It does not depend on the mesh's size. In file units z is about 1e-4,
// from which networks learn nothing. A mesh without curvature has zeros.
func LogCurvature(s *Surface) []float32 {
	z := Curvature(s)
	var mean float64
	for _, v := range z {
		mean += v / float64(len(z))
	}
	out := make([]float32, len(z))
	if mean == 0 {
		return out
	}
	for i, v := range z {
		out[i] = float32(math.Log(max(v/mean, curvatureFloor)))
	}
	return out
}

// median returns the middle of the values, the lower of two.
func median(values []float32) float32 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[(len(sorted)-1)/2]
}
