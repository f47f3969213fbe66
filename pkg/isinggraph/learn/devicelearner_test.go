package learn_test

import (
	"reflect"
	"testing"
)

// TestLearnerOnDevices trains on a batch of graphs with K = 8 samples, which four
// devices share: losses, gradients and weights are those of one device, bit by bit.
func TestLearnerOnDevices(t *testing.T) {
	one := engine(t)
	have := one.Backend().NumDevices()
	if have < 2 {
		t.Skipf("the backend has %d device", have)
	}
	var want outcome
	for _, devices := range []int{1, min(have, 4)} {
		c, items, validation := savedRun(t, "")
		c.Sampling.Samples, c.Optimizer.Steps = 8, 8
		var err error
		if c.Runtime.Engine, err = one.OnDevices(devices); err != nil {
			t.Fatal(err)
		}
		l := newLearner(t, c, items, validation)
		train(t, l)
		got := outcomeOf(t, l)
		if devices == 1 {
			want = got
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("training on %d devices:\n%+v\non one:\n%+v", devices, got, want)
		}
	}
}
