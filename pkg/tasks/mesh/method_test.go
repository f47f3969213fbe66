package mesh

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/spatial/r3"
)

// Every method gives a spin to each vertex of any mesh, the same for the same
// seed, and stops with its context.
func TestMethods(t *testing.T) {
	meshes := ugly()
	meshes["sphere"] = sphere(3)
	for name, m := range meshes {
		s := surface(t, m)
		for _, method := range Baselines(2) {
			keep, err := method.Keep(context.Background(), s, 3)
			if err != nil {
				t.Errorf("%s on %s: %v", method.Name(), name, err)
				continue
			}
			if err := s.checkMask(keep); err != nil {
				t.Errorf("%s on %s: %v", method.Name(), name, err)
			}
			again, err := method.Keep(context.Background(), s, 3)
			if err != nil || !slices.Equal(keep, again) {
				t.Errorf("%s on %s: not repeatable, error %v", method.Name(), name, err)
			}
			if _, err := s.Coarsen(keep); err != nil {
				t.Error(err)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := surface(t, sphere(4))
	for _, method := range []Method{FPS{}, Spectral{}, Ising{}, Quadric{}} {
		if _, err := method.Keep(ctx, s, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context: error %v", method.Name(), err)
		}
	}
}

// The share that each method keeps: within four standard errors of a half where
// it is random, exactly where it is not.
func TestKept(t *testing.T) {
	s := surface(t, jittered(sphere(5)))
	n := float64(len(s.points))
	for _, c := range []struct {
		m         Method
		tolerance float64
	}{
		{Random{}, 4 * 0.5 / math.Sqrt(n)}, {Ising{}, 4 * 0.5 / math.Sqrt(n)},
		{HandMade(2), 1.5 / n}, {TopCurvature{}, 0.5 / n}, {FPS{}, 0.5 / n}, {Quadric{}, 0.5 / n},
	} {
		keep, err := c.m.Keep(context.Background(), s, 2)
		if err != nil {
			t.Fatal(c.m.Name(), err)
		}
		near(t, c.m.Name(), isinggraph.Fraction(keep), 0.5, c.tolerance)
	}
}

// Farthest points by the plain O(nk) algorithm: every step takes a farthest one.
func TestFPS(t *testing.T) {
	for name, m := range map[string]*data.Mesh{"sphere": jittered(sphere(3)), "soup": jittered(ugly()["soup"])} {
		s := surface(t, m)
		got, err := FPS{}.Keep(context.Background(), s, 11)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for start := range s.points { // the first vertex is random
			keep := slices.Repeat([]int8{-1}, len(s.points))
			distance := slices.Repeat([]float64{math.Inf(1)}, len(s.points))
			next := start
			for range s.half() {
				keep[next] = 1
				best := -1
				for i, p := range s.points {
					distance[i] = math.Min(distance[i], r3.Norm2(r3.Sub(p, s.points[next])))
					if keep[i] != 1 && (best < 0 || distance[i] > distance[best]) {
						best = i
					}
				}
				next = best
			}
			found = found || slices.Equal(keep, got)
		}
		if !found {
			t.Errorf("%s: the kept vertices are farthest points from no start", name)
		}
	}
	flat := &data.Mesh{Vertices: slices.Repeat([][3]float64{{1, 2, 3}, {4, 5, 6}, {0, 1, 0}}, 30), Faces: [][3]int32{{0, 1, 2}}}
	keep, err := FPS{}.Keep(context.Background(), surface(t, flat), 1)
	if err != nil || isinggraph.Fraction(keep) != 0.5 {
		t.Errorf("points that coincide: %v kept, error %v", isinggraph.Fraction(keep), err)
	}
}

// denseLaplacian is the Laplacian as a matrix.
func denseLaplacian(g *isinggraph.Graph, combinatorial bool) *mat.SymDense {
	a := mat.NewSymDense(g.NumNodes(), nil)
	for i := range g.NumNodes() {
		a.SetSym(i, i, 1)
		if combinatorial {
			a.SetSym(i, i, float64(g.Degree(i)))
		}
		for _, j := range g.Neighbors(i) {
			w := 1.0
			if !combinatorial {
				w = 1 / math.Sqrt(float64(g.Degree(i)*g.Degree(int(j))))
			}
			a.SetSym(i, int(j), -w)
		}
	}
	return a
}

// The largest eigenpair equals gonum's dense one: the value, the vector up to its
// sign where the eigenvalue is simple, the residual always.
func TestLargestEigenpair(t *testing.T) {
	ctx := context.Background()
	hole := ugly()["hole"]
	for name, m := range map[string]*data.Mesh{"sphere": sphere(3), "hole": hole, "grid": grid(9), "one face": ugly()["one face"], "cube": cube()} {
		g := surface(t, m).Graph
		for _, combinatorial := range []bool{false, true} {
			for _, nodes := range components(g) {
				part, err := subgraph(g, nodes, make([]int32, g.NumNodes()))
				if err != nil {
					t.Fatal(err)
				}
				if len(nodes) == 1 {
					continue
				}
				dense := denseLaplacian(part, combinatorial)
				var eigen mat.EigenSym
				if !eigen.Factorize(dense, true) {
					t.Fatal(name)
				}
				n := part.NumNodes()
				values := eigen.Values(nil)
				got, err := LargestEigenpair(ctx, part, combinatorial, 1)
				if err != nil {
					t.Fatal(err)
				}
				near(t, name, got.Value, values[n-1], 1e-10)
				var residual mat.VecDense
				v := mat.NewVecDense(n, got.Vector)
				residual.MulVec(dense, v)
				residual.AddScaledVec(&residual, -got.Value, v)
				near(t, name+": residual", residual.Norm(2)/got.Value, got.Residual, 1e-12)
				near(t, name+": norm", v.Norm(2), 1, 1e-12)
				if got.Residual > Tolerance {
					t.Errorf("%s: residual %g after %d products", name, got.Residual, got.Products)
				}
				if gap := values[n-1] - values[n-2]; gap > 1e-3 {
					var vectors mat.Dense
					eigen.VectorsTo(&vectors)
					near(t, name+": vector", math.Abs(mat.Dot(vectors.ColView(n-1), v)), 1, 1e-6)
				}
			}
		}
	}
}

// A cycle of even length is bipartite: its largest eigenvector alternates. A strip
// of faces has none such, and parts keep their own vectors.
func TestSpectral(t *testing.T) {
	cut := func(s *Surface, keep []int8) int {
		cut := 0
		for _, e := range s.Graph.Edges() {
			if keep[e[0]] != keep[e[1]] {
				cut++
			}
		}
		return cut
	}
	s := surface(t, octahedron()) // K_{2,2,2}: no cut exceeds 8 of the 12 edges
	keep, err := Spectral{}.Keep(context.Background(), s, 1)
	if err != nil || cut(s, keep) < 6 {
		t.Errorf("octahedron: cut %d, error %v", cut(s, keep), err)
	}
	both := surface(t, join(5, jittered(sphere(3)), jittered(grid(9))))
	if keep, err = (Spectral{}).Keep(context.Background(), both, 1); err != nil {
		t.Fatal(err)
	}
	for _, m := range []*data.Mesh{jittered(sphere(3)), jittered(grid(9))} {
		n := len(m.Vertices)
		single := surface(t, m)
		part := keep[:n]
		keep = keep[n:]
		if got := isinggraph.Fraction(part); got < 0.5 {
			t.Errorf("kept the smaller part, %v", got)
		}
		random := float64(single.Graph.NumEdges()) / 2
		if got := cut(single, part); float64(got) < 1.15*random {
			t.Errorf("cut of %d edges, a random one has %v", got, random)
		}
	}
}
