package explain

import (
	"context"
	"fmt"
	"slices"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
)

// tiers are the padded sizes of batches, in nodes and graphs; the edges are as
// many as the nodes and a half more. A program compiles for each tier in use, and
// for larger graphs for each bucket of their size. More tiers would waste less on
// padding and compile longer.
var tiers = []struct{ nodes, graphs int }{{128, 4}, {2048, 128}}

// prepared is a batch with its tensors on the device.
type prepared struct {
	batch   *learn.Batch
	tensors []*tensors.Tensor
}

func (p *prepared) close() {
	for _, t := range p.tensors {
		t.MustFinalizeAll()
	}
}

// keptBatches is how many batches stay prepared: their graphs are often asked
// about again.
const keptBatches = 8

// run cuts inputs into batches and calls f for each.
func (c *Classifier) run(ctx context.Context, inputs []Input, f func(*prepared, []Input) error) error {
	for k, in := range inputs {
		if err := in.check(); err != nil {
			return fmt.Errorf("explain: input %d: %w", k, err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.predict == nil {
		return fmt.Errorf("explain: the classifier is closed")
	}
	for len(inputs) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		count, shape := fill(inputs)
		p, err := c.prepare(inputs[:count], shape)
		if err != nil {
			return err
		}
		if err := f(p, inputs[:count]); err != nil {
			return err
		}
		inputs = inputs[count:]
	}
	return nil
}

// check compares lengths.
func (in Input) check() error {
	if in.Item == nil || in.Item.Graph == nil {
		return fmt.Errorf("no graph")
	}
	n, m := in.Item.Graph.NumNodes(), in.Item.Graph.NumEdges()
	if in.Node != nil && len(in.Node) != n || in.Edge != nil && len(in.Edge) != m || in.X != nil && len(in.X) != max(len(in.Item.X), n) {
		return fmt.Errorf("masks of %d nodes and %d edges and %d features for a graph of %d nodes, %d edges and %d features",
			len(in.Node), len(in.Edge), len(in.X), n, m, max(len(in.Item.X), n))
	}
	return nil
}

// fill returns how many of the first inputs go into one batch, and its least
// shape: the smallest tier that takes all, or else the largest tier.
func fill(inputs []Input) (count int, shape learn.BatchShape) {
	for _, t := range tiers {
		count = 0
		shape = learn.BatchShape{Nodes: t.nodes, Edges: t.nodes + t.nodes/2, Graphs: t.graphs + 1, Slots: 8}
		nodes, edges := 0, 0
		for _, in := range inputs {
			g := in.Item.Graph
			nodes, edges = nodes+g.NumNodes(), edges+g.NumEdges()
			if count > 0 && (nodes > shape.Nodes || edges > shape.Edges || count == t.graphs) {
				break
			}
			count++
			for g.MaxDegree() > shape.Slots {
				shape.Slots *= 2
			}
			if nodes > shape.Nodes || edges > shape.Edges {
				break // alone, in a shape of its own
			}
		}
		if count == len(inputs) && nodes <= shape.Nodes && edges <= shape.Edges {
			return count, shape
		}
	}
	return count, shape
}

// prepare returns the batch of the inputs' items, from the last ones or new.
func (c *Classifier) prepare(inputs []Input, shape learn.BatchShape) (*prepared, error) {
	if k := slices.IndexFunc(c.batches, func(p *prepared) bool { return p.holds(inputs, shape) }); k >= 0 {
		p := c.batches[k]
		c.batches = append(slices.Delete(c.batches, k, k+1), p)
		return p, nil
	}
	items := make([]*learn.Item, len(inputs))
	for k, in := range inputs {
		items[k] = in.Item
	}
	b, err := learn.NewBatch(items, shape)
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	p := &prepared{batch: b, tensors: b.Tensors()}
	if len(c.batches) == keptBatches {
		c.batches[0].close()
		c.batches = slices.Delete(c.batches, 0, 1)
	}
	c.batches = append(c.batches, p)
	return p, nil
}

// holds reports whether p begins with the inputs' items, in a sufficient shape.
func (p *prepared) holds(inputs []Input, shape learn.BatchShape) bool {
	if len(p.batch.Items) < len(inputs) || p.batch.Shape.Nodes > max(shape.Nodes, tiers[0].nodes) {
		return false
	}
	for k, in := range inputs {
		if p.batch.Items[k] != in.Item {
			return false
		}
	}
	return true
}

// inputsOf returns whole graphs as inputs.
func inputsOf(items []*learn.Item) []Input {
	inputs := make([]Input, len(items))
	for k, it := range items {
		inputs[k].Item = it
	}
	return inputs
}

// masks returns the node or edge masks of the inputs, 1 where there are none.
func masks(p *prepared, size int, inputs []Input, nodes bool) *tensors.Tensor {
	t := tensors.FromShape(shapes.Make(dtypes.Float32, size))
	tensors.MustMutableFlatData(t, func(flat []float32) {
		for _, in := range inputs {
			mask, count := in.Edge, in.Item.Graph.NumEdges()
			if nodes {
				mask, count = in.Node, in.Item.Graph.NumNodes()
			}
			if mask == nil {
				for i := range count {
					flat[i] = 1
				}
			}
			copy(flat, mask)
			flat = flat[count:]
		}
	})
	return t
}

// features returns the features of the inputs [N, F].
func features(p *prepared, inputs []Input) *tensors.Tensor {
	s := p.batch.Shape
	t := tensors.FromShape(shapes.Make(dtypes.Float32, s.Nodes, s.Features))
	tensors.MustMutableFlatData(t, func(flat []float32) {
		for _, in := range inputs {
			row := flat[:in.Item.Graph.NumNodes()*s.Features]
			flat = flat[len(row):]
			x := in.X
			if x == nil {
				x = in.Item.X
			}
			if len(x) == 0 {
				for i := range row {
					row[i] = 1
				}
			}
			copy(row, x)
		}
	})
	return t
}
