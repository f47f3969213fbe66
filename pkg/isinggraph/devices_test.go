package isinggraph

import (
	"context"
	"slices"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// TestDevicesAgree: chains sharded over several devices, one of them without any,
// are those of one device, records included.
func TestDevicesAgree(t *testing.T) {
	one := testEngine(t)
	have := one.Backend().NumDevices()
	if have < 2 {
		t.Skipf("the backend has %d device", have)
	}
	rng := testutil.Rand(61)
	g := randomGraph(t, 60, 120, rng)
	j := make([]float32, g.NumEdges())
	for i := range j {
		j[i] = float32(rng.NormFloat64())
	}
	recorded := Request{
		Model: Model{J: PerEdge(j)}, Chains: Chains{Count: 11, H: make([]float32, 11*60), Beta: make([]float32, 11)},
		Sweeps: 130, Seed: 9, Record: Record{Trace: true, Marginals: true},
	}
	for i := range recorded.Chains.H {
		recorded.Chains.H[i] = float32(rng.NormFloat64())
	}
	for c := range recorded.Chains.Beta {
		recorded.Chains.Beta[c] = 0.1 * float32(c+1)
	}
	graph := func(e *Engine) (Sampler, error) { return e.New(g) }
	grid := func(e *Engine) (Sampler, error) { return e.NewOnGrid(Grid{6, 32, 4, true}) }
	for _, c := range []struct {
		name    string
		devices int
		sampler func(*Engine) (Sampler, error)
		o       Request
	}{
		{"graph", min(have, 4), graph, recorded},
		{"lattice", min(have, 3), grid, Request{Chains: Chains{Count: 6}, Sweeps: 300, Seed: 10}},
	} {
		var samples [2]*Samples
		for k, devices := range []int{1, c.devices} {
			e, err := one.OnDevices(devices)
			if err != nil {
				t.Fatal(err)
			}
			s, err := c.sampler(e)
			if err != nil {
				t.Fatal(err)
			}
			first := c.o
			first.Sweeps = 3
			if samples[k], err = s.Sample(context.Background(), first); err != nil {
				t.Fatal(err)
			}
			then := c.o
			then.From = samples[k]
			if samples[k], err = s.Sample(context.Background(), then); err != nil {
				t.Fatal(err)
			}
			s.Close()
			if n := e.Compilations(); n != 1 {
				t.Errorf("%s on %d devices: %d programs, want 1", c.name, devices, n)
			}
		}
		a, b := samples[0], samples[1]
		if !slices.Equal(a.Spins, b.Spins) || !slices.Equal(a.Mean, b.Mean) {
			t.Errorf("%s: spins or means on %d devices differ from those on one", c.name, c.devices)
		}
		for k := 0; c.o.Record.Trace && k < a.Chains; k++ {
			compareFloats(t, c.name+": energy", b.Trace.Energy[k], a.Trace.Energy[k], 1e-4)
			compareFloats(t, c.name+": magnetization", b.Trace.Magnetization[k], a.Trace.Magnetization[k], 1e-12)
		}
	}
	for value, want := range map[string]int{"": 1, "2": 2, "all": have} {
		t.Setenv(devicesVariable, value)
		if e, err := openDefault(); err != nil || e.Devices() != want {
			t.Errorf("%s=%q: error %v, want %d devices", devicesVariable, value, err, want)
		}
	}
	t.Setenv(devicesVariable, "some")
	_, err := openDefault()
	wantError(t, err, devicesVariable, `"some"`)
	for _, n := range []int{0, have + 1} {
		if _, err := one.OnDevices(n); err == nil {
			t.Errorf("%d of %d devices: no error", n, have)
		}
	}
}

// TestChainGroups: groups of chains that calls of their own draw are those of one
// call, on graphs and lattices, compiled, by tables and in plain Go, and on line
// graphs.
func TestChainGroups(t *testing.T) {
	e := testEngine(t)
	g := randomGraph(t, 40, 80, testutil.Rand(62))
	grid := Grid{6, 32, 4, true}
	compiledGraph, err := e.New(g)
	if err != nil {
		t.Fatal(err)
	}
	defer compiledGraph.Close()
	compiledGrid, err := e.NewOnGrid(grid)
	if err != nil {
		t.Fatal(err)
	}
	defer compiledGrid.Close()
	plainGrid, err := PlainOnGrid(grid)
	if err != nil {
		t.Fatal(err)
	}
	edges, positions, color := testutil.Rook(4)
	rook := mustGraph(t, len(positions), edges)
	line, err := NewLineSampler(rook, positions, Coloring{Color: color, Colors: 4})
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]Sampler{
		"line graph": line, "graph": compiledGraph, "lattice": compiledGrid, "plain graph": Plain(g), "plain lattice": plainGrid,
	} {
		for _, sweeps := range []int{3, 30} {
			o := Request{Chains: Chains{Count: 12}, Sweeps: sweeps, Seed: 4, Model: Model{Beta: 0.4}}
			var all *Samples
			for range 2 { // the second call of a few updates is by tables
				if all, err = s.Sample(context.Background(), o); err != nil {
					t.Fatal(err)
				}
			}
			var groups []int8
			for _, first := range []int{0, 4, 8} {
				o.Chains = Chains{Count: 4, First: first}
				part, err := s.Sample(context.Background(), o)
				if err != nil {
					t.Fatal(err)
				}
				groups = append(groups, part.Spins...)
			}
			if !slices.Equal(all.Spins, groups) {
				t.Errorf("%s, %d sweeps: groups of chains differ from one call", name, sweeps)
			}
		}
		_, err := s.Sample(context.Background(), Request{Chains: Chains{First: 3}, Sweeps: 1})
		wantError(t, err, "Chains.First is 3")
	}
}
