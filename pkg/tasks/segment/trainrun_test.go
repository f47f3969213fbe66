package segment

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// foreign is a sampler that calls a function after each of its calls, and returns the
// spins that the function makes of its own.
type foreign struct {
	isinggraph.Sampler
	after func(spins []int8)
}

func (f foreign) Sample(ctx context.Context, r isinggraph.Request) (*isinggraph.Samples, error) {
	x, err := f.Sampler.Sample(ctx, r)
	if err == nil {
		f.after(x.Spins)
	}
	return x, err
}

// sampledBy gives a model on 8×8 pixels a foreign sampler.
func sampledBy(t *testing.T, m *Model, after func(spins []int8)) *Model {
	t.Helper()
	s, err := m.sampler(8, 8)
	if err != nil {
		t.Fatal(err)
	}
	m.samplers[[2]int{8, 8}] = foreign{s, after}
	return m
}

// sumOf is the hash of a model's weights.
func sumOf(t *testing.T, m *Model) string {
	t.Helper()
	sum, err := runs.SumOf(m.store, scopes...)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// TestResume interrupts a run of two steps an epoch after each step, whose persistent
// chains go on: it ends with the weights of a run that was not interrupted, and its
// records, bit for bit.
func TestResume(t *testing.T) {
	set := discs(8, 16, 4, 0)
	r, err := NewRecipe("contrastive")
	if err != nil {
		t.Fatal(err)
	}
	r = tiny(r)
	r.Epochs = 3
	whole, err := Train(context.Background(), set, r, TrainOptions{Seed: 2, Reuse: plainModel(t, r)})
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	dir := t.TempDir()
	var m *Model
	var said []string
	log := runs.Lines(func(line string) { said = append(said, line) })
	stops := 0
	for m == nil {
		ctx, stop := context.WithCancel(context.Background())
		samples := 0
		reuse := sampledBy(t, plainModel(t, r), func([]int8) {
			if samples++; samples == 2 || stops == 0 { // the first is the fingerprint's, but where there is no run
				stop()
			}
		})
		m, err = Train(ctx, set, r, TrainOptions{Seed: 2, Dir: dir, Log: log, Reuse: reuse})
		stop()
		var stopped *learn.Stopped
		if err != nil && (!errors.As(err, &stopped) || !errors.Is(err, context.Canceled) || !stopped.Kept) || stops > 6 {
			t.Fatalf("interrupt %d: %v", stops, err)
		}
		if err != nil {
			if stops++; stopped.Step != stops || stopped.Steps != 6 {
				t.Fatalf("interrupt %d is %v", stops, stopped)
			}
		}
	}
	defer m.Close()
	if sumOf(t, m) != sumOf(t, whole) {
		t.Error("the weights differ from those of a run that was not interrupted")
	}
	if stops != 6 || len(said) != stops || !strings.Contains(said[0], "opened a run at step 1 of 6") {
		t.Errorf("%d interrupts, said %q", stops, said)
	}
	if len(m.History()) != 3 {
		t.Fatalf("%d epochs, want 3", len(m.History()))
	}
	for k, e := range m.History() {
		if want := whole.History()[k]; e.Loss != want.Loss || e.Validation != want.Validation || e.Kernel != want.Kernel || e.Best != want.Best {
			t.Errorf("epoch %+v, uninterrupted %+v", e, want)
		}
	}
}

// TestChanged opens a run with another sampler: it is an error that says so, or trains
// anew; and the run is opened again by who takes the change back.
func TestChanged(t *testing.T) {
	set := discs(8, 8, 4, 0)
	r := tiny(Recipe{Objective: Flip})
	r.Epochs = 2
	o := TrainOptions{Seed: 2, Dir: t.TempDir()}
	train := func(sampler func(spins []int8), want int) (*Model, error) {
		t.Helper()
		epochs := 0
		o.Reuse, o.Progress = sampledBy(t, plainModel(t, r), sampler), func(EpochInfo) { epochs++ }
		m, err := Train(context.Background(), set, r, o)
		if epochs != want {
			t.Errorf("%d epochs, want %d", epochs, want)
		}
		if m != nil {
			t.Cleanup(m.Close)
		}
		return m, err
	}
	same := func([]int8) {}
	other := func(spins []int8) {
		for i := range spins {
			spins[i] *= -1
		}
	}
	first, err := train(same, 2)
	if err != nil {
		t.Fatal(err)
	}
	var changed *learn.Changed
	if _, err := train(other, 0); !errors.As(err, &changed) || !strings.Contains(err.Error(), "a spin of the sampler has changed: ") {
		t.Errorf("another sampler opens the run: %v", err)
	}
	o.Changed = learn.Anew
	if m, err := train(other, 2); err != nil || sumOf(t, m) == sumOf(t, first) {
		t.Errorf("another sampler trains to the same weights, %v", err)
	}
	o.Changed = learn.Fail
	if m, err := train(same, 0); err != nil || sumOf(t, m) != sumOf(t, first) {
		t.Errorf("the first sampler opens other weights, %v", err)
	}
}

// TestGuardField: the field that recognizes a run is that of the validation images, or
// of training images where there are none, and follows the weights.
func TestGuardField(t *testing.T) {
	r := tiny(Recipe{Objective: CrossEntropy})
	for _, validation := range []int{0, 3} {
		set := discs(8, 8, validation, 0)
		m := plainModel(t, r)
		defer m.Close()
		run, err := runs.Open(runs.Options{Hash: "0"})
		if err != nil {
			t.Fatal(err)
		}
		guard := &trainer{Model: m, set: set, run: run}
		before, err := guard.Guard(context.Background())
		if err != nil || len(before) != 1 {
			t.Fatalf("%v, %v", before, err)
		}
		images := set.Validation
		if validation == 0 {
			images = set.Train[:guardImages]
		}
		h, _, err := m.Fields(context.Background(), images)
		if err != nil {
			t.Fatal(err)
		}
		if want := runs.Thin(slices.Concat(h...)); !slices.Equal(before[0].Values, want) {
			t.Errorf("%v, want %v", before[0].Values, want)
		}
		if err := m.begin(m.recipe, 9); err != nil {
			t.Fatal(err)
		}
		if after, err := guard.Guard(context.Background()); err != nil || slices.Equal(after[0].Values, before[0].Values) {
			t.Errorf("other weights have the same field, %v", err)
		}
	}
}
