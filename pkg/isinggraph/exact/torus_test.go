package exact

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"example.org/isinggraph/pkg/isinggraph"
	"gonum.org/v1/gonum/stat"
)

// torusRuns are the temperatures at which tori are compared with Kaufman's
// energy, with the sweeps that are dropped and kept. T = 2.27 is T_c, where the
// magnetization of a torus of 16 rows takes some 16² sweeps to turn.
var torusRuns = []struct {
	temperature   float64
	burnIn, sweep int
}{{2.0, 400, 800}, {2.27, 1000, 1500}, {3.0, 300, 500}, {10, 100, 300}}

// TestCompiledTorusEnergy compares the mean energy of the 16×32 torus with
// Kaufman's exact one, on shifts and as a general graph, by both rules.
func TestCompiledTorusEnergy(t *testing.T) {
	if testing.Short() {
		t.Skip("a long statistical test")
	}
	if os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		t.Skip("ISINGGRAPH_NO_XLA is set")
	}
	e, err := isinggraph.DefaultEngine()
	if err != nil {
		t.Skipf("no XLA: %v", err)
	}
	gr := isinggraph.Grid{Rows: 16, Cols: 32, Neighbors: 4, Periodic: true}
	lattice, err := e.NewOnGrid(gr)
	if err != nil {
		t.Fatal(err)
	}
	defer lattice.Close()
	g, err := gr.Graph()
	if err != nil {
		t.Fatal(err)
	}
	graph, err := e.New(g)
	if err != nil {
		t.Fatal(err)
	}
	defer graph.Close()
	for _, s := range []isinggraph.Sampler{lattice, graph} {
		for _, rule := range []isinggraph.Rule{isinggraph.HeatBath, isinggraph.Metropolis} {
			for _, r := range torusRuns {
				t.Run(fmt.Sprintf("%v, %v, T=%v", s, rule, r.temperature), func(t *testing.T) {
					testTorusEnergy(t, s, gr, rule, r.temperature, 64, r.burnIn, r.sweep)
				})
			}
		}
	}
}

// TestReferenceTorusEnergy does so with the plain Go sampler, off criticality.
func TestReferenceTorusEnergy(t *testing.T) {
	if testing.Short() {
		t.Skip("a long statistical test")
	}
	gr := isinggraph.Grid{Rows: 32, Cols: 32, Neighbors: 4, Periodic: true}
	s, err := isinggraph.PlainOnGrid(gr)
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range []isinggraph.Rule{isinggraph.HeatBath, isinggraph.Metropolis} {
		testTorusEnergy(t, s, gr, rule, 3, 32, 200, 100)
		testTorusEnergy(t, s, gr, rule, 10, 32, 100, 100)
	}
}

// testTorusEnergy runs independent chains; the error of the mean comes from the
// spread of their means. All spins start up: below T_c a random start would often
// end in stripes around the torus, which last for ages. Sampling keeps to that
// sign below T_c, which leaves the energy, an even function, alone.
func testTorusEnergy(t *testing.T, s isinggraph.Sampler, gr isinggraph.Grid, rule isinggraph.Rule, temperature float64, chains, burnIn, sweeps int) {
	t.Helper()
	seed := uint64(100 * temperature)
	up := &isinggraph.Samples{Spins: slices.Repeat([]int8{1}, chains*gr.NumNodes()), Chains: chains, Seed: seed}
	beta := float32(1 / temperature)
	out, err := s.Sample(context.Background(), isinggraph.Request{
		Model: isinggraph.Model{J: isinggraph.Uniform(1), Beta: beta}, Rule: rule, Chains: isinggraph.Chains{Count: chains}, Sweeps: burnIn + sweeps,
		Seed: seed, From: up, Record: isinggraph.Record{Trace: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	means := make([]float64, chains)
	for c, energy := range out.Trace.Energy {
		means[c] = stat.Mean(energy[burnIn+1:], nil) / float64(gr.NumNodes())
	}
	mean, sd := stat.MeanStdDev(means, nil)
	se := sd / math.Sqrt(float64(chains))
	want, err := KaufmanEnergy(gr.Rows, gr.Cols, float64(beta))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v, T = %v: energy %.5f ± %.5f, exact %.5f (%+.1f se)", rule, temperature, mean, se, want, (mean-want)/se)
	if math.Abs(mean-want) > 4*se {
		t.Errorf("%v, T = %v: energy %.5f ± %.5f a spin, want %.5f", rule, temperature, mean, se, want)
	}
	if se > 0.005 {
		t.Errorf("%v, T = %v: an error of %.5f a spin tells nothing", rule, temperature, se)
	}
}
