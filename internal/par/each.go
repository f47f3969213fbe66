package par

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls what newWorker returns for every i in [0, n), in order, on up to
// GOMAXPROCS goroutines with a worker each, whose memory it may use again. It stops at
// an error and returns that of the smallest i that fails, however the goroutines run,
// which errgroup does not promise; or the context's error.
func Each(ctx context.Context, n int, newWorker func() func(i int) error) error {
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
