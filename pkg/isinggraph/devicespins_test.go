package isinggraph

import (
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/internal/xla"
)

// TestSpinsOnDevice: where devices make the first spins and unpack the last, as those
// that are not the CPU do, samples are those that the host packs and unpacks, on
// graphs and lattices, on one device and sharded over two, from the start and continued.
func TestSpinsOnDevice(t *testing.T) {
	b := testEngine(t).Backend()
	var engines []*Engine // the host's, a device's, two devices'
	for k, devices := range []int{1, 1, min(2, b.NumDevices())} {
		x, err := xla.NewEngine(b, devices)
		if err != nil {
			t.Fatal(err)
		}
		x.Accelerator = k > 0
		engines = append(engines, &Engine{x})
	}
	g := randomGraph(t, 150, 300, testutil.Rand(71))
	for name, c := range map[string]struct {
		sampler func(*Engine) (Sampler, error)
		o       Request
	}{
		"graph": {func(e *Engine) (Sampler, error) { return e.New(g) }, Request{
			Chains: Chains{Count: 3, First: 2}, Sweeps: 200, Record: Record{Trace: true, Marginals: true},
		}},
		"many chains": {func(e *Engine) (Sampler, error) { return e.New(g) }, Request{Chains: Chains{Count: 61}, Sweeps: 40}},
		"lattice":     {func(e *Engine) (Sampler, error) { return e.NewOnGrid(Grid{6, 32, 4, true}) }, Request{Chains: Chains{Count: 3}, Sweeps: 200}},
	} {
		var host [2]*Samples
		for k, e := range engines {
			s, err := c.sampler(e)
			if err != nil {
				t.Fatal(err)
			}
			c.o.Seed, c.o.From = 72, nil
			first := mustSample(t, s, c.o)
			c.o.From = first
			calls := [2]*Samples{first, mustSample(t, s, c.o)}
			s.Close()
			if k == 0 {
				host = calls
				continue
			}
			for call, a := range host {
				b := calls[call]
				if !slices.Equal(a.Spins, b.Spins) || !slices.Equal(a.Mean, b.Mean) {
					t.Errorf("%s, engine %d, call %d: spins or means differ", name, k, call)
				}
				for chain := 0; c.o.Record.Trace && chain < a.Chains; chain++ {
					compareFloats(t, name+": energy", b.Trace.Energy[chain], a.Trace.Energy[chain], 1e-4)
				}
			}
		}
	}
}
