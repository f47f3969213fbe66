package mesh

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// TestDeviation compares max_j (u_i − u_j) with a loop, on a mesh with an isolated
// vertex and padding, and its gradient with which neighbour was the least.
func TestDeviation(t *testing.T) {
	m := grid(4)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range m.Vertices { // so that no two neighbours deviate alike
		for k := range 3 {
			m.Vertices[i][k] += 0.1 * rng.Float64()
		}
	}
	m.Vertices = append(m.Vertices, [3]float64{9, 9, 9})
	s := surface(t, m)
	item := NewItem(s)
	batch, err := learn.NewBatch([]*learn.Item{item}, learn.BatchShape{Slots: 9})
	if err != nil {
		t.Fatal(err)
	}
	backend, err := compute.NewWithConfig("go")
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Finalize()
	store := model.NewStore()
	defer store.Finalize()
	exec, err := model.NewExec(backend, store, func(_ *model.Scope, in []*graph.Node) []*graph.Node {
		b := learn.BatchFromNodes(in)
		d := deviation(b, b.X)
		return []*graph.Node{d, graph.Gradient(graph.ReduceAllSum(d), b.X)[0]}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	var in []any
	for _, v := range batch.Tensors() {
		in = append(in, v)
	}
	out, err := exec.Call(in...)
	if err != nil {
		t.Fatal(err)
	}
	got, slope := tensors.MustCopyFlatData[float32](out[0]), tensors.MustCopyFlatData[float32](out[1])
	const width = invariants + 3
	for k := range width {
		var sum float64
		for i := range m.Vertices {
			want := float32(0)
			for n, j := range s.Graph.Neighbors(i) {
				if d := item.X[width*i+k] - item.X[width*int(j)+k]; n == 0 || d > want {
					want = d
				}
			}
			if g := got[width*i+k]; math.Abs(float64(g-want)) > 1e-6 {
				t.Errorf("vertex %d, feature %d: %v, want %v", i, k, g, want)
			}
			sum += float64(slope[width*i+k])
		}
		if math.Abs(sum) > 1e-4 { // moving all vertices changes nothing
			t.Errorf("feature %d: the gradients sum to %v", k, sum)
		}
	}
}

// TestPointSampler learns to keep the curved part of a plate with a bump, without
// any coupling: its samples are independent, yet better than RANDOM's.
func TestPointSampler(t *testing.T) {
	needsXLA(t)
	m := grid(24)
	for i, p := range m.Vertices {
		m.Vertices[i][2] = 3 * math.Exp(-((p[0]-11)*(p[0]-11)+(p[1]-11)*(p[1]-11))/8)
	}
	s := surface(t, m)
	ctx := context.Background()
	r := Recipe{Network: DevConv, Steps: 80, Seed: 1, LearningRate: 1e-2}
	l, err := Train(ctx, r, []*Surface{s})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	method := l.Method("POINT SAMPLER")
	if !method.(Ising).Free {
		t.Errorf("method %+v", method)
	}
	var random, learned float64
	for seed := range uint64(5) {
		scores, err := Evaluate(ctx, []*Surface{s}, []int{0}, []Method{Random{}, method}, seed, nil)
		if err != nil {
			t.Fatal(err)
		}
		random, learned = random+scores[0].Distance, learned+scores[1].Distance
		if math.Abs(scores[1].Kept-0.5) > 0.05 {
			t.Errorf("kept %v", scores[1].Kept)
		}
	}
	if !(learned < 0.85*random) {
		t.Errorf("distance %v, RANDOM's %v", learned/5, random/5)
	}
}

// TestFree keeps vertices by their own fields alone: neighbours agree as often as
// strangers do.
func TestFree(t *testing.T) {
	m, err := data.GenerateMesh(data.Chair, 1, 3000)
	if err != nil {
		t.Fatal(err)
	}
	s := surface(t, m)
	x, err := Ising{Free: true}.Keep(context.Background(), s, 1)
	if err != nil {
		t.Fatal(err)
	}
	var sum, edges float64
	for u := range x {
		for _, v := range s.Graph.Neighbors(u) {
			sum += float64(x[u]) * float64(x[v])
			edges++
		}
	}
	// Products over edges are uncorrelated, of variance 1; each is counted twice.
	if c := sum / edges; math.Abs(c) > 4/math.Sqrt(edges/2) {
		t.Errorf("neighbours' correlation %v", c)
	}
}
