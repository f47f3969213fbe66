package explain

import (
	"context"
	"sync"

	"example.org/isinggraph/pkg/isinggraph"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// fidelityLoss is loss (17), compiled, and the term of [IGConfig.Necessity] if
// that is not 0.
func fidelityLoss(ctx context.Context, c *Classifier, items []*isinggraph.Item, necessity float64) (isinggraph.Loss, error) {
	// The whole graphs are asked about when the first step needs them: a run that is
	// done needs no program for it.
	whole := sync.OnceValues(func() (map[*isinggraph.Item][]float64, error) {
		p, err := c.Predict(ctx, items)
		if err != nil {
			return nil, err
		}
		of := make(map[*isinggraph.Item][]float64, len(items))
		for k, it := range items {
			of[it] = p[k]
		}
		return of, nil
	})
	store := model.NewStore()
	if err := c.Freeze(store); err != nil {
		return isinggraph.Loss{}, err
	}
	return isinggraph.Loss{
		Store: store,
		Graph: func(scope *model.Scope, b *isinggraph.BatchNodes, x *graph.Node, in []*graph.Node) *graph.Node {
			k, n := x.Shape().Dimensions[0], x.Shape().Dimensions[1]
			p := graph.ExpandAxes(in[0], 0)
			// said returns what the classifier says of the nodes where spins are +1, [K, G, C].
			said := func(x *graph.Node, of func(*graph.Node, ...int) *graph.Node) *graph.Node {
				mask, copies := graph.Reshape(graph.MulScalar(graph.OnePlus(x), 0.5), k*n), tiled(b, k)
				logits, _ := c.Build(scope, copies, Mask{Node: graph.Mul(mask, copies.NodeMask)})
				return graph.Reshape(of(logits), k, b.NumGraphs, c.classes)
			}
			loss := graph.Neg(graph.ReduceSum(graph.Mul(said(x, graph.LogSoftmax), p), -1))
			if necessity > 0 {
				rest := graph.ReduceSum(graph.Mul(said(graph.Neg(x), graph.Softmax), p), -1)
				loss = graph.Add(loss, graph.MulScalar(rest, necessity))
			}
			return loss
		},
		Inputs: func(b *isinggraph.Batch) ([]*tensors.Tensor, error) {
			of, err := whole()
			if err != nil {
				return nil, err
			}
			t := tensors.FromShape(shapes.Make(dtypes.Float32, b.Shape.Graphs, c.classes))
			tensors.MustMutableFlatData(t, func(flat []float32) {
				for g, it := range b.Items {
					for k, p := range of[it] {
						flat[g*c.classes+k] = float32(p)
					}
				}
			})
			return []*tensors.Tensor{t}, nil
		},
	}, nil
}
