package explain

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

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
