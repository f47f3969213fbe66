package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
)

// maxSampledSpins caps the samples that a call keeps, in bytes.
const maxSampledSpins = 1 << 31

// The rules of --rule.
const (
	ruleHeatBath   = "heat-bath"
	ruleMetropolis = "metropolis"
)

var sampleFlags struct {
	format, out, field, schedule, rule string
	shard                              string
	coupling, factor, beta             float32
	chains, sweeps, burnIn, every      int
	seed                               uint64
}

// sampleCmd samples an Ising model on a graph.
var sampleCmd = &cobra.Command{
	Use:   "sample FILE",
	Short: "sample an Ising model on a graph",
	Long: `sample draws spins x of ±1 from p(x) ∝ exp(-beta E(x)), E(x) = -Σ J_ij x_i x_j - Σ h_i x_i,
by sweeps over the colours of a graph. The couplings J are the file's weights (1 where it has none)
times --factor, or --coupling for all edges; the field h is that of a .coo file, or
--field: a number, or a .csv with a column "h" or .npy with one number for each node.

It prints energy and magnetization as mean and standard error, with the autocorrelation time τ in
sweeps, R̂ between chains (near 1 where they agree) and the effective number of
samples, over the sweeps after the burn-in. With --schedule FIRST:LAST beta is multiplied by
a factor that rises or falls linearly over the sweeps (annealing), and these are left out.
With --out it writes each chain's last state, or with --every N that after every N
sweeps, with its energy: .csv, .jsonl or .npz (docs/formats.md). Equal seeds give
equal samples.

` + graphFormatHelp,
	Example: `  isinggraph sample lattice.edges --beta 0.4 --chains 8 --sweeps 2000 --burn-in 500
  isinggraph sample G1.txt --factor -1 --schedule 0.1:3 --chains 16 --out cuts.npz   # large cuts: J = -w
  isinggraph sample ring.graphml --coupling -1 --field h.csv --every 10 --out samples.csv`,
	Args: cobra.ExactArgs(1),
	RunE: func(cmd *cobra.Command, args []string) error {
		schedule, err := checkSample(cmd)
		if err != nil {
			return err
		}
		return runSample(cmd, args[0], schedule)
	},
}

// checkSample checks the flags and returns the factors on beta; none for 1.
func checkSample(cmd *cobra.Command) ([]float32, error) {
	f := &sampleFlags
	given := cmd.Flags().Changed
	switch {
	case f.chains < 1 || f.sweeps < 1 || f.every < 0 || f.burnIn < 0 || f.burnIn >= f.sweeps || f.every > f.sweeps-f.burnIn:
		return nil, usageError{fmt.Errorf("--chains %d, --sweeps %d, --burn-in %d, --every %d: "+
			"need at least a chain and a sweep, fewer of burn-in, no more between samples than are left, and none negative",
			f.chains, f.sweeps, f.burnIn, f.every)}
	case f.rule != ruleHeatBath && f.rule != ruleMetropolis:
		return nil, usageError{fmt.Errorf("--rule %q is neither %s nor %s", f.rule, ruleHeatBath, ruleMetropolis)}
	case given("coupling") && given("factor"):
		return nil, usageError{errors.New("--coupling sets all couplings: there is nothing to multiply by --factor")}
	case f.out != "" && !slices.Contains([]string{".csv", ".jsonl", ".npz"}, filepath.Ext(f.out)):
		return nil, usageError{fmt.Errorf("--out %q does not end in .csv, .jsonl or .npz", f.out)}
	case f.schedule == "":
		return nil, nil
	}
	first, last, found := strings.Cut(f.schedule, ":")
	a, err := strconv.ParseFloat(first, 32)
	b, err2 := strconv.ParseFloat(last, 32)
	if !found || err != nil || err2 != nil || !(a >= 0 && b >= 0) || math.IsInf(a+b, 0) {
		return nil, usageError{fmt.Errorf("--schedule %q is not FIRST:LAST, two factors of at least 0", f.schedule)}
	}
	return isinggraph.Annealing(f.sweeps, float32(a), float32(b)), nil
}

// runSample samples as the flags say and prints and writes what it drew.
func runSample(cmd *cobra.Command, path string, schedule []float32) error {
	f := &sampleFlags
	in, err := readGraph(path, f.format)
	if err != nil {
		return err
	}
	if in.dropped != "" {
		fmt.Fprintln(cmd.ErrOrStderr(), in.dropped)
	}
	r := isinggraph.Request{Seed: f.seed}
	if r.Chains.First, r.Chains.Count, err = chainGroup(f.shard, f.chains); err != nil {
		return usageError{err}
	}
	r.Graph, r.H = in.graph, in.fields
	if r.Beta = f.beta; f.beta == 0 { // which a model takes for 1
		r.Chains.Beta = make([]float32, r.Chains.Count)
	}
	if cmd.Flags().Changed("coupling") {
		r.J = isinggraph.Uniform(f.coupling)
	} else {
		r.J = in.couplings(f.factor)
	}
	if f.rule == ruleMetropolis {
		r.Rule = isinggraph.Metropolis
	}
	n := in.graph.NumNodes()
	if f.field != "" {
		if r.H, err = readField(f.field, n); err != nil {
			return err
		}
	}
	if err := r.Validate(); err != nil {
		return err
	}
	sampler, err := openSampler(cmd, in.graph)
	if err != nil {
		return err
	}
	defer sampler.Close()
	bars := newBars(cmd.ErrOrStderr(), "sweeps")
	d := &drawing{sampler: sampler, request: r, schedule: schedule, sweeps: f.sweeps, burnIn: f.burnIn, every: f.every, offset: in.offset,
		updates: updatesPerCall, progress: func(sweeps int) { bars.show("sampling", int64(sweeps), int64(f.sweeps)) }}
	err = d.draw(cmd.Context())
	bars.clear()
	if err != nil {
		return err
	}
	if f.out != "" {
		if err := data.WriteSamples(f.out, d.samples()); err != nil {
			return err
		}
	}
	return d.print(cmd.OutOrStdout())
}

// openSampler returns the compiled sampler of a graph, or says that and why it is the
// plain Go one.
func openSampler(cmd *cobra.Command, g *isinggraph.Graph) (isinggraph.Sampler, error) {
	return isinggraph.New(g, isinggraph.OrPlain(func(why error) { fmt.Fprintln(cmd.ErrOrStderr(), "sampling in plain Go:", why) }))
}

// readField returns a field of n nodes: a number for all, or those of a file.
func readField(field string, n int) ([]float32, error) {
	h := make([]float32, n)
	if v, err := strconv.ParseFloat(field, 32); err == nil {
		for i := range h {
			h[i] = float32(v)
		}
		return h, nil
	}
	switch filepath.Ext(field) {
	case ".npy":
		t, err := data.ReadNPY(field)
		if err != nil {
			return nil, err
		}
		h = t.Float32()
	case ".csv", ".tsv":
		t, err := data.ReadTable(field)
		if err != nil {
			return nil, err
		}
		at := slices.Index(t.Columns, "h")
		if at < 0 {
			return nil, fmt.Errorf("%s:1: no column h among %q", field, t.Columns)
		}
		h = h[:0]
		for k, row := range t.Rows {
			v, err := strconv.ParseFloat(strings.TrimSpace(row[at]), 32)
			if err != nil {
				return nil, fmt.Errorf("%s: row %d: field %q is no number of a float32", field, k+1, row[at])
			}
			h = append(h, float32(v))
		}
	default:
		return nil, usageError{fmt.Errorf("--field %q is neither a number nor a .csv, .tsv or .npy", field)}
	}
	if len(h) != n {
		return nil, fmt.Errorf("%s: %d fields for %d nodes", field, len(h), n)
	}
	return h, nil
}

func init() {
	f, flags := &sampleFlags, sampleCmd.Flags()
	addFormatFlag(sampleCmd, &f.format)
	flags.Float32Var(&f.coupling, "coupling", 0, "J of all edges, in place of the file's weights")
	flags.Float32Var(&f.factor, "factor", 1, "J of an edge is its weight times this; -1 to look for large cuts")
	flags.StringVar(&f.field, "field", "", "h: a number for all nodes, or a `file` with one for each")
	flags.Float32Var(&f.beta, "beta", 1, "inverse temperature")
	flags.IntVar(&f.chains, "chains", 4, "independent chains")
	flags.IntVar(&f.sweeps, "sweeps", 1000, "of each chain, the burn-in included")
	flags.IntVar(&f.burnIn, "burn-in", 0, "first sweeps that no result counts")
	flags.IntVar(&f.every, "every", 0, "sweeps between samples of a chain; 0 for its last state only")
	flags.Uint64Var(&f.seed, "seed", 1, "of the random numbers")
	flags.StringVar(&f.schedule, "schedule", "", "`FIRST:LAST` factors on beta, linear over all sweeps")
	flags.StringVar(&f.rule, "rule", ruleHeatBath, "of the updates, "+ruleHeatBath+" or "+ruleMetropolis)
	flags.StringVar(&f.shard, "shard", "0/1", "`I/N`: of the chains draw group I of N, from 0; the groups together are one run of all")
	flags.StringVar(&f.out, "out", "", "write samples to this `file`: .csv, .jsonl or .npz")
	rootCmd.AddCommand(sampleCmd)
}
