package inverse

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/internal/study"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Score is a row of the table: eq. 20 of one pattern for each test matrix.
type Score struct {
	Name   string
	Loss   float64   // mean
	SD     float64   // over the matrices
	Kept   float64   // mean fraction of the positions
	Losses []float64 `json:"-"` // of each matrix
}

// score makes a row of patterns.
func score(ctx context.Context, name string, ls []*LeastSquares, patterns [][]int8) (Score, error) {
	losses, err := Losses(ctx, ls, patterns)
	if err != nil {
		return Score{}, err
	}
	s := Score{Name: name, Losses: losses, Kept: MeanKept(patterns)}
	over := study.NewSpread(losses)
	s.Loss, s.SD = over.Mean, over.SD
	return s, nil
}

func leastSquares(problems []*Problem) []*LeastSquares {
	ls := make([]*LeastSquares, len(problems))
	for i, p := range problems {
		ls[i] = p.LeastSquares
	}
	return ls
}

// each makes a pattern of every problem, in parallel.
func each(ctx context.Context, ls []*LeastSquares, of func(i int, l *LeastSquares) ([]int8, error)) ([][]int8, error) {
	x := make([][]int8, len(ls))
	err := par.Each(ctx, len(ls), func() func(int) error {
		return func(i int) (err error) {
			x[i], err = of(i, ls[i])
			return err
		}
	})
	return x, err
}

// Baselines scores what needs no learning at a mean kept fraction, on problems of
// the setting: the paper's ISING (a constant field, tuned on these problems),
// RANDOM and ONLY A; RANDOM with the diagonal kept; a band; adaptive SPAI, which
// chooses per column, adding up to 5 positions a step, and 1; and as bounds of what patterns can reach, greedy ones and
// greedy ones by column.
func (s Setting) Baselines(ctx context.Context, problems []*Problem, fraction float64, seed uint64) ([]Score, error) {
	ls := leastSquares(problems)
	chain, err := PaperChain(seed).Tuned(ctx, problems, nil, fraction)
	if err != nil {
		return nil, err
	}
	ordered := make([]*LeastSquares, len(ls)) // positions (i, j) apart from (j, i)
	allowed := s.Allowed(false)
	for i, l := range ls {
		p, err := allowed(l.Matrix)
		if err != nil {
			return nil, err
		}
		if ordered[i], err = NewLeastSquares(l.Matrix, p); err != nil {
			return nil, err
		}
	}
	spai := make(map[int]Adaptive) // by positions added in a step
	for _, k := range []int{1, 5} {
		if spai[k], err = (Adaptive{PerStep: k, Steps: Size}).Tune(ctx, ordered, fraction); err != nil {
			return nil, err
		}
	}
	random := func(i int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(i))) }
	var rows []Score
	for _, b := range []struct {
		name string
		ls   []*LeastSquares
		of   func(i int, l *LeastSquares) ([]int8, error)
	}{
		{"RANDOM", ls, func(i int, l *LeastSquares) ([]int8, error) {
			return RandomPattern(l.Positions, fraction, random(i)), nil
		}},
		{"ONLY A", ls, func(_ int, l *LeastSquares) ([]int8, error) { return OnlyA(l.Positions, l.Matrix) }},
		{"RANDOM, diagonal kept", ls, func(i int, l *LeastSquares) ([]int8, error) {
			return DiagonalRandomPattern(l.Positions, fraction, random(i)), nil
		}},
		{"BAND", ls, func(_ int, l *LeastSquares) ([]int8, error) {
			return BandPattern(l.Positions, l.Positions.Count(fraction)), nil
		}},
		{"ADAPTIVE SPAI", ordered, func(_ int, l *LeastSquares) ([]int8, error) { return spai[5].Pattern(l) }},
		{"ADAPTIVE SPAI, 1 a step", ordered, func(_ int, l *LeastSquares) ([]int8, error) { return spai[1].Pattern(l) }},
		{"GREEDY", ls, func(_ int, l *LeastSquares) ([]int8, error) { return l.Greedy(l.Positions.Count(fraction)) }},
		{"GREEDY by column", ordered, func(_ int, l *LeastSquares) ([]int8, error) { return l.GreedyColumns(fraction) }},
	} {
		x, err := each(ctx, b.ls, b.of)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.name, err)
		}
		row, err := score(ctx, b.name, b.ls, x)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	x, err := chain.Sample(ctx, problems, nil)
	if err != nil {
		return nil, err
	}
	row, err := score(ctx, "ISING", ls, x)
	return append([]Score{row}, rows...), err
}

// Evaluate scores samples of learned fields at a mean kept fraction. The constant
// that is added to all fields is tuned on the validation problems, but for the
// first row, which adds none:
//
//	ISING+MAG, as trained     one sample
//	ISING+MAG                 one sample
//	at T = 1/4                one sample at a quarter of the temperature
//	10 sweeps                 one sample after 10 sweeps
//	best of 8                 the sample with the lowest eq. 20 of 8, which uses the loss
//	top of the field          as many positions with the largest fields, no sampling
//	top of the marginals      of 32 samples
//	top of the gains          as many with the largest gains at the last pattern of
//	                          the features, without a network; where there are gains
//	exchange, 8 rounds        from one sample; uses the loss, see [LeastSquares.Exchange]
//	exchange, 30 rounds
func Evaluate(ctx context.Context, l *learn.Learner, t Recipe, parts *Parts, fraction float64) ([]Score, error) {
	validation, err := l.Fields(ctx, Items(parts.Validation))
	if err != nil {
		return nil, err
	}
	h, err := l.Fields(ctx, Items(parts.Test))
	if err != nil {
		return nil, err
	}
	test, f, seed := parts.Test, t.Features, t.Seed
	ls := leastSquares(test)
	var rows []Score
	add := func(name string, x [][]int8, err error) error {
		if err != nil {
			return err
		}
		row, err := score(ctx, name, ls, x)
		rows = append(rows, row)
		return err
	}
	chain := PaperChain(seed)
	chain.Rule = t.Rule
	plain, err := chain.Sample(ctx, test, h)
	if err := add("ISING+MAG, as trained", plain, err); err != nil {
		return nil, err
	}
	tuned := func(c Chain) (Chain, [][]int8, error) {
		c, err := c.Tuned(ctx, parts.Validation, validation, fraction)
		if err != nil {
			return c, nil, err
		}
		x, err := c.Sample(ctx, test, h)
		return c, x, err
	}
	chain, one, err := tuned(chain)
	if err := add("ISING+MAG", one, err); err != nil {
		return nil, err
	}
	cold, long := chain, chain
	cold.Beta, long.Sweeps = 4, 10
	_, x, err := tuned(cold)
	if err := add("at T = 1/4", x, err); err != nil {
		return nil, err
	}
	_, x, err = tuned(long)
	if err := add("10 sweeps", x, err); err != nil {
		return nil, err
	}
	best := append([][]int8(nil), one...)
	mean := make([][]float64, len(test))
	for i := range mean {
		mean[i] = make([]float64, test[i].Positions.NumNodes())
	}
	lowest := append([]float64(nil), rows[1].Losses...)
	for k := range 32 {
		c := chain
		c.Seed += uint64(k) << 32
		x, err := c.Sample(ctx, test, h)
		if err != nil {
			return nil, err
		}
		for i := range x {
			for node, s := range x[i] {
				mean[i][node] += float64(s)
			}
		}
		if k >= 8 {
			continue
		}
		losses, err := Losses(ctx, ls, x)
		if err != nil {
			return nil, err
		}
		for i, v := range losses {
			if v < lowest[i] {
				lowest[i], best[i] = v, x[i]
			}
		}
	}
	if err := add("best of 8", best, nil); err != nil {
		return nil, err
	}
	for _, p := range []struct {
		name string
		of   func(i int, l *LeastSquares) ([]int8, error)
	}{
		{"top of the field", func(i int, l *LeastSquares) ([]int8, error) {
			value := make([]float64, len(h[i]))
			for node, v := range h[i] {
				value[node] = float64(v)
			}
			return TopPattern(value, l.Positions.Count(fraction)), nil
		}},
		{"top of the marginals", func(i int, l *LeastSquares) ([]int8, error) {
			return TopPattern(mean[i], l.Positions.Count(fraction)), nil
		}},
		{"top of the gains", func(_ int, l *LeastSquares) ([]int8, error) { return l.topGains(f.Gains, fraction) }},
		{"exchange, 8 rounds", exchanged(one, 8)},
		{"exchange, 30 rounds", exchanged(one, 30)},
	} {
		if p.name == "top of the gains" && f.Gains == 0 {
			continue
		}
		x, err := each(ctx, ls, p.of)
		if err := add(p.name, x, err); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// topGains keeps a fraction with the largest gains at the last of some patterns.
func (l *LeastSquares) topGains(patterns int, fraction float64) ([]int8, error) {
	var gains []float64
	for k := range patterns {
		x, err := l.gainPattern(k, gains)
		if err != nil {
			return nil, err
		}
		if gains, err = l.Gains(gains, x); err != nil {
			return nil, err
		}
	}
	for i, g := range gains {
		gains[i] = math.Abs(g)
	}
	return TopPattern(gains, l.Positions.Count(fraction)), nil
}

// exchanged refines patterns.
func exchanged(x [][]int8, rounds int) func(int, *LeastSquares) ([]int8, error) {
	return func(i int, l *LeastSquares) ([]int8, error) {
		refined, _, err := l.Exchange(x[i], rounds)
		return refined, err
	}
}
