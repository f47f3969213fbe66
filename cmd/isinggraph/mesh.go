package main

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/tasks/mesh"
)

// meshJob is one part of Table 5: a class, fold, seed and recipe.
type meshJob struct {
	study  mesh.Study
	recipe mesh.Recipe
}

func newMeshJob() *meshJob {
	return &meshJob{
		study:  mesh.Study{Class: data.FourLeg, Vertices: 2000},
		recipe: mesh.Recipe{Seed: 1, Credit: mesh.Local, Network: mesh.Equivariant},
	}
}

func (j *meshJob) bind(flags *pflag.FlagSet) {
	s, r := &j.study, &j.recipe
	flags.StringVar(&s.Class, "class", s.Class, fmt.Sprintf("one of %q", data.MeshFamilies()))
	flags.IntVar(&s.Fold, "fold", s.Fold, "test fold, 0 to 4; 0 is that of the paper's Table 3")
	flags.Uint64Var(&r.Seed, "seed", r.Seed, "of the weights, the batches and the samples")
	flags.IntVar(&r.Steps, "steps", r.Steps, "of the training, one mesh each; 0 for 400")
	flags.Float64Var(&r.LearningRate, "rate", r.LearningRate, "first learning rate; 0 for 3e-3")
	flags.StringVar(&r.Credit, "credit", r.Credit, "local, or global for eq. 14")
	flags.IntVar(&r.Samples, "samples", r.Samples, "of each mesh and step, K of eq. 7; 0 for 2")
	flags.StringVar(&r.Network, "network", r.Network, "equivariant, vertex, or devconv for POINT SAMPLER")
	flags.BoolVar(&s.Validate, "validate", s.Validate, "to choose a recipe: hold the next fold out, too, and measure on it instead of the test fold")
	flags.BoolVar(&r.Squared, "squared", r.Squared, "train on squared distances, as eq. 18 is written")
	flags.BoolVar(&s.Baselines, "baselines", s.Baselines, "measure all other methods too, not RANDOM alone")
	flags.IntVar(&s.Vertices, "vertices", s.Vertices, "of generated meshes")
}

func (j *meshJob) run(ctx context.Context, o outlet) error {
	s, r := j.study, j.recipe
	if s.Fold < 0 || s.Fold > 4 || r.Steps < 0 || r.Samples < 0 || r.Samples == 1 || s.Vertices < 500 || !(r.LearningRate >= 0) {
		return usageError{fmt.Errorf("--fold %d, --steps %d, --samples %d, --vertices %d, --rate %g: "+
			"need a fold of 0 to 4, no negative numbers, at least 2 samples and 500 vertices",
			s.Fold, r.Steps, r.Samples, s.Vertices, r.LearningRate)}
	}
	r.Dir = o.runs()
	s.Recipe, s.Progress = r, o.progress
	shard, err := s.Run(ctx)
	if err != nil {
		return err
	}
	return keep(o, shard, mesh.Merge)
}

// meshJobs are all classes and folds, with the baselines once.
func meshJobs(seeds int, quick bool) (all []job) {
	for seed := range uint64(seeds) {
		for fold := range 5 {
			for _, class := range data.MeshFamilies() {
				for _, network := range []string{mesh.PerVertex, mesh.Equivariant} {
					j := newMeshJob()
					j.study.Class, j.study.Fold, j.study.Baselines = class, fold, network == mesh.PerVertex
					j.recipe.Seed, j.recipe.Network = seed+1, network
					if quick {
						j.recipe.Steps, j.study.Vertices = 2, 500
					}
					all = append(all, j)
				}
			}
		}
	}
	return all
}

func init() {
	r := &reproduction{
		name: "mesh", short: "Tables 4 and 5: mesh sparsification",
		long: `mesh learns a field on 16 meshes of one class, measures it and, with --baselines,
all other methods on the 4 meshes of one fold, and writes one JSON file to the
folder --out. Checkpoints lie in its subfolder runs: after an interrupt the same
command goes on. The meshes are read from $` + data.DirVariable + `; without it they are
generated. With --merge it gathers all files of --out.`,
		example: `  isinggraph reproduce mesh --class bust --fold 2 --network vertex --baselines
  isinggraph reproduce mesh --class chair --network vertex --steps 40                 # a quick look
  isinggraph reproduce mesh --merge build/mesh.json`,
		profile: "paper",
		made: "isinggraph reproduce mesh --class C --fold F --seed S --baselines " +
			"[--credit global] [--network vertex|devconv] [--squared] [--samples K] [--steps N]; then --merge",
		job: newMeshJob(), jobs: meshJobs, flags: []string{"class", "fold", "seed", "network", "baselines"},
		gather: gathered(mesh.ReadShards, mesh.Merge),
	}
	r.add()
}
