package segment

import (
	"context"
	"math/rand/v2"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/pkg/isinggraph"
)

// draw samples K masks of each image of a batch, [K, B, H*W].
func (t *trainer) draw(ctx context.Context, b *Batch, p *pass) ([]int8, error) {
	field := tensors.MustCopyFlatData[float32](p.h)
	kernel, err := t.Kernel()
	if err != nil {
		return nil, err
	}
	s, err := t.sampler(t.set.H, t.set.W)
	if err != nil {
		return nil, err
	}
	samples, n := t.recipe.Samples, t.set.H*t.set.W
	h := make([]float32, 0, samples*len(field))
	for range samples {
		h = append(h, field...)
	}
	o := kernel.request(h, samples*t.recipe.BatchSize)
	o.Sweeps, o.Seed = t.recipe.Sweeps, rand.New(rand.NewPCG(t.o.Seed+3, uint64(b.Step))).Uint64()
	if t.recipe.Objective == Contrastive {
		from, err := t.chains(b, n)
		if err != nil {
			return nil, err
		}
		o.From = &isinggraph.Samples{Spins: from, Chains: o.Chains.Count, Seed: o.Seed}
	}
	x, err := s.Sample(ctx, o)
	if err != nil {
		return nil, err
	}
	if t.recipe.Objective == Contrastive {
		for k := range o.Chains.Count {
			image := b.Index[k%t.recipe.BatchSize]
			copy(t.state.Chains[(image*samples+k/t.recipe.BatchSize)*n:][:n], x.Chain(k))
		}
	}
	return x.Spins, nil
}

// compileObjective begins to compile an objective's program, once, while the
// field is.
func (t *trainer) compileObjective(program *model.Exec) {
	if t.ahead == program {
		return
	}
	t.ahead = program
	size, h, w, samples := t.recipe.BatchSize, t.set.H, t.set.W, t.recipe.Samples
	in := []shapes.Shape{shapes.Make(float, size, h, w), shapes.Make(dtypes.Int8, size, h, w)}
	if program == t.update && t.recipe.sampled() {
		in = append(in, shapes.Make(dtypes.Int8, samples, size, h, w))
		if t.hostLoss() {
			in = append(in, shapes.Make(float, samples, size, h, w))
		}
	}
	t.compileAhead(program, in...)
}

// chains returns the chains of a batch's images; at first they are the masks.
func (t *trainer) chains(b *Batch, n int) ([]int8, error) {
	samples := t.recipe.Samples
	if t.state.Chains == nil {
		t.state.Chains = make([]int8, 0, len(t.set.Train)*samples*n)
		for _, e := range t.set.Train {
			for range samples {
				t.state.Chains = append(t.state.Chains, e.Mask...)
			}
		}
		for i, v := range t.state.Chains {
			if v == 0 {
				t.state.Chains[i] = -1
			}
		}
	}
	from := make([]int8, 0, samples*len(b.Index)*n)
	for k := range samples {
		for _, image := range b.Index {
			from = append(from, t.state.Chains[(image*samples+k)*n:][:n]...)
		}
	}
	return from, nil
}
