package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

var trainFlags struct {
	format, loss, network, runs, out string
	coupling                         float32
	keep, rate, validate             float64
	radius, samples, sweeps, steps   int
	batch, chains, limit             int
	seed                             uint64
}

// trainCmd learns a field.
var trainCmd = &cobra.Command{
	Use:   "train FILE|FOLDER",
	Short: "learn a field for graphs from a built-in loss",
	Long: `train learns the field of an Ising model from a loss of its samples (eq. 7 and 15), for
one graph, or for all graphs of a folder in the form of the TU collection, with node
labels as features. The losses, all between 0 and 1 or little more:

  cut       share of the weight of edges that a sample leaves uncut: the maximum cut
  dominate  (kept nodes + 2 nodes neither kept nor next to a kept one) / nodes

With --keep the share of kept nodes is held near it by a penalty (eq. 15). Losses are sums
over nodes; a node is credited with those within --radius hops, which is biased and has little
noise, or with --radius -1 with the whole loss, which is neither.

Checkpoints lie in --runs: after an interrupt the same command goes on, and a run that is
done is opened, not trained again. It prints the mean loss of the samples of lowest energy beside
that of fair coins. With --out it writes each node's field and its spin in the sample of lowest
energy of its graph: .csv (graph, node, field, spin), or .npz (offsets [graphs+1], field, spin).

` + graphFormatHelp,
	Example: `  isinggraph train G14.txt --loss cut --steps 500 --out cut.csv
  isinggraph train social.edges --loss dominate --network gin --steps 300
  isinggraph train MUTAG/ --loss cut --keep 0.4 --batch 32 --out fields.npz`,
	Args: cobra.ExactArgs(1),
	RunE: func(cmd *cobra.Command, args []string) error {
		f := &trainFlags
		switch {
		case losses[f.loss] == nil:
			return usageError{fmt.Errorf("--loss %q is neither cut nor dominate", f.loss)}
		case !slices.Contains([]string{"", "gin", "mlp", "nodes"}, f.network):
			return usageError{fmt.Errorf("--network %q is none of gin, mlp, nodes", f.network)}
		case f.steps < 1 || f.samples < 2 || f.sweeps < 1 || f.batch < 1 || f.chains < 1 || f.limit < 0 || f.radius < -1:
			return usageError{errors.New("need at least a step, two samples, a sweep, a graph in a batch and a chain; --limit is not negative, --radius at least -1")}
		case !(f.rate > 0) || !(f.validate >= 0 && f.validate < 1) || !(f.keep >= 0 && f.keep < 1):
			return usageError{fmt.Errorf("--rate %g, --validate %g, --keep %g: need a positive rate and shares of at least 0 below 1", f.rate, f.validate, f.keep)}
		case f.out != "" && !slices.Contains([]string{".csv", ".npz"}, filepath.Ext(f.out)):
			return usageError{fmt.Errorf("--out %q ends neither in .csv nor in .npz", f.out)}
		}
		items, err := trainItems(args[0])
		if err != nil {
			return err
		}
		return runTrain(cmd, items)
	},
}

// trainItems reads a graph, or the graphs of a TU folder.
func trainItems(path string) ([]*learn.Item, error) {
	f := &trainFlags
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, errors.Unwrap(err))
	}
	if !info.IsDir() {
		in, err := readGraph(path, f.format)
		if err != nil {
			return nil, err
		}
		return []*learn.Item{{Graph: in.graph, J: in.weights}}, nil
	}
	set, err := data.ReadTU(path)
	if err != nil {
		return nil, err
	}
	labels := map[int]int{} // column of a node label
	for _, g := range set.Graphs {
		for _, l := range g.NodeLabels {
			labels[l] = 0
		}
	}
	names := make([]int, 0, len(labels))
	for l := range labels {
		names = append(names, l)
	}
	slices.Sort(names)
	for k, l := range names {
		labels[l] = k
	}
	var items []*learn.Item
	for k, g := range set.Graphs {
		if f.limit > 0 && k == f.limit {
			break
		}
		graph, err := isinggraph.NewGraph(g.N, g.Edges)
		if err != nil {
			return nil, fmt.Errorf("%s: graph %d: %w", path, k+1, err)
		}
		it := &learn.Item{Graph: graph}
		if len(names) > 0 {
			it.X = make([]float32, g.N*len(names))
			for i, l := range g.NodeLabels {
				it.X[i*len(names)+labels[l]] = 1
			}
		}
		items = append(items, it)
	}
	return items, nil
}

// trainConfig is the learner's configuration that the flags ask for.
func trainConfig(cmd *cobra.Command, items []*learn.Item) (learn.Config, error) {
	f := &trainFlags
	network := f.network
	if network == "" {
		network = map[bool]string{true: "nodes", false: "gin"}[len(items) == 1]
	}
	begin, at := time.Now(), time.Time{}
	c := learn.Config{
		Key: "isinggraph train " + f.loss + " " + network, Seed: f.seed,
		Model:     learn.Model{J: isinggraph.Uniform(f.coupling)},
		Objective: learn.Objective{Loss: learn.Loss{Parts: losses[f.loss]}},
		Sampling:  learn.Sampling{Samples: f.samples, Sweeps: f.sweeps},
		Optimizer: learn.Optimizer{Steps: f.steps, BatchSize: min(f.batch, len(items)), LearningRate: f.rate},
		Storage:   learn.Storage{Dir: f.runs},
		Runtime: learn.Runtime{Progress: func(s learn.StepInfo) {
			if time.Since(at) > 5*time.Second || s.Step == f.steps {
				at = time.Now()
				fmt.Fprintf(cmd.ErrOrStderr(), "%6.0f s  step %d of %d: loss %.4f, kept %.3f\n", time.Since(begin).Seconds(), s.Step, f.steps, s.Loss, s.Fraction)
			}
		}, Log: runs.Lines(func(line string) { fmt.Fprintln(cmd.ErrOrStderr(), line) })},
	}
	if f.radius >= 0 {
		c.Objective.Estimator = learn.Local{Radius: f.radius}
	}
	if f.keep > 0 {
		c.Objective.Penalty = learn.Penalty{Kind: learn.EtaSampled, Eta: 2*f.keep - 1, Weight: 1}
	}
	switch network {
	case "gin":
		c.Field = fields.GIN{}.Field()
	case "mlp":
		c.Field = fields.MLP{}.Field()
	case "nodes":
		if len(items) > 1 {
			return c, usageError{fmt.Errorf("--network nodes has a variable for each node of one graph, and there are %d graphs", len(items))}
		}
		c.Field = fields.PerNode{Nodes: items[0].Graph.NumNodes()}.Field()
	}
	return c, nil
}

// runTrain trains, or opens what is trained, and prints and writes the result.
func runTrain(cmd *cobra.Command, items []*learn.Item) error {
	f := &trainFlags
	c, err := trainConfig(cmd, items)
	if err != nil {
		return err
	}
	train, validation := items, []*learn.Item(nil)
	if k := int(f.validate * float64(len(items))); k > 0 {
		train, validation = splitItems(items, k, f.seed)
	}
	learner, err := learn.OpenOrTrain(cmd.Context(), c, train, validation)
	if err != nil {
		return err
	}
	defer learner.Close()
	o := learn.PredictOptions{Chains: f.chains, Sweeps: 100, Schedule: isinggraph.Annealing(100, 1, 5), Seed: f.seed, Fraction: f.keep}
	out := cmd.OutOrStdout()
	for _, part := range []struct {
		name  string
		items []*learn.Item
	}{{"trained on", train}, {"held out", validation}} {
		if len(part.items) == 0 {
			continue
		}
		p, err := learner.Predict(cmd.Context(), part.items, o)
		if err != nil {
			return err
		}
		s, err := scoreOf(f.loss, part.items, p, f.seed)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%d graphs %s: loss %.4f, fair coins %.4f; kept %.3f\n", len(p), part.name, s.loss, s.coins, s.kept)
	}
	if f.out == "" {
		return nil
	}
	p, err := learner.Predict(cmd.Context(), items, o)
	if err != nil {
		return err
	}
	return writePredictions(f.out, p)
}

func init() {
	f, flags := &trainFlags, trainCmd.Flags()
	addFormatFlag(trainCmd, &f.format)
	flags.StringVar(&f.loss, "loss", "cut", "cut or dominate")
	flags.StringVar(&f.network, "network", "", "of the field: gin, mlp, or nodes, a variable a node (default nodes for one graph, gin for more)")
	flags.Float32Var(&f.coupling, "coupling", -0.3, "J of all edges")
	flags.Float64Var(&f.keep, "keep", 0, "share of nodes to keep; 0 for any")
	flags.IntVar(&f.radius, "radius", 2, "hops from which a node is credited; -1 for the unbiased estimator")
	flags.IntVar(&f.samples, "samples", 8, "of each graph in a step")
	flags.IntVar(&f.sweeps, "sweeps", 5, "of each sample")
	flags.IntVar(&f.steps, "steps", 300, "of the optimizer")
	flags.IntVar(&f.batch, "batch", 32, "most graphs in a step")
	flags.Float64Var(&f.rate, "rate", 0.01, "learning rate of Adam")
	flags.Float64Var(&f.validate, "validate", 0.1, "share of the graphs that are held out, rounded down")
	flags.IntVar(&f.limit, "limit", 0, "most graphs of a folder; 0 for all")
	flags.IntVar(&f.chains, "chains", 8, "samples of each graph once the field is learned")
	flags.Uint64Var(&f.seed, "seed", 1, "of weights, batches, samples and what is held out")
	flags.StringVar(&f.runs, "runs", "build/train", "`folder` of the checkpoints")
	flags.StringVar(&f.out, "out", "", "write fields and spins to this `file`: .csv or .npz")
	rootCmd.AddCommand(trainCmd)
}
