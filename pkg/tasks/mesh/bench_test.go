package mesh

import (
	"context"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
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
	sampler := isinggraph.NewReference(s.Graph)
	o := isinggraph.Options{Params: isinggraph.Params{J: []float32{-1}}, Sweeps: 5, Seed: 1}
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
	run("sample", func() error { _, err := sampler.Sample(ctx, o); return err })
	run("coarsen", func() error { _, err := s.Coarsen(keep); return err })
	distances := make([]float64, len(keep))
	run("distance", func() error { _, err := s.Distances(keep, distances); return err }) // coarsening included
	for _, method := range Baselines(2) {
		run("keep/"+method.Name(), func() error { _, err := method.Keep(ctx, s, 1); return err })
	}
}
