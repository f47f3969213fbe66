package explain

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Random scores nodes by chance: what an explainer must exceed.
type Random struct {
	Size Size
	Seed uint64
}

// Name returns "Random".
func (r *Random) Name() string { return "Random" }

// Supports returns nil for every classifier and graph.
func (r *Random) Supports(c *Classifier, it *learn.Item) error { return supported(r.Size, c, it) }

// Explain draws scores uniformly from [0, 1).
func (r *Random) Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error) {
	start := time.Now()
	if err := r.Supports(c, it); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rng := seeded(r.Seed, it)
	score := make([]float64, it.Graph.NumNodes())
	for i := range score {
		score[i] = rng.Float64()
	}
	return &Explanation{Nodes: score, Keep: r.Size.top(score), Elapsed: time.Since(start)}, nil
}

// seeded returns the random numbers for one graph: they depend on the seed and on
// the graph with its features, so that graphs of one size do not share theirs and
// the order in which graphs are explained does not matter.
func seeded(seed uint64, it *learn.Item) *rand.Rand {
	h := fnv.New64a()
	b := binary.LittleEndian.AppendUint64(nil, uint64(it.Graph.NumNodes()))
	for _, e := range it.Graph.Edges() {
		b = binary.LittleEndian.AppendUint64(b, uint64(e[0])<<32|uint64(e[1]))
	}
	for _, list := range [][]float32{it.X, it.EdgeX} {
		for _, v := range list {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	h.Write(b) // a hash returns no error
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
