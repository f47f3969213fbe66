package mesh

import (
	"testing"

	"gonum.org/v1/gonum/spatial/r3"
)

// A Hilbert curve visits the cells of a cube one neighbour after the other.
func TestHilbertOrder(t *testing.T) {
	const side = 16
	var points []r3.Vec
	for i := range side * side * side {
		points = append(points, r3.Vec{X: float64(i % side), Y: float64(i / side % side), Z: float64(i / side / side)})
	}
	order := hilbertOrder(points)
	for k := 1; k < len(order); k++ {
		if d := r3.Norm(r3.Sub(points[order[k]], points[order[k-1]])); d != 1 {
			t.Fatalf("step %d has length %v", k, d)
		}
	}
	if got := hilbertOrder(points[:1]); len(got) != 1 {
		t.Error(got)
	}
}
