package explain

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Train trains the network for a classifier on the classes that it predicts for
// graphs; those without edges are left out. It is an error if the classifier has
// no embeddings. An error or a cancelled context leave what was trained before.
func (s *PGExplainer) Train(ctx context.Context, c *Classifier, items []*learn.Item) error {
	if s.Epochs < 0 || s.BatchSize < 0 || !(s.Rate >= 0) || !(s.Sparse >= 0) || !(s.Entropy >= 0) || !(s.Hot >= 0) || !(s.Cold >= 0) {
		return fmt.Errorf("explain: PGExplainer with a negative setting")
	}
	used := make([]*learn.Item, 0, len(items))
	for _, it := range items {
		if err := supported(s.Size, c, it); err != nil {
			return err
		}
		if it.Graph.NumEdges() > 0 {
			used = append(used, it)
		}
	}
	if len(used) == 0 {
		return fmt.Errorf("explain: PGExplainer has no graph with edges, of %d, to train on", len(items))
	}
	z, err := c.Embeddings(ctx, used)
	if err != nil {
		return err
	}
	p, err := c.Predict(ctx, used)
	if err != nil {
		return err
	}
	t := pgTraining{s: s, c: c, items: used, z: z, class: make([]int, len(used)), rng: rand.New(rand.NewPCG(s.Seed, 0x70676578))}
	for k := range p {
		t.class[k] = Class(p[k])
	}
	mlp := newPairMLP(len(z[0])/used[0].Graph.NumNodes(), t.rng)
	optimizer := adam{rate: cmp.Or(s.Rate, 0.005)}
	size, epochs := cmp.Or(s.BatchSize, 64), cmp.Or(s.Epochs, 30)
	hot, cold := cmp.Or(s.Hot, 5), cmp.Or(s.Cold, 1)
	for epoch := range epochs {
		temperature := hot * math.Pow(cold/hot, float64(epoch)/float64(epochs))
		order := t.rng.Perm(len(used))
		for lo := 0; lo < len(order); lo += size {
			gradient, err := t.gradient(ctx, mlp, order[lo:min(lo+size, len(order))], temperature)
			if err != nil {
				return err
			}
			optimizer.step(mlp.params, gradient)
		}
	}
	s.of, s.mlp = c, mlp
	return nil
}

// pgTraining is what stays the same over the steps.
type pgTraining struct {
	s     *PGExplainer
	c     *Classifier
	items []*learn.Item
	z     [][]float32
	class []int
	rng   *rand.Rand
}

// gradient returns that of the mean loss of some graphs by the parameters.
func (t *pgTraining) gradient(ctx context.Context, mlp *pairMLP, index []int, temperature float64) ([]float64, error) {
	inputs, class := make([]Input, len(index)), make([]int, len(index))
	passes, gates := make([]*pairPass, len(index)), make([][]float64, len(index))
	for k, i := range index {
		it := t.items[i]
		passes[k] = mlp.forward(t.z[i], it.Graph.Edges())
		gates[k] = make([]float64, len(passes[k].logits))
		for e, l := range passes[k].logits {
			u := max(t.rng.Float64(), 0x1p-53) // in (0, 1)
			gates[k][e] = sigmoid((math.Log(u) - math.Log1p(-u) + l) / temperature)
		}
		mask := make([]float32, it.Graph.NumEdges())
		for e := range mask {
			mask[e] = float32((gates[k][2*e] + gates[k][2*e+1]) / 2)
		}
		inputs[k], class[k] = Input{Item: it, Edge: mask}, t.class[i]
	}
	grads, err := t.c.Gradients(ctx, inputs, class)
	if err != nil {
		return nil, err
	}
	gradient := make([]float64, len(mlp.params))
	sparse, entropy := cmp.Or(t.s.Sparse, 0.0003), cmp.Or(t.s.Entropy, 0.3)
	for k, pass := range passes {
		by := make([]float64, len(gates[k]))
		for e, m := range gates[k] {
			// The entropy is that of 0.99 m + 0.005, which keeps its slope finite.
			soft := 0.99*m + 0.005
			slope := -float64(grads[k].Edge[e/2])/2 + sparse + entropy*0.99*math.Log((1-soft)/soft)/float64(len(by))
			by[e] = slope * m * (1 - m) / temperature / float64(len(index))
		}
		mlp.backward(pass, by, gradient)
	}
	return gradient, nil
}
