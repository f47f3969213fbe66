package cputime

import (
	"testing"
	"time"
)

// TestUsed: a loop that does nothing but ask uses time.
func TestUsed(t *testing.T) {
	begin := Used()
	for deadline := time.Now().Add(10 * time.Second); Used()-begin < 5*time.Millisecond; {
		if time.Now().After(deadline) {
			t.Fatal("ten seconds of work use no time")
		}
	}
}
