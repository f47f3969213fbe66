// Package cputime measures the processors' time, which other programs disturb less
// than the time of day.
package cputime

import (
	"fmt"
	"syscall"
	"time"
)

// Used returns what all threads of this process have used of all processors, user
// and system. It panics where the system does not say.
func Used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(fmt.Errorf("cputime: %w", err))
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
