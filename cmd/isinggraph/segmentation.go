package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/tasks/segment"
)

// segmentationJob is the segmentation of section 4.1 by some recipes with some
// seeds in one regime.
type segmentationJob struct {
	recipes   []string
	seeds     []uint
	regime    string
	size      int
	generated int            // images without real ones
	noises    []float64      // on the test images
	settings  segment.Recipe // what the flags say of every recipe: network, epochs, batches, rate, choice of the epoch
	augment   bool
}

func newSegmentationJob() *segmentationJob {
	return &segmentationJob{
		recipes: []string{string(segment.CrossEntropy)}, seeds: []uint{1}, regime: string(segment.RegimeClean), size: 64, generated: 300, noises: segment.Noises,
		settings: segment.Recipe{UNet: fields.UNet{Base: 8, Convolutions: 2}, Epochs: 40, BatchSize: 16, LearningRate: 3e-3},
	}
}

func (j *segmentationJob) bind(flags *pflag.FlagSet) {
	flags.StringSliceVar(&j.recipes, "recipe", j.recipes, "recipes, one after the other")
	flags.StringVar(&j.regime, "regime", j.regime, "clean, few, noisylabels, noisyinputs, small or metric")
	flags.UintSliceVar(&j.seeds, "seed", j.seeds, "of the weights, the order and the samples; several, one after the other")
	flags.Float64SliceVar(&j.noises, "noise", j.noises, "standard deviations of noise on the test images")
	flags.IntVar(&j.size, "size", j.size, "side of the images in pixels")
	flags.IntVar(&j.settings.Epochs, "epochs", j.settings.Epochs, "how many")
	flags.IntVar(&j.settings.UNet.Base, "base", j.settings.UNet.Base, "channels of the U-Net's first block; the paper's is 16")
	flags.IntVar(&j.settings.UNet.Convolutions, "convolutions", j.settings.UNet.Convolutions, "of each block of the U-Net")
	flags.IntVar(&j.settings.BatchSize, "batch", j.settings.BatchSize, "images a step; the paper's is 32")
	flags.IntVar(&j.generated, "images", j.generated, "how many to generate without real ones")
	flags.Float64Var(&j.settings.StopAt, "stop", j.settings.StopAt, "stop at this score on the validation images; 0 to go on")
	flags.StringVar((*string)(&j.settings.Select), "select", string(j.settings.Select),
		"choose the epoch by this metric on validation: error, dice, iou or boundary; empty for the recipe's own")
	flags.Float64Var(&j.settings.LearningRate, "rate", j.settings.LearningRate, "learning rate")
	flags.BoolVar(&j.augment, "augment", j.augment, "vary the training images")
}

func (j *segmentationJob) run(ctx context.Context, o outlet) error {
	set := j.settings
	if set.Epochs < 1 || j.size < 8 || j.size > 512 ||
		set.UNet.Base < 1 || set.UNet.Convolutions < 1 || set.BatchSize < 1 || j.generated < 10 || !(set.LearningRate > 0) {
		return usageError{errors.New("--epochs, --base, --convolutions, --batch and --rate must be positive, --size 8 to 512, --images at least 10")}
	}
	regime := segment.Regime(j.regime)
	if !slices.Contains(segment.Regimes, regime) {
		return usageError{fmt.Errorf("--regime is %q, want one of %q", j.regime, segment.Regimes)}
	}
	size := j.size
	if regime == segment.RegimeSmall {
		size /= 2
	}
	images, source, err := segmentationSet(ctx, size, j.generated)
	if err != nil {
		return err
	}
	var m *segment.Model // passed on with its compiled programs
	defer func() {
		if m != nil {
			m.Close()
		}
	}()
	for _, seed := range j.seeds {
		for _, name := range j.recipes {
			recipe, err := j.recipe(name)
			if err != nil {
				return err
			}
			s := segment.Study{
				Set: images, Source: source, Recipe: recipe, Regime: regime, Noises: j.noises, Progress: o.progress,
				Train: segment.TrainOptions{Seed: uint64(seed), Dir: o.runs(), Reuse: m},
			}
			if m, err = s.Fit(ctx); err != nil {
				return err
			}
			shard, err := s.Evaluate(ctx, m)
			if err == nil {
				err = keep(o, shard, segment.Merge)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// recipe returns the recipe of a name with the job's settings.
func (j *segmentationJob) recipe(name string) (segment.Recipe, error) {
	r, err := segment.NewRecipe(name)
	if err != nil {
		return r, usageError{err}
	}
	set := j.settings
	r.Epochs, r.UNet.Base, r.UNet.Convolutions = set.Epochs, set.UNet.Base, set.UNet.Convolutions
	r.StopAt, r.LearningRate, r.BatchSize = set.StopAt, set.LearningRate, set.BatchSize
	if set.StopAt > 0 {
		r.Name += "-stopped"
	}
	if set.Select != "" {
		r.Select = set.Select
		r.Name += "-by-" + string(set.Select)
	}
	if j.augment {
		r.Augment = segment.SmallChanges
	}
	return r, nil
}

// segmentationJobs are all recipes in all regimes.
func segmentationJobs(seeds int, quick bool) (all []job) {
	for seed := range uint(seeds) {
		for _, regime := range segment.Regimes {
			for _, recipe := range segment.Recipes() {
				j := newSegmentationJob()
				j.regime, j.recipes, j.seeds = string(regime), []string{recipe.Name}, []uint{seed + 1}
				if quick {
					j.settings.Epochs, j.generated, j.size, j.noises = 1, 20, 16, []float64{0}
					j.settings.UNet.Base, j.settings.UNet.Convolutions = 2, 1
				}
				all = append(all, j)
			}
		}
	}
	return all
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

func init() {
	r := &reproduction{
		name: "segmentation", short: "Figures 2 and 8: image segmentation",
		long: `segmentation trains a U-Net, alone or as the field of an Ising model, by one
recipe with one seed in one regime of the data, evaluates its masks on the test
images at every level of noise of Figure 8, and writes one JSON file to the folder
--out. Checkpoints lie in its subfolder runs: after an interrupt the same command
goes on. The images are horse128 of $` + data.DirVariable + `, or generated without it. The
split is the same for all seeds. With --merge it joins all files of --out over
their seeds, with 95% intervals of the differences from cross-entropy.`,
		example: `  isinggraph reproduce segmentation --size 32 --recipe cross-entropy,flip --seed 1,2,3
  isinggraph reproduce segmentation --size 32 --images 40 --epochs 2                  # a quick look
  isinggraph reproduce segmentation --merge build/segmentation.json`,
		profile: "small",
		made: "isinggraph reproduce segmentation --recipe R --seed N --regime G --size S --epochs E " +
			"--base B --convolutions C --augment --noise 0,...; then --merge",
		job: newSegmentationJob(), jobs: segmentationJobs, flags: []string{"regime", "recipe", "seed"},
		gather: gathered(segment.ReadShards, segment.Merge),
	}
	r.add()
}
