package samplertest_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"testing"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"example.org/isinggraph/pkg/isinggraph/samplertest"
)

// Wolff samples by clusters (Wolff 1989, doi:10.1103/PhysRevLett.62.361), for J ≥ 0
// alike on all edges: from a random node it adds each neighbour of equal spin with
// probability 1 − exp(−2βJ), and so on from these, and flips the cluster C with
// probability min(1, exp(−2β Σ_{i∈C} h_i x_i)), 1 where there is no field. A sweep is
// as many clusters as there are nodes.
type Wolff struct{ Graph *isinggraph.Graph }

// Close implements [isinggraph.Sampler].
func (s Wolff) Close() {}

// Sample implements [isinggraph.Sampler].
func (s Wolff) Sample(ctx context.Context, r isinggraph.Request) (*isinggraph.Samples, error) {
	r, err := r.On(s.Graph)
	if err != nil {
		return nil, err
	}
	j, ok := r.J.Uniform()
	if !ok || j < 0 || r.Clamp != nil {
		return nil, fmt.Errorf("wolff: %v and %d clamps, need one J ≥ 0 and none", r.J, len(r.Clamp))
	}
	return isinggraph.RunChains(ctx, r, func(chain int, x []int8) func(uint64, float32) {
		model, cluster := r.Of(chain), []int32(nil)
		return func(sweep uint64, beta float32) {
			stream, drawn := isinggraph.NewStream(r.Seed, r.Chains.First+chain, sweep), 0
			uniform := func() float64 { drawn++; return float64(stream.Uniform(drawn - 1)) }
			bond := -math.Expm1(-2 * float64(beta*j))
			for range x {
				if ctx.Err() != nil {
					return
				}
				root := int32(uniform() * float64(len(x)))
				spin, field := x[root], 0.0
				cluster = append(cluster[:0], root)
				x[root] = 0 // is in the cluster
				for k := 0; k < len(cluster); k++ {
					field += float64(model.Field(int(cluster[k])))
					for _, i := range s.Graph.Neighbors(int(cluster[k])) {
						if x[i] == spin && uniform() < bond {
							cluster, x[i] = append(cluster, i), 0
						}
					}
				}
				if uniform() < math.Exp(-2*float64(beta)*float64(spin)*field) {
					spin = -spin
				}
				for _, i := range cluster {
					x[i] = spin
				}
			}
		}
	})
}

// TestWolffConforms: a sampler of one's own passes the suite in a line.
func TestWolffConforms(t *testing.T) {
	samplertest.Run(t, func(g *isinggraph.Graph) (isinggraph.Sampler, error) { return Wolff{g}, nil },
		samplertest.Options{Uniform: true, Ferromagnetic: true, NoClamp: true, Rules: []isinggraph.Rule{isinggraph.Metropolis}})
}

// A sampler of one's own trains a field and predicts with it: here one that finds a
// planted state of a ring.
func Example_learner() {
	g, err := isinggraph.NewGraph(6, [][2]int32{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}})
	if err != nil {
		log.Fatal(err)
	}
	planted := []int8{1, 1, 1, -1, -1, 1}
	wrong := func(_ *learn.Item, x []int8) (n float64, err error) {
		for i, v := range x {
			n += math.Abs(float64(v-planted[i])) / 2
		}
		return n, nil
	}
	items := []*learn.Item{{Graph: g}}
	learner, err := learn.OpenOrTrain(context.Background(), learn.Config{
		Key: "a planted ring", Field: fields.PerNode{Nodes: 6}.Field(),
		Model:     learn.Model{J: isinggraph.Uniform(0.3)},
		Objective: learn.Objective{Loss: learn.Loss{Total: wrong}},
		Sampling:  learn.Sampling{Samples: 16, Sampler: func(b *learn.Batch) (isinggraph.Sampler, error) { return Wolff{b.Graph}, nil }},
		Optimizer: learn.Optimizer{Steps: 100, LearningRate: 0.05},
	}, items, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer learner.Close()
	found, err := learner.Predict(context.Background(), items, learn.PredictOptions{Chains: 8, Sweeps: 20, Schedule: isinggraph.Annealing(20, 1, 4)})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found[0].Mode())
	// Output: [1 1 1 -1 -1 1]
}
