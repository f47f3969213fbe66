package learn_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// savedRun is a run of several batches with everything that a checkpoint must
// hold: Adam, a decaying rate, clipping, a dual variable and validation.
func savedRun(t testing.TB, dir string) (c learn.Config, train, validation []*learn.Item) {
	rng := newRand(11)
	for range 9 {
		train = append(train, connectedItem(t, 12, 6, 2, rng))
	}
	c = quiet(t, learn.Config{
		Field: fields.MLP{Layers: 1, Hidden: 4}.Field(), Seed: 5,
		Model:      learn.Model{Coupling: learn.LearnedCoupling(-0.1)},
		Objective:  learn.Objective{Loss: learn.Loss{Total: cut}, Penalty: learn.Penalty{Kind: learn.EtaSampled, Weight: 1, Dual: 0.1}},
		Optimizer:  learn.Optimizer{Steps: 20, BatchSize: 3, LearningRate: 0.02, Decay: learn.DecayLinear, ClipNorm: 1, Shuffles: 1},
		Validation: learn.Validation{Every: 4},
		Storage:    learn.Storage{Every: 3, Dir: dir},
	})
	c.Key = "saved run"
	return c, train[:6], train[6:]
}

// outcome is what two equal runs have in common.
type outcome struct {
	history []learn.StepInfo
	weights map[string]any
	best    int
}

func outcomeOf(t testing.TB, l *learn.Learner) (o outcome) {
	t.Helper()
	for _, s := range l.History() {
		s.FieldTime, s.SampleTime, s.LossTime, s.UpdateTime, s.Time, s.Compilations = 0, 0, 0, 0, 0, 0
		o.history = append(o.history, s)
	}
	o.weights = make(map[string]any)
	for v := range l.Store().IterVariables() {
		if strings.HasPrefix(v.Path(), "/field/") || strings.HasPrefix(v.Path(), "/coupling/") {
			o.weights[v.Path()] = v.MustValue().Value()
		}
	}
	if len(o.weights) != 5 {
		t.Fatalf("weights %v", o.weights)
	}
	o.best, _ = l.BestStep()
	return o
}

// interrupt trains until a step is done and ends the context there.
func interrupt(t testing.TB, c learn.Config, items, validation []*learn.Item, at int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.Runtime.Progress = func(i learn.StepInfo) {
		if i.Step == at {
			cancel()
		}
	}
	if l, err := learn.OpenOrTrain(ctx, c, items, validation); !errors.Is(err, context.Canceled) || l != nil {
		t.Fatalf("interrupted run: error %v", err)
	}
}

// TestResume compares a run of 20 steps with one that is interrupted after 10,
// and again after 13, bit by bit, and opens it once more.
func TestResume(t *testing.T) {
	c, items, validation := savedRun(t, t.TempDir())
	straight := newLearner(t, c, items, validation)
	train(t, straight)
	want := outcomeOf(t, straight)

	c.Storage.Dir = t.TempDir()
	interrupt(t, c, items, validation, 10)
	interrupt(t, c, items, validation, 13)
	resumed, err := learn.OpenOrTrain(context.Background(), c, items, validation)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(resumed.Close)
	if got := outcomeOf(t, resumed); !reflect.DeepEqual(got, want) {
		t.Errorf("resumed run:\n%+v\nstraight run:\n%+v", got, want)
	}

	c.Runtime.Progress = func(learn.StepInfo) { t.Error("a finished run trains again") }
	opened, err := learn.OpenOrTrain(context.Background(), c, items, validation)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(opened.Close)
	if got := outcomeOf(t, opened); !reflect.DeepEqual(got, want) {
		t.Errorf("opened run:\n%+v\nstraight run:\n%+v", got, want)
	}
	text, err := os.ReadFile(filepath.Join(c.Storage.Dir, opened.Hash()[:16], "config.json"))
	if err != nil || !strings.Contains(string(text), opened.Hash()) || !strings.Contains(string(text), `"Seed": 5`) {
		t.Errorf("config.json: %v\n%s", err, text)
	}
}

// TestHash checks that each change of the configuration or the data makes
// another run.
func TestHash(t *testing.T) {
	seen := make(map[string]string)
	add := func(name string, change func(*learn.Config, *learn.Item)) {
		c, items, validation := savedRun(t, "")
		x := append([]float32(nil), items[0].X...)
		items[0] = &learn.Item{Graph: items[0].Graph, X: x}
		change(&c, items[0])
		h := newLearner(t, c, items, validation).Hash()
		if other, ok := seen[h]; ok {
			t.Errorf("%s and %s have one hash", name, other)
		}
		seen[h] = name
	}
	add("nothing", func(*learn.Config, *learn.Item) {})
	add("key", func(c *learn.Config, _ *learn.Item) { c.Key = "other" })
	add("seed", func(c *learn.Config, _ *learn.Item) { c.Seed = 6 })
	add("beta", func(c *learn.Config, _ *learn.Item) { c.Model.Beta = 2 })
	add("penalty", func(c *learn.Config, _ *learn.Item) { c.Objective.Penalty.Eta = 0.1 })
	add("rate", func(c *learn.Config, _ *learn.Item) { c.Optimizer.LearningRate = 0.03 })
	add("feature", func(_ *learn.Config, it *learn.Item) { it.X[3]++ })
	add("no coupling", func(c *learn.Config, _ *learn.Item) { c.Model.Coupling = nil })
	add("J", func(c *learn.Config, _ *learn.Item) { c.Model.Coupling, c.Model.J = nil, isinggraph.Uniform(1) })
	add("couplings", func(_ *learn.Config, it *learn.Item) {
		it.J = isinggraph.PerEdge(make([]float32, it.Graph.NumEdges()))
	})
}

// TestDamagedCheckpoint truncates, empties, flips and removes files of the newest
// checkpoint: the one before it opens, and the run ends as if nothing had been.
func TestDamagedCheckpoint(t *testing.T) {
	c, items, validation := savedRun(t, t.TempDir())
	straight := newLearner(t, c, items, validation)
	train(t, straight)
	want := outcomeOf(t, straight)
	c.Storage.Dir = t.TempDir()
	interrupt(t, c, items, validation, 7)
	whole := c.Storage.Dir
	damage := map[string]func(path string, size int64) error{
		"truncated": func(path string, size int64) error { return os.Truncate(path, size/2) },
		"empty":     func(path string, _ int64) error { return os.Truncate(path, 0) },
		"removed":   func(path string, _ int64) error { return os.Remove(path) },
	}
	for pattern, names := range map[string][]string{"*.bin": {"truncated", "removed"}, "state.json": {"truncated"}, "sums.json": {"empty"}} {
		for _, name := range names {
			f := damage[name]
			c.Storage.Dir = filepath.Join(t.TempDir(), "copy")
			if err := os.CopyFS(c.Storage.Dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			run := filepath.Join(c.Storage.Dir, straight.Hash()[:16])
			steps, err := filepath.Glob(filepath.Join(run, "step-*"))
			if err != nil || len(steps) != 2 {
				t.Fatal(steps, err)
			}
			files, err := filepath.Glob(filepath.Join(steps[1], pattern))
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			info, err := os.Stat(files[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := f(files[0], info.Size()); err != nil {
				t.Fatal(err)
			}
			// What kill −9 leaves in the middle of a checkpoint.
			if err := os.CopyFS(filepath.Join(run, ".tmp-killed"), os.DirFS(steps[1])); err != nil {
				t.Fatal(err)
			}
			warned := false
			c.Runtime.Log = runs.Lines(func(line string) { warned = warned || strings.Contains(line, "passing over checkpoint") })
			l := newLearner(t, c, items, validation)
			if n := len(l.History()); n == 0 || n >= 7 {
				t.Errorf("%s %s: opened at step %d", name, pattern, n)
			}
			train(t, l)
			if got := outcomeOf(t, l); !reflect.DeepEqual(got, want) || !warned {
				t.Errorf("%s %s: another outcome, warned %t", name, pattern, warned)
			}
			if _, err := os.Stat(filepath.Join(run, ".tmp-killed")); !os.IsNotExist(err) {
				t.Errorf("%s %s: half a checkpoint stays: %v", name, pattern, err)
			}
		}
	}
}

// TestDiskFull lets every write beyond some bytes fail, as a full disk does, in
// a process of its own: the run ends with an error, and the last good checkpoint
// opens.
func TestDiskFull(t *testing.T) {
	const inChild = "ISINGGRAPH_TEST_FULL_DISK"
	if dir := os.Getenv(inChild); dir != "" {
		signal.Ignore(syscall.SIGXFSZ)
		c, items, validation := savedRun(t, dir)
		l := newLearner(t, c, items, validation)
		full := syscall.Rlimit{Cur: 300, Max: 300} // bytes a file, less than the weights
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full); err != nil {
			t.Fatal(err)
		}
		if err := l.Train(context.Background()); err == nil || !strings.Contains(err.Error(), "saving") {
			t.Errorf("full disk: error %v", err)
		}
		return
	}
	c, items, validation := savedRun(t, t.TempDir())
	interrupt(t, c, items, validation, 6)
	child := exec.Command(os.Args[0], "-test.run=^TestDiskFull$")
	child.Env = append(os.Environ(), inChild+"="+c.Storage.Dir)
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	again := newLearner(t, c, items, validation)
	if n := len(again.History()); n != 6 {
		t.Errorf("opened at step %d, the last checkpoint was at 6", n)
	}
	temps, err := filepath.Glob(filepath.Join(c.Storage.Dir, "*", ".tmp-*"))
	if err != nil || len(temps) > 0 {
		t.Errorf("left behind: %v %v", temps, err)
	}
}

// TestPatience stops where validation does not improve, with the best weights.
func TestPatience(t *testing.T) {
	c, items, validation := savedRun(t, "")
	c.Objective.Loss.Total = func(it *learn.Item, x []int8) (float64, error) {
		if slices.Contains(items, it) {
			return float64(x[0]), nil
		}
		return -float64(x[0]), nil // worse with every step
	}
	c.Optimizer.Steps, c.Validation.Patience, c.Optimizer.LearningRate, c.Validation.Every, c.Optimizer.Decay, c.Sampling.Samples = 500, 3, 0.1, 5, learn.DecayNone, 32
	l := newLearner(t, c, items, validation)
	train(t, l)
	if n := len(l.History()); n == 500 || n < 20 {
		t.Errorf("stopped after %d steps", n)
	}
	if best, _ := l.BestStep(); best > len(l.History())-15 {
		t.Errorf("best step %d of %d", best, len(l.History()))
	}
}
