package mesh

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls f on ranges of the given length that cover [0, n), on up to
// GOMAXPROCS goroutines.
func parallel(n, grain int, f func(lo, hi int)) {
	jobs := (n + grain - 1) / grain
	workers := min(runtime.GOMAXPROCS(0), jobs)
	if workers <= 1 {
		f(0, n)
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				job := int(next.Add(1)) - 1
				if job >= jobs {
					return
				}
				f(job*grain, min((job+1)*grain, n))
			}
		})
	}
	wg.Wait()
}
