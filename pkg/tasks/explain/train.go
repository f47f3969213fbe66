package explain

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// TrainConfig says how a classifier is trained: by Adam on the cross-entropy of
// its training graphs, the weights of the epoch of the lowest mean loss kept.
type TrainConfig struct {
	Key          string // names the network: a change in it makes another run
	Network      Network
	Classes      int
	Epochs       int     // the paper's: 500
	BatchSize    int     // default 64
	LearningRate float64 // default 1e-3
	// Decay lets the rate fall linearly to a tenth over the run.
	Decay bool
	Seed  uint64
	// Dir is where a run keeps its checkpoint, in a file named by its hash; none
	// to keep nothing.
	Dir string
	// Progress is called after each epoch with the number done and its loss.
	Progress func(epoch int, loss float64)
	Engine   *isinggraph.Engine
}

// checkpointEpochs is how many epochs lie between checkpoints.
const checkpointEpochs = 20

func (t *TrainConfig) complete(items []*learn.Item, labels []int) error {
	if t.BatchSize == 0 {
		t.BatchSize = 64
	}
	if t.LearningRate == 0 {
		t.LearningRate = 1e-3
	}
	switch {
	case t.Key == "" || t.Network == nil || t.Classes < 2:
		return fmt.Errorf("explain: training with the key %q, a network (%t) and %d classes, need all three", t.Key, t.Network != nil, t.Classes)
	case t.Epochs < 1 || t.BatchSize < 1 || !(t.LearningRate > 0):
		return fmt.Errorf("explain: training for %d epochs, batches of %d and a rate of %v: need positive values", t.Epochs, t.BatchSize, t.LearningRate)
	case len(items) == 0 || len(labels) != len(items):
		return fmt.Errorf("explain: training on %d graphs with %d labels", len(items), len(labels))
	}
	for k, y := range labels {
		if y < 0 || y >= t.Classes {
			return fmt.Errorf("explain: graph %d has label %d of %d classes", k, y, t.Classes)
		}
	}
	return nil
}

// hash names a run by its configuration and data.
func (t *TrainConfig) hash(items []*learn.Item, labels []int) (string, error) {
	h := sha256.New()
	e := json.NewEncoder(h)
	err := e.Encode([]any{t.Key, t.Classes, t.Epochs, t.BatchSize, t.LearningRate, t.Decay, t.Seed, labels})
	for _, it := range items {
		if err == nil {
			err = e.Encode([]any{it.Graph.NumNodes(), it.Graph.Edges(), it.X, it.EdgeX})
		}
	}
	if err != nil {
		return "", fmt.Errorf("explain: hashing the run: %w", err)
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// TrainClassifier trains a classifier or, where Dir has the run, opens it, or
// goes on from its last checkpoint. When ctx ends it finishes the epoch, saves
// one and returns ctx's error.
func TrainClassifier(ctx context.Context, t TrainConfig, items []*learn.Item, labels []int) (*Classifier, error) {
	if err := t.complete(items, labels); err != nil {
		return nil, err
	}
	hash, err := t.hash(items, labels)
	if err != nil {
		return nil, err
	}
	r := &trainRun{TrainConfig: t, items: items, labels: labels, state: storeFile{Hash: hash, Best: math.Inf(1)}}
	if t.Dir != "" {
		r.path = filepath.Join(t.Dir, "classifier-"+hash[:16])
	}
	if r.Engine, r.backend, err = backendOf(t.Engine); err != nil {
		return nil, err
	}
	if err := r.open(); err != nil {
		return nil, err
	}
	defer r.close()
	if err := r.train(ctx); err != nil {
		return nil, err
	}
	return r.classifier()
}

// trainRun is a classifier's training.
type trainRun struct {
	TrainConfig
	items   []*learn.Item
	labels  []int
	backend compute.Backend
	store   *model.Store
	step    *model.Exec
	path    string
	state   storeFile
	shape   learn.BatchShape
}

// open makes the program, and the variables or those of the checkpoint.
func (r *trainRun) open() error {
	r.store = model.NewStore()
	if err := r.store.SetRNGStateFromSeed(int64(r.Seed)); err != nil {
		return fmt.Errorf("explain: seeding the weights: %w", err)
	}
	if r.path != "" {
		if _, err := os.Stat(r.path); err == nil {
			f, err := readStoreFile(r.path)
			if err != nil {
				return err
			}
			if f.Hash != r.state.Hash {
				return fmt.Errorf("explain: %s is of another run", r.path)
			}
			r.state = *f
			if err := f.put(r.store); err != nil {
				return err
			}
		}
	}
	r.shape = typicalShape(r.items, r.BatchSize)
	var err error
	r.step, err = model.NewExec(r.backend, r.store, func(scope *model.Scope, in []*graph.Node) *graph.Node {
		n := len(in) - 2
		labels, rate := in[n], in[n+1]
		logits, _ := r.Network(scope.Store().RootScope().At(scopeName), learn.BatchFromNodes(in[:n]), Mask{})
		loss := graph.Neg(graph.ReduceAllSum(graph.Mul(graph.LogSoftmax(logits), labels)))
		loss = graph.Div(loss, graph.ReduceAllSum(labels))
		optimizer.LearningRateVar(scope, dtypes.Float32, r.LearningRate).SetNodeValue(rate)
		optimizer.Adam().LearningRate(r.LearningRate).Done().UpdateGraph(scope, loss.Graph(), loss)
		return loss
	})
	if err != nil {
		return fmt.Errorf("explain: compiling the training: %w", err)
	}
	r.step.SetMaxCache(-1)
	return nil
}

func (r *trainRun) close() {
	r.step.Finalize()
	r.store.Finalize()
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

// train does the epochs that are left.
func (r *trainRun) train(ctx context.Context) error {
	for r.state.Epoch < r.Epochs {
		if err := ctx.Err(); err != nil {
			return r.stop(err)
		}
		loss, err := r.epoch()
		if err != nil {
			return err
		}
		r.state.Epoch++
		r.state.Loss = append(r.state.Loss, loss)
		last := r.state.Epoch == r.Epochs
		if loss < r.state.Best || last || r.state.Epoch%checkpointEpochs == 0 {
			if err := r.state.take(r.store); err != nil {
				return err
			}
		}
		if loss < r.state.Best {
			r.state.Best, r.state.BestOf = loss, r.state.below("/"+scopeName+"/")
		}
		if r.path != "" && (last || r.state.Epoch%checkpointEpochs == 0) {
			if err := r.state.write(r.path); err != nil {
				return err
			}
		}
		if r.Progress != nil {
			r.Progress(r.state.Epoch, loss)
		}
	}
	return nil
}

// stop saves what there is.
func (r *trainRun) stop(cause error) error {
	err := fmt.Errorf("explain: training stopped after %d of %d epochs: %w", r.state.Epoch, r.Epochs, cause)
	if r.path == "" || r.state.Epoch == 0 {
		return err
	}
	if e := r.state.take(r.store); e != nil {
		return errors.Join(err, e)
	}
	return errors.Join(err, r.state.write(r.path))
}

// epoch sees all graphs once, in an order that the seed and the epoch decide,
// and returns the mean loss.
func (r *trainRun) epoch() (float64, error) {
	order := rand.New(rand.NewPCG(r.Seed, uint64(r.state.Epoch)+1)).Perm(len(r.items))
	rate := r.LearningRate
	if r.Decay {
		rate *= 1 - 0.9*float64(r.state.Epoch)/float64(r.Epochs)
	}
	var sum float64
	for lo := 0; lo < len(order); lo += r.BatchSize {
		part := order[lo:min(lo+r.BatchSize, len(order))]
		loss, err := r.batch(part, float32(rate))
		if err != nil {
			return 0, err
		}
		if loss-loss != 0 {
			return 0, fmt.Errorf("explain: epoch %d: the loss is %v", r.state.Epoch+1, loss)
		}
		sum += float64(loss) * float64(len(part))
	}
	return sum / float64(len(order)), nil
}

// batch does one step and returns its loss.
func (r *trainRun) batch(index []int, rate float32) (float32, error) {
	items := make([]*learn.Item, len(index))
	for k, i := range index {
		items[k] = r.items[i]
	}
	b, err := learn.NewBatch(items, r.shape)
	if err != nil {
		return 0, fmt.Errorf("explain: %w", err)
	}
	hot := tensors.FromShape(shapes.Make(dtypes.Float32, b.Shape.Graphs, r.Classes))
	tensors.MustMutableFlatData(hot, func(flat []float32) {
		for k, i := range index {
			flat[k*r.Classes+r.labels[i]] = 1
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

// classifier returns the classifier of the best epoch.
func (r *trainRun) classifier() (*Classifier, error) {
	store := model.NewStore()
	for path, values := range r.state.BestOf {
		if err := setVariable(store, path, values, r.store.GetVariable(path).Shape().Dimensions); err != nil {
			return nil, err
		}
	}
	return NewClassifier(r.Network, r.Classes, store, r.Engine)
}
