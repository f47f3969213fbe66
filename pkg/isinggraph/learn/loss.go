package learn

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Loss is ℓ(x), to be made small in expectation; exactly one of Total, Parts and
// Graph is set. It need not be differentiable.
//
// Total and Parts are called for every sample of every item, several at once;
// index counts the training items, then the validation items. They must not
// write to x nor keep it. What they return must be finite.
type Loss struct {
	// Total is the loss of one sample x [n] of an item.
	Total func(it *Item, index int, x []int8) (float64, error)
	// Parts returns the loss as parts that sum to it, as many for every sample of
	// an item; see Credit.
	Parts func(it *Item, index int, x []int8) ([]float64, error)
	// Graph builds a compiled loss of spins x float32 [K, N], ±1 or arbitrary
	// where padded: totals [K, G], or parts of every node [K, N].
	Graph func(scope *model.Scope, b *BatchNodes, x *graph.Node, inputs []*graph.Node) *graph.Node
	// Inputs are more inputs of Graph for a batch, such as labels of b.Items, in
	// shapes that depend on b.Shape alone; or none. The learner finalizes them.
	Inputs func(b *Batch) ([]*tensors.Tensor, error)
	// Store holds Graph's variables, which are not trained: a frozen model. None
	// for an empty one.
	Store *model.Store
	// Random says that the loss draws random numbers of its own, so that the same
	// spins have another loss each time: a run is not recognized by it then.
	Random bool
}

func (l *Loss) validate() error {
	set := 0
	for _, on := range []bool{l.Total != nil, l.Parts != nil, l.Graph != nil} {
		if on {
			set++
		}
	}
	if set != 1 {
		return fmt.Errorf("learn: loss with %d of Total, Parts and Graph, need one", set)
	}
	return nil
}

// LossError says on which sample of which item a loss failed.
type LossError struct {
	Item   int    // training items, then validation items
	Sample int    // of the item, from 0
	Spins  []int8 // the sample
	Value  float64
	Err    error  // what the loss returned or panicked with; nil where Value is not finite
	Stack  string // of a panic
}

func (e *LossError) Error() string {
	what := fmt.Sprintf("is %v", e.Value)
	switch {
	case e.Stack != "":
		what = fmt.Sprintf("panicked: %v\n%s", e.Err, e.Stack)
	case e.Err != nil:
		what = fmt.Sprintf("failed: %v", e.Err)
	}
	return fmt.Sprintf("learn: the loss of item %d, sample %d, %s", e.Item, e.Sample, what)
}

func (e *LossError) Unwrap() error { return e.Err }

// losses are the losses of K samples of the items of a batch.
type losses struct {
	total [][]float64   // [items][K]
	parts [][][]float64 // [items][K][P], nil without parts
}

func newLosses(items, samples int) *losses {
	l := &losses{total: make([][]float64, items), parts: make([][][]float64, items)}
	for i := range items {
		l.total[i] = make([]float64, samples)
		l.parts[i] = make([][]float64, samples)
	}
	return l
}

// set takes over one sample's parts, or its total where parts is nil.
func (l *losses) set(i, k int, total float64, parts []float64) {
	for _, v := range parts {
		total += v
	}
	l.total[i][k], l.parts[i][k] = total, parts
}

// check returns the error of the first sample whose loss is not finite, or whose
// parts are not as many as those of the item's first sample.
func (l *losses) check(b *Batch, index []int, spins []int8) error {
	for i := range l.total {
		for k, v := range l.total[i] {
			fail := &LossError{Item: index[i], Sample: k, Value: v}
			if p, first := len(l.parts[i][k]), len(l.parts[i][0]); p != first {
				fail.Err = fmt.Errorf("%d parts, and %d for the item's first sample", p, first)
			}
			if fail.Err != nil || v-v != 0 {
				fail.Spins = b.spins(spins, i, k)
				return fail
			}
		}
	}
	return nil
}

// spins returns the spins of sample k of item i, which alias all spins.
func (b *Batch) spins(all []int8, i, k int) []int8 {
	n := b.Graph.NumNodes()
	return all[k*n+int(b.Offsets[i]) : k*n+int(b.Offsets[i+1])]
}

// host evaluates Total or Parts on all samples, on all processors, and stops at
// the first that fails.
func (l *Loss) host(ctx context.Context, b *Batch, index []int, spins []int8, samples int) (*losses, error) {
	out := newLosses(len(b.Items), samples)
	jobs := len(b.Items) * samples
	var next atomic.Int64
	var mu sync.Mutex
	var failed *LossError
	firstJob := math.MaxInt
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), jobs) {
		wg.Go(func() {
			for ctx.Err() == nil {
				job := int(next.Add(1)) - 1
				mu.Lock()
				stop := job >= jobs || failed != nil
				mu.Unlock()
				if stop {
					return
				}
				i, k := job/samples, job%samples
				x := b.spins(spins, i, k)
				total, parts, fail := l.call(b.Items[i], index[i], x)
				if fail == nil {
					out.set(i, k, total, parts)
					if v := out.total[i][k]; v-v != 0 {
						fail = &LossError{Value: v}
					}
				}
				if fail != nil {
					fail.Item, fail.Sample, fail.Spins = index[i], k, x
					mu.Lock()
					if job < firstJob {
						firstJob, failed = job, fail
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if failed != nil {
		return nil, failed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return out, out.check(b, index, spins)
}

// call evaluates one sample and turns a panic into an error.
func (l *Loss) call(it *Item, index int, x []int8) (total float64, parts []float64, fail *LossError) {
	defer func() {
		if r := recover(); r != nil {
			err, ok := r.(error)
			if !ok {
				err = fmt.Errorf("%v", r)
			}
			fail = &LossError{Value: math.NaN(), Err: err, Stack: string(debug.Stack())}
		}
	}()
	var err error
	if l.Total != nil {
		total, err = l.Total(it, index, x)
	} else {
		parts, err = l.Parts(it, index, x)
	}
	if err != nil {
		fail = &LossError{Value: math.NaN(), Err: err}
	}
	return total, parts, fail
}

// graphLosses takes the losses over from what Graph returned: [K, G] or [K, N].
func graphLosses(b *Batch, index []int, spins []int8, t *tensors.Tensor) (*losses, error) {
	dims := t.Shape().Dimensions
	if len(dims) != 2 || dims[1] != b.Shape.Graphs && dims[1] != b.Shape.Nodes {
		return nil, fmt.Errorf("learn: the graph loss has shape %s, need [K, %d] or [K, %d]", t.Shape(), b.Shape.Graphs, b.Shape.Nodes)
	}
	flat, err := tensors.CopyFlatData[float32](t)
	if err != nil {
		return nil, fmt.Errorf("learn: reading the graph loss: %w", err)
	}
	out := newLosses(len(b.Items), dims[0])
	for i := range b.Items {
		for k := range dims[0] {
			row := flat[k*dims[1] : (k+1)*dims[1]]
			if dims[1] == b.Shape.Graphs {
				out.set(i, k, float64(row[i]), nil)
				continue
			}
			parts := make([]float64, b.Offsets[i+1]-b.Offsets[i])
			for p := range parts {
				parts[p] = float64(row[int(b.Offsets[i])+p])
			}
			out.set(i, k, 0, parts)
		}
	}
	return out, out.check(b, index, spins)
}
