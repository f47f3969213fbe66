package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/tasks/explain"
)

var explainFlags struct {
	set, merge, machine, commit string
	seed                        uint64
	limit, epochs, field, graph int
}

// reproduceExplainCmd reproduces Figure 3 for one set and one seed, or merges
// what there is.
var reproduceExplainCmd = &cobra.Command{
	Use:   "explain",
	Short: "Figures 3 and 11: explaining graph classifiers",
	Long: `explain trains a classifier and IGExplainer on one set with one seed at the
paper's size, lets all explainers explain the graphs with a motif, and writes one
JSON file to the folder --out, anew after each explainer. Checkpoints lie in its
subfolder runs: after an interrupt the same command goes on. The sets are read from
$` + data.DirVariable + `; without it they are generated. With --merge it averages all files
of --out over their seeds.`,
	Example: `  isinggraph reproduce explain --set ba2motifs --seed 1
  isinggraph reproduce explain --set mutag --epochs 10 --field-epochs 2 --limit 10    # a quick look
  isinggraph reproduce explain --merge build/explain.json`,
	Args: cobra.NoArgs,
	RunE: func(cmd *cobra.Command, _ []string) error {
		f := &explainFlags
		if f.merge != "" {
			return mergeExplain(cmd)
		}
		study, err := explainStudy(cmd, filepath.Join(outDir, "runs"))
		if err != nil {
			return err
		}
		path := ""
		study.Report = func(r *explain.StudyResult) (err error) {
			path, err = r.Write(outDir)
			return err
		}
		r, err := study.Run(cmd.Context())
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		fmt.Fprintf(out, "%s, seed %d: classifier %.2f%% right\n", r.Set, r.Seed, 100*r.Accuracy)
		for _, x := range r.Reports {
			fmt.Fprintln(out, x)
		}
		fmt.Fprintln(out, path)
		return nil
	},
}

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
		study, err := explainStudy(cmd, filepath.Join("build", "explain"))
		if err != nil {
			return err
		}
		k := explainFlags.graph
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

// explainStudy returns the study that the flags ask for.
func explainStudy(cmd *cobra.Command, runs string) (*explain.Study, error) {
	f := &explainFlags
	if f.set != explain.SetBA2Motifs && f.set != explain.SetMutag {
		return nil, usageError{fmt.Errorf("--set is %q, want %s or %s", f.set, explain.SetBA2Motifs, explain.SetMutag)}
	}
	if f.limit < 0 || f.epochs < 0 || f.field < 0 {
		return nil, usageError{errors.New("--limit, --epochs and --field-epochs must not be negative")}
	}
	dir, err := data.Dir()
	if err != nil {
		return nil, err
	}
	set, err := explain.Load(dir, f.set, 1)
	if err != nil {
		return nil, err
	}
	begin, last, at := time.Now(), "", time.Time{}
	return &explain.Study{
		Set: set, Seed: f.seed, Dir: runs, Whole: true, ClassifierEpochs: f.epochs, ExplainerEpochs: f.field, Limit: f.limit,
		Progress: func(what string, done, total int) {
			if what != last || time.Since(at) > 10*time.Second {
				fmt.Fprintf(cmd.ErrOrStderr(), "%6.0f s  %s %d of %d\n", time.Since(begin).Seconds(), what, done, total)
				last, at = what, time.Now()
			}
		},
	}, nil
}

// mergeExplain averages the results of a folder over seeds.
func mergeExplain(cmd *cobra.Command) error {
	f := &explainFlags
	results, err := explain.ReadResults(outDir)
	if err != nil {
		return err
	}
	sets, err := explain.Summarize(results)
	if err != nil {
		return err
	}
	result := struct {
		Profile, Machine, Commit, Command, Go string
		Sets                                  []*explain.StudySummary
	}{
		"paper", f.machine, cmp.Or(f.commit, revision()), "isinggraph reproduce explain --set ba2motifs|mutag --seed N --limit L; then --merge", runtime.Version(), sets,
	}
	if err := wholefile.WriteJSON(f.merge, result); err != nil {
		return err
	}
	for _, s := range sets {
		fmt.Fprintf(cmd.OutOrStdout(), "%s, %d seeds, classifier %.4f\n", s.Set, len(s.Seeds), s.Accuracy.Mean)
		for _, r := range s.Rows {
			fmt.Fprintf(cmd.OutOrStdout(), "  %-14s GEA %.3f ± %.3f  fidelity %.3f ± %.3f  released %.3f  sparsity %.2f  %.2g s\n",
				r.Explainer, r.UnionGEA.Mean, r.UnionGEA.SD, r.Characteristic.Mean, r.Characteristic.SD, r.Released.Mean, r.Sparsity.Mean, r.Seconds.Mean)
		}
	}
	return nil
}

func init() {
	f := &explainFlags
	for _, cmd := range []*cobra.Command{reproduceExplainCmd, explainCmd} {
		flags := cmd.Flags()
		flags.StringVar(&f.set, "set", explain.SetBA2Motifs, "ba2motifs or mutag")
		flags.Uint64Var(&f.seed, "seed", 1, "of the weights, the batches and the samples")
		flags.IntVar(&f.epochs, "epochs", 0, "of the classifier; 0 for the paper's 500")
		flags.IntVar(&f.field, "field-epochs", 0, "of IGExplainer; 0 for the paper's 300 on mutag and 60 on ba2motifs")
	}
	flags := reproduceExplainCmd.Flags()
	flags.IntVar(&f.limit, "limit", 0, "how many graphs all explainers are compared on; 0 for all")
	flags.StringVar(&f.merge, "merge", "", "average the results in --out into this `file`")
	flags.StringVar(&f.machine, "machine", "", "what the merged file says of the machine")
	flags.StringVar(&f.commit, "commit", "", "what the merged file says of the commit, if the program does not know")
	explainCmd.Flags().IntVar(&f.graph, "graph", 0, "number of the graph in the set")
	reproduceCmd.AddCommand(reproduceExplainCmd)
	rootCmd.AddCommand(explainCmd)
}
