package learn

import (
	"fmt"
	"math/bits"

	"example.org/isinggraph/pkg/isinggraph"
)

// BatchShape is the padded shape of a batch, on which a compiled program
// depends and on nothing else.
type BatchShape struct {
	Nodes        int // N
	Slots        int // D, neighbour slots of a node
	Edges        int // M
	Graphs       int // G; the last graph owns the padding nodes
	Features     int // F
	EdgeFeatures int // Fe; 0 for none
}

// String returns the shape as the learner logs it.
func (s BatchShape) String() string {
	return fmt.Sprintf("N=%d D=%d M=%d G=%d F=%d Fe=%d", s.Nodes, s.Slots, s.Edges, s.Graphs, s.Features, s.EdgeFeatures)
}

// maxBatchSlots bounds N*D, so that tables stay below 1 GB and positions int32.
const maxBatchSlots = 1 << 28

// Batch is the disjoint union of the graphs of some items, and the shape to
// which it is padded. It is immutable and safe for concurrent use; it aliases
// the items. Keep one for items that come together again in every epoch.
type Batch struct {
	Graph *isinggraph. // the union, n nodes
		Graph
	Offsets []int32 // [len(Items)+1]: node i of item k is node Offsets[k]+i
	Items   []*Item
	Shape   BatchShape
}

// NewBatch returns the batch of at least one item, in O(V + E).
//
// Shapes are bucketed so that few programs compile. The number of nodes n is
// padded to N, a multiple of 16 and of an eighth of the largest power of two
// up to n: at most 12.5% of waste from 128 nodes on, and eight sizes an octave.
// So are edges, to M. Neighbour slots D take four sizes an octave (…8, 10, 12,
// 14, 16, 20…), and graphs the powers of two and one more for the padding nodes.
// What atLeast asks for beyond that is not rounded. Its feature widths do not
// count, but for EdgeFeatures where no item has an edge. A data set's largest
// shape there makes one program serve all its batches.
//
// Features must be finite and of one width in all items, and a batch is limited
// to N·D <= 2^28. Errors name the item.
func NewBatch(items []*Item, atLeast BatchShape) (*Batch, error) {
	if len(items) == 0 {
		return nil, fmt.Errorf("learn: batch of no items")
	}
	b := &Batch{Items: items, Shape: BatchShape{EdgeFeatures: -1}}
	graphs := make([]*isinggraph.Graph, len(items))
	for k, it := range items {
		if it == nil || it.Graph == nil {
			return nil, fmt.Errorf("learn: batch: item %d has no graph", k)
		}
		graphs[k] = it.Graph
		if err := b.addWidths(k, it); err != nil {
			return nil, err
		}
	}
	var err error
	if b.Graph, b.Offsets, err = isinggraph.Union(graphs...); err != nil {
		return nil, err
	}
	s := &b.Shape
	s.Nodes = max(bucket(b.Graph.NumNodes(), 8, 16), atLeast.Nodes)
	s.Slots = max(bucket(b.Graph.MaxDegree(), 4, 1), atLeast.Slots)
	s.Edges = max(bucket(b.Graph.NumEdges(), 8, 16), atLeast.Edges)
	s.Graphs = max(bucket(len(items), 1, 1)+1, atLeast.Graphs)
	if s.EdgeFeatures < 0 {
		s.EdgeFeatures = atLeast.EdgeFeatures
	}
	if s.Nodes > maxBatchSlots/s.Slots {
		return nil, fmt.Errorf("learn: batch of %d nodes with up to %d neighbours: a neighbour table of %d by %d is too large (at most %d slots)",
			b.Graph.NumNodes(), b.Graph.MaxDegree(), s.Nodes, s.Slots, maxBatchSlots)
	}
	return b, nil
}

// addWidths checks the features of item k and adds their widths to the shape.
func (b *Batch) addWidths(k int, it *Item) error {
	f, err := featureWidth(it.X, it.Graph.NumNodes())
	if err != nil {
		return fmt.Errorf("learn: batch: item %d: node features: %w", k, err)
	}
	if f = max(f, 1); b.Shape.Features != 0 && f != b.Shape.Features {
		return fmt.Errorf("learn: batch: item %d has %d features a node, the items before it %d", k, f, b.Shape.Features)
	}
	b.Shape.Features = f

	m := it.Graph.NumEdges()
	fe, err := featureWidth(it.EdgeX, m)
	if err != nil {
		return fmt.Errorf("learn: batch: item %d: edge features: %w", k, err)
	}
	if m == 0 {
		return nil // any width
	}
	if was := b.Shape.EdgeFeatures; was >= 0 && fe != was {
		return fmt.Errorf("learn: batch: item %d has %d features an edge, the items before it %d", k, fe, was)
	}
	b.Shape.EdgeFeatures = fe
	return nil
}

// featureWidth returns how many finite values x holds for each of n rows.
func featureWidth(x []float32, n int) (int, error) {
	if len(x) == 0 {
		return 0, nil
	}
	if n == 0 || len(x)%n != 0 {
		return 0, fmt.Errorf("%d values for %d rows", len(x), n)
	}
	for i, v := range x {
		if v-v != 0 { // infinite or NaN
			return 0, fmt.Errorf("value %d of row %d is %v", i%(len(x)/n), i/(len(x)/n), v)
		}
	}
	return len(x) / n, nil
}

// bucket returns the least bucket of at least n >= 0: a positive multiple of
// least and of 1/steps of the largest power of two up to n.
func bucket(n, steps, least int) int {
	n = max(n, 1)
	step := max(1<<(bits.Len(uint(n))-1)/steps, least)
	return (n + step - 1) / step * step
}
