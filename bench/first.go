package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/cputime"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"example.org/isinggraph/pkg/tasks/explain"
	"example.org/isinggraph/pkg/tasks/inverse"
	meshes "example.org/isinggraph/pkg/tasks/mesh"
	"example.org/isinggraph/pkg/tasks/segment"
)

// application trains for fewSteps steps in a process that has compiled nothing, and
// calls done after each; Compilations are −1 where the task does not count them.
type application struct {
	name string
	run  func(done func(learn.StepInfo)) error
}

const fewSteps = 6

var applications = []application{
	{"segmentation-32", func(done func(learn.StepInfo)) error { return firstSegmentation(32, done) }},
	{"segmentation-16", func(done func(learn.StepInfo)) error { return firstSegmentation(16, done) }},
	{"explain", firstExplain},
	{"mesh-vertex", func(done func(learn.StepInfo)) error { return firstMesh(meshes.PerVertex, done) }},
	{"mesh-equivariant", func(done func(learn.StepInfo)) error { return firstMesh(meshes.Equivariant, done) }},
	{"inverse-setting1", func(done func(learn.StepInfo)) error { return firstInverse(1, done) }},
	{"inverse-setting2", func(done func(learn.StepInfo)) error { return firstInverse(2, done) }},
}

// first is bench first [NAME]: the first step of every application's training, each
// in a process of its own, or that of one in this process. It prints the seconds
// of the step, the seconds and CPU-seconds since training was called, in which the
// data is prepared, too, and the milliseconds of a step after it that compiles
// nothing, mean over them, with its parts.
func first(args []string) error {
	if len(args) == 0 {
		fmt.Printf("%-18s %8s %9s %9s %12s %10s %8s %8s %8s %8s %8s\n", "first step", "step, s", "called, s", "CPU-s", "compilations",
			"later, ms", "field", "sampling", "loss", "gradient", "rest")
		for _, f := range applications {
			child := exec.Command(os.Args[0], "first", f.name)
			child.Stdout, child.Stderr = os.Stdout, os.Stderr
			if err := child.Run(); err != nil {
				return fmt.Errorf("first step of %s: %w", f.name, err)
			}
		}
		return nil
	}
	k := slices.IndexFunc(applications, func(f application) bool { return f.name == args[0] })
	if k < 0 || len(args) > 1 {
		return fmt.Errorf("usage: bench first [NAME], one of %d applications: see bench first", len(applications))
	}
	row := ""
	var parts [6]float64 // of all later steps, milliseconds
	err := applications[k].run(func(s learn.StepInfo) {
		if row == "" {
			row = fmt.Sprintf("%-18s %8.2f %9.2f %9.2f %12d", args[0], s.Time.Seconds(), time.Since(began).Seconds(), cputime.Used().Seconds()-beganCPU, s.Compilations)
			return
		}
		rest := s.Time - s.FieldTime - s.SampleTime - s.LossTime - s.UpdateTime
		for i, t := range []time.Duration{s.Time, s.FieldTime, s.SampleTime, s.LossTime, s.UpdateTime, rest} {
			parts[i] += t.Seconds() * 1000 / (fewSteps - 1)
		}
	})
	if err != nil {
		return err
	}
	fmt.Printf("%s %10.1f", row, parts[0])
	for _, v := range parts[1:] {
		fmt.Printf(" %8.1f", v)
	}
	fmt.Println()
	return nil
}

// When training was called.
var (
	began    time.Time
	beganCPU float64
)

func begin() { began, beganCPU = time.Now(), cputime.Used().Seconds() }

// firstMesh: a mesh of 4,000 vertices.
func firstMesh(network string, done func(learn.StepInfo)) error {
	m, err := data.GenerateMesh(data.Bust, 1, 4000)
	if err != nil {
		return err
	}
	s, err := meshes.NewSurface(m)
	if err != nil {
		return err
	}
	begin()
	r := meshes.Recipe{Network: network, Steps: fewSteps, Seed: 1, Progress: done}
	l, err := meshes.Train(context.Background(), r, []*meshes.Surface{s})
	if err == nil {
		l.Close()
	}
	return err
}

// firstInverse: 32 matrices of Dataset 1, the best variant.
func firstInverse(number int, done func(learn.StepInfo)) error {
	setting, err := inverse.PaperSetting(number, false)
	if err != nil {
		return err
	}
	t, err := setting.Recipe("best")
	if err != nil {
		return err
	}
	ms, err := inverse.Generate(context.Background(), inverse.Dataset1(1), 32)
	if err != nil {
		return err
	}
	problems, err := inverse.Problems(context.Background(), ms, setting.Allowed(true), t.Features)
	if err != nil {
		return err
	}
	t.Epochs, t.Progress = fewSteps, done
	begin()
	l, err := inverse.Train(context.Background(), t, problems, nil)
	if err == nil {
		l.Close()
	}
	return err
}

// firstExplain: 64 graphs of BA-2Motifs and a classifier of random weights.
func firstExplain(done func(learn.StepInfo)) error {
	set, err := explain.GenerateBA2Motifs(64, 1)
	if err != nil {
		return err
	}
	c, err := explain.NewUntrained(explain.GNN{}.Network(set.Classes), set.Classes, set.Items[0], 1, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	field, err := explain.NewIGField(explain.IGConfig{Epochs: fewSteps, Progress: done})
	if err != nil {
		return err
	}
	defer field.Close()
	begin()
	return field.Train(context.Background(), c, set.Items)
}

// firstSegmentation: the paper's recipe, one batch of generated images of 128×128
// pixels; the paper's has 32, a recipe's default 16.
func firstSegmentation(batch int, done func(learn.StepInfo)) error {
	const size = 128
	set, err := segment.Generate(1, 2*batch, size)
	if err != nil {
		return err
	}
	set.Train, set.Validation, set.Test = set.Train[:batch], nil, nil
	r, err := segment.NewRecipe("paper")
	if err != nil {
		return err
	}
	r.BatchSize, r.Epochs, r.Warm = batch, fewSteps, 0 // the objective's step, not cross-entropy's
	begin()
	m, err := segment.Train(context.Background(), set, r, segment.TrainOptions{Seed: 1, Progress: func(e segment.EpochInfo) {
		seconds := func(v float64) time.Duration { return time.Duration(v * float64(time.Second)) }
		done(learn.StepInfo{
			FieldTime: seconds(e.Field), SampleTime: seconds(e.Sampling), LossTime: seconds(e.Credit), UpdateTime: seconds(e.Update),
			Time: seconds(e.Seconds), Compilations: -1,
		})
	}})
	if err == nil {
		m.Close()
	}
	return err
}
