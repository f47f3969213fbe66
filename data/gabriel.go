package data

import (
	"fmt"
	"math/rand/v2"
)

// MaxPlanar is the largest number of nodes of a generated planar network.
const MaxPlanar = 20_000

// GenerateGabriel makes a connected planar network for pictures: n points
// spread evenly over the unit square, and the edges of their Gabriel graph, see
// Gabriel and Sokal (1969, doi:10.2307/2412323): two points are joined if no
// third lies in the circle that has them as diameter. The mean degree is near
// four. n lies between 2 and MaxPlanar; it takes O(n²) time, half a second for
// 5,000 points. Edges come sorted, smaller index first.
func GenerateGabriel(n int, seed uint64) (points [][2]float64, edges [][2]int32, err error) {
	if n < 2 || n > MaxPlanar {
		return nil, nil, fmt.Errorf("data: planar network of %d nodes, want 2 to %d", n, MaxPlanar)
	}
	r := rand.New(rand.NewPCG(seed, 0x6a09e667f3bcc908))
	// Mitchell's best candidate, out of a few, keeps points apart.
	const candidates = 8
	for len(points) < n {
		var best [2]float64
		farthest := -1.0
		for range candidates {
			p := [2]float64{r.Float64(), r.Float64()}
			nearest := 8.0
			for _, q := range points {
				nearest = min(nearest, distance2(p, q))
			}
			if nearest > farthest {
				best, farthest = p, nearest
			}
		}
		points = append(points, best)
	}
	return points, gabriel(points), nil
}

// distance2 returns the square of the distance.
func distance2(p, q [2]float64) float64 {
	x, y := p[0]-q[0], p[1]-q[1]
	return x*x + y*y
}

// blocks tells whether r lies inside the circle with diameter pq.
func blocks(p, q, r [2]float64) bool {
	return (p[0]-r[0])*(q[0]-r[0])+(p[1]-r[1])*(q[1]-r[1]) < 0
}

// gabriel returns the Gabriel graph of points. For each p it keeps the few
// points near p that block most of the others, so that few pairs are compared
// with all points.
func gabriel(points [][2]float64) [][2]int32 {
	var edges [][2]int32
	var near [][2]float64
	for i, p := range points {
		near = near[:0]
	others:
		for j := i + 1; j < len(points); j++ {
			q := points[j]
			for _, r := range near {
				if blocks(p, q, r) {
					continue others
				}
			}
			blocker, nearest := -1, 8.0
			for k, r := range points {
				if d := distance2(p, r); d < nearest && k != i && k != j && blocks(p, q, r) {
					blocker, nearest = k, d
				}
			}
			if blocker >= 0 {
				near = append(near, points[blocker])
				continue
			}
			edges = append(edges, [2]int32{int32(i), int32(j)})
		}
	}
	return edges
}
