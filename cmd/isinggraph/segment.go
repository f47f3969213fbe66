package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/tasks/segment"
)

var segmentFlags struct {
	run, images, masks, recipe, method string
	size, epochs, base                 int
	seed                               uint64
	skip                               bool
}

// segmentModel is the file of a run's model in its folder.
const segmentModel = "model"

// segmentCmd predicts an image's mask.
var segmentCmd = &cobra.Command{
	Use:   "segment IMAGE [MASK]",
	Short: "separate an image's foreground from its background",
	Long: `segment writes the foreground of an image as a mask, a PNG of 0 and 255 of the image's
size: to MASK, by default the image's name with .mask.png in the place of its ending.

The model is that of the folder --run. If there is none, it is trained first, on a
folder of images and one of masks of the same names (foreground from 128), scaled to
squares of --size pixels: a U-Net with an Ising model on its pixels' grid. After
an interrupt the same command goes on with the next step.`,
	Example: `  isinggraph segment photo.jpg mask.png --run build/horses --images horses/img --masks horses/mask
  isinggraph segment other.jpg --run build/horses --method mode`,
	Args: func(cmd *cobra.Command, args []string) error {
		if err := cobra.RangeArgs(1, 2)(cmd, args); err != nil {
			return err
		}
		f := &segmentFlags
		switch {
		case !slices.Contains(segment.Methods, segment.Method(f.method)):
			return usageError{fmt.Errorf("--method %q, want one of %q", f.method, segment.Methods)}
		case (f.images == "") != (f.masks == ""):
			return usageError{errors.New("--images and --masks go together")}
		case f.epochs < 1 || f.base < 1 || f.size < 8:
			return usageError{errors.New("--epochs and --base must be positive, --size at least 8")}
		}
		return nil
	},
	RunE: func(cmd *cobra.Command, args []string) error {
		image, err := segment.ReadExample(args[0], 0) // for its size, and to fail before any training
		if err != nil {
			return err
		}
		m, h, w, err := openSegmentation(cmd)
		if err != nil {
			return err
		}
		defer m.Close()
		if h != w {
			return fmt.Errorf("isinggraph: a model of %d×%d pixels, want a square", h, w)
		}
		e, err := segment.ReadExample(args[0], h)
		if err != nil {
			return err
		}
		p, err := m.Predict(cmd.Context(), []segment.Example{e}, segment.PredictOptions{Seed: segmentFlags.seed})
		if err != nil {
			return err
		}
		x := segment.ScaleMask(p[0].Mask(segment.Method(segmentFlags.method)), h, w, image.H, image.W)
		out := strings.TrimSuffix(args[0], filepath.Ext(args[0])) + ".mask.png"
		if len(args) > 1 {
			out = args[1]
		}
		mask := &data.Mask{Height: image.H, Width: image.W, Label: make([]uint8, len(x))}
		inside := 0
		for i, v := range x {
			if v > 0 {
				mask.Label[i] = 255
				inside++
			}
		}
		if err := data.WriteMaskPNG(out, mask); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: %.1f%% of %d×%d pixels are foreground\n", out, 100*float64(inside)/float64(len(x)), image.H, image.W)
		return nil
	},
}

// openSegmentation opens the model of --run, or trains it.
func openSegmentation(cmd *cobra.Command) (m *segment.Model, h, w int, err error) {
	f := &segmentFlags
	log := runs.Lines(func(line string) { fmt.Fprintln(cmd.ErrOrStderr(), line) })
	path := filepath.Join(f.run, segmentModel)
	if _, err := os.Stat(path); err == nil {
		return segment.OpenModel(path, nil, log)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, 0, 0, err
	}
	if f.images == "" {
		return nil, 0, 0, usageError{fmt.Errorf("%s holds no model: name a folder of --images and one of --masks to train one", f.run)}
	}
	set, err := segmentationFolder(cmd.Context(), cmd)
	if err != nil {
		return nil, 0, 0, err
	}
	recipe, err := segment.NewRecipe(f.recipe)
	if err != nil {
		return nil, 0, 0, usageError{err}
	}
	recipe.UNet, recipe.Epochs, recipe.BatchSize = fields.UNet{Base: f.base}, f.epochs, min(16, len(set.Train))
	if recipe.Objective != segment.Contrastive {
		recipe.Augment = segment.SmallChanges
	}
	progress := printProgress(cmd.ErrOrStderr())
	m, err = segment.Train(cmd.Context(), set, recipe, segment.TrainOptions{Seed: f.seed, Dir: filepath.Join(f.run, "runs"), Log: log, Progress: func(e segment.EpochInfo) {
		progress("epoch", e.Epoch, recipe.Epochs, fmt.Sprintf("%.1f s, loss %.4f, validation %s %.3f", e.Seconds, e.Loss, segment.MetricDice, e.Validation))
	}})
	if err != nil {
		return nil, 0, 0, err
	}
	if err := m.Save(path, set.H, set.W); err != nil {
		m.Close()
		return nil, 0, 0, err
	}
	return m, set.H, set.W, nil
}

// segmentationFolder loads the images of --images and --masks.
func segmentationFolder(ctx context.Context, cmd *cobra.Command) (*segment.Set, error) {
	f := &segmentFlags
	source, err := segment.Folder(f.images, f.masks)
	if err != nil {
		return nil, err
	}
	source.SkipBad = f.skip
	source.Skipped = func(err error) { fmt.Fprintf(cmd.ErrOrStderr(), "left out: %v\n", err) }
	return segment.Load(ctx, source, f.size, f.seed)
}

func init() {
	f := &segmentFlags
	flags := segmentCmd.Flags()
	flags.StringVar(&f.run, "run", filepath.Join("build", "segment"), "`folder` of the model and its checkpoints")
	flags.StringVar(&f.images, "images", "", "`folder` of images to train on, if --run holds no model")
	flags.StringVar(&f.masks, "masks", "", "`folder` of their masks")
	flags.StringVar(&f.recipe, "recipe", string(segment.Flip), "how to train: see docs/segmentation.md")
	flags.StringVar(&f.method, "method", string(segment.FromMarginals), "field, marginals, mode, sample or mean-field")
	flags.IntVar(&f.size, "size", 64, "side in pixels that images are scaled to")
	flags.IntVar(&f.epochs, "epochs", 40, "of the training")
	flags.IntVar(&f.base, "base", 8, "channels of the U-Net's first block; the paper's 16")
	flags.Uint64Var(&f.seed, "seed", 1, "of split, weights and samples")
	flags.BoolVar(&f.skip, "skip-bad", false, "leave out images that cannot be read")
	rootCmd.AddCommand(segmentCmd)
}
