package mesh

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/spatial/r3"
)

// FPS is farthest point sampling (Eldar et al. 1997, doi:10.1109/83.623193): from
// a random vertex on, it keeps again and again the vertex that is farthest from
// all kept ones, by Euclidean distance, until half of them are kept. Of equally
// far vertices any may be taken.
type FPS struct{}

// Name returns "FPS".
func (FPS) Name() string { return "FPS" }

// fpsBucket is the number of points in a bucket.
const fpsBucket = 32

// bucket is a run of points with what is known of their distances.
type bucket struct {
	box      box
	from, to int32
	farthest int32   // the point of the largest distance
	distance float64 // its, squared
}

// Keep implements [Method], in O(V·V/32) with a small constant: points lie in
// buckets, and a bucket too far from the new point to be changed by it is left
// alone (Han et al. 2023, doi:10.1109/TCAD.2023.3274922).
func (FPS) Keep(ctx context.Context, s *Surface, seed uint64) ([]int8, error) {
	n := len(s.points)
	order := hilbertOrder(s.points)
	points, distance := make([]r3.Vec, n), make([]float64, n)
	keep := make([]int8, n)
	for k, i := range order {
		points[k], distance[k], keep[k] = s.points[i], math.Inf(1), -1
	}
	var buckets []bucket
	for from := 0; from < n; from += fpsBucket {
		b := bucket{box: emptyBox(), from: int32(from), to: int32(min(from+fpsBucket, n)), distance: math.Inf(1)}
		for _, p := range points[b.from:b.to] {
			b.box.add(p)
		}
		buckets = append(buckets, b)
	}
	next := int32(rand.New(rand.NewPCG(seed, 0)).IntN(n))
	for k := range s.half() {
		if k%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p := points[next]
		keep[order[next]] = 1
		distance[next] = -1 // never again
		best := -1.0
		chosen := next
		for i := range buckets {
			b := &buckets[i]
			if b.from <= chosen && chosen < b.to || b.box.distance2(p) < b.distance {
				b.update(points, distance, p)
			}
			if b.distance > best {
				best, next = b.distance, b.farthest
			}
		}
	}
	return keep, nil
}

// update takes a new kept point p into account.
func (b *bucket) update(points []r3.Vec, distance []float64, p r3.Vec) {
	b.distance = -1
	for i := b.from; i < b.to; i++ {
		d := min(distance[i], r3.Norm2(r3.Sub(points[i], p)))
		distance[i] = d
		if d > b.distance {
			b.distance, b.farthest = d, i
		}
	}
}
