package learn

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/pkg/isinggraph"
)

// checkChunk is how many chains a check samples at once.
const checkChunk = 64

// Check tells whether estimators of the gradient can be trusted on some items, at the
// field that the learner has. It computes finite differences of the expected loss
// with common random numbers, along the constant field and some random directions,
// and beside them the estimators' mean gradients with respect to the field. A high
// signal-to-noise alone misleads: the estimate may be sure of a wrong direction. The
// penalty plays no part.
func (l *Learner) Check(ctx context.Context, items []*Item, o CheckOptions) (*CheckReport, error) {
	if l.opened != nil {
		return nil, errOpened
	}
	config := l.c
	config.Objective.Penalty = Penalty{}
	if err := o.complete(&config); err != nil {
		return nil, err
	}
	before := l.c
	l.c = config
	defer func() { l.c = before }()
	s, err := l.newBatch(items)
	if err != nil {
		return nil, err
	}
	defer s.close()
	s.index = make([]int, len(items))
	for k := range s.index {
		s.index[k] = k
	}
	c := &checking{l: l, s: s, o: o}
	if c.field, err = l.programs.predict.Call(s.inputs()...); err != nil {
		return nil, fmt.Errorf("learn: computing the field: %w", err)
	}
	defer tensor.Free(c.field)
	if c.h, c.j, err = l.readField(s, c.field); err != nil {
		return nil, err
	}
	return c.run(ctx)
}

// checking is a check at work.
type checking struct {
	l          *Learner
	s          *batchState
	o          CheckOptions
	field      []*tensors.Tensor
	h          []float32
	j          isinggraph.Couplings
	directions [][]float32
	reference  []float64 // mean gradient of eq. 7 over all samples
	spread     float64   // the square of the reference's distance from the truth
}

func (c *checking) run(ctx context.Context) (*CheckReport, error) {
	n := len(c.h)
	rng := rand.New(rand.NewPCG(c.o.Seed, 11))
	for m := range 1 + c.o.Directions {
		d := make([]float32, n)
		for i := range d {
			if d[i] = 1; m > 0 && rng.IntN(2) == 0 {
				d[i] = -1
			}
		}
		c.directions = append(c.directions, d)
	}
	report := &CheckReport{Chains: c.o.Chains, Repeats: c.o.Repeats}
	for m := range c.directions {
		slope, err := c.difference(ctx, m)
		if err != nil {
			return nil, err
		}
		report.Differences = append(report.Differences, slope)
	}
	gradients, err := c.gradients(ctx, Whole{}, checkChunk, c.o.Chains/checkChunk, 1)
	if err != nil {
		return nil, err
	}
	var square float64
	c.reference, square = meanGradient(gradients)
	c.spread = square / float64(len(gradients))
	for _, e := range c.o.Estimators {
		for _, k := range c.o.Samples {
			row, err := c.row(ctx, e, k, report.Differences)
			if err != nil {
				return nil, err
			}
			report.Rows = append(report.Rows, row)
		}
	}
	return report, nil
}

// difference is the slope of the expected loss along a direction.
func (c *checking) difference(ctx context.Context, m int) (Slope, error) {
	c.l.c.Sampling.Samples = checkChunk
	var values []float64
	h := make([]float32, len(c.h))
	for chunk := range c.o.Chains / checkChunk {
		var ends [2]float64
		for e, sign := range []float64{-1, 1} {
			for i, v := range c.h {
				h[i] = v + float32(sign*c.o.Epsilon)*c.directions[m][i]
			}
			d, err := c.l.draw(ctx, c.s, h, c.j, drawing{seed: splitmix.Derive(c.o.Seed, seedCheck, uint64(chunk))})
			if err != nil {
				return Slope{}, err
			}
			ends[e] = d.mean()
		}
		values = append(values, (ends[1]-ends[0])/(2*c.o.Epsilon))
	}
	return slopeOf(values), nil
}

// gradients returns some gradients of an estimator with respect to the field, each of
// K samples.
func (c *checking) gradients(ctx context.Context, e Estimator, samples, repeats int, stream uint64) ([][]float64, error) {
	l := c.l
	l.c.Sampling.Samples = samples
	program, err := l.checkProgram(e)
	if err != nil {
		return nil, err
	}
	all := make([][]float64, repeats)
	for r := range all {
		seed := splitmix.Derive(c.o.Seed, seedCheck, stream<<32|uint64(r))
		drawn, err := l.draw(ctx, c.s, c.h, c.j, drawing{seed: seed, estimator: e})
		if err != nil {
			return nil, err
		}
		outs, err := l.objective(c.s, c.field, drawn, e, program)
		if err != nil {
			return nil, fmt.Errorf("learn: check of %s: %w", e, err)
		}
		flat, err := tensors.CopyFlatData[float32](outs[2])
		tensor.Free(outs)
		if err != nil {
			return nil, fmt.Errorf("learn: check of %s: %w", e, err)
		}
		all[r] = make([]float64, len(c.h))
		for i := range all[r] {
			all[r][i] = float64(flat[i])
		}
	}
	return all, nil
}

// checkProgram returns an estimator's objective without the penalty.
func (l *Learner) checkProgram(e Estimator) (*model.Exec, error) {
	key := "check of " + e.String()
	if x := l.programs.objectives[key]; x != nil {
		return x, nil
	}
	x, err := model.NewExec(l.backend, l.store, func(_ *model.Scope, in []*graph.Node) []*graph.Node {
		l.built.Add(1)
		return l.objectiveGraph(e, in)
	})
	if err != nil {
		return nil, fmt.Errorf("learn: check of %s: %w", e, err)
	}
	x.SetMaxCache(-1)
	l.programs.objectives[key] = x
	return x, nil
}

// row compares one estimator.
func (c *checking) row(ctx context.Context, e Estimator, samples int, differences []Slope) (CheckRow, error) {
	row := CheckRow{Estimator: e, Samples: samples}
	gradients, err := c.gradients(ctx, e, samples, c.o.Repeats, 2+uint64(samples))
	if err != nil {
		return row, err
	}
	var miss, size float64
	for m, d := range c.directions {
		values := make([]float64, len(gradients))
		for r, g := range gradients {
			for i, v := range g {
				values[r] += v * float64(d[i])
			}
		}
		slope := slopeOf(values)
		row.Slopes = append(row.Slopes, slope)
		miss += (slope.Mean - differences[m].Mean) * (slope.Mean - differences[m].Mean)
		size += differences[m].Mean * differences[m].Mean
	}
	row.Bias = math.Sqrt(miss / size)
	mean, noise := meanGradient(gradients)
	var dot, own, other float64
	for i, v := range mean {
		dot += v * c.reference[i]
		own += v * v
		other += c.reference[i] * c.reference[i]
	}
	own -= noise / float64(len(gradients))
	other -= c.spread
	row.Cosine = min(1, max(-1, dot/math.Sqrt(own*other)))
	row.SignalToNoise = math.Sqrt(max(0, own) / noise)
	return row, nil
}

// meanGradient returns the mean of gradients, and the mean square of a single one's
// distance from the truth.
func meanGradient(all [][]float64) (mean []float64, noise float64) {
	mean = make([]float64, len(all[0]))
	for _, g := range all {
		for i, v := range g {
			mean[i] += v / float64(len(all))
		}
	}
	for _, g := range all {
		for i, v := range g {
			noise += (v - mean[i]) * (v - mean[i]) / float64(len(all)-1)
		}
	}
	return mean, noise
}

// slopeOf returns the mean of independent values with its standard error.
func slopeOf(values []float64) Slope {
	m := mean(values)
	var square float64
	for _, v := range values {
		square += (v - m) * (v - m)
	}
	n := float64(len(values))
	return Slope{m, math.Sqrt(square / (n * (n - 1)))}
}
