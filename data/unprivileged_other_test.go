//go:build !linux

package data

import (
	"os"
	"testing"
)

// unprivileged calls f as a user whom permissions bind, which they do not root.
func unprivileged(t *testing.T, f func()) {
	t.Helper()
	if os.Getuid() == 0 {
		t.Log("skipped for root, who reads everything")
		return
	}
	f()
}
