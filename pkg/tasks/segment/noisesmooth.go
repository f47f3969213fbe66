package segment

import (
	"math"
	"math/rand/v2"
)

// smooth is value noise: independent standard normal numbers at the integer
// points of the plane, with cubic steps between them.
type smooth struct{ key uint64 }

func newSmooth(rng *rand.Rand) smooth { return smooth{rng.Uint64()} }

// at returns the noise at a point.
func (s smooth) at(u, v float64) float64 {
	fu, fv := math.Floor(u), math.Floor(v)
	a, b := int64(fu), int64(fv)
	x, y := step(u-fu), step(v-fv)
	top := s.knot(a, b)*(1-x) + s.knot(a+1, b)*x
	low := s.knot(a, b+1)*(1-x) + s.knot(a+1, b+1)*x
	return top*(1-y) + low*y
}

// octaves sums the noise at n scales, each twice as fine and half as strong as
// the one before.
func (s smooth) octaves(u, v float64, n int) float64 {
	sum, weight := 0.0, 1.0
	for k := range n {
		sum += weight * smooth{s.key + uint64(k)}.at(u, v)
		u, v, weight = 2*u+17.3, 2*v-9.1, weight/2
	}
	return sum
}

// knot returns the standard normal number of an integer point: the sum of four
// uniform numbers from a hash, after the splitmix64 of Steele, Lea and Flood
// 2014 (doi:10.1145/2660193.2660195), scaled to variance 1.
func (s smooth) knot(a, b int64) float64 {
	z := s.key + uint64(a)*0x9e3779b97f4a7c15 + uint64(b)*0xd1b54a32d192ed03
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	sum := 0.0
	for range 4 {
		sum += float64(z&0xffff)/0xffff - 0.5
		z >>= 16
	}
	return sum * math.Sqrt(3)
}

// step eases from 0 to 1 with flat ends.
func step(x float64) float64 { return x * x * (3 - 2*x) }
