package spinbits

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPack packs lists of odd lengths side by side and reads each back.
func TestPack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n, lists = 13, 5
	packed, all := make([]byte, (n*lists+7)/8), make([][]int8, lists)
	for k := range all {
		for range n {
			all[k] = append(all[k], int8(2*rng.IntN(2)-1))
		}
		Pack(packed, k*n, all[k])
	}
	for k, want := range all {
		got := make([]int8, n)
		if Unpack(got, packed, k*n); !slices.Equal(got, want) {
			t.Errorf("list %d: %v, want %v", k, got, want)
		}
	}
}
