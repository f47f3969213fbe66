package learn_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

// TestKilled kills a training process (SIGKILL) three times, each time as soon as
// a checkpoint is seen half written: the last good one opens every time, and the
// run ends as if nothing had been.
func TestKilled(t *testing.T) {
	const inChild = "ISINGGRAPH_TEST_KILLED"
	dir := os.Getenv(inChild)
	killed := dir != ""
	if !killed {
		if testing.Short() {
			t.Skip("starts three processes")
		}
		dir = t.TempDir()
	}
	c, items, validation := savedRun(t, dir)
	c.Storage.Every, c.Optimizer.Steps = 1, 120
	if killed {
		train(t, newLearner(t, c, items, validation))
		return
	}
	half := 0
	for round := range 3 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		child.Env = append(os.Environ(), inChild+"="+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		whole, err := filepath.Glob(filepath.Join(dir, "*", "step-*"))
		if err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
			now, err := filepath.Glob(filepath.Join(dir, "*", "step-*"))
			if err != nil {
				t.Fatal(err)
			}
			temps, err := filepath.Glob(filepath.Join(dir, "*", ".tmp-*"))
			if err != nil {
				t.Fatal(err)
			}
			if len(now) > 0 && !reflect.DeepEqual(now, whole) && len(temps) > 0 {
				break
			}
			time.Sleep(time.Millisecond) // a checkpoint takes longer; without it the loop takes a processor
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := child.Wait(); err == nil {
			t.Fatalf("round %d: the run ended before it was killed", round)
		}
		temps, err := filepath.Glob(filepath.Join(dir, "*", ".tmp-*"))
		if err != nil {
			t.Fatal(err)
		}
		half += len(temps)
	}
	l := newLearner(t, c, items, validation)
	if n := len(l.History()); n == 0 || n >= c.Optimizer.Steps {
		t.Errorf("opened at step %d after three kills", n)
	}
	t.Logf("opened at step %d; %d of 3 kills left half a checkpoint", len(l.History()), half)
	train(t, l)
	c.Storage.Dir = ""
	straight := newLearner(t, c, items, validation)
	train(t, straight)
	if got, want := outcomeOf(t, l), outcomeOf(t, straight); !reflect.DeepEqual(got, want) {
		t.Error("another outcome than without kills")
	}
}
