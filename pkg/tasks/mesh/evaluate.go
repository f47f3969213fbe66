package mesh

import (
	"context"
	"fmt"
	"time"

	"example.org/isinggraph/pkg/isinggraph"
)

// Score is how well a method did on one mesh.
type Score struct {
	Method   string
	Mesh     int     // index of the surface
	Kept     float64 // share of the vertices
	Distance float64 // (10/n) Σ_i d_i/ē, see Surface.Parts
	Squared  float64 // (10/n) Σ_i (d_i/ē)², eq. 18
	Seconds  float64 // that the choice of the vertices took
}

// Evaluate runs every method on the surfaces of the given indices, with seed plus
// the index, and measures what it kept. Progress, which may be nil, is called
// after each score. A failing method is an error that names it and the surface.
func Evaluate(ctx context.Context, surfaces []*Surface, indices []int, methods []Method, seed uint64, progress func(Score)) ([]Score, error) {
	var scores []Score
	for _, i := range indices {
		if i < 0 || i >= len(surfaces) {
			return nil, fmt.Errorf("mesh: surface %d of %d", i, len(surfaces))
		}
		for _, m := range methods {
			score, err := evaluate(ctx, surfaces[i], m, seed+uint64(i))
			if err != nil {
				return nil, fmt.Errorf("mesh: %s on surface %d: %w", m.Name(), i, err)
			}
			score.Mesh = i
			scores = append(scores, score)
			if progress != nil {
				progress(score)
			}
		}
	}
	return scores, nil
}

// evaluate measures one method on one surface.
func evaluate(ctx context.Context, s *Surface, m Method, seed uint64) (Score, error) {
	score := Score{Method: m.Name()}
	start := time.Now()
	var distances []float64
	if q, ok := m.(Quadric); ok && q.OwnFaces {
		c, err := q.Simplify(ctx, s, s.half())
		score.Seconds = time.Since(start).Seconds()
		if err != nil {
			return score, err
		}
		t, err := NewTree(c.Mesh)
		if err != nil {
			return score, err
		}
		distances = t.Distances(s.Mesh.Vertices)
		score.Kept = float64(len(c.Kept)) / float64(len(s.points))
	} else {
		keep, err := m.Keep(ctx, s, seed)
		score.Seconds = time.Since(start).Seconds()
		if err != nil {
			return score, err
		}
		if distances, err = s.Distances(keep, nil); err != nil {
			return score, err
		}
		score.Kept = isinggraph.Fraction(keep)
	}
	for _, d := range distances {
		d /= s.meanEdge
		score.Distance += scale * d / float64(len(distances))
		score.Squared += scale * d * d / float64(len(distances))
	}
	return score, nil
}
