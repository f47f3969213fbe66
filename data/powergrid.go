package data

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// powerGridDegree is the mean degree of the power grid of the western United
// States (4,941 nodes, 6,594 edges; Watts and Strogatz 1998,
// doi:10.1038/30918).
const powerGridDegree = 2 * 6594.0 / 4941

// GeneratePowerGrid makes a connected planar network in the manner of a power
// grid: towns of different sizes and the countryside between as points in the
// unit square, their shortest tree (which supplies all), and then edges of their
// Gabriel graph, short ones more likely, until the mean degree is that of the
// grid of the western United States, 2.67. n lies between 2 and MaxPlanar; it
// takes O(n²) time, half a second for 5,000 nodes. Edges come sorted, smaller
// index first.
func GeneratePowerGrid(n int, seed uint64) (edges [][2]int32, points [][2]float64, err error) {
	if n < 2 || n > MaxPlanar {
		return nil, nil, fmt.Errorf("data: power grid of %d nodes, want 2 to %d", n, MaxPlanar)
	}
	r := rand.New(rand.NewPCG(seed, 0xbb67ae8584caa73b))
	points = towns(r, n)
	candidates := gabriel(points)
	length := func(e [2]int32) float64 { return distance2(points[e[0]], points[e[1]]) }
	slices.SortStableFunc(candidates, func(a, b [2]int32) int { return cmp.Compare(length(a), length(b)) })
	// Kruskal: the shortest tree is part of the Gabriel graph.
	joined := newDisjoint(n)
	var spare [][2]int32
	for _, e := range candidates {
		if joined.union(e[0], e[1]) {
			edges = append(edges, e)
		} else {
			spare = append(spare, e)
		}
	}
	degree := make([]int, n)
	for _, e := range edges {
		degree[e[0]]++
		degree[e[1]]++
	}
	// An edge's chance falls with its rank by length: draw ranks as u². Ends of
	// the tree mostly stay ends.
	const keepEnd = 0.85
	for want := int(powerGridDegree * float64(n) / 2); len(edges) < want && len(spare) > 0; {
		u := r.Float64()
		i := int(u * u * float64(len(spare)))
		e := spare[i]
		if min(degree[e[0]], degree[e[1]]) == 1 && r.Float64() < keepEnd {
			continue
		}
		degree[e[0]]++
		degree[e[1]]++
		edges = append(edges, e)
		spare = slices.Delete(spare, i, i+1)
	}
	return uniqueEdges(n, edges), points, nil
}

// towns draws points: a third anywhere, the others around centres, of which
// the first are the largest.
func towns(r *rand.Rand, n int) [][2]float64 {
	centers := make([][3]float64, 3+n/60)
	for i := range centers {
		centers[i] = [3]float64{r.Float64(), r.Float64(), 0.02 + 0.06*r.Float64()}
	}
	points := make([][2]float64, 0, n)
	for len(points) < n {
		p := [2]float64{r.Float64(), r.Float64()}
		if u := r.Float64(); u > 1./3 {
			c := centers[int(r.Float64()*r.Float64()*float64(len(centers)))]
			p = [2]float64{c[0] + c[2]*r.NormFloat64(), c[1] + c[2]*r.NormFloat64()}
		}
		if min(p[0], p[1]) >= 0 && max(p[0], p[1]) < 1 {
			points = append(points, p)
		}
	}
	return points
}
