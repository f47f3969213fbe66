package inverse

import (
	"context"
	"fmt"

	"example.org/isinggraph/internal/bisect"
	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/pkg/isinggraph"
)

// Chain says how patterns are sampled from fields.
type Chain struct {
	J      float32 // coupling
	Beta   float32 // inverse temperature; 0 is 1
	Sweeps int
	Rule   isinggraph.Rule
	Shift  float32 // constant added to every field
	Seed   uint64
}

// PaperChain is J = −0.4, temperature 1, three sweeps of Metropolis.
func PaperChain(seed uint64) Chain {
	return Chain{J: Coupling, Beta: 1, Sweeps: Sweeps, Rule: isinggraph.Metropolis, Seed: seed}
}

// Sample draws one pattern for each problem, in parallel, from fields [problems]
// [nodes], or from none, which are zeros.
func (c Chain) Sample(ctx context.Context, problems []*Problem, h [][]float32) ([][]int8, error) {
	if h != nil && len(h) != len(problems) {
		return nil, fmt.Errorf("inverse: fields of %d problems for %d", len(h), len(problems))
	}
	x := make([][]int8, len(problems))
	err := par.Each(ctx, len(problems), func() func(int) error {
		return func(i int) error {
			field := make([]float32, problems[i].Positions.NumNodes())
			if h != nil && copy(field, h[i]) != len(field) {
				return fmt.Errorf("inverse: %d fields for %d positions of problem %d", len(h[i]), len(field), i)
			}
			for k := range field {
				field[k] += c.Shift
			}
			out, err := problems[i].sampler.Sample(ctx, isinggraph.Request{
				Model: isinggraph.Model{J: isinggraph.Uniform(c.J), H: field, Beta: c.Beta},
				Rule:  c.Rule, Sweeps: c.Sweeps, Seed: c.Seed + uint64(i)*0x9E3779B97F4A7C15,
			})
			if err == nil {
				x[i] = out.Spins
			}
			return err
		}
	})
	return x, err
}

// MeanKept is the mean over patterns of the fraction that they keep.
func MeanKept(patterns [][]int8) float64 {
	var sum float64
	for _, x := range patterns {
		sum += isinggraph.Fraction(x) / float64(len(patterns))
	}
	return sum
}

// Tuned returns the chain with the one shift for all problems at which samples
// keep the given fraction on average, found by bisection with the chain's random
// numbers. It is for validation problems: that of the test problems then shows how
// well the fraction carries over.
func (c Chain) Tuned(ctx context.Context, problems []*Problem, h [][]float32, fraction float64) (Chain, error) {
	if !(fraction > 0 && fraction < 1) {
		return c, fmt.Errorf("inverse: shift that keeps a fraction of %v, want a value in (0, 1)", fraction)
	}
	var reach float32 = 1
	for i, p := range problems {
		reach = max(reach, 2*float32(p.Positions.N)*max(c.J, -c.J)+20)
		if h != nil {
			for _, v := range h[i] {
				reach = max(reach, 2*float32(p.Positions.N)*max(c.J, -c.J)+20+max(v, -v))
			}
		}
	}
	_, _, err := bisect.Halve(-reach, reach, 30, func(shift float32) (bool, error) {
		c.Shift = shift
		x, err := c.Sample(ctx, problems, h)
		return MeanKept(x) > fraction, err
	})
	return c, err
}
