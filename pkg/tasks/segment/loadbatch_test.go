package segment

import (
	"context"
	"errors"
	"slices"
	"testing"
)

func TestLoader(t *testing.T) {
	var examples []Example
	for k := range 7 {
		e := ramp(6, 9)
		e.Image[0] = float32(100 + k)
		examples = append(examples, e)
	}
	ctx := context.Background()
	l, err := NewLoader(examples, 3, 0, 4, Augment{}, 9)
	if err != nil {
		t.Fatal(err)
	}
	var order []int
	var batches []*Batch
	for step := range 14 {
		b, err := l.Next(ctx)
		if err != nil || b.Step != step || len(b.Images) != 3*3*54 || len(b.Masks) != 3*54 {
			t.Fatalf("step %d: %+v, %v", step, b, err)
		}
		for k, i := range b.Index {
			if b.Images[k*3*54] != float32(100+i) || !slices.Equal(b.Masks[k*54:(k+1)*54], examples[i].Mask) {
				t.Fatalf("step %d: place %d is not example %d", step, k, i)
			}
		}
		order, batches = append(order, b.Index...), append(batches, b)
	}
	l.Close()
	for epoch := range slices.Chunk(order, 7) { // each example once
		if sorted := slices.Sorted(slices.Values(epoch)); !slices.Equal(sorted, []int{0, 1, 2, 3, 4, 5, 6}) {
			t.Errorf("an epoch of %v", epoch)
		}
	}
	if slices.Equal(order[:7], order[7:14]) {
		t.Error("two epochs in the same order")
	}
	if _, err := l.Next(ctx); err == nil {
		t.Error("a closed loader has a batch")
	}

	// Going on from a step, augmented: the batches are those of a run from the start.
	var first, later []*Batch
	for _, from := range []int{0, 3} {
		l, err := NewLoader(examples, 3, from, 1, SmallChanges, 9)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 - from {
			b, err := l.Next(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if from == 0 {
				first = append(first, b)
			} else {
				later = append(later, b)
			}
		}
		l.Close()
	}
	for k, b := range later {
		if a := first[3+k]; a.Step != b.Step || !slices.Equal(a.Index, b.Index) || !slices.Equal(a.Images, b.Images) || !slices.Equal(a.Masks, b.Masks) {
			t.Errorf("step %d differs after a restart", b.Step)
		}
	}
	if slices.Equal(first[0].Images, batches[0].Images) {
		t.Error("augmentation changes nothing")
	}
}

func TestLoaderErrors(t *testing.T) {
	good := []Example{ramp(4, 4)}
	for name, try := range map[string]func() (*Loader, error){
		"no examples":   func() (*Loader, error) { return NewLoader(nil, 1, 0, 1, Augment{}, 1) },
		"no batch":      func() (*Loader, error) { return NewLoader(good, 0, 0, 1, Augment{}, 1) },
		"negative step": func() (*Loader, error) { return NewLoader(good, 1, -1, 1, Augment{}, 1) },
		"shift":         func() (*Loader, error) { return NewLoader(good, 1, 0, 1, Augment{Shift: 1}, 1) },
		"brightness":    func() (*Loader, error) { return NewLoader(good, 1, 0, 1, Augment{Brightness: -1}, 1) },
		"two sizes":     func() (*Loader, error) { return NewLoader(append(good, ramp(4, 5)), 1, 0, 1, Augment{}, 1) },
		"no mask": func() (*Loader, error) {
			return NewLoader([]Example{{H: 1, W: 1, Image: make([]float32, 3)}}, 1, 0, 1, Augment{}, 1)
		},
	} {
		if l, err := try(); err == nil {
			l.Close()
			t.Errorf("%s is no error", name)
		}
	}
	l, err := NewLoader(good, 1, 0, 1, Augment{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 3 { // one may be ready
		if _, err = l.Next(ctx); errors.Is(err, context.Canceled) {
			return
		}
	}
	t.Errorf("cancelled: %v", err)
}
