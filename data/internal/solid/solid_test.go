package solid

import (
	"testing"
	"time"

	"gonum.org/v1/gonum/spatial/r3"
)

func TestTmp(t *testing.T) {
	s := &Solid{}
	s.Add(0, Ball(r3.Vec{}, 1))
	s.Add(0.2, Limb(r3.Vec{}, r3.Vec{X: 2}, 0.3, 0.2))
	for _, n := range []int{300, 2000, 25000} {
		start := time.Now()
		v, f := Mesh(s, n, 0.1)
		t.Log(n, len(v), len(f), time.Since(start))
	}
}
