package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/tasks/inverse"
)

var inverseFlags struct {
	setting, epochs, count int
	absolute               bool
	variant                string
	seed                   uint64
	merge, machine         string
}

// inverseCmd reproduces one training of Table 1, or merges them.
var inverseCmd = &cobra.Command{
	Use:   "inverse",
	Short: "Table 1: sparse approximate inverses",
	Long: `inverse trains the field of one setting of Table 1 with one variant and one
seed at the paper's size, evaluates it and the baselines on the test matrices, and
writes one JSON file to the folder --out. Checkpoints lie in its subfolder runs:
after an interrupt the same command goes on. Setting 3 reads $` + data.DirVariable + `; without it, it
takes stand-ins that it generates. With --merge it averages all files of --out
over their seeds.`,
	Example: `  isinggraph reproduce inverse --setting 1 --variant paper --seed 1
  isinggraph reproduce inverse --setting 1 --count 40 --epochs 1                      # a quick look
  isinggraph reproduce inverse --merge build/inverse.json`,
	Args: cobra.NoArgs,
	RunE: func(cmd *cobra.Command, _ []string) error {
		f := &inverseFlags
		if f.merge != "" {
			return mergeInverse(cmd)
		}
		setting, err := inverse.PaperSetting(f.setting, f.absolute)
		if err != nil {
			return usageError{err}
		}
		training, err := setting.Training(f.variant)
		if err != nil {
			return usageError{err}
		}
		dir, err := data.Dir()
		if err != nil {
			return err
		}
		if f.epochs < 0 || f.count < 0 {
			return usageError{errors.New("--epochs and --count must not be negative")}
		}
		if f.epochs > 0 {
			training.Epochs = f.epochs
		}
		training.Seed, training.Dir = f.seed, filepath.Join(outDir, "runs")
		begin := time.Now()
		report := func(format string, args ...any) {
			fmt.Fprintf(cmd.ErrOrStderr(), "%6.0f s  %s\n", time.Since(begin).Seconds(), fmt.Sprintf(format, args...))
		}
		training.Log = func(line string) { report("%s", line) }
		shard, err := inverse.Reproduction{Setting: setting, Training: training, Data: dir, Count: f.count, Report: report}.Run(cmd.Context())
		if err != nil {
			return err
		}
		path, err := shard.Write(outDir)
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		fmt.Fprintf(out, "%s, %s, seed %d: %.2f s an epoch, best after %d\n\n%-24s %7s %7s %7s\n",
			shard.Setting, shard.Variant, shard.Seed, shard.Seconds, shard.BestEpoch, "", "loss", "sd", "kept")
		for _, r := range shard.Rows {
			fmt.Fprintf(out, "%-24s %7.3f %7.3f %6.1f%%\n", r.Name, r.Loss, r.SD, 100*r.Kept)
		}
		fmt.Fprintf(out, "\n%s\n", path)
		return nil
	},
}

// mergeInverse averages the results of a folder over seeds.
func mergeInverse(cmd *cobra.Command) error {
	shards, err := inverse.ReadShards(outDir)
	if err != nil {
		return err
	}
	tables := inverse.Merge(shards)
	result := struct {
		Profile, Machine, Commit, Command, Go string
		Tables                                []inverse.Table
	}{
		"paper", inverseFlags.machine, revision(),
		"isinggraph reproduce inverse --setting 1|2|3 [--absolute] --variant paper|best --seed N; then --merge", runtime.Version(), tables,
	}
	if err := wholefile.WriteJSON(inverseFlags.merge, result); err != nil {
		return err
	}
	for _, t := range tables {
		fmt.Fprintf(cmd.OutOrStdout(), "%s, %s: seeds %s\n", t.Setting, t.Variant, strings.Trim(fmt.Sprint(t.Seeds), "[]"))
		for _, r := range t.Rows {
			fmt.Fprintf(cmd.OutOrStdout(), "  %-24s %7.3f ± %.3f (%.3f) %6.1f%%\n", r.Name, r.Loss, r.OverSeeds, r.SD, 100*r.Kept)
		}
	}
	return nil
}

func init() {
	f, flags := &inverseFlags, inverseCmd.Flags()
	flags.IntVar(&f.setting, "setting", 1, "setting of Table 1: 1, 2 or 3")
	flags.BoolVar(&f.absolute, "absolute", false, "in Setting 3, windows by the absolute value of the determinant")
	flags.StringVar(&f.variant, "variant", "best", "paper or best")
	flags.Uint64Var(&f.seed, "seed", 1, "of the split, the weights and the samples")
	flags.IntVar(&f.epochs, "epochs", 0, "how many; 0 for the variant's own")
	flags.IntVar(&f.count, "count", 0, "matrices of Dataset 1; 0 for 1,600")
	flags.StringVar(&f.merge, "merge", "", "average the results in --out into this `file`")
	flags.StringVar(&f.machine, "machine", "", "what the merged file says of the machine")
	reproduceCmd.AddCommand(inverseCmd)
}
