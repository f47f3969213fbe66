package segment

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"

	"example.org/isinggraph/pkg/isinggraph"
)

// draw samples K masks of each image of a batch, [K, B, H*W].
func (t *trainer) draw(ctx context.Context, b *Batch, images *tensors.Tensor) ([]int8, time.Duration, error) {
	t.compileAhead()
	out, err := t.fields.Call1(images)
	if err != nil {
		return nil, 0, fmt.Errorf("segment: computing the field: %w", err)
	}
	field := tensors.MustCopyFlatData[float32](out)
	out.MustFinalizeAll()
	kernel, err := t.Kernel()
	if err != nil {
		return nil, 0, err
	}
	s, err := t.sampler(t.set.H, t.set.W)
	if err != nil {
		return nil, 0, err
	}
	begin := time.Now()
	samples, n := t.recipe.Samples, t.set.H*t.set.W
	h := make([]float32, 0, samples*len(field))
	for range samples {
		h = append(h, field...)
	}
	o := kernel.options(h, samples*t.recipe.BatchSize)
	o.Sweeps, o.Seed = t.recipe.Sweeps, rand.New(rand.NewPCG(t.o.Seed+3, uint64(b.Step))).Uint64()
	if t.recipe.Objective == Contrastive {
		from, err := t.chains(b, n)
		if err != nil {
			return nil, 0, err
		}
		o.From = &isinggraph.Samples{Spins: from, Chains: o.Chains, Seed: o.Seed}
	}
	x, err := s.Sample(ctx, o)
	if err != nil {
		return nil, 0, err
	}
	if t.recipe.Objective == Contrastive {
		for k := range o.Chains {
			image := b.Index[k%t.recipe.BatchSize]
			copy(t.state.Chains[(image*samples+k/t.recipe.BatchSize)*n:][:n], x.Chain(k))
		}
	}
	return x.Spins, time.Since(begin), nil
}

// compileAhead begins to compile the step by samples, once, while the field and
// the sampler are compiled and computed. An error comes back from the step's call.
func (t *trainer) compileAhead() {
	if t.engine == nil || t.ahead == t.update {
		return
	}
	t.ahead = t.update
	size, h, w, samples := t.recipe.BatchSize, t.set.H, t.set.W, t.recipe.Samples
	in := []shapes.Shape{shapes.Make(float, size, h, w, 3), shapes.Make(dtypes.Int8, size, h, w), shapes.Make(dtypes.Int8, samples, size, h, w)}
	if t.hostLoss() {
		in = append(in, shapes.Make(float, samples, size, h, w))
	}
	t.behind.Go(func() { t.update.Compile(in...) })
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
