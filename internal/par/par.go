// Package par spreads loops over the processors.
package par

import (
	"runtime"
	"sync"
)

// Range calls f on disjoint ranges that cover [0, n), at least grain long where n
// allows, on up to GOMAXPROCS goroutines, and returns when all have ended.
func Range(n, grain int, f func(lo, hi int)) {
	parts := min(runtime.GOMAXPROCS(0), n/max(grain, 1))
	if parts <= 1 {
		f(0, n)
		return
	}
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { f(p*n/parts, (p+1)*n/parts) })
	}
	wg.Wait()
}
