// Package splitmix spreads seeds.
package splitmix

// Mix spreads a user's seed over 64 bits (the finalizer of SplitMix64,
// Steele et al. 2014, doi:10.1145/2660193.2660195), a bijection.
func Mix(seed uint64) (lo, hi uint32) {
	z := seed + 0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	z ^= z >> 31
	return uint32(z), uint32(z >> 32)
}

// Derive returns a seed made of another, a purpose and a counter.
func Derive(seed, purpose, counter uint64) uint64 {
	for _, v := range []uint64{purpose, counter} {
		lo, hi := Mix(seed ^ v*0xD1342543DE82EF95)
		seed = uint64(hi)<<32 | uint64(lo)
	}
	return seed
}
