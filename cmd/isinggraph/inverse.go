package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/tasks/inverse"
)

// inverseJob is one training of Table 1.
type inverseJob struct {
	setting, epochs, count int
	absolute               bool
	variant                string
	seed                   uint64
}

func newInverseJob() *inverseJob { return &inverseJob{setting: 1, variant: "best", seed: 1} }

func (j *inverseJob) bind(flags *pflag.FlagSet) {
	flags.IntVar(&j.setting, "setting", j.setting, "setting of Table 1: 1, 2 or 3")
	flags.BoolVar(&j.absolute, "absolute", j.absolute, "in Setting 3, windows by the absolute value of the determinant")
	flags.StringVar(&j.variant, "variant", j.variant, "paper or best")
	flags.Uint64Var(&j.seed, "seed", j.seed, "of the split, the weights and the samples")
	flags.IntVar(&j.epochs, "epochs", j.epochs, "how many; 0 for the variant's own")
	flags.IntVar(&j.count, "count", j.count, "matrices of Dataset 1; 0 for 1,600")
}

func (j *inverseJob) run(ctx context.Context, o outlet) error {
	setting, err := inverse.PaperSetting(j.setting, j.absolute)
	if err != nil {
		return usageError{err}
	}
	recipe, err := setting.Recipe(j.variant)
	if err != nil {
		return usageError{err}
	}
	dir, err := data.Dir()
	if err != nil {
		return err
	}
	if j.epochs < 0 || j.count < 0 {
		return usageError{errors.New("--epochs and --count must not be negative")}
	}
	if j.epochs > 0 {
		recipe.Epochs = j.epochs
	}
	recipe.Seed, recipe.Dir = j.seed, o.runs()
	shard, err := inverse.Study{Setting: setting, Recipe: recipe, Data: dir, Count: j.count, Progress: o.progress}.Run(ctx)
	if err != nil {
		return err
	}
	return keep(o, shard, inverse.Merge)
}

// inverseJobs are all settings with both variants.
func inverseJobs(seeds int, quick bool) (all []job) {
	for seed := range uint64(seeds) {
		for k := range 4 { // the last by the absolute value of the determinant
			for _, variant := range []string{"paper", "best"} {
				j := &inverseJob{setting: min(k+1, 3), absolute: k == 3, variant: variant, seed: seed + 1}
				if quick {
					j.epochs, j.count = 1, 40
				}
				all = append(all, j)
			}
		}
	}
	return all
}

func init() {
	r := &reproduction{
		name: "inverse", short: "Table 1: sparse approximate inverses",
		long: `inverse trains the field of one setting of Table 1 with one variant and one
seed at the paper's size, evaluates it and the baselines on the test matrices, and
writes one JSON file to the folder --out. Checkpoints lie in its subfolder runs:
after an interrupt the same command goes on. Setting 3 reads $` + data.DirVariable + `; without it, it
takes stand-ins that it generates. With --merge it averages all files of --out
over their seeds.`,
		example: `  isinggraph reproduce inverse --setting 1 --variant paper --seed 1
  isinggraph reproduce inverse --setting 1 --count 40 --epochs 1                      # a quick look
  isinggraph reproduce inverse --merge build/inverse.json`,
		profile: "paper",
		made:    "isinggraph reproduce inverse --setting 1|2|3 [--absolute] --variant paper|best --seed N; then --merge",
		job:     newInverseJob(), jobs: inverseJobs, flags: []string{"setting", "absolute", "variant", "seed"},
		gather: gathered(inverse.ReadShards, inverse.Merge),
	}
	r.add()
}
