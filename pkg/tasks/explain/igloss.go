package explain

import (
	"context"
	"math"
	"sync"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// fidelityLoss is loss (17), compiled, with the limit of [IGConfig.Limit] and the
// term of [IGConfig.Necessity] where they are not 0.
func fidelityLoss(ctx context.Context, c *Classifier, items []*learn.Item, limit, necessity float64) (learn.Loss, error) {
	// The whole graphs are asked about when the first step needs them: a run that is
	// done needs no program for it.
	whole := sync.OnceValues(func() (map[*learn.Item][]float64, error) {
		p, err := c.Predict(ctx, items)
		if err != nil {
			return nil, err
		}
		of := make(map[*learn.Item][]float64, len(items))
		for k, it := range items {
			of[it] = p[k]
		}
		return of, nil
	})
	store := model.NewStore()
	if err := c.Freeze(store); err != nil {
		return learn.Loss{}, err
	}
	return learn.Loss{
		Store: store,
		Graph: func(scope *model.Scope, b *learn.BatchNodes, x *graph.Node, in []*graph.Node) *graph.Node {
			k, n := x.Shape().Dimensions[0], x.Shape().Dimensions[1]
			p := graph.ExpandAxes(in[0], 0)
			// said returns what the classifier says of the nodes where spins are +1, [K, G, C].
			said := func(x *graph.Node) *graph.Node {
				mask, copies := graph.Reshape(graph.MulScalar(graph.OnePlus(x), 0.5), k*n), tiled(b, k)
				logits, _ := c.Build(scope, copies, Mask{Node: graph.Mul(mask, copies.NodeMask)})
				return graph.Reshape(logits, k, b.NumGraphs, c.classes)
			}
			surprise := graph.Neg(graph.LogSoftmax(said(x)))
			if limit > 0 {
				surprise = graph.MinScalar(surprise, limit)
			}
			loss := graph.ReduceSum(graph.Mul(surprise, p), -1)
			if necessity > 0 {
				other := graph.OneMinus(graph.Softmax(said(graph.Neg(x)))) // 1 − p_c(G∖S)
				rest := graph.Neg(graph.Log(graph.MaxScalar(other, math.Exp(-limit))))
				loss = graph.Add(loss, graph.MulScalar(graph.ReduceSum(graph.Mul(rest, p), -1), necessity))
			}
			return loss
		},
		Inputs: func(b *learn.Batch) ([]*tensors.Tensor, error) {
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
