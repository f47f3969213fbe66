package inverse

import (
	"context"
	"time"

	"example.org/isinggraph/data"
)

// Candidate is a preconditioner to compare.
type Candidate struct {
	Name string
	// Make sets it up; nil for none.
	Make func(ctx context.Context) (Preconditioner, error)
}

// Comparison is one row of a comparison.
type Comparison struct {
	Name     string
	Setup    time.Duration
	Nonzeros int       // of M, for SPAI
	Loss     float64   // ‖AM − I‖_F, for SPAI
	Solution *Solution // nil where Err is set
	Err      error     // of the set-up or the solver
}

// StandardCandidates are none, Jacobi, ILU(0), and SPAI on the patterns of A and
// of A + A².
func StandardCandidates(a *data.Matrix) []Candidate {
	return []Candidate{
		{Name: "none"},
		{Name: "Jacobi", Make: func(context.Context) (Preconditioner, error) { return NewJacobi(a) }},
		{Name: "ILU(0)", Make: func(context.Context) (Preconditioner, error) { return NewILU0(a) }},
		SPAICandidate("SPAI on A", a, func() (*SparsePattern, error) { return PowerPattern(a, 1) }),
		SPAICandidate("SPAI on A²", a, func() (*SparsePattern, error) { return PowerPattern(a, 2) }),
	}
}

// SPAICandidate is SPAI on a pattern, whose making counts as set-up.
func SPAICandidate(name string, a *data.Matrix, pattern func() (*SparsePattern, error)) Candidate {
	return Candidate{Name: name, Make: func(ctx context.Context) (Preconditioner, error) {
		s, err := pattern()
		if err != nil {
			return nil, err
		}
		return NewSPAI(ctx, a, s)
	}}
}

// Compare solves A x = b with every candidate, one after the other. What fails is
// told by its row; once the context is cancelled, that is all the rest.
func Compare(ctx context.Context, a *data.Matrix, b []float64, k Krylov, candidates []Candidate) []Comparison {
	rows := make([]Comparison, len(candidates))
	for i, c := range candidates {
		row := &rows[i]
		row.Name = c.Name
		var p Preconditioner
		if c.Make != nil {
			start := time.Now()
			p, row.Err = c.Make(ctx)
			row.Setup = time.Since(start)
			if row.Err != nil {
				continue
			}
		}
		if m, ok := p.(*SPAI); ok {
			row.Nonzeros, row.Loss = m.M.NNZ(), m.Loss()
		}
		row.Solution, row.Err = Solve(ctx, a, b, p, k)
	}
	return rows
}
