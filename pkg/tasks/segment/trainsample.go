package segment

import (
	"context"
	"math/rand/v2"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/spinbits"
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
		o.From = &isinggraph.Samples{Spins: t.chains(b, n), Chains: o.Chains.Count, Seed: o.Seed}
	}
	x, err := s.Sample(ctx, o)
	if err != nil {
		return nil, err
	}
	if t.recipe.Objective == Contrastive {
		t.keepChains(b, x.Spins, n)
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

// chains returns the chains of a batch's images, [K, B, H*W]; at first they are the masks.
func (t *trainer) chains(b *Batch, n int) []int8 {
	size, samples := len(b.Index), t.recipe.Samples
	from := make([]int8, samples*size*n)
	for i, image := range b.Index {
		var kept []byte
		if t.state.Chains != nil {
			kept = t.state.Chains[image]
		}
		for k := range samples {
			x := from[(k*size+i)*n:][:n]
			if kept != nil {
				spinbits.Unpack(x, kept, k*n)
				continue
			}
			for p, v := range t.set.Train[image].Mask {
				if x[p] = v; v == 0 { // unknown
					x[p] = -1
				}
			}
		}
	}
	return from
}

// keepChains keeps where a batch's chains, [K, B, H*W], have come to.
func (t *trainer) keepChains(b *Batch, spins []int8, n int) {
	if t.state.Chains == nil {
		t.state.Chains = make([][]byte, len(t.set.Train))
	}
	size, samples := len(b.Index), t.recipe.Samples
	for i, image := range b.Index {
		packed := make([]byte, (samples*n+7)/8)
		for k := range samples {
			spinbits.Pack(packed, k*n, spins[(k*size+i)*n:][:n])
		}
		t.state.Chains[image] = packed
	}
}
