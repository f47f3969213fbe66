package isinggraph

import (
	"context"
	"math/rand/v2"
	"testing"

	"example.org/isinggraph/internal/testutil"

	"example.org/isinggraph/internal/cputime"
)

// benchJob is one of the sampling benchJobs that the project compares with other samplers.
type benchJob struct {
	name           string
	sampler        func(testing.TB, *Engine) (*Graph, Sampler)
	field          float64 // standard deviation of h
	j, beta        float32
	chains, sweeps int
}

func latticeJob(l int) func(testing.TB, *Engine) (*Graph, Sampler) {
	return func(tb testing.TB, e *Engine) (*Graph, Sampler) {
		gr, err := NewGrid(l, l, 4, true)
		if err != nil {
			tb.Fatal(err)
		}
		g, err := gr.Graph()
		if err != nil {
			tb.Fatal(err)
		}
		s, err := e.NewOnGrid(gr)
		if err != nil {
			tb.Fatal(err)
		}
		return g, s
	}
}

func graphJob(make func(testing.TB, *rand.Rand) *Graph) func(testing.TB, *Engine) (*Graph, Sampler) {
	return func(tb testing.TB, e *Engine) (*Graph, Sampler) {
		g := make(tb, testutil.Rand(3))
		s, err := e.New(g)
		if err != nil {
			tb.Fatal(err)
		}
		return g, s
	}
}

func regularJob(n int) func(testing.TB, *Engine) (*Graph, Sampler) {
	return graphJob(func(tb testing.TB, r *rand.Rand) *Graph { return mustGraph(tb, n, matchings(n, 3, r)) })
}

// motifGraphs joins 64 graphs of 25 nodes: a tree of preferential attachment
// with a house, as in BA-2Motifs.
func motifGraphs(tb testing.TB, r *rand.Rand) *Graph {
	var parts []*Graph
	for range 64 {
		e := [][2]int32{{20, 21}, {21, 22}, {22, 23}, {20, 23}, {20, 24}, {21, 24}, {int32(r.IntN(20)), 20}}
		ends := []int32{0}
		for v := int32(1); v < 20; v++ {
			u := ends[r.IntN(len(ends))]
			e = append(e, [2]int32{u, v})
			ends = append(ends, u, v)
		}
		parts = append(parts, mustGraph(tb, 25, e))
	}
	g, _, err := Union(parts...)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

var benchJobs = []benchJob{
	{"grid512", latticeJob(512), 0, 1, 0.44, 1, 200},
	{"grid2048", latticeJob(2048), 0, 1, 0.44, 1, 100},
	{"rr3", regularJob(100_000), 1, 1, 0.5, 1, 200},
	{"rr3_1e6", regularJob(1_000_000), 1, 1, 0.5, 1, 40},
	{"rr3_32", regularJob(100_000), 1, 1, 0.5, 32, 20},
	{"mesh16", graphJob(func(tb testing.TB, _ *rand.Rand) *Graph {
		const l = 158
		var e [][2]int32
		for a := range int32(l) {
			for b := range int32(l) {
				i, right, down := a*l+b, a*l+(b+1)%l, (a+1)%l*l+b
				e = append(e, [2]int32{i, right}, [2]int32{i, down}, [2]int32{i, (a+1)%l*l + (b+1)%l})
			}
		}
		return mustGraph(tb, l*l, e)
	}), 0.5, -1, 1, 16, 40},
	{"batch64", graphJob(motifGraphs), 1, 1, 1, 2, 5},
}

// BenchmarkSampler measures whole calls of Sample, start, packing and unpacking
// included, in million spin updates per CPU-second of the process and per second.
func BenchmarkSampler(b *testing.B) {
	e := testEngine(b)
	for _, j := range benchJobs {
		b.Run(j.name, func(b *testing.B) {
			g, s := j.sampler(b, e)
			defer s.Close()
			j.bench(b, g, s)
		})
	}
}

// bench measures calls of s.Sample.
func (j benchJob) bench(b *testing.B, g *Graph, s Sampler) {
	n := g.NumNodes()
	o := Request{Chains: Chains{Count: j.chains}, Sweeps: j.sweeps}
	o.J, o.Beta = Uniform(j.j), j.beta
	if j.field > 0 {
		o.H = make([]float32, n)
		for i, r := 0, testutil.Rand(4); i < n; i++ {
			o.H[i] = float32(j.field * r.NormFloat64())
		}
	}
	sample := func(seed uint64) {
		o.Seed = seed
		if _, err := s.Sample(context.Background(), o); err != nil {
			b.Fatal(err)
		}
	}
	sample(0) // compiles
	sample(0) // tabulates, where calls are small
	start := cputime.Used()
	b.ResetTimer()
	for i := range b.N {
		sample(uint64(i))
	}
	updates := float64(n*j.chains*j.sweeps) * float64(b.N) / 1e6
	b.ReportMetric(updates/(cputime.Used()-start).Seconds(), "Mupd/core-s")
	b.ReportMetric(updates/b.Elapsed().Seconds(), "Mupd/s")
}

// BenchmarkPlain is BenchmarkSampler for the plain Go sampler.
func BenchmarkPlain(b *testing.B) {
	e := testEngine(b)
	for _, j := range benchJobs[2:] {
		b.Run(j.name, func(b *testing.B) {
			g, s := j.sampler(b, e)
			defer s.Close()
			j.bench(b, g, Plain(g))
		})
	}
}
