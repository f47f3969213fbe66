package inverse

import (
	"context"
	"fmt"
	"math/rand/v2"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TrainWhole trains a field for whole matrices on windows of some matrices, or
// opens the trained one in t.Dir. Windows of one source stay in one part.
func TrainWhole(ctx context.Context, t Recipe, windows []*Matrix) (*SparseField, error) {
	setting := Setting{Windows: true} // positions of A²
	split, err := t.Join(ctx, setting.Split(windows, t.Seed))
	if err != nil {
		return nil, err
	}
	parts, err := setting.Problems(ctx, split, t.Features)
	if err != nil {
		return nil, err
	}
	l, err := Train(ctx, t, parts.Train, parts.Validation)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	return NewSparseField(l, t)
}

// maxLine bounds the edges of a whole matrix's line graph.
const maxLine = 1 << 26

// Sample draws a pattern for a whole matrix at the positions of A + A² from the
// field, shifted such that the sample keeps about the fraction of them. The
// diagonal is held: a column of M without positions makes M singular.
func (s *SparseField) Sample(ctx context.Context, a *data.Matrix, fraction float64, seed uint64) (*SparsePattern, error) {
	pattern, err := PowerPattern(a, 2)
	if err != nil {
		return nil, err
	}
	p := pattern.Positions(true)
	edges := 0
	for _, slots := range p.columns {
		if edges += len(slots) * (len(slots) - 1) / 2; edges > maxLine {
			return nil, fmt.Errorf("inverse: the line graph of the pattern of A + A² has more than %d edges", maxLine)
		}
	}
	h, err := s.Field(ctx, a, p)
	if err != nil {
		return nil, err
	}
	line, err := p.LineGraph()
	if err != nil {
		return nil, err
	}
	sampler, err := p.Sampler(line)
	if err != nil {
		return nil, err
	}
	o := isinggraph.Request{
		Model: isinggraph.Model{Graph: line, J: isinggraph.Uniform(Coupling), H: h}, Rule: s.training.Rule, Sweeps: Sweeps, Seed: seed,
		Clamp: make([]int8, p.NumNodes()),
	}
	for node, i := range p.Row {
		if i == p.Col[node] {
			o.Clamp[node] = 1
		}
	}
	shift, err := learn.ShiftToFraction(ctx, sampler, o, fraction)
	if err != nil {
		return nil, err
	}
	for i := range h {
		h[i] += shift
	}
	out, err := sampler.Sample(ctx, o)
	if err != nil {
		return nil, err
	}
	return NewSparsePattern(p, out.Spins)
}

// WholeCandidates are SPAI on a sample that keeps half of A + A², and on a random
// half of it, both with the diagonal.
func (s *SparseField) WholeCandidates(ctx context.Context, a *data.Matrix, seed uint64) []Candidate {
	const half = 0.5
	return []Candidate{
		SPAICandidate("SPAI on a sample of A²", a, func() (*SparsePattern, error) { return s.Sample(ctx, a, half, seed) }),
		SPAICandidate("SPAI on random half of A²", a, func() (*SparsePattern, error) {
			pattern, err := PowerPattern(a, 2)
			if err != nil {
				return nil, err
			}
			p := pattern.Positions(true)
			return NewSparsePattern(p, DiagonalRandomPattern(p, half, rand.New(rand.NewPCG(seed, 0))))
		}),
	}
}
