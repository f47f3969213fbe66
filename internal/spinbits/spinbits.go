// Package spinbits packs spins, a bit each, for checkpoints.
package spinbits

// Pack sets the bits from at on where spins are +1. The bits must be 0 before.
func Pack(packed []byte, at int, x []int8) {
	for p, v := range x {
		if v > 0 {
			packed[(at+p)/8] |= 1 << ((at + p) % 8)
		}
	}
}

// Unpack reads spins of ±1 back from the bits from at on.
func Unpack(x []int8, packed []byte, at int) {
	for p := range x {
		x[p] = int8(packed[(at+p)/8]>>((at+p)%8)&1)*2 - 1
	}
}
