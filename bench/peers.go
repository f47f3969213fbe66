package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/notebooks/nb"
)

// peersResult is what peers.py writes.
type peersResult struct {
	Date, CPU string
	Cores     int
	Versions  map[string]string
	Rows      []peerRow
}

type peerRow struct {
	Job, Sampler string
	PerCPUSecond float64 `json:"per_cpu_second"`
	PerSecond    float64 `json:"per_second"`
	Energy       float64
}

// peerLines are the table's lines: the best of the samplers whose names begin so.
var peerLines = []struct{ name, prefix string }{
	{"this library", "ours"}, {"this library, plain Go", "ours, plain Go"}, {"JAX by hand, best gather", "jax gather"},
	{"JAX by hand, packed checkerboard", "jax packed"}, {"THRML", "thrml"}, {"dwave-samplers, best rule", "dwave"}, {"openjij", "openjij"}, {"mcising", "mcising"},
}

// best returns the fastest row of a line on a job by value.
func (r peersResult) best(job, prefix string, value func(peerRow) float64) (best peerRow, ok bool) {
	for _, row := range r.Rows {
		if row.Job != job || !strings.HasPrefix(row.Sampler, prefix) || prefix == "ours" && row.Sampler != prefix {
			continue
		}
		if !ok || value(row) > value(best) {
			best, ok = row, true
		}
	}
	return best, ok
}

// jobs lists the jobs in the order of the rows.
func (r peersResult) jobs() (names []string) {
	for _, row := range r.Rows {
		if !slices.Contains(names, row.Job) {
			names = append(names, row.Job)
		}
	}
	return names
}

// table writes one table in Markdown: rates, and in brackets how many times ours is.
func (r peersResult) table(value func(peerRow) float64) string {
	var b strings.Builder
	jobs := r.jobs()
	fmt.Fprintf(&b, "| | %s |\n|---|%s\n", strings.Join(jobs, " | "), strings.Repeat("---|", len(jobs)))
	for _, line := range peerLines {
		fmt.Fprintf(&b, "| %s |", line.name)
		for _, job := range jobs {
			row, ok := r.best(job, line.prefix, value)
			ours, known := r.best(job, "ours", value)
			switch {
			case !ok:
				b.WriteString(" – |")
			case line.prefix == "ours" || !known:
				fmt.Fprintf(&b, " **%.0f** |", value(row))
			default:
				fmt.Fprintf(&b, " %.3g (%.1f×) |", value(row), value(ours)/value(row))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// section is what stands between the markers of docs/performance.md.
func (r peersResult) section() string {
	perCPU := func(p peerRow) float64 { return p.PerCPUSecond }
	var versions []string
	for name, v := range r.Versions {
		versions = append(versions, name+" "+v)
	}
	slices.Sort(versions)
	least, most := map[string]float64{}, map[string]float64{}
	for _, row := range r.Rows {
		if _, ok := least[row.Job]; !ok {
			least[row.Job], most[row.Job] = row.Energy, row.Energy
		}
		least[row.Job], most[row.Job] = min(least[row.Job], row.Energy), max(most[row.Job], row.Energy)
	}
	var energies []string
	for _, job := range r.jobs() {
		energies = append(energies, fmt.Sprintf("%s %.4f to %.4f", job, least[job], most[job]))
	}
	return fmt.Sprintf("Million spin updates per CPU-second (in brackets, how many times that of ours is), "+
		"medians over rounds in alternation, %s, %d cores of %s:\n\n%s\n"+
		"Per second of a clock, on all cores that a sampler uses:\n\n%s\n"+
		"![Million spin updates per CPU-second](figures/performance-peers.png)\n\n"+
		"Energies per spin over all samplers, after equal numbers of sweeps or more: %s. Versions: %s.\n",
		r.Date, r.Cores, r.CPU, r.table(perCPU), r.table(func(p peerRow) float64 { return p.PerSecond }), strings.Join(energies, "; "), strings.Join(versions, ", "))
}

// draw draws the rates per CPU-second by job.
func (r peersResult) draw(path string) error {
	p := nb.NewPlot("Spin updates", "", "million per CPU-second")
	nb.LogY(p)
	jobs := r.jobs()
	for k, line := range peerLines {
		var x, y []float64
		for at, job := range jobs {
			if row, ok := r.best(job, line.prefix, func(p peerRow) float64 { return p.PerCPUSecond }); ok {
				x, y = append(x, float64(at)), append(y, row.PerCPUSecond)
			}
		}
		if len(x) == 0 {
			continue
		}
		if err := nb.Points(p, k, line.name, x, y); err != nil {
			return err
		}
	}
	p.NominalX(jobs...)
	p.X.Max = float64(len(jobs)) + 1.2 // room for the legend
	image, err := nb.PNG(p, 8, 4)
	if err != nil {
		return err
	}
	return wholefile.Write(path, image)
}

// peers writes table and plot of what peers.py measured.
func peers(args []string) error {
	f := flag.NewFlagSet("peers", flag.ExitOnError)
	in := f.String("in", "docs/results/peers.json", "what peers.py wrote")
	doc := f.String("doc", "docs/performance.md", "replace the section between the markers of this `file`")
	figure := f.String("figure", "docs/figures/performance-peers.png", "draw to this PNG `file`")
	if err := f.Parse(args); err != nil {
		return err
	}
	r, err := readPeers(*in)
	if err != nil {
		return err
	}
	if len(r.Rows) == 0 {
		return fmt.Errorf("%s: no rows", *in)
	}
	if err := r.draw(*figure); err != nil {
		return err
	}
	return replaceSection(*doc, "peers", r.section())
}
