package mesh

import (
	"context"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// BenchmarkMesh measures the parts of a training step on a mesh of 25,000
// vertices, with an Ising sample without field, and the methods' time to choose.
func BenchmarkMesh(b *testing.B) {
	m, err := data.GenerateMesh(data.Bust, 1, 25_000)
	if err != nil {
		b.Fatal(err)
	}
	s := surface(b, m)
	ctx := context.Background()
	sampler := isinggraph.Plain(s.Graph)
	o := isinggraph.Request{Model: isinggraph.Model{J: isinggraph.Uniform(-1)}, Sweeps: 5, Seed: 1}
	out, err := sampler.Sample(ctx, o)
	if err != nil {
		b.Fatal(err)
	}
	keep := out.Spins
	run := func(name string, f func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("surface", func() error { _, err := NewSurface(m); return err })
	run("curvature", func() error { Curvature(s); return nil })
	run("sample/reference", func() error { _, err := sampler.Sample(ctx, o); return err })
	if e, err := isinggraph.DefaultEngine(); err == nil {
		compiled, err := e.New(s.Graph)
		if err != nil {
			b.Fatal(err)
		}
		defer compiled.Close()
		if _, err := compiled.Sample(ctx, o); err != nil { // compiles
			b.Fatal(err)
		}
		run("sample/compiled", func() error { o.Seed++; _, err := compiled.Sample(ctx, o); return err })
	}
	run("coarsen", func() error { _, err := s.Coarsen(keep); return err })
	distances := make([]float64, len(keep))
	run("distance", func() error { _, err := s.Distances(keep, distances); return err }) // coarsening included
	for _, method := range Baselines(2) {
		run("keep/"+method.Name(), func() error { _, err := method.Keep(ctx, s, 1); return err })
	}
	benchmarkLearning(b, s)
}

// benchmarkLearning measures the equivariant field, and an epoch of 16 meshes
// after the first, in which programs are compiled: 16 steps on one mesh.
func benchmarkLearning(b *testing.B, s *Surface) {
	ctx := context.Background()
	var seconds []float64
	r := Recipe{Steps: 17, Seed: 1, Progress: func(i learn.StepInfo) { seconds = append(seconds, i.Time.Seconds()) }}
	train := func(b *testing.B, r Recipe) *Learned {
		l, err := Train(ctx, r, []*Surface{s})
		if err != nil {
			b.Fatal(err)
		}
		return l
	}
	b.Run("field", func(b *testing.B) {
		one := r
		one.Steps = 1
		l := train(b, one)
		defer l.Close()
		for b.Loop() {
			if _, err := l.Field(ctx, s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("epoch", func(b *testing.B) {
		var epochs float64
		for range b.N { // each compiles, so that one is enough
			seconds = seconds[:0]
			train(b, r).Close()
			for _, v := range seconds[1:] {
				epochs += v
			}
		}
		b.ReportMetric(epochs/float64(b.N), "s/16-steps") // the time of an operation holds compilation, too
	})
}
