package segment

import (
	"context"
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/tensors"

	"example.org/isinggraph/pkg/isinggraph"
)

// Method is a way to a mask from a field and a kernel.
type Method string

const (
	FromField     Method = "field"      // sign of h, without the coupling
	FromMarginals Method = "marginals"  // mean spins of samples above 0
	FromMode      Method = "mode"       // state of lowest energy, by annealing
	FromSample    Method = "sample"     // one sample
	FromMeanField Method = "mean-field" // spins of eq. 10 above 0
)

// Methods are all of them.
var Methods = []Method{FromField, FromMarginals, FromMode, FromSample, FromMeanField}

// PredictOptions say how masks are sampled. Zero values of numbers mean the
// defaults.
type PredictOptions struct {
	Chains int // of each image; default 4
	Sweeps int // of each chain; default 30
	BurnIn int // sweeps that the marginals leave out; default a third
	Seed   uint64
	// Tuning, if any, replaces the model's kernel and shifts and scales its field.
	Tuning *Tuning
}

// Tuning is what is set after training: fields become Scale h + Shift.
type Tuning struct {
	Kernel Kernel
	Shift  float32
	Scale  float32 // above 0
	Blur   float32 `json:",omitempty"` // standard deviation in pixels of a Gaussian that smooths h before; 0 for none
}

// Prediction is what a model says of an image.
type Prediction struct {
	Field     []float32 // h [H*W], shifted and scaled
	MeanField []float32 // spins of eq. 10 [H*W]
	Marginals []float32 // mean spins over chains and sweeps [H*W]
	Sample    []int8    // the last state of the first chain [H*W]
	Mode      []int8    // of the annealed chains, the one of lowest energy [H*W]
}

// Mask returns the mask by a method [H*W], or nil for one that is unknown.
func (p *Prediction) Mask(m Method) []int8 {
	switch m {
	case FromField:
		return masks(p.Field)
	case FromMarginals:
		return masks(p.Marginals)
	case FromMode:
		return p.Mode
	case FromSample:
		return p.Sample
	case FromMeanField:
		return masks(p.MeanField)
	}
	return nil
}

// Annealing's first and last factor on β. At the last a flip that costs an
// energy of 1 has a chance of 2·10⁻⁷.
const (
	annealFirst = 0.3
	annealLast  = 8
)

// Predict predicts the masks of images of one size, any.
func (m *Model) Predict(ctx context.Context, examples []Example, o PredictOptions) ([]*Prediction, error) {
	if len(examples) == 0 {
		return nil, nil
	}
	h, _, err := m.Fields(ctx, examples)
	if err != nil {
		return nil, err
	}
	return m.PredictFields(ctx, h, examples[0].H, examples[0].W, o)
}

// PredictFields is Predict where the fields, [H*W] each, are known.
func (m *Model) PredictFields(ctx context.Context, fields [][]float32, h, w int, o PredictOptions) ([]*Prediction, error) {
	if o.Chains == 0 {
		o.Chains = 4
	}
	if o.Sweeps == 0 {
		o.Sweeps = 30
	}
	if o.BurnIn == 0 {
		o.BurnIn = o.Sweeps / 3
	}
	if o.Chains < 1 || o.Sweeps < 1 || o.BurnIn < 0 || o.BurnIn >= o.Sweeps {
		return nil, fmt.Errorf("segment: prediction with %d chains, %d sweeps, %d of them left out", o.Chains, o.Sweeps, o.BurnIn)
	}
	kernel, err := m.Kernel()
	if err != nil {
		return nil, err
	}
	if t := o.Tuning; t != nil {
		if !(t.Scale > 0) || !(t.Kernel.Straight >= 0) || !(t.Kernel.Diagonal >= 0) || !(t.Blur >= 0 && t.Blur <= 100) {
			return nil, fmt.Errorf("segment: tuning %+v: need a scale above 0, a kernel of at least 0 and a blur of 0 to 100", *t)
		}
		for k, field := range fields {
			if len(field) != h*w {
				return nil, fmt.Errorf("segment: field %d has %d values for %d×%d pixels", k, len(field), h, w)
			}
		}
		kernel = t.Kernel
		fields = tuned(fields, h, w, *t)
	}
	s, err := m.sampler(h, w)
	if err != nil {
		return nil, err
	}
	var all []*Prediction
	for part := range slices.Chunk(fields, 64) {
		more, err := predict(ctx, s, part, kernel, h, w, o)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// predict samples all images at once, each with its chains side by side.
func predict(ctx context.Context, s isinggraph.Sampler, fields [][]float32, k Kernel, h, w int, o PredictOptions) ([]*Prediction, error) {
	n := h * w
	flat := make([]float32, 0, o.Chains*len(fields)*n)
	for i, field := range fields {
		if len(field) != n {
			return nil, fmt.Errorf("segment: field %d has %d values for %d×%d pixels", i, len(field), h, w)
		}
		for range o.Chains {
			flat = append(flat, field...)
		}
	}
	r := k.request(flat, o.Chains*len(fields))
	r.Sweeps, r.Seed, r.Record = o.Sweeps, o.Seed, isinggraph.Record{Marginals: true, BurnIn: o.BurnIn}
	drawn, err := s.Sample(ctx, r)
	if err != nil {
		return nil, err
	}
	r.Record = isinggraph.Record{}
	r.Schedule = isinggraph.Annealing(o.Sweeps, annealFirst, annealLast)
	cooled, err := s.Sample(ctx, r)
	if err != nil {
		return nil, err
	}
	all := make([]*Prediction, len(fields))
	for i, field := range fields {
		p := &Prediction{Field: field, MeanField: k.meanField(field, h, w, meanFieldSteps), Marginals: make([]float32, n), Sample: drawn.Chain(i * o.Chains)}
		lowest := 0.0
		for c := i * o.Chains; c < (i+1)*o.Chains; c++ {
			for j, v := range drawn.Mean[c*n : (c+1)*n] {
				p.Marginals[j] += v / float32(o.Chains)
			}
			if e := k.Energy(cooled.Chain(c), field, h, w); p.Mode == nil || e < lowest {
				lowest, p.Mode = e, cooled.Chain(c)
			}
		}
		all[i] = p
	}
	return all, nil
}

// meanField iterates eq. 10 from tanh h, in plain Go.
func (k Kernel) meanField(field []float32, h, w, steps int) []float32 {
	x, next := make([]float32, h*w), make([]float32, h*w)
	for i, v := range field {
		x[i] = tanh(v)
	}
	if k == (Kernel{}) {
		return x
	}
	for range steps {
		for r := range h {
			for c := range w {
				var straight, diagonal float32
				for y := max(0, r-1); y <= min(h-1, r+1); y++ {
					for z := max(0, c-1); z <= min(w-1, c+1); z++ {
						if (y == r) != (z == c) {
							straight += x[y*w+z]
						} else if y != r {
							diagonal += x[y*w+z]
						}
					}
				}
				next[r*w+c] = tanh(field[r*w+c] + k.Straight*straight + k.Diagonal*diagonal)
			}
		}
		x, next = next, x
	}
	return x
}

// Fields returns the field of each image [H*W] and the spins by mean field
// (eq. 10), with the model's kernel, a batch at a time. The images are of one
// size, any.
func (m *Model) Fields(ctx context.Context, examples []Example) (h, spins [][]float32, err error) {
	size := m.recipe.BatchSize
	for part := range slices.Chunk(examples, size) {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		rows, cols := examples[0].H, examples[0].W
		pixels := make([]float32, size*rows*cols*3) // black where there are no more: one shape
		for k, e := range part {
			if e.H != rows || e.W != cols || len(e.Image) != rows*cols*3 {
				return nil, nil, fmt.Errorf("segment: image %q of %d×%d pixels and %d values beside one of %d×%d", e.Name, e.H, e.W, len(e.Image), rows, cols)
			}
			copy(pixels[k*rows*cols*3:], e.Image)
		}
		in := tensors.FromFlatDataAndDimensions(pixels, size, rows, cols, 3)
		program := m.fields
		if m.size == [2]int{rows, cols} {
			program = m.there // is compiled
		}
		a, err := program.Call(in)
		in.MustFinalizeAll()
		if err != nil {
			return nil, nil, fmt.Errorf("segment: computing the field: %w", err)
		}
		free(a[1:])
		b, err := m.mean.Call1(a[0])
		if err != nil {
			a[0].MustFinalizeAll()
			return nil, nil, fmt.Errorf("segment: computing the mean field: %w", err)
		}
		flat, mean := tensors.MustCopyFlatData[float32](a[0]), tensors.MustCopyFlatData[float32](b)
		a[0].MustFinalizeAll()
		b.MustFinalizeAll()
		for k := range part {
			h = append(h, flat[k*rows*cols:(k+1)*rows*cols])
			spins = append(spins, mean[k*rows*cols:(k+1)*rows*cols])
		}
	}
	return h, spins, nil
}
