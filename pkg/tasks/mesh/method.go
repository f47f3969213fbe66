package mesh

import (
	"context"
	"math/rand/v2"
)

// Method chooses the vertices of a mesh that are kept.
type Method interface {
	Name() string
	// Keep returns a spin for each vertex [n], +1 for those that are kept. Equal
	// seeds give equal spins.
	Keep(ctx context.Context, s *Surface, seed uint64) ([]int8, error)
}

// Random keeps each vertex with probability ½.
type Random struct{}

// Name returns "RANDOM".
func (Random) Name() string { return "RANDOM" }

// Keep implements [Method].
func (Random) Keep(_ context.Context, s *Surface, seed uint64) ([]int8, error) {
	rng := rand.New(rand.NewPCG(seed, 0))
	keep := make([]int8, len(s.points))
	for i := range keep {
		keep[i] = int8(rng.IntN(2)*2 - 1)
	}
	return keep, nil
}
