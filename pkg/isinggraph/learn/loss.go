package learn

import (
	"fmt"

	"example.org/isinggraph/internal/adam"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Loss is ℓ(x), to be made small in expectation; at most one of Total, Parts and
// Graph is set, exactly one for the estimators that need a loss. It need not be
// differentiable.
//
// Total and Parts are called for every sample of every item, several at once. They
// find what is their own in the item's Data, must not write to x nor keep it, and what
// they return must be finite.
type Loss struct {
	// Total is the loss of one sample x [n] of an item.
	Total func(it *Item, x []int8) (float64, error)
	// Parts returns the loss as parts that sum to it, as many for every sample of
	// an item; see [Local].
	Parts func(it *Item, x []int8) ([]float64, error)
	// Flips writes (ℓ₊ − ℓ₋)/2 of every node i into flips [n], ℓ± being the loss of x
	// with x_i = ±1, for the estimator [Flips]; nil to evaluate Total or Parts n times.
	Flips func(it *Item, x []int8, flips []float64) error
	// Graph builds a compiled loss of spins x float32 [K, N], ±1 or arbitrary
	// where padded: totals [K, G], or parts of every node [K, N].
	Graph func(scope *model.Scope, b *BatchNodes, x *graph.Node, inputs []*graph.Node) *graph.Node
	// Inputs are more inputs of Graph for a batch, such as labels of b.Items, in
	// shapes that depend on b.Shape alone; or nil. The learner finalizes them.
	Inputs func(b *Batch) ([]*tensors.Tensor, error)
	// Store holds Graph's variables, a frozen model; nil for an empty one.
	Store *model.Store
	// Rate is the learning rate at which Graph's trainable variables learn in the same
	// steps as the field, by the gradient of the mean loss of the samples; 0 keeps them
	// frozen. They lie below "loss" in the learner's store, where they begin with the
	// values of Store if it has them, and are part of its checkpoints.
	Rate float64
	// Random says that the loss draws random numbers of its own, so that the same
	// spins have another loss each time: a run is not recognized by it then.
	Random bool
}

// given reports whether there is a loss.
func (l *Loss) given() bool { return l.Total != nil || l.Parts != nil || l.Graph != nil }

// form names which of the loss's functions is set.
func (l *Loss) form() string {
	switch {
	case l.Total != nil:
		return "total"
	case l.Parts != nil:
		return "parts"
	case l.Graph != nil && l.Rate > 0:
		return fmt.Sprintf("graph, learning at %g", l.Rate)
	case l.Graph != nil:
		return "graph"
	}
	return ""
}

func (l *Loss) validate() error {
	set := 0
	for _, on := range []bool{l.Total != nil, l.Parts != nil, l.Graph != nil} {
		if on {
			set++
		}
	}
	switch {
	case set > 1:
		return fmt.Errorf("learn: loss with %d of Total, Parts and Graph, need one", set)
	case !(l.Rate >= 0) || l.Rate-l.Rate != 0:
		return fmt.Errorf("learn: Loss.Rate is %v, need a finite value of at least 0", l.Rate)
	case l.Rate > 0 && l.Graph == nil:
		return fmt.Errorf("learn: Loss.Rate is %v for a loss in Go, whose variables are its own", l.Rate)
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
	// taught are the gradients of the loss's own variables, if they learn.
	taught []adam.Gradient
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
