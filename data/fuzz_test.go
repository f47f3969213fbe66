package data

import (
	"runtime/metrics"
	"testing"
)

// Bytes that a reader may allocate, freed or not: so many for each byte of its
// input, and a constant, for some formats allow 65,536 nodes in any file.
const allocationFactor, allocationBase = 256, 4 << 20

// checkAllocation fails the test if read allocates more than is reasonable
// for an input of size bytes.
func checkAllocation(t *testing.T, size int, read func()) {
	t.Helper()
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	before := sample[0].Value.Uint64()
	read()
	metrics.Read(sample)
	if got, most := sample[0].Value.Uint64()-before, uint64(allocationFactor*size+allocationBase); got > most {
		t.Errorf("%d bytes allocated for an input of %d, want at most %d", got, size, most)
	}
}
