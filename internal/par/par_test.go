package par

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
)

// TestRange calls every index once, whatever the grain.
func TestRange(t *testing.T) {
	for _, n := range []int{0, 1, 7, 1000} {
		for _, grain := range []int{0, 1, 3, 5000} {
			calls := make([]atomic.Int32, n)
			Range(n, grain, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					calls[i].Add(1)
				}
			})
			for i := range calls {
				if calls[i].Load() != 1 {
					t.Fatalf("n %d, grain %d: index %d is called %d times", n, grain, i, calls[i].Load())
				}
			}
		}
	}
}

// TestEach calls every index once, returns the error of the smallest index that fails,
// with at most one failure a goroutine, and ends with its context.
func TestEach(t *testing.T) {
	const n = 1000
	ctx, cancel := context.WithCancel(context.Background())
	for range 20 {
		var calls [n]atomic.Int32
		count := func() func(int) error { return func(i int) error { calls[i].Add(1); return nil } }
		if err := Each(ctx, n, count); err != nil {
			t.Fatal(err)
		}
		for i := range calls {
			if calls[i].Load() != 1 {
				t.Fatalf("index %d is called %d times", i, calls[i].Load())
			}
		}
		var failures atomic.Int32
		err := Each(ctx, n, func() func(int) error {
			return func(i int) error {
				if i < 31 {
					return nil
				}
				failures.Add(1)
				return fmt.Errorf("%d", i)
			}
		})
		if k := int(failures.Load()); k > runtime.GOMAXPROCS(0) {
			t.Errorf("%d calls after the first that fails", k)
		}
		if err == nil || err.Error() != "31" {
			t.Fatalf("error %v, want 31", err)
		}
	}
	cancel()
	if err := Each(ctx, n, func() func(int) error { return func(int) error { return nil } }); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: error %v", err)
	}
}
