package segment

import (
	"context"
	"os"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"example.org/isinggraph/internal/cputime"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
)

// BenchmarkSegmentation times the paper's U-Net at 128×128 with batches of 32
// on generated images: the field of a batch, a step of training by the paper's
// recipe without its samples, those samples, and an epoch of 224 images, as many
// as horse128 has for training. "cpu-s/op" are the process's, which a busy machine
// changes less.
func BenchmarkSegmentation(b *testing.B) {
	if os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		b.Skip("ISINGGRAPH_NO_XLA is set")
	}
	e, err := isinggraph.DefaultEngine()
	if err != nil {
		b.Skipf("no XLA: %v", err)
	}
	const size, batch = 128, 32
	ctx := context.Background()
	set, err := Generate(1, 280, size)
	if err != nil {
		b.Fatal(err)
	}
	set.Validation, set.Test = nil, nil
	r, err := NewRecipe("paper")
	if err != nil {
		b.Fatal(err)
	}
	r.BatchSize, r.UNet, r.Epochs = batch, fields.UNet{}, 1
	if err := r.complete(); err != nil {
		b.Fatal(err)
	}
	m := modelOn(e.Backend(), e)
	defer m.Close()
	if err := m.begin(r, 1); err != nil {
		b.Fatal(err)
	}
	t := &trainer{Model: m, set: set, epochSteps: len(set.Train) / batch, steps: len(set.Train) / batch}
	if t.update, err = m.exec(t.updateGraph); err != nil {
		b.Fatal(err)
	}
	defer t.update.Finalize()
	loader, err := NewLoader(set.Train, batch, 0, 2, r.Augment, 1)
	if err != nil {
		b.Fatal(err)
	}
	defer loader.Close()
	first, err := loader.Next(ctx)
	if err != nil {
		b.Fatal(err)
	}
	images := tensors.FromFlatDataAndDimensions(first.Images, batch, size, size, 3)
	field := make([]float32, batch*size*size)
	sampler, err := m.sampler(size, size)
	if err != nil {
		b.Fatal(err)
	}
	p, err := m.forward(images)
	if err != nil {
		b.Fatal(err)
	}
	defer p.free()
	x, err := t.draw(ctx, first, p)
	if err != nil {
		b.Fatal(err)
	}
	spins := tensors.FromFlatDataAndDimensions(x, r.Samples, batch, size, size)
	masks := tensors.FromFlatDataAndDimensions(first.Masks, batch, size, size)

	step := func() {
		if _, err := t.learn(t.update, p, []*tensors.Tensor{masks, spins}, 1e-3); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("unet_forward", func(b *testing.B) {
		defer reportCPU(b)()
		for b.Loop() {
			p, err := m.forward(images)
			if err != nil {
				b.Fatal(err)
			}
			field = tensors.MustCopyFlatData[float32](p.h)
			p.free()
		}
	})
	b.Run("unet_step", func(b *testing.B) {
		step() // compiles
		defer reportCPU(b)()
		for b.Loop() {
			step()
		}
	})
	b.Run("sample", func(b *testing.B) {
		o := Kernel{0.1, 0.1}.request(append(append([]float32(nil), field...), field...), r.Samples*batch)
		o.Sweeps = r.Sweeps
		defer reportCPU(b)()
		for b.Loop() {
			if _, err := sampler.Sample(ctx, o); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("epoch", func(b *testing.B) {
		step() // compiles
		defer reportCPU(b)()
		for b.Loop() {
			for range t.epochSteps {
				next, err := loader.Next(ctx)
				if err != nil {
					b.Fatal(err)
				}
				next.Step = 0
				if _, err := t.step(ctx, next, new(EpochInfo)); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// reportCPU returns a function that reports the process's processor seconds an
// iteration since now.
func reportCPU(b *testing.B) func() {
	begin := cputime.Used()
	return func() { b.ReportMetric((cputime.Used()-begin).Seconds()/float64(b.N), "cpu-s/op") }
}
