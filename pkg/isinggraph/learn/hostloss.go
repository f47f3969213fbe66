package learn

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// evaluation are K samples of the items of a batch, to be evaluated in Go.
type evaluation struct {
	b       *Batch
	index   []int  // of the items
	spins   []int8 // [K, n]
	samples int
	log     *slog.Logger
}

// slow is how long a loss may take for one sample before it is named.
const slow = 5 * time.Second

// each calls f for every sample of every item, on all processors, and stops at the
// first failure, whose item, sample and spins it fills in.
func (e *evaluation) each(ctx context.Context, f func(i, k int, x []int8) *LossError) error {
	jobs := len(e.b.Items) * e.samples
	var next atomic.Int64
	var stopped atomic.Bool
	var mu sync.Mutex
	var failed *LossError
	first := math.MaxInt
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), jobs) {
		wg.Go(func() {
			for ctx.Err() == nil && !stopped.Load() {
				job := int(next.Add(1)) - 1
				if job >= jobs {
					return
				}
				i, k := job/e.samples, job%e.samples
				x := e.b.spins(e.spins, i, k)
				late := time.AfterFunc(slow, func() {
					e.log.Warn(fmt.Sprintf("the loss of item %d, sample %d, has not returned for %v", e.index[i], k, slow))
				})
				fail := f(i, k, x)
				late.Stop()
				if fail != nil {
					fail.Item, fail.Sample, fail.Spins = e.index[i], k, x
					stopped.Store(true)
					mu.Lock()
					if job < first {
						first, failed = job, fail
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if failed != nil {
		return failed
	}
	return ctx.Err()
}

// losses evaluates Total or Parts on all samples.
func (e *evaluation) losses(ctx context.Context, l *Loss) (*losses, error) {
	out := newLosses(len(e.b.Items), e.samples)
	err := e.each(ctx, func(i, k int, x []int8) *LossError {
		total, parts, fail := l.call(e.b.Items[i], x)
		if fail != nil {
			return fail
		}
		out.set(i, k, total, parts)
		if v := out.total[i][k]; v-v != 0 {
			return &LossError{Value: v}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, out.check(e.b, e.index, e.spins)
}

// call evaluates one sample.
func (l *Loss) call(it *Item, x []int8) (total float64, parts []float64, fail *LossError) {
	fail = guarded(func() (err error) {
		if l.Total != nil {
			total, err = l.Total(it, x)
		} else {
			parts, err = l.Parts(it, x)
		}
		return err
	})
	return total, parts, fail
}

// value is the whole loss of one sample.
func (l *Loss) value(it *Item, x []int8) (float64, *LossError) {
	total, parts, fail := l.call(it, x)
	for _, v := range parts {
		total += v
	}
	if fail == nil && total-total != 0 {
		fail = &LossError{Value: total}
	}
	return total, fail
}

// guarded calls a user's function and turns a panic into an error.
func guarded(f func() error) (fail *LossError) {
	defer func() {
		if r := recover(); r != nil {
			err, ok := r.(error)
			if !ok {
				err = fmt.Errorf("%v", r)
			}
			fail = &LossError{Value: math.NaN(), Err: err, Stack: string(debug.Stack())}
		}
	}()
	if err := f(); err != nil {
		return &LossError{Value: math.NaN(), Err: err}
	}
	return nil
}
