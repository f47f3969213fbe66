// Package philox makes the random numbers of every sampler on the host: Philox2x32 (Salmon et al. 2011,
// doi:10.1145/2063384.2063405), a counter-based generator, so that the uniform
// of one update depends on (seed, chain, sweep, node) alone, never on padding,
// on the other chains or on how a run is cut into calls.
//
// The 64 bits of a (seed, sweep, colour, pair of chains) are made by two
// ten-round Philox permutations (Key); seven rounds keyed by them turn a
// node's counter into two words, one for each chain of the pair (Words).
// For a fixed seed the first map is injective in (sweep mod 2³², pair).
package philox

import "example.org/isinggraph/internal/splitmix"

// The generator's constants, for programs that draw the same numbers on a device.
const (
	Multiplier = 0xD256D193
	Weyl       = 0x9E3779B9
	ColorMix   = 0x85EBCA6B
	SweepMix   = 0xC2B2AE35
	KeyRounds  = 10
	WordRounds = 7
)

// Start is the colour whose stream makes the chains' first states.
const Start = 1 << 31

// permute is the Philox2x32 permutation of (c0, c1) under key.
func permute(key, c0, c1 uint32, rounds int) (uint32, uint32) {
	for range rounds {
		p := uint64(c0) * Multiplier
		c0, c1 = uint32(p>>32)^key^c1, uint32(p)
		key += Weyl
	}
	return c0, c1
}

// Key derives the key of a pair of chains for one colour of one sweep.
func Key(lo, hi uint32, sweep uint64, color, pair uint32) (k0, k1 uint32) {
	a, b := permute(lo, uint32(sweep), pair, KeyRounds)
	return permute(hi^color*ColorMix^uint32(sweep>>32)*SweepMix, a, b, KeyRounds)
}

// Words returns 32 random bits for each of the two chains of a pair: permute
// of seven rounds, written out, since every spin needs one.
func Words(k0, k1, counter uint32) (even, odd uint32) {
	c0, c1 := counter^k1, k1
	p := uint64(c0) * Multiplier
	c0, c1 = uint32(p>>32)^k0^c1, uint32(p)
	k0 += Weyl
	p = uint64(c0) * Multiplier
	c0, c1 = uint32(p>>32)^k0^c1, uint32(p)
	k0 += Weyl
	p = uint64(c0) * Multiplier
	c0, c1 = uint32(p>>32)^k0^c1, uint32(p)
	k0 += Weyl
	p = uint64(c0) * Multiplier
	c0, c1 = uint32(p>>32)^k0^c1, uint32(p)
	k0 += Weyl
	p = uint64(c0) * Multiplier
	c0, c1 = uint32(p>>32)^k0^c1, uint32(p)
	k0 += Weyl
	p = uint64(c0) * Multiplier
	c0, c1 = uint32(p>>32)^k0^c1, uint32(p)
	k0 += Weyl
	p = uint64(c0) * Multiplier
	return uint32(p>>32) ^ k0 ^ c1, uint32(p)
}

// Fill sets dst to the words of counters, the even chain's below the odd
// one's: Words in a loop with nothing else in it.
func Fill(dst []uint64, k0, k1 uint32, counters []uint32) {
	var key [WordRounds]uint64
	for r := range key {
		key[r] = uint64(k0 + uint32(r)*Weyl)
	}
	last := uint64(k1)
	dst = dst[:len(counters)]
	for i, counter := range counters {
		p, c1 := (uint64(counter)^last)*Multiplier, last
		c0 := uint64(uint32(p>>32 ^ key[0] ^ c1))
		c1, p = p, c0*Multiplier
		c0 = uint64(uint32(p>>32 ^ key[1] ^ c1))
		c1, p = p, c0*Multiplier
		c0 = uint64(uint32(p>>32 ^ key[2] ^ c1))
		c1, p = p, c0*Multiplier
		c0 = uint64(uint32(p>>32 ^ key[3] ^ c1))
		c1, p = p, c0*Multiplier
		c0 = uint64(uint32(p>>32 ^ key[4] ^ c1))
		c1, p = p, c0*Multiplier
		c0 = uint64(uint32(p>>32 ^ key[5] ^ c1))
		c1, p = p, c0*Multiplier
		dst[i] = uint64(uint32(p>>32^key[6]^c1)) | p<<32
	}
}

// Uniform maps 32 random bits to the midpoints of 2²³ cells of (0, 1): never 0
// nor 1, exact in float32.
func Uniform(bits uint32) float32 {
	return float32(bits>>9)*(1.0/(1<<23)) + 1.0/(1<<24)
}

// Spins fills x with the uniform initial state of a chain's nodes from 64·block on.
func Spins(x []int8, seed uint64, chain, block int) {
	lo, hi := splitmix.Mix(seed)
	k0, k1 := Key(lo, hi, 0, Start, uint32(chain))
	for i := 0; i < len(x); i += 64 {
		a, b := Words(k0, k1, uint32(block+i/64))
		w := uint64(a) | uint64(b)<<32
		for j := i; j < min(i+64, len(x)); j++ {
			x[j] = int8(w&1)*2 - 1
			w >>= 1
		}
	}
}
