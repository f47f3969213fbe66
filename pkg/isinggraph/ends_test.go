package isinggraph

import (
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// TestSpinsOnDevice: where devices make the first spins and unpack the last, as those
// that are not the CPU do, samples are those that the host packs and unpacks, on
// graphs and lattices, at once on two devices, from the start and continued.
func TestSpinsOnDevice(t *testing.T) {
	e, err := NewEngine(testEngine(t).Backend())
	if err != nil {
		t.Fatal(err)
	}
	g := randomGraph(t, 150, 300, testutil.Rand(71))
	for name, c := range map[string]struct {
		sampler func() (Sampler, error)
		o       Request
	}{
		"graph":       {func() (Sampler, error) { return e.New(g) }, Request{Chains: Chains{Count: 3, First: 2}, Sweeps: 200, Record: Record{Trace: true, Marginals: true}}},
		"many chains": {func() (Sampler, error) { return e.New(g) }, Request{Chains: Chains{Count: 61}, Sweeps: 40}},
		"lattice":     {func() (Sampler, error) { return e.NewOnGrid(Grid{6, 32, 4, true}) }, Request{Chains: Chains{Count: 3}, Sweeps: 200}},
	} {
		var samples [2][2]*Samples
		for k, remote := range []bool{false, true} {
			e.remote = remote
			s, err := c.sampler()
			if err != nil {
				t.Fatal(err)
			}
			c.o.Seed, c.o.From = 72, nil
			samples[k][0] = mustSample(t, s, c.o)
			c.o.From = samples[k][0]
			samples[k][1] = mustSample(t, s, c.o)
			s.Close()
		}
		for call, a := range samples[0] {
			b := samples[1][call]
			if !slices.Equal(a.Spins, b.Spins) || !slices.Equal(a.Mean, b.Mean) {
				t.Errorf("%s, call %d: spins or means differ", name, call)
			}
			for k := 0; c.o.Record.Trace && k < a.Chains; k++ {
				compareFloats(t, name+": energy", b.Trace.Energy[k], a.Trace.Energy[k], 0)
			}
		}
	}
}
