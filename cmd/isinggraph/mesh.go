package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/tasks/mesh"
)

var meshFlags struct {
	class, credit, network string
	merge, machine, commit string
	fold, steps, vertices  int
	samples                int
	rate                   float64
	squared, baselines     bool
	validate               bool
	seed                   uint64
}

// reproduceMeshCmd reproduces one part of Table 5, or merges what there is.
var reproduceMeshCmd = &cobra.Command{
	Use:   "mesh",
	Short: "Tables 4 and 5: mesh sparsification",
	Long: `mesh learns a field on 16 meshes of one class, measures it and, with --baselines,
all other methods on the 4 meshes of one fold, and writes one JSON file to the
folder --out. Checkpoints lie in its subfolder runs: after an interrupt the same
command goes on. The meshes are read from $` + data.DirVariable + `; without it they are
generated. With --merge it gathers all files of --out.`,
	Example: `  isinggraph reproduce mesh --class bust --fold 2 --network vertex --baselines
  isinggraph reproduce mesh --class chair --network vertex --steps 40                 # a quick look
  isinggraph reproduce mesh --merge build/mesh.json`,
	Args: cobra.NoArgs,
	RunE: func(cmd *cobra.Command, _ []string) error {
		f := &meshFlags
		if f.merge != "" {
			return mergeMesh(cmd)
		}
		if f.fold < 0 || f.fold > 4 || f.steps < 0 || f.samples < 0 || f.samples == 1 || f.vertices < 500 || !(f.rate >= 0) {
			return usageError{fmt.Errorf("--fold %d, --steps %d, --samples %d, --vertices %d, --rate %g: need a fold of 0 to 4, no negative numbers, at least 2 samples and 500 vertices",
				f.fold, f.steps, f.samples, f.vertices, f.rate)}
		}
		begin := time.Now()
		report := func(format string, args ...any) {
			fmt.Fprintf(cmd.ErrOrStderr(), "%6.0f s  %s\n", time.Since(begin).Seconds(), fmt.Sprintf(format, args...))
		}
		shard, err := mesh.Study{
			Class: f.class, Fold: f.fold, Vertices: f.vertices, Baselines: f.baselines, Validate: f.validate, Report: report,
			Recipe: mesh.Recipe{
				Network: f.network, Credit: f.credit, Squared: f.squared, Steps: f.steps, Samples: f.samples, LearningRate: f.rate, Seed: f.seed,
				Dir: filepath.Join(outDir, "runs"), Log: func(line string) { report("%s", line) },
			},
		}.Run(cmd.Context())
		if err != nil {
			return err
		}
		path, err := shard.Write(outDir)
		if err != nil {
			return err
		}
		rows, err := mesh.Summarize(shard.Scores, "RANDOM", nil)
		if err != nil {
			return err
		}
		printRows(cmd, rows)
		fmt.Fprintf(cmd.OutOrStdout(), "%.2f s an epoch\n%s\n", shard.EpochSeconds, path)
		return nil
	},
}

// printRows prints rows of Table 5.
func printRows(cmd *cobra.Command, rows []mesh.Summary) {
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%-26s %6s %15s %7s %15s %7s\n", "", "kept", "distance", "ratio", "squared", "ratio")
	for _, r := range rows {
		fmt.Fprintf(out, "%-26s %5.1f%% %15s %7.3f %15s %7.3f\n", r.Method, 100*r.Kept.Mean, r.Distance, r.Ratio, r.Squared, r.SquaredRatio)
	}
}

// mergeMesh gathers the results of a folder.
func mergeMesh(cmd *cobra.Command) error {
	f := &meshFlags
	shards, err := mesh.ReadShards(outDir)
	if err != nil {
		return err
	}
	classes, err := mesh.Merge(shards)
	if err != nil {
		return err
	}
	result := struct {
		Profile, Machine, Commit, Command, Go string
		Classes                               []mesh.ClassResult
	}{
		"paper", f.machine, cmp.Or(f.commit, revision()), "isinggraph reproduce mesh --class C --fold F --seed S --baselines [--credit global] [--network vertex|devconv] [--squared] [--samples K] [--steps N]; then --merge", runtime.Version(), classes,
	}
	if err := wholefile.WriteJSON(f.merge, result); err != nil {
		return err
	}
	for _, c := range classes {
		fmt.Fprintf(cmd.OutOrStdout(), "%s (%s), folds %v, seeds %v\n", c.Class, c.Data, c.Folds, c.Seeds)
		printRows(cmd, c.Rows)
		for _, t := range c.Training {
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %s s an epoch\n", t.Label, t.EpochSeconds)
		}
	}
	return nil
}

func init() {
	f, flags := &meshFlags, reproduceMeshCmd.Flags()
	flags.StringVar(&f.class, "class", data.FourLeg, fmt.Sprintf("one of %q", data.MeshFamilies()))
	flags.IntVar(&f.fold, "fold", 0, "test fold, 0 to 4; 0 is that of the paper's Table 3")
	flags.Uint64Var(&f.seed, "seed", 1, "of the weights, the batches and the samples")
	flags.IntVar(&f.steps, "steps", 0, "of the training, one mesh each; 0 for 400")
	flags.Float64Var(&f.rate, "rate", 0, "first learning rate; 0 for 3e-3")
	flags.StringVar(&f.credit, "credit", mesh.Local, "local, or global for eq. 14")
	flags.IntVar(&f.samples, "samples", 0, "of each mesh and step, K of eq. 7; 0 for 2")
	flags.StringVar(&f.network, "network", mesh.Equivariant, "equivariant, vertex, or devconv for POINT SAMPLER")
	flags.BoolVar(&f.validate, "validate", false, "to choose a recipe: hold the next fold out, too, and measure on it instead of the test fold")
	flags.BoolVar(&f.squared, "squared", false, "train on squared distances, as eq. 18 is written")
	flags.BoolVar(&f.baselines, "baselines", false, "measure all other methods too, not RANDOM alone")
	flags.IntVar(&f.vertices, "vertices", 2000, "of generated meshes")
	flags.StringVar(&f.merge, "merge", "", "gather the results in --out into this `file`")
	flags.StringVar(&f.machine, "machine", "", "what the merged file says of the machine")
	flags.StringVar(&f.commit, "commit", "", "what the merged file says of the commit, if the program does not know")
	reproduceCmd.AddCommand(reproduceMeshCmd)
}
