package inverse

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls what newWorker returns for every i in [0, n), on up to
// GOMAXPROCS goroutines with a worker each. It stops at the first error, and
// returns that of the smallest i, or the context's.
func parallel(ctx context.Context, n int, newWorker func() func(i int) error) error {
	var next atomic.Int64
	var mu sync.Mutex
	var failed error
	at := n
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			work := newWorker()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := work(i); err != nil {
					next.Store(int64(n))
					mu.Lock()
					if i < at {
						at, failed = i, err
					}
					mu.Unlock()
					return
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
