package data

import (
	"os"
	"runtime"
	"syscall"
	"testing"
)

// nobody is a user without files.
const nobody = 65534

// unprivileged calls f as a user whom permissions bind, which they do not root.
func unprivileged(t *testing.T, f func()) {
	t.Helper()
	if os.Getuid() == 0 {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := syscall.Setfsuid(nobody); err != nil { // of this thread
			t.Fatal(err)
		}
		defer syscall.Setfsuid(0)
	}
	f()
}
