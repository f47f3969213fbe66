package inverse

import (
	"context"
	"math/rand/v2"
	"testing"
)

// BenchmarkInverse/leastsquares is the loss of an epoch of the paper's size in
// Setting 2: 960 matrices with two samples each, half of all positions kept.
func BenchmarkInverse(b *testing.B) {
	b.Run("leastsquares", func(b *testing.B) {
		ctx := context.Background()
		ms, err := Generate(ctx, Dataset1(1), 960)
		if err != nil {
			b.Fatal(err)
		}
		p := AllPositions(30, true)
		r := rand.New(rand.NewPCG(1, 1))
		var problems []*LeastSquares
		var patterns [][]int8
		for _, a := range ms {
			l := mustSquares(b, a, p)
			problems = append(problems, l, l)
			patterns = append(patterns, RandomPattern(p, 0.5, r), RandomPattern(p, 0.5, r))
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Losses(ctx, problems, patterns); err != nil {
				b.Fatal(err)
			}
		}
	})
}
