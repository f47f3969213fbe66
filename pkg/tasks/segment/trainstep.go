package segment

import (
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/adam"
)

// hostLoss reports whether the samples' credit is computed in Go.
func (t *trainer) hostLoss() bool {
	return t.recipe.Metric != MetricError && t.recipe.Objective != Contrastive
}

// credit returns what each pixel of the samples x [K, B, H*W] is credited with,
// for metrics that are computed in Go: the effect of its flip, or the score of
// its sample, negated. Masks are [B, H*W].
func (t *trainer) credit(x, y []int8) []float32 {
	h, w := t.set.H, t.set.W
	n := h * w
	out := make([]float32, len(x))
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for c := range next {
				sample, truth, to := x[c*n:(c+1)*n], y[c*n%len(y):][:n], out[c*n:(c+1)*n]
				if t.recipe.Objective == Flip {
					t.recipe.Metric.flips(sample, truth, h, w, to)
					continue
				}
				loss := -float32(t.recipe.Metric.score(sample, truth, h, w))
				for i := range to {
					to[i] = loss
				}
			}
		})
	}
	for c := range len(x) / n {
		next <- c
	}
	close(next)
	wg.Wait()
	return out
}

// crossGraph builds the objective cross-entropy, like updateGraph.
func (t *trainer) crossGraph(_ *model.Scope, in []*graph.Node) []*graph.Node {
	loss := entropy(in[0], graph.ConvertDType(in[1], float))
	return t.descend(in[0], loss, loss)
}

// entropy is the mean of log(1 + exp(−2 y h)), over the pixels of known y.
func entropy(h, y *graph.Node) *graph.Node {
	known := graph.Abs(y)
	each := graph.Softplus(graph.MulScalar(graph.Mul(h, y), -2))
	return graph.Div(graph.ReduceAllSum(graph.Mul(each, known)), graph.AddScalar(graph.ReduceAllSum(known), 1e-9))
}

// updateGraph builds the recipe's objective. Its inputs are the field
// [B, H, W], masks int8 [B, H, W] and, where there are samples, those
// [K, B, H, W] and what trainer.credit returns. Its outputs are those of
// trainer.descend.
func (t *trainer) updateGraph(scope *model.Scope, in []*graph.Node) []*graph.Node {
	h, y := in[0], graph.ConvertDType(in[1], float)
	kernel := t.kernelNode(scope, h.Graph())
	var x *graph.Node
	if t.recipe.sampled() {
		x = graph.ConvertDType(in[2], float)
	}
	images := float64(h.Shape().Dimensions[0])
	perImage := graph.ReduceAndKeep(graph.Abs(y), graph.ReduceSum, 1, 2)
	weight := graph.Div(graph.Abs(y), graph.AddScalar(perImage, 1e-9)) // 1/n of known pixels, [B, H, W]
	var loss, shown *graph.Node
	switch r := t.recipe; r.Objective {
	case PseudoLikelihood:
		loss = entropy(graph.Add(h, neighborSum(y, kernel)), y)
		shown = loss
	case MeanField:
		mean := meanField(h, kernel, r.Sweeps-1)
		loss = entropy(graph.Add(h, neighborSum(mean, kernel)), y)
		shown = loss
	case Contrastive:
		pixels := float64(h.Shape().Size())
		truth := graph.ReduceAllSum(EnergyNode(graph.ExpandAxes(y, 0), h, kernel))
		drawn := graph.DivScalar(graph.ReduceAllSum(EnergyNode(x, h, kernel)), float64(r.Samples))
		loss = graph.DivScalar(graph.Sub(truth, drawn), pixels)
		shown = loss
	case Reinforce:
		parts := graph.Mul(graph.Abs(graph.Sub(x, graph.ExpandAxes(y, 0))), graph.ExpandAxes(weight, 0)) // of eq. 16
		switch {
		case t.hostLoss():
			parts = in[3] // the sample's, in every pixel
			shown = graph.ReduceAllMean(parts)
		default:
			shown = graph.DivScalar(graph.ReduceAllSum(parts), images*float64(r.Samples))
		}
		advantage := graph.Sub(parts, graph.ReduceAndKeep(parts, graph.ReduceMean, 0))
		switch {
		case t.hostLoss():
		case r.Radius < 0:
			advantage = graph.ReduceAndKeep(advantage, graph.ReduceSum, 2, 3)
			advantage = graph.BroadcastToShape(advantage, x.Shape())
		default:
			advantage = boxSum(advantage, r.Radius)
		}
		loss = graph.DivScalar(surrogate(x, advantage, h, kernel), images)
	case Flip:
		effective := graph.Add(graph.ExpandAxes(h, 0), neighborSum(x, kernel))
		flips := graph.BroadcastToShape(graph.ExpandAxes(graph.Neg(graph.Mul(y, weight)), 0), x.Shape())
		if t.hostLoss() {
			flips = in[3]
		}
		variance := graph.OneMinus(graph.Square(graph.Tanh(effective)))
		each := graph.Mul(graph.StopGradient(graph.Mul(variance, flips)), effective)
		loss = graph.DivScalar(graph.ReduceAllSum(each), images*float64(r.Samples))
		shown = graph.DivScalar(graph.ReduceAllSum(graph.Mul(graph.Abs(graph.Sub(x, graph.ExpandAxes(y, 0))), graph.ExpandAxes(weight, 0))), images*float64(r.Samples))
	}
	return t.descend(h, loss, shown)
}

// descend returns shown and the loss's gradients with respect to the field and
// the variables of the kernel.
func (t *trainer) descend(h, loss, shown *graph.Node) []*graph.Node {
	to := []*graph.Node{h}
	for _, v := range t.variables("coupling") {
		to = append(to, v.NodeValue(h.Graph()))
	}
	return append([]*graph.Node{shown}, graph.Gradient(loss, to...)...)
}

// learn does a step by an objective's program on a pass and the program's other
// inputs, at a rate, and returns the loss.
func (t *trainer) learn(program *model.Exec, p *pass, in []*tensors.Tensor, rate float64) (float64, error) {
	out, err := call(program, append([]*tensors.Tensor{p.h}, in...))
	if err != nil {
		return 0, fmt.Errorf("segment: a step: %w", err)
	}
	defer free(out)
	gradients, err := t.backward(p, out[1])
	if err != nil {
		return 0, err
	}
	defer free(gradients)
	return float64(tensors.ToScalar[float32](out[0])), t.move(slices.Concat(gradients, out[2:]), rate)
}

// move moves the trained variables by a step of Adam at a rate against their
// gradients.
func (m *Model) move(gradients []*tensors.Tensor, rate float64) error {
	group := adam.Group{Rate: rate}
	for k, v := range m.trained() {
		flat, err := tensors.CopyFlatData[float32](gradients[k])
		if err != nil {
			return fmt.Errorf("segment: reading the gradient of %s: %w", v.Path(), err)
		}
		group.Gradients = append(group.Gradients, adam.Gradient{Variable: v, Value: flat})
	}
	if err := adam.Step(m.store, group); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return nil
}
