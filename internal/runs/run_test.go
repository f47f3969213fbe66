package runs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/ml/model"
)

// TestResume interrupts a run after seven steps of ten: it goes on from there, the
// best weights by both metrics are those of a run without an interrupt, two
// checkpoints are kept, and a third opening trains nothing.
func TestResume(t *testing.T) {
	log, text := logged()
	o := Options{Dir: t.TempDir(), Log: log}
	interrupted(t, o, new(counter), 7)
	if text.Len() > 0 {
		t.Errorf("a new run logs %q", text)
	}
	for _, want := range []int{3, 0} {
		c := new(counter)
		if err := open(t, o, c); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), "opened a run at step") || !strings.Contains(text.String(), "key=counting") {
			t.Errorf("opening logs %q", text)
		}
		if err := c.run.Train(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		if c.steps != want || c.run.Step() != 10 || !c.run.Done() || c.state.Sum != 55 {
			t.Errorf("%d steps, %d in all, sum %d; want %d, 10, 55", c.steps, c.run.Step(), c.state.Sum, want)
		}
		for metric, want := range map[string]float32{Loss: 21, "size": 55} {
			to := model.NewStore()
			if err := c.run.UseBest(metric, to); err != nil {
				t.Fatal(err)
			}
			if got := valuesOf(t, to, "/field/w"); !slices.Equal(got, []float32{want, want}) {
				t.Errorf("best by %s: %v, want %v", metric, got, want)
			}
		}
		if best, ok := c.run.Best(Loss); !ok || best != (Best{6, 0}) {
			t.Errorf("best loss %v", best)
		}
		steps, err := list(c.run.Dir(), stepPrefix)
		if err != nil || len(steps) != 2 {
			t.Errorf("checkpoints %v (%v), want 2", steps, err)
		}
		bests, err := list(c.run.Dir(), bestPrefix)
		if want := []string{folderName(bestPrefix, 6), folderName(bestPrefix, 9), folderName(bestPrefix, 10)}; err != nil || !reflect.DeepEqual(bests, want) {
			t.Errorf("best weights %v (%v), want %v", bests, err, want)
		}
	}
}

// TestUnsound damages the newest checkpoint, then the best weights that the other
// one names: the one before opens with a warning, then none.
func TestUnsound(t *testing.T) {
	log, text := logged()
	o := Options{Dir: t.TempDir(), Log: log}
	c := new(counter)
	interrupted(t, o, c, 7)
	damage := func(pattern string) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(c.run.Dir(), pattern, "*.bin"))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		if err := os.Truncate(files[0], 3); err != nil {
			t.Fatal(err)
		}
	}
	damage(folderName(stepPrefix, 7) + "*")
	again := new(counter)
	if err := open(t, o, again); err != nil || again.run.Step() != 6 || !strings.Contains(text.String(), "passing over checkpoint") {
		t.Errorf("opened at step %d (%v), log %q", again.run.Step(), err, text)
	}
	if s, err := Read(c.run.Dir(), log); err != nil || s.State.Step != 6 {
		t.Errorf("read %+v, %v", s, err)
	} else {
		s.Close()
	}
	if _, err := Read(c.run.Dir(), nil); err == nil || !strings.Contains(err.Error(), folderName(stepPrefix, 7)) {
		t.Errorf("reading what is damaged without a logger: %v", err)
	}
	damage(folderName(bestPrefix, 6))
	again = new(counter)
	if err := open(t, o, again); err != nil || again.run.Step() != 0 || again.state.Sum != 0 {
		t.Errorf("opened at step %d (%v)", again.run.Step(), err)
	}
	if _, err := Read(c.run.Dir(), log); err == nil || !strings.Contains(err.Error(), "no sound checkpoint") {
		t.Errorf("reading what is damaged: %v", err)
	}
}

// TestChanged opens a run with another loss by all policies, then as it was: a
// run that was begun anew lies beside the first, and each code finds its own.
func TestChanged(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	interrupted(t, o, &counter{loss: 0.48}, 5)
	var changed *Changed
	err := open(t, o, &counter{loss: 3.22})
	if !errors.As(err, &changed) || err.Error() != "the loss has changed: 0.48, now 3.22" {
		t.Fatalf("another loss: %v", err)
	}
	if want := []Difference{{"the loss", "0.48", "3.22"}}; !reflect.DeepEqual(changed.Differences, want) {
		t.Errorf("differences %v, want %v", changed.Differences, want)
	}
	if err := open(t, o, &counter{loss: 0.4803}); err != nil {
		t.Errorf("a loss within the tolerance: %v", err)
	}

	log, text := logged()
	o.Log = log
	if err := open(t, o, &counter{loss: 3.22, on: "another processor"}); err != nil || !strings.Contains(text.String(), "the loss is not compared") {
		t.Errorf("a loss on another processor: %v, log %q", err, text)
	}
	o.Changed = Accept
	c := &counter{loss: 3.22}
	if err := open(t, o, c); err != nil || c.run.Step() != 5 || !strings.Contains(text.String(), "opened all the same") {
		t.Errorf("accepted at step %d (%v), log %q", c.run.Step(), err, text)
	}
	o.Changed = Anew
	c = &counter{loss: 3.22}
	interrupted(t, o, c, 3)
	if filepath.Base(c.run.Dir()) != "abababababababab-2" || c.steps != 3 || !strings.Contains(text.String(), "the loss has changed: 0.48, now 3.22; training anew") {
		t.Errorf("%d steps in %s, log %q", c.steps, c.run.Dir(), text)
	}
	o.Changed = Fail
	for loss, step := range map[float64]int{0.48: 5, 3.22: 3} {
		c = &counter{loss: loss}
		if err := open(t, o, c); err != nil || c.run.Step() != step {
			t.Errorf("loss %v opens at step %d (%v), want %d", loss, c.run.Step(), err, step)
		}
	}
}

// TestOtherNetwork opens a run with a network of another width: the error names
// the variable and both shapes, whatever is accepted.
func TestOtherNetwork(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	interrupted(t, o, new(counter), 5)
	var changed *Changed
	if err := open(t, o, &counter{width: 3}); !errors.As(err, &changed) || !strings.Contains(err.Error(), "/field/w (Float32)[2], now (Float32)[3]") {
		t.Errorf("another width: %v", err)
	}
	o.Changed = Accept
	var mismatch *Mismatch
	if err := open(t, o, &counter{width: 3}); !errors.As(err, &mismatch) || len(mismatch.Misshaped) != 1 {
		t.Errorf("another width, accepted: %v", err)
	}
}

// TestKeepNothing trains without a folder.
func TestKeepNothing(t *testing.T) {
	c := new(counter)
	if err := open(t, Options{}, c); err != nil {
		t.Fatal(err)
	}
	if err := c.run.Train(context.Background(), c); err != nil || c.state.Sum != 55 || c.run.Dir() != "" {
		t.Errorf("sum %d in %q (%v)", c.state.Sum, c.run.Dir(), err)
	}
}

// TestRead reads a run without its code.
func TestRead(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	c := new(counter)
	interrupted(t, o, c, 8)
	s, err := Read(c.run.Dir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Hash != c.run.o.Hash || s.State.Step != 8 || strings.Join(strings.Fields(string(s.Config)), "") != `{"Width":2}` || s.State.Saved.IsZero() {
		t.Errorf("read %+v of configuration %s", s, s.Config)
	}
	for metric, want := range map[string]float32{Loss: 21, "size": 36, "none": 36} {
		if got := valuesOf(t, s.Trained(metric), "/field/w"); !slices.Equal(got, []float32{want, want}) {
			t.Errorf("trained by %s: %v, want %v", metric, got, want)
		}
	}
}

// TestOldState opens the state of a checkpoint of earlier versions, which has no part for
// the trainer.
func TestOldState(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	c := new(counter)
	interrupted(t, o, c, 8)
	for _, n := range []string{folderName(stepPrefix, 8) + "-closed", folderName(bestPrefix, 6)} {
		store, err := loadStore(filepath.Join(c.run.Dir(), n))
		if err != nil {
			t.Fatal(err)
		}
		old := `{"Hash":"` + c.run.o.Hash + `","Step":8,"Lambda":0,"Best":0,"BestStep":6,"Open":false,"Done":false,"Sum":36}`
		if err := writeFolder(filepath.Join(c.run.Dir(), n), store, map[string][]byte{stateFile: []byte(old)}); err != nil {
			t.Fatal(err)
		}
	}
	again := &counter{loss: 7} // of which nothing was recorded
	if err := open(t, o, again); err != nil || again.run.Step() != 8 || again.state.Sum != 36 {
		t.Fatalf("opened at step %d with sum %d (%v)", again.run.Step(), again.state.Sum, err)
	}
	if best, ok := again.run.Best(Loss); !ok || best != (Best{6, 0}) {
		t.Errorf("best %v", best)
	}
}
