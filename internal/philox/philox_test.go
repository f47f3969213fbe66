package philox

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.org/isinggraph/internal/splitmix"
	"gonum.org/v1/gonum/stat"
)

// TestPhiloxKnownAnswers compares with the known answers of Random123 (kat_vectors,
// philox2x32).
func TestPhiloxKnownAnswers(t *testing.T) {
	for _, c := range []struct {
		rounds       int
		c0, c1, key  uint32
		want0, want1 uint32
	}{
		{7, 0, 0, 0, 0x257a3673, 0xcd26be2a},
		{7, 0xffffffff, 0xffffffff, 0xffffffff, 0xab302c4d, 0x3dc9d239},
		{7, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0xbedbbe6b, 0xe4c770b3},
		{10, 0, 0, 0, 0xff1dae59, 0x6cd10df2},
		{10, 0xffffffff, 0xffffffff, 0xffffffff, 0x2c3f628b, 0xab4fd7ad},
		{10, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0xdd7ce038, 0xf62a4c12},
	} {
		if a, b := permute(c.key, c.c0, c.c1, c.rounds); a != c.want0 || b != c.want1 {
			t.Errorf("philox of (%#x, %#x) by %#x, %d rounds: %#x, %#x, want %#x, %#x", c.c0, c.c1, c.key, c.rounds, a, b, c.want0, c.want1)
		}
	}
}

// TestStreamWordsArePhilox: the inlined rounds are those of philox.
func TestStreamWordsArePhilox(t *testing.T) {
	rng := rand.New(rand.NewPCG(71, 0))
	for range 1000 {
		k0, k1, counter := rng.Uint32(), rng.Uint32(), rng.Uint32()
		a, b := Words(k0, k1, counter)
		if c, d := permute(k0, counter^k1, k1, 7); a != c || b != d {
			t.Fatalf("Words(%#x, %#x, %#x) = %#x, %#x, want %#x, %#x", k0, k1, counter, a, b, c, d)
		}
	}
}

// TestStreamKeysDiffer: the key depends on every bit of the mixed seed, the sweep,
// the colour and the pair.
func TestStreamKeysDiffer(t *testing.T) {
	for name, key := range map[string]func(bits uint64) (k0, k1 uint32){
		"seed, low":  func(b uint64) (uint32, uint32) { return Key(uint32(b), 0, 0, 0, 0) },
		"seed, high": func(b uint64) (uint32, uint32) { return Key(0, uint32(b), 0, 0, 0) },
		"sweep":      func(b uint64) (uint32, uint32) { return Key(0, 0, b, 0, 0) },
		"sweep/2³²":  func(b uint64) (uint32, uint32) { return Key(0, 0, b<<32, 0, 0) },
		"colour":     func(b uint64) (uint32, uint32) { return Key(0, 0, 0, uint32(b), 0) },
		"pair":       func(b uint64) (uint32, uint32) { return Key(0, 0, 0, 0, uint32(b)) },
	} {
		seen := make(map[[2]uint32]bool)
		for bit := range 33 { // the last is 0 in 32 bits
			k0, k1 := key(1 << bit & math.MaxUint32)
			if seen[[2]uint32{k0, k1}] {
				t.Errorf("%s: bit %d changes nothing", name, bit)
			}
			seen[[2]uint32{k0, k1}] = true
		}
	}
}

// TestUniform: never 0 nor 1, and the midpoints of equal cells.
func TestUniform(t *testing.T) {
	for _, c := range []struct {
		bits uint32
		want float64
	}{{0, 0x1p-24}, {511, 0x1p-24}, {512, 0x3p-24}, {1 << 31, 0.5 + 0x1p-24}, {math.MaxUint32, 1 - 0x1p-24}} {
		if u := Uniform(c.bits); float64(u) != c.want || !(u > 0 && u < 1) {
			t.Errorf("Uniform(%#x) = %v, want %v", c.bits, u, c.want)
		}
	}
}

// TestStreamsAreUniform looks at the mean, the variance and the correlation of
// the uniforms that a sampler draws, along each of their coordinates: nodes,
// chains of a pair, pairs, sweeps, colours and seeds. For n uniforms the standard
// errors are 1/√12n, 1/√180n and, of a correlation, 1/√n.
func TestStreamsAreUniform(t *testing.T) {
	const n = 1 << 16
	draw := func(seed, sweep uint64, color, pair, counter uint32) (even, odd float64) {
		lo, hi := splitmix.Mix(seed)
		k0, k1 := Key(lo, hi, sweep, color, pair)
		a, b := Words(k0, k1, counter)
		return float64(Uniform(a)), float64(Uniform(b))
	}
	for name, at := range map[string]func(k uint64) (even, odd float64){
		"nodes":       func(k uint64) (float64, float64) { return draw(1, 5, 2, 3, uint32(k)) },
		"pairs":       func(k uint64) (float64, float64) { return draw(1, 5, 2, uint32(k), 4) },
		"sweeps":      func(k uint64) (float64, float64) { return draw(1, k, 2, 3, 4) },
		"high sweeps": func(k uint64) (float64, float64) { return draw(1, k<<32, 2, 3, 4) },
		"colours":     func(k uint64) (float64, float64) { return draw(1, 5, uint32(k), 3, 4) },
		"seeds":       func(k uint64) (float64, float64) { return draw(k, 5, 2, 3, 4) },
		"high seeds":  func(k uint64) (float64, float64) { return draw(k<<48, 5, 2, 3, 4) },
	} {
		even, odd := make([]float64, n), make([]float64, n)
		for k := range even {
			even[k], odd[k] = at(uint64(k))
		}
		for _, x := range [][]float64{even, odd} {
			mean, variance := stat.MeanVariance(x, nil)
			near(t, name+": mean", mean, 0.5, 4/math.Sqrt(12*n))
			near(t, name+": variance", variance, 1.0/12, 4/math.Sqrt(180*n))
			for _, lag := range []int{1, 2, 4, 16, 64, 256} {
				near(t, name+": serial correlation", stat.Correlation(x[lag:], x[:n-lag], nil), 0, 4/math.Sqrt(float64(n-lag)))
			}
		}
		near(t, name+": correlation of a pair of chains", stat.Correlation(even, odd, nil), 0, 4/math.Sqrt(n))
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.15g, want %.15g", what, got, want)
	}
}
