package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/diagnose"
)

// updatesPerCall is about how many spin updates a call makes between two looks at
// the progress: a second or less.
const updatesPerCall = 1 << 25

// drawing is one run of the command sample.
type drawing struct {
	sampler               isinggraph.Sampler
	request               isinggraph.Request // with its graph
	schedule              []float32          // factors on beta in each sweep; none for 1
	sweeps, burnIn, every int
	offset                float64          // added to energies
	updates               int              // that a call makes, if more than one sweep
	progress              func(sweeps int) // is told how many are done

	spins                 []int8
	energies              []float64   // of the samples
	energy, magnetization [][]float64 // [chain][sweep after the burn-in]
	up                    []float64   // sum of the mean spins over chains and sweeps after the burn-in
}

// draw runs the chains. A run cut into calls draws what one call would.
func (d *drawing) draw(ctx context.Context) error {
	n, chains := d.request.Graph.NumNodes(), d.request.Chains.Count
	step := cmp.Or(d.every, d.sweeps-d.burnIn)
	if calls := (d.sweeps - d.burnIn + step - 1) / step; calls > maxSampledSpins/n/chains {
		return fmt.Errorf("isinggraph: %d samples of %d chains with %d spins are more than %d bytes: raise --every", calls, chains, n, maxSampledSpins)
	}
	d.energy, d.magnetization, d.up = make([][]float64, chains), make([][]float64, chains), make([]float64, n)
	most := max(1, d.updates/max(n*chains, 1))
	d.progress(0)
	for done := 0; done < d.sweeps; {
		end := d.burnIn
		if done >= d.burnIn {
			end = min(done+step-(done-d.burnIn)%step, d.sweeps)
		}
		k := min(most, end-done)
		if err := d.call(ctx, k, done < d.burnIn); err != nil {
			return err
		}
		done += k
		d.progress(done)
		if done > d.burnIn && (done-d.burnIn)%step == 0 {
			d.spins = append(d.spins, d.request.From.Spins...)
			for _, e := range d.request.Energies(d.request.From.Spins) {
				d.energies = append(d.energies, e+d.offset)
			}
		}
	}
	return nil
}

// call runs k sweeps from where the chains are, and records them unless they are
// of the burn-in.
func (d *drawing) call(ctx context.Context, k int, burnIn bool) error {
	r := d.request
	r.Sweeps, r.Record.Trace, r.Record.Marginals = k, !burnIn, !burnIn
	if len(d.schedule) > 0 {
		done := 0
		if r.From != nil {
			done = int(r.From.Sweeps)
		}
		r.Schedule = d.schedule[done : done+k]
	}
	s, err := d.sampler.Sample(ctx, r)
	if err != nil {
		return err
	}
	d.request.From = s
	if burnIn {
		return nil
	}
	for c := range s.Chains {
		for _, e := range s.Trace.Energy[c][1:] {
			d.energy[c] = append(d.energy[c], e+d.offset)
		}
		d.magnetization[c] = append(d.magnetization[c], s.Trace.Magnetization[c][1:]...)
	}
	for i, m := range s.Marginals() {
		d.up[i] += m * float64(k)
	}
	return nil
}

// samples returns what was drawn, with marginals over all sweeps after the burn-in.
func (d *drawing) samples() *data.Samples {
	p := make([]float64, len(d.up))
	for i, m := range d.up {
		p[i] = min(1, max(0, (1+m/float64(d.sweeps-d.burnIn))/2))
	}
	return &data.Samples{N: len(p), Spins: d.spins, Energies: d.energies, Marginals: p}
}

// print prints the diagnostics of the run.
func (d *drawing) print(out io.Writer) error {
	g := d.request.Graph
	fmt.Fprintf(out, "%d nodes, %d edges; %d chains, %d sweeps, %d of them burn-in; seed %d; sampler %v\n",
		g.NumNodes(), g.NumEdges(), d.request.Chains.Count, d.sweeps, d.burnIn, d.request.Seed, d.sampler)
	lowest := slices.Min(d.energies)
	for _, e := range d.energy {
		lowest = min(lowest, slices.Min(e))
	}
	fmt.Fprintf(out, "%d samples, lowest energy %.6g; lowest energy visited %.6g\n", len(d.energies), slices.Min(d.energies), lowest)
	if len(d.schedule) > 0 || d.sweeps-d.burnIn < 4 {
		fmt.Fprintln(out, "no diagnostics of annealing, nor of fewer than 4 sweeps")
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tmean\terror\tτ\tR̂\tESS\t")
	for _, q := range []struct {
		name   string
		series [][]float64
	}{{"energy", d.energy}, {"magnetization", d.magnetization}} {
		e, err := diagnose.NewEstimate(q.series)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%.6g\t%.2g\t%.2f\t%.3f\t%.0f\t\n", q.name, e.Mean, e.StdErr, e.Tau, e.RHat, e.ESS)
	}
	return w.Flush()
}
