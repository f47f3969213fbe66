package mesh

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Ising keeps the vertices of spin +1 in a sample of the antiferromagnetic model,
// J = −1 at temperature 1, with a field of the surface. The zero value is the
// paper's ISING, without field.
type Ising struct {
	Label string // default "ISING"
	// Field returns h [n], or nil, which stands for zeros.
	Field func(ctx context.Context, s *Surface) ([]float32, error)
	// Fraction in (0, 1) shifts the field by the constant with which about this
	// share of the vertices is kept; 0 leaves it alone.
	Fraction float64
	Free     bool // J = 0: every vertex for itself
	Sweeps   int  // from random spins, by heat bath; default 10
}

// Name returns the label.
func (m Ising) Name() string {
	if m.Label == "" {
		return "ISING"
	}
	return m.Label
}

// Keep implements [Method].
func (m Ising) Keep(ctx context.Context, s *Surface, seed uint64) ([]int8, error) {
	r := isinggraph.Request{Model: isinggraph.Model{Graph: s.Graph, J: isinggraph.Uniform(-1)}, Sweeps: cmp.Or(m.Sweeps, 10), Seed: seed}
	if m.Free {
		r.J = isinggraph.Uniform(0)
	}
	r.H = make([]float32, len(s.points))
	if m.Field != nil {
		h, err := m.Field(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("mesh: field of %s: %w", m.Name(), err)
		}
		r.H = slices.Clone(h)
	}
	sampler := isinggraph.Plain(s.Graph)
	defer sampler.Close()
	if m.Fraction != 0 {
		shift, err := learn.ShiftToFraction(ctx, sampler, r, m.Fraction)
		if err != nil {
			return nil, err
		}
		for i := range r.H {
			r.H[i] += shift
		}
	}
	out, err := sampler.Sample(ctx, r)
	if err != nil {
		return nil, err
	}
	return out.Spins, nil
}

// HandMade is the model with a field made by hand from the curvature (eq. 22),
// h = a(log z − t), t such that half of the vertices are kept. z is a squared
// norm: with the norm itself a would be twice as large.
func HandMade(a float64) Ising {
	return Ising{
		Label: fmt.Sprintf("HAND-MADE a=%g", a),
		Field: func(_ context.Context, s *Surface) ([]float32, error) {
			h := LogCurvature(s)
			mid := median(h)
			for i := range h {
				h[i] = float32(a) * (h[i] - mid)
			}
			return h, nil
		},
		Fraction: 0.5,
	}
}

// TopCurvature keeps the half of the vertices with the largest curvature
// (eq. 22), without any coupling.
type TopCurvature struct{}

// Name returns "TOP CURVATURE".
func (TopCurvature) Name() string { return "TOP CURVATURE" }

// Keep implements [Method]; it does not depend on the seed.
func (TopCurvature) Keep(_ context.Context, s *Surface, _ uint64) ([]int8, error) {
	return learn.Top(Curvature(s), s.half())
}
