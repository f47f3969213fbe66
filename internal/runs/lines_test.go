package runs

import (
	"reflect"
	"testing"
)

func TestLines(t *testing.T) {
	var got []string
	log := Lines(func(line string) { got = append(got, line) })
	log.Info("opened", "run", "abc", "step", 3)
	log.With("run", "abc").Warn("passing over a checkpoint", "err", "damaged")
	log.Debug("nothing")
	if want := []string{"opened, run abc, step 3", "warning: passing over a checkpoint, run abc, err damaged"}; !reflect.DeepEqual(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
}
