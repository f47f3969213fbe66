package isinggraph

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"example.org/isinggraph/internal/testutil"
)

// matchings returns the edges of a nearly random regular graph: random perfect
// matchings of n nodes, as many as the degree, repeated edges dropped.
func matchings(n, degree int, rng *rand.Rand) [][2]int32 {
	edges := make([][2]int32, 0, degree*n/2)
	partners := make([]int32, n*degree)
	order := make([]int32, n)
	for k := range degree {
		for i := range order {
			order[i] = int32(i)
		}
		rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		for i := 0; i+1 < n; i += 2 {
			u, v := order[i], order[i+1]
			if !slices.Contains(partners[int(u)*degree:][:k], v) {
				edges = append(edges, [2]int32{u, v})
			}
			partners[int(u)*degree+k], partners[int(v)*degree+k] = v, u
		}
	}
	return edges
}

// triangles returns the edges of a triangulated torus of n nodes in rows of
// width, each of degree 6, like a mesh.
func triangles(n, width int) [][2]int32 {
	edges := make([][2]int32, 0, 3*n)
	for i := range n {
		for _, step := range []int{1, width, width + 1} {
			edges = append(edges, [2]int32{int32(i), int32((i + step) % n)})
		}
	}
	return edges
}

// BenchmarkGraph builds random 6-regular graphs, with and without couplings,
// and triangulated meshes; the largest have 10^7 nodes and 3·10^7 edges. peak-MB
// is the largest heap during a build, the edge list (8 bytes an edge) included.
func BenchmarkGraph(b *testing.B) {
	for _, kind := range []string{"mesh", "regular", "weighted"} {
		for _, n := range []int{1e4, 1e6, 1e7} {
			b.Run(fmt.Sprintf("%s/n=%.0e", kind, float64(n)), func(b *testing.B) {
				edges := triangles(n, 1000)
				if kind != "mesh" {
					edges = matchings(n, 6, testutil.Rand(18))
				}
				build := NewGraph
				if kind == "weighted" {
					couplings := make([]float32, len(edges))
					build = func(n int, edges [][2]int32) (*Graph, error) {
						g, _, err := NewWeightedGraph(n, edges, couplings)
						return g, err
					}
				}
				runtime.GC()
				b.ReportAllocs()
				stop := watchHeap()
				for b.Loop() {
					if _, err := build(n, edges); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(stop())/1e6, "peak-MB")
				b.ReportMetric(float64(len(edges))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Medges/s")
			})
		}
	}
}

// BenchmarkColoring colours nearly random 3-regular graphs.
func BenchmarkColoring(b *testing.B) {
	for n := 1000; n <= 1e7; n *= 10 {
		b.Run(fmt.Sprintf("n=%.0e", float64(n)), func(b *testing.B) {
			g := mustGraph(b, n, matchings(n, 3, testutil.Rand(19)))
			b.ReportAllocs()
			for b.Loop() {
				GreedyColoring(g)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mnodes/s")
		})
	}
}

// BenchmarkBalance evens the classes of the same graphs.
func BenchmarkBalance(b *testing.B) {
	for _, n := range []int{1e4, 1e6} {
		b.Run(fmt.Sprintf("n=%.0e", float64(n)), func(b *testing.B) {
			g := mustGraph(b, n, matchings(n, 3, testutil.Rand(19)))
			c := GreedyColoring(g)
			for b.Loop() {
				c.Balance(g)
			}
		})
	}
}

// watchHeap samples the heap until the returned function is called, which
// returns the largest size seen.
func watchHeap() (stop func() uint64) {
	done := make(chan struct{})
	var peak uint64
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	return func() uint64 {
		close(done)
		wg.Wait()
		return peak
	}
}
