//go:build !race

// The race detector makes sync.Pool forget.

package inverse

import (
	"context"
	"math/rand/v2"
	"testing"
)

func TestColumnsAllocateNothing(t *testing.T) {
	ms, err := Generate(context.Background(), Dataset1(3), 1)
	if err != nil {
		t.Fatal(err)
	}
	p := AllPositions(30, true)
	l := mustSquares(t, ms[0], p)
	x := RandomPattern(p, 0.5, rand.New(rand.NewPCG(1, 1)))
	dst := make([]float64, 30)
	if n := testing.AllocsPerRun(20, func() {
		if _, err := l.Columns(dst, x); err != nil {
			t.Fatal(err)
		}
	}); n > 0.5 {
		t.Errorf("%v allocations", n)
	}
}
