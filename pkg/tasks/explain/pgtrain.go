package explain

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/adam"
	"example.org/isinggraph/internal/runs"
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
	t := &pgTraining{s: s, c: c, items: used, z: z, class: make([]int, len(used)), optimizer: adam.List{Rate: cmp.Or(s.Rate, 0.005)}}
	for k := range p {
		t.class[k] = Class(p[k])
	}
	if err := t.train(ctx); err != nil {
		return err
	}
	s.of, s.mlp = c, t.mlp
	return nil
}

// pgTraining trains a PGExplainer's network, as a run sees it: a step is an epoch.
// Between epochs everything is in the store and the state.
type pgTraining struct {
	s         *PGExplainer
	c         *Classifier
	items     []*learn.Item
	z         [][]float32 // embeddings of each graph's nodes
	class     []int
	store     *model.Store
	mlp       *pairMLP
	optimizer adam.List
	random    *rand.PCG
	rng       *rand.Rand // of random
	loss      float64    // mean of the epoch
	state     struct {
		Steps  int    // of the optimizer
		Random []byte // the generator's
	}
}

// pgScope is where the variables are, as paths begin: the parameters and the
// optimizer's two moments, float64.
const pgScope = "/pgexplainer/"

// train opens the run, or begins it, and goes on to the last epoch.
func (t *pgTraining) train(ctx context.Context) error {
	o, err := t.options()
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	run, err := runs.Open(o)
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	defer run.Close()
	if err := t.Reset(); err != nil {
		return err
	}
	defer func() { t.store.Finalize() }()
	if err := complete(ctx, run, t); err != nil {
		return err
	}
	return t.read()
}

// options names the run by settings, classifier and graphs.
func (t *pgTraining) options() (runs.Options, error) {
	s := t.s
	classifier, err := runs.SumOf(t.c.store, classifierScope...)
	if err != nil {
		return runs.Options{}, err
	}
	data := runs.NewData()
	addItems(data, t.items)
	c := struct {
		Key                              string
		Epochs, BatchSize                int
		Rate, Sparse, Entropy, Hot, Cold float64
		Seed                             uint64
		Graphs                           int
		Classifier, Data                 string // SHA-256
	}{
		"PGExplainer", t.epochs(), cmp.Or(s.BatchSize, 64), t.optimizer.Rate, cmp.Or(s.Sparse, 0.0003), cmp.Or(s.Entropy, 0.3),
		cmp.Or(s.Hot, 5), cmp.Or(s.Cold, 1), s.Seed, len(t.items), classifier, data.Sum(),
	}
	hash, err := runs.Hash(c)
	return runs.Options{
		Dir: s.Storage.Dir, Prefix: "pgexplainer-", Hash: hash, Key: c.Key, Config: c, Steps: c.Epochs,
		Scopes: []string{pgScope}, Changed: s.Storage.Changed, Log: s.Storage.Log,
	}, err
}

func (t *pgTraining) epochs() int { return cmp.Or(t.s.Epochs, 30) }

// width is that of an embedding.
func (t *pgTraining) width() int { return len(t.z[0]) / t.items[0].Graph.NumNodes() }

// Reset begins with parameters of the seed.
func (t *pgTraining) Reset() error {
	if t.store != nil {
		t.store.Finalize()
	}
	t.store = model.NewStore()
	t.random = rand.NewPCG(t.s.Seed, 0x70676578)
	t.rng = rand.New(t.random)
	t.mlp = newPairMLP(t.width(), t.rng)
	t.optimizer = adam.List{Rate: t.optimizer.Rate, First: make([]float64, len(t.mlp.params)), Second: make([]float64, len(t.mlp.params))}
	return t.write()
}

// parts are the lists that are variables, by name.
func (t *pgTraining) parts() map[string][]float64 {
	return map[string][]float64{"params": t.mlp.params, "first_moment": t.optimizer.First, "second_moment": t.optimizer.Second}
}

// write puts everything into the store and the state.
func (t *pgTraining) write() error {
	var err error
	if t.state.Random, err = t.random.MarshalBinary(); err != nil {
		return fmt.Errorf("explain: PGExplainer: %w", err)
	}
	t.state.Steps = t.optimizer.Steps
	from := model.NewStore()
	defer from.Finalize()
	for name, values := range t.parts() {
		if _, err := from.CreateVariable(pgScope+name, tensors.FromFlatDataAndDimensions(values, len(values))); err != nil {
			return fmt.Errorf("explain: PGExplainer: %w", err)
		}
	}
	if err := runs.Set(t.store, from); err != nil {
		return fmt.Errorf("explain: PGExplainer: %w", err)
	}
	return nil
}

// read takes everything from the store and the state.
func (t *pgTraining) read() error {
	if err := t.random.UnmarshalBinary(t.state.Random); err != nil {
		return fmt.Errorf("explain: PGExplainer: %w", err)
	}
	t.optimizer.Steps = t.state.Steps
	for name, values := range t.parts() {
		value, err := t.store.GetVariable(pgScope + name).Value()
		if err == nil {
			err = tensors.ConstFlatData(value, func(flat []float64) { copy(values, flat) })
		}
		if err != nil {
			return fmt.Errorf("explain: PGExplainer: reading %s: %w", name, err)
		}
	}
	return nil
}

// Store holds parameters and moments.
func (t *pgTraining) Store() *model.Store { return t.store }

// State returns what a checkpoint holds beside them.
func (t *pgTraining) State() any { return &t.state }

// Network returns variables of the right sizes.
func (t *pgTraining) Network() (*model.Store, error) { return runs.Copy(t.store, []string{pgScope}) }

// Guard computes the logits of the first graph's first edges.
func (t *pgTraining) Guard(context.Context) ([]runs.Fingerprint, error) {
	if err := t.read(); err != nil {
		return nil, err
	}
	edges := t.items[0].Graph.Edges()
	pass := t.mlp.forward(t.z[0], edges[:min(guardGraphs, len(edges))])
	return []runs.Fingerprint{{Name: "the logit of an edge", Values: pass.logits, Tolerance: runs.Tolerance}}, nil
}

// Step does an epoch: a step of the optimizer for each batch.
func (t *pgTraining) Step(ctx context.Context, epoch int) error {
	if err := t.read(); err != nil {
		return err
	}
	t.loss = 0
	hot, cold, size := cmp.Or(t.s.Hot, 5), cmp.Or(t.s.Cold, 1), cmp.Or(t.s.BatchSize, 64)
	temperature := hot * math.Pow(cold/hot, float64(epoch)/float64(t.epochs()))
	order := t.rng.Perm(len(t.items))
	for lo := 0; lo < len(order); lo += size {
		gradient, err := t.gradient(ctx, t.mlp, order[lo:min(lo+size, len(order))], temperature)
		if err != nil {
			return err
		}
		t.optimizer.Step(t.mlp.params, gradient)
	}
	return t.write()
}

// After reports the epoch.
func (t *pgTraining) After(_ context.Context, epoch int) (done, save bool, err error) {
	if t.s.Storage.Progress != nil {
		t.s.Storage.Progress(epoch, t.loss)
	}
	return false, epoch%checkpointEpochs == 0, nil
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
		loss := -grads[k].LogP
		for e, m := range gates[k] {
			// The entropy is that of 0.99 m + 0.005, which keeps its slope finite.
			soft := 0.99*m + 0.005
			loss += sparse*m - entropy*(soft*math.Log(soft)+(1-soft)*math.Log(1-soft))/float64(len(by))
			slope := -float64(grads[k].Edge[e/2])/2 + sparse + entropy*0.99*math.Log((1-soft)/soft)/float64(len(by))
			by[e] = slope * m * (1 - m) / temperature / float64(len(index))
		}
		t.loss += loss / float64(len(t.items))
		mlp.backward(pass, by, gradient)
	}
	return gradient, nil
}
