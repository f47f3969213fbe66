package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/study"
	"example.org/isinggraph/pkg/tasks/explain"
)

// explainJob is Figure 3 for one set and one seed.
type explainJob struct {
	set                  string
	seed                 uint64
	limit, epochs, field int
}

func newExplainJob() *explainJob { return &explainJob{set: explain.SetBA2Motifs, seed: 1} }

// bindTraining binds what the trained networks depend on.
func (j *explainJob) bindTraining(flags *pflag.FlagSet) {
	flags.StringVar(&j.set, "set", j.set, "ba2motifs or mutag")
	flags.Uint64Var(&j.seed, "seed", j.seed, "of the weights, the batches and the samples")
	flags.IntVar(&j.epochs, "epochs", j.epochs, "of the classifier; 0 for the paper's 500")
	flags.IntVar(&j.field, "field-epochs", j.field, "of IGExplainer; 0 for the paper's 300 on mutag and 60 on ba2motifs")
}

func (j *explainJob) bind(flags *pflag.FlagSet) {
	j.bindTraining(flags)
	flags.IntVar(&j.limit, "limit", j.limit, "how many graphs all explainers are compared on; 0 for all")
}

// study returns the study that the settings ask for, with its trainings in a folder.
func (j *explainJob) study(runs string, progress study.Progress) (*explain.Study, error) {
	if j.set != explain.SetBA2Motifs && j.set != explain.SetMutag {
		return nil, usageError{fmt.Errorf("--set is %q, want %s or %s", j.set, explain.SetBA2Motifs, explain.SetMutag)}
	}
	if j.limit < 0 || j.epochs < 0 || j.field < 0 {
		return nil, usageError{errors.New("--limit, --epochs and --field-epochs must not be negative")}
	}
	dir, err := data.Dir()
	if err != nil {
		return nil, err
	}
	set, err := explain.Load(dir, j.set, 1)
	if err != nil {
		return nil, err
	}
	return &explain.Study{
		Set: set, Seed: j.seed, Dir: runs, Whole: true, ClassifierEpochs: j.epochs, ExplainerEpochs: j.field, Limit: j.limit, Progress: progress,
	}, nil
}

func (j *explainJob) run(ctx context.Context, o outlet) error {
	s, err := j.study(o.runs(), o.progress)
	if err != nil {
		return err
	}
	s.Save = func(shard *explain.Shard) error {
		_, err := study.Write(o.dir, shard)
		return err
	}
	shard, err := s.Run(ctx)
	if err != nil {
		return err
	}
	return keep(o, shard, explain.Merge)
}

// explainJobs are both sets.
func explainJobs(seeds int, quick bool) (all []job) {
	for seed := range uint64(seeds) {
		for _, set := range []string{explain.SetBA2Motifs, explain.SetMutag} {
			j := &explainJob{set: set, seed: seed + 1}
			if quick {
				j.epochs, j.field, j.limit = 1, 1, 1
			}
			all = append(all, j)
		}
	}
	return all
}

// explainOne says which graph is explained, and by what.
var explainOne = struct {
	*explainJob
	graph int
}{explainJob: newExplainJob()}

// explainCmd explains one graph.
var explainCmd = &cobra.Command{
	Use:   "explain",
	Short: "explain what a classifier sees in one graph of a set",
	Long: `explain trains a classifier and IGExplainer on a set, or opens those that it
trained before with the same flags, and prints for each node of one graph the
field, the mean spin of 64 samples, whether the sample keeps it, and whether it
belongs to a known motif.`,
	Example: `  isinggraph explain --graph 3
  isinggraph explain --set mutag --graph 12 --epochs 50 --field-epochs 20`,
	Args: cobra.NoArgs,
	RunE: func(cmd *cobra.Command, _ []string) error {
		study, err := explainOne.study(filepath.Join("build", "explain"), printProgress(cmd.ErrOrStderr()))
		if err != nil {
			return err
		}
		k := explainOne.graph
		if k < 0 || k >= len(study.Set.Items) {
			return usageError{fmt.Errorf("--graph is %d, the set has graphs 0 to %d", k, len(study.Set.Items)-1)}
		}
		ctx := cmd.Context()
		t, err := study.Train(ctx)
		if err != nil {
			return err
		}
		defer t.Close()
		it := study.Set.Items[k]
		p, err := t.Classifier.PredictSubsets(ctx, it, [][]bool{filled(it.Graph.NumNodes())})
		if err != nil {
			return err
		}
		top := &explain.IGExplainer{Field: t.Field, Size: study.Set.Size}
		h, err := top.Explain(ctx, t.Classifier, it)
		if err != nil {
			return err
		}
		mean, err := (&explain.IGExplainerS{Field: t.Field, Chains: 64, Seed: study.Seed}).Explain(ctx, t.Classifier, it)
		if err != nil {
			return err
		}
		sample, err := (&explain.IGExplainerS{Field: t.Field, Seed: study.Seed}).Explain(ctx, t.Classifier, it)
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		fmt.Fprintf(out, "graph %d, label %d, probabilities %.4f\n%5s %5s %9s %9s %6s %6s\n", k, study.Set.Labels[k], p[0], "node", "atom", "field", "mean", "kept", "motif")
		truth := study.Set.Truth(k)
		for i := range truth {
			atom := "-"
			if study.Set.Atoms != nil {
				atom = study.Set.Atoms[k][i]
			}
			fmt.Fprintf(out, "%5d %5s %9.3f %9.3f %6t %6t\n", i, atom, h.Nodes[i], mean.Nodes[i], sample.Keep[i], truth[i])
		}
		return nil
	},
}

// filled returns n times true.
func filled(n int) []bool {
	all := make([]bool, n)
	for i := range all {
		all[i] = true
	}
	return all
}

func init() {
	r := &reproduction{
		name: "explain", short: "Figures 3 and 11: explaining graph classifiers",
		long: `explain trains a classifier and IGExplainer on one set with one seed at the
paper's size, lets all explainers explain the graphs with a motif, and writes one
JSON file to the folder --out, anew after each explainer. Checkpoints lie in its
subfolder runs: after an interrupt the same command goes on. The sets are read from
$` + data.DirVariable + `; without it they are generated. With --merge it averages all files
of --out over their seeds.`,
		example: `  isinggraph reproduce explain --set ba2motifs --seed 1
  isinggraph reproduce explain --set mutag --epochs 10 --field-epochs 2 --limit 10    # a quick look
  isinggraph reproduce explain --merge build/explain.json`,
		profile: "paper", made: "isinggraph reproduce explain --set ba2motifs|mutag --seed N --limit L; then --merge",
		job: newExplainJob(), jobs: explainJobs, flags: []string{"set", "seed"},
		gather: gathered(explain.ReadShards, explain.Merge),
	}
	r.add()
	explainOne.bindTraining(explainCmd.Flags())
	explainCmd.Flags().IntVar(&explainOne.graph, "graph", 0, "number of the graph in the set")
	rootCmd.AddCommand(explainCmd)
}
