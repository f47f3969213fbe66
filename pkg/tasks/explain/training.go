package explain

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// checkpointEpochs is how many epochs lie between checkpoints.
const checkpointEpochs = 20

// training trains a classifier, as a run sees it: a step is an epoch.
type training struct {
	c      TrainConfig
	items  []*learn.Item
	labels []int
	shape  learn.BatchShape
	run    *runs.Run
	store  *model.Store
	step   *model.Exec
	state  struct{ Loss []float64 } // of each epoch
	result *Classifier              // which the fingerprints ask, too
}

// open opens the run with the program of a step.
func (r *training) open(o runs.Options) error {
	var err error
	if r.result, err = newClassifier(r.c.Network, r.c.Classes, r.items[0], model.NewStore(), r.c.Engine); err != nil {
		return err
	}
	if r.run, err = runs.Open(o); err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	return r.Reset()
}

// close frees all but the classifier that was handed out.
func (r *training) close() {
	if r.run != nil {
		r.run.Close()
	}
	if r.result != nil {
		r.result.Close()
	}
	r.free()
}

func (r *training) free() {
	if r.step != nil {
		r.step.Finalize()
	}
	if r.store != nil {
		r.store.Finalize()
	}
}

// Reset begins with weights of the seed.
func (r *training) Reset() error {
	r.free()
	r.state.Loss, r.store = nil, model.NewStore()
	if err := r.store.SetRNGStateFromSeed(int64(r.c.Seed)); err != nil {
		return fmt.Errorf("explain: seeding the weights: %w", err)
	}
	var err error
	r.step, err = model.NewExec(r.result.backend, r.store, func(scope *model.Scope, in []*graph.Node) *graph.Node {
		n := len(in) - 2
		labels, rate := in[n], in[n+1]
		logits, _ := r.c.Network(scope.Store().RootScope().At(scopeName), learn.BatchFromNodes(in[:n]), Mask{})
		loss := graph.Neg(graph.ReduceAllSum(graph.Mul(graph.LogSoftmax(logits), labels)))
		loss = graph.Div(loss, graph.ReduceAllSum(labels))
		optimizer.LearningRateVar(scope, dtypes.Float32, r.c.LearningRate).SetNodeValue(rate)
		optimizer.Adam().LearningRate(r.c.LearningRate).Done().UpdateGraph(scope, loss.Graph(), loss)
		return loss
	})
	if err != nil {
		return fmt.Errorf("explain: compiling the training: %w", err)
	}
	r.step.SetMaxCache(-1)
	return nil
}

// Store holds the variables of network and optimizer.
func (r *training) Store() *model.Store { return r.store }

// State returns what a checkpoint holds beside them.
func (r *training) State() any { return &r.state }

// Network returns the variables that the network asks for.
func (r *training) Network() (*model.Store, error) { return r.result.variables() }

// guardGraphs is how many graphs' probabilities are fingerprints.
const guardGraphs = 4

// Guard computes the probabilities of the first graphs.
func (r *training) Guard(ctx context.Context) ([]runs.Fingerprint, error) {
	if err := runs.Set(r.result.store, r.store, classifierScope...); err != nil {
		return nil, err
	}
	p, err := r.result.Predict(ctx, r.items[:min(guardGraphs, len(r.items))])
	if err != nil {
		return nil, err
	}
	f := runs.Fingerprint{Name: "the probability of a class", Tolerance: runs.Tolerance}
	for _, row := range p {
		f.Values = append(f.Values, row...)
	}
	return []runs.Fingerprint{f}, nil
}

// After keeps the weights of the epoch of the lowest loss.
func (r *training) After(_ context.Context, epoch int) (done, save bool, err error) {
	loss := r.state.Loss[epoch-1]
	if best, ok := r.run.Best(runs.Loss); !ok || loss < best.Value {
		if err := r.run.KeepBest(runs.Loss, loss, r.store); err != nil {
			return false, false, err
		}
	}
	if r.c.Storage.Progress != nil {
		r.c.Storage.Progress(epoch, loss)
	}
	return false, epoch%checkpointEpochs == 0, nil
}

// Step sees all graphs once, in an order that the seed and the epoch decide.
func (r *training) Step(_ context.Context, epoch int) error {
	order := rand.New(rand.NewPCG(r.c.Seed, uint64(epoch)+1)).Perm(len(r.items))
	rate := r.c.LearningRate
	if r.c.Decay {
		rate *= 1 - 0.9*float64(epoch)/float64(r.c.Epochs)
	}
	var sum float64
	for lo := 0; lo < len(order); lo += r.c.BatchSize {
		part := order[lo:min(lo+r.c.BatchSize, len(order))]
		loss, err := r.batch(part, float32(rate))
		if err != nil {
			return err
		}
		if loss-loss != 0 {
			return fmt.Errorf("explain: epoch %d: the loss is %v", epoch+1, loss)
		}
		sum += float64(loss) * float64(len(part))
	}
	r.state.Loss = append(r.state.Loss, sum/float64(len(order)))
	return nil
}

// batch does one step and returns its loss.
func (r *training) batch(index []int, rate float32) (float32, error) {
	items := make([]*learn.Item, len(index))
	for k, i := range index {
		items[k] = r.items[i]
	}
	b, err := learn.NewBatch(items, r.shape)
	if err != nil {
		return 0, fmt.Errorf("explain: %w", err)
	}
	hot := tensors.FromShape(shapes.Make(dtypes.Float32, b.Shape.Graphs, r.c.Classes))
	tensors.MustMutableFlatData(hot, func(flat []float32) {
		for k, i := range index {
			flat[k*r.c.Classes+r.labels[i]] = 1
		}
	})
	list := append(b.Tensors(), hot, tensors.FromValue(rate))
	args := make([]any, len(list))
	for k, t := range list {
		args[k] = t
		defer t.MustFinalizeAll()
	}
	out, err := r.step.Call1(args...)
	if err != nil {
		return 0, fmt.Errorf("explain: training: %w", err)
	}
	defer out.MustFinalizeAll()
	return tensors.ToScalar[float32](out), nil
}

// typicalShape returns a shape that nearly all batches of a size fit: three
// standard deviations above the mean.
func typicalShape(items []*learn.Item, size int) learn.BatchShape {
	size = min(size, len(items))
	shape := learn.BatchShape{Graphs: size + 1, Slots: 4}
	enough := func(of func(*isinggraph.Graph) int) int {
		var sum, square float64
		for _, it := range items {
			v := float64(of(it.Graph))
			sum, square = sum+v, square+v*v
		}
		mean := sum / float64(len(items))
		sd := math.Sqrt(max(0, square/float64(len(items))-mean*mean))
		return (int(float64(size)*mean+3*math.Sqrt(float64(size))*sd) + 31) / 32 * 32
	}
	shape.Nodes, shape.Edges = enough((*isinggraph.Graph).NumNodes), enough((*isinggraph.Graph).NumEdges)
	for _, it := range items {
		for it.Graph.MaxDegree() > shape.Slots {
			shape.Slots *= 2
		}
	}
	return shape
}

// classifier hands out the classifier with the weights of the best epoch.
func (r *training) classifier() (*Classifier, error) {
	if err := r.run.UseBest(runs.Loss, r.result.store); err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	c := r.result
	r.result = nil
	return c, nil
}
