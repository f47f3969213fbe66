package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/tasks/segment"
)

var segmentationFlags struct {
	recipes                 []string
	regime, merge, machine  string
	commit, sel             string
	seeds                   []uint
	noises                  []float64
	size, epochs, base      int
	convolutions, generated int
	batch                   int
	stop, rate              float64
	augment                 bool
}

// segmentationCmd reproduces the segmentation of section 4.1, a recipe, seed and
// regime at a time, or merges what there is.
var segmentationCmd = &cobra.Command{
	Use:   "segmentation",
	Short: "Figures 2 and 8: image segmentation",
	Long: `segmentation trains a U-Net, alone or as the field of an Ising model, by one
recipe with one seed in one regime of the data, evaluates its masks on the test
images at every level of noise of Figure 8, and writes one JSON file to the folder
--out. Checkpoints lie in its subfolder runs: after an interrupt the same command
goes on. The images are horse128 of $` + data.DirVariable + `, or generated without it. The
split is the same for all seeds. With --merge it joins all files of --out over
their seeds, with 95% intervals of the differences from cross-entropy.`,
	Example: `  isinggraph reproduce segmentation --size 32 --recipe cross-entropy,flip --seed 1,2,3
  isinggraph reproduce segmentation --size 32 --images 40 --epochs 2                  # a quick look
  isinggraph reproduce segmentation --merge build/segmentation.json`,
	Args: cobra.NoArgs,
	RunE: func(cmd *cobra.Command, _ []string) error {
		f := &segmentationFlags
		if f.merge != "" {
			return mergeSegmentation(cmd)
		}
		if f.epochs < 1 || f.size < 8 || f.size > 512 || f.base < 1 || f.convolutions < 1 || f.batch < 1 || f.generated < 10 || !(f.rate > 0) {
			return usageError{errors.New("--epochs, --base, --convolutions, --batch and --rate must be positive, --size 8 to 512, --images at least 10")}
		}
		if !slices.Contains(segment.Regimes, segment.Regime(f.regime)) {
			return usageError{fmt.Errorf("--regime is %q, want one of %q", f.regime, segment.Regimes)}
		}
		size := f.size
		if segment.Regime(f.regime) == segment.RegimeSmall {
			size /= 2
		}
		set, source, err := segmentationSet(cmd.Context(), size, f.generated)
		if err != nil {
			return err
		}
		var m *segment.Model // passed on with its compiled programs
		for _, seed := range f.seeds {
			for _, name := range f.recipes {
				recipe, err := segment.NewRecipe(name)
				if err != nil {
					return usageError{err}
				}
				recipe.Epochs, recipe.UNet.Base, recipe.UNet.Convolutions = f.epochs, f.base, f.convolutions
				recipe.StopAt, recipe.LearningRate, recipe.BatchSize = f.stop, f.rate, f.batch
				if f.stop > 0 {
					recipe.Name += "-stopped"
				}
				if f.sel != "" {
					recipe.Select = segment.Metric(f.sel)
					recipe.Name += "-by-" + f.sel
				}
				if f.augment {
					recipe.Augment = segment.SmallChanges
				}
				study := segment.Study{
					Set: set, Source: source, Recipe: recipe, Regime: segment.Regime(f.regime), Noises: f.noises,
					Train: segment.TrainOptions{Seed: uint64(seed), Dir: filepath.Join(outDir, "runs"), Reuse: m},
				}
				if m, err = runSegmentation(cmd, study); err != nil {
					return err
				}
			}
		}
		if m != nil {
			m.Close()
		}
		return nil
	},
}

// segmentationSet loads the horses, or generates images.
func segmentationSet(ctx context.Context, size, generated int) (set *segment.Set, source string, err error) {
	dir, err := data.Dir()
	if err != nil {
		return nil, "", err
	}
	if dir == "" {
		set, err = segment.Generate(1, generated, size)
		return set, "generated", err
	}
	horses, err := segment.Horses(dir)
	if err != nil {
		return nil, "", err
	}
	set, err = segment.Load(ctx, horses, size, 1)
	return set, horses.Name, err
}

// runSegmentation makes one shard, and returns the model.
func runSegmentation(cmd *cobra.Command, study segment.Study) (*segment.Model, error) {
	begin := time.Now()
	study.Train.Progress = func(e segment.EpochInfo) {
		fmt.Fprintf(cmd.ErrOrStderr(), "%6.0f s  %s, epoch %d: loss %.4f, validation %.4f, w %.3f, w* %.3f, %.1f s (%.1f sampling)\n", time.Since(begin).Seconds(),
			study.Recipe.Name, e.Epoch, e.Loss, e.Validation, e.Kernel.Straight, e.Kernel.Diagonal, e.Seconds, e.Sampling)
	}
	m, err := study.Fit(cmd.Context())
	if err != nil {
		return nil, err
	}
	shard, err := study.Evaluate(cmd.Context(), m)
	if err != nil {
		m.Close()
		return nil, err
	}
	path, err := shard.Write(outDir)
	if err != nil {
		m.Close()
		return nil, err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s, %s, seed %d: %d images of %d×%d, best of %d epochs %d\n%-12s %-8s %5s %6s %6s %6s\n",
		study.Recipe.Name, study.Regime, shard.Seed, shard.Images[0], shard.Size, shard.Size, len(shard.Epochs), shard.Best, "method", "for", "noise", "Dice", "IoU", "bound.")
	for _, r := range shard.Rows {
		mean := func(v []float64) float64 { return segment.NewInterval(v).Mean }
		fmt.Fprintf(out, "%-12s %-8s %5.2f %6.3f %6.3f %6.3f\n", r.Method, r.TunedFor, r.Noise, mean(r.Dice), mean(r.IoU), mean(r.Boundary))
	}
	fmt.Fprintln(out, path)
	return m, nil
}

// mergeSegmentation joins the results of a folder.
func mergeSegmentation(cmd *cobra.Command) error {
	f := &segmentationFlags
	shards, err := segment.ReadShards(outDir)
	if err != nil {
		return err
	}
	tables, err := segment.Merge(shards)
	if err != nil {
		return err
	}
	if f.commit == "" {
		f.commit = revision()
	}
	result := struct {
		Profile, Machine, Commit, Command, Go string
		Tables                                []segment.Table
	}{
		"small", f.machine, f.commit,
		"isinggraph reproduce segmentation --recipe R --seed N --regime G --size S --epochs E --base B --convolutions C --augment --noise 0,...; then --merge", runtime.Version(), tables,
	}
	if err := wholefile.WriteJSON(f.merge, result); err != nil {
		return err
	}
	for _, t := range tables {
		fmt.Fprintf(cmd.OutOrStdout(), "%s %d×%d, %s, %d epochs\n", t.Source, t.Size, t.Size, t.Regime, t.Epochs)
		for _, r := range t.Rows {
			fmt.Fprintf(cmd.OutOrStdout(), "  %-20s %-11s %-8s %4.2f  Dice %s (%s)  IoU %s (%s)  boundary %s (%s)\n",
				r.Recipe, r.Method, r.TunedFor, r.Noise, r.Dice.Mean, r.Dice.Gain, r.IoU.Mean, r.IoU.Gain, r.Boundary.Mean, r.Boundary.Gain)
		}
	}
	return nil
}

func init() {
	f, flags := &segmentationFlags, segmentationCmd.Flags()
	flags.StringSliceVar(&f.recipes, "recipe", []string{"cross-entropy"}, "recipes, one after the other")
	flags.StringVar(&f.regime, "regime", "clean", "clean, few, noisylabels, noisyinputs, small or metric")
	flags.UintSliceVar(&f.seeds, "seed", []uint{1}, "of the weights, the order and the samples; several, one after the other")
	flags.Float64SliceVar(&f.noises, "noise", segment.Noises, "standard deviations of noise on the test images")
	flags.IntVar(&f.size, "size", 64, "side of the images in pixels")
	flags.IntVar(&f.epochs, "epochs", 40, "how many")
	flags.IntVar(&f.base, "base", 8, "channels of the U-Net's first block; the paper's is 16")
	flags.IntVar(&f.convolutions, "convolutions", 2, "of each block of the U-Net")
	flags.IntVar(&f.batch, "batch", 16, "images a step; the paper's is 32")
	flags.IntVar(&f.generated, "images", 300, "how many to generate without real ones")
	flags.Float64Var(&f.stop, "stop", 0, "stop at this score on the validation images; 0 to go on")
	flags.StringVar(&f.sel, "select", "", "choose the epoch by this metric on validation: error, dice, iou or boundary; empty for the recipe's own")
	flags.Float64Var(&f.rate, "rate", 3e-3, "learning rate")
	flags.BoolVar(&f.augment, "augment", false, "vary the training images")
	flags.StringVar(&f.merge, "merge", "", "join the results in --out into this `file`")
	flags.StringVar(&f.machine, "machine", "", "what the merged file says of the machine")
	flags.StringVar(&f.commit, "commit", "", "what it says of the commit; default this program's")
	reproduceCmd.AddCommand(segmentationCmd)
}
