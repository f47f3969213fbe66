package explain

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// AuthorsGNN is the network of the authors' released weights, trained on
// [CurationAuthors].
var AuthorsGNN = GNN{Layers: 3, Hidden: 64, Depth: 1}

// AuthorsClassifier makes a classifier of the tensors of the authors'
// mutag_model.pt, as [data.ReadTorch] returns them.
func AuthorsClassifier(all map[string]data.Tensor, e *isinggraph.Engine) (*Classifier, error) {
	store := model.NewStore()
	if err := loadAuthors(store, "/"+scopeName, all, 2); err != nil {
		store.Finalize()
		return nil, err
	}
	like, err := authorsItem()
	if err != nil {
		store.Finalize()
		return nil, err
	}
	return NewClassifier(AuthorsGNN.Network(2), 2, like, store, e)
}

// authorsItem is a molecule of two atoms, for the numbers of features.
func authorsItem() (*learn.Item, error) {
	g, err := isinggraph.NewGraph(2, [][2]int32{{0, 1}})
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	return &learn.Item{Graph: g, X: make([]float32, 2*len(atomSymbols)), EdgeX: make([]float32, bondOrders)}, nil
}

// AuthorsField returns a field of the tensors of the authors'
// mutag_explainer.pt, for use with c, with their J = 1 and temperature 0.1.
func AuthorsField(all map[string]data.Tensor, c *Classifier) (*IGField, error) {
	f, err := NewIGField(IGConfig{Network: AuthorsGNN, J: 1, Beta: 10})
	if err != nil {
		return nil, err
	}
	store := model.NewStore()
	if err := loadAuthors(store, "/field", all, 1); err != nil {
		store.Finalize()
		return nil, err
	}
	if err := f.set(c, store, nil); err != nil {
		store.Finalize()
		return nil, err
	}
	return f, nil
}

// loadAuthors sets the variables of a GNN from the authors' names: mlpK holds
// layer K's linear map (conv K.nn the same again), conv K.lin that of its edge
// features, lin the last one. PyTorch's weights are [out, in]. Tensors that are
// missing, of another size, not finite or not known are one error.
func loadAuthors(store *model.Store, scope string, all map[string]data.Tensor, classes int) error {
	const hidden = 64
	in := len(atomSymbols)
	r := authorsReader{tensors: all, used: make(map[string]bool)}
	for l := range AuthorsGNN.Layers {
		at := fmt.Sprintf("%s/layer_%d", scope, l)
		r.linear(store, fmt.Sprintf("mlp%d", l+1), at+"/linear_0", hidden, in)
		r.linear(store, fmt.Sprintf("conv%d.lin", l+1), at+"/edge", in, bondOrders)
		for _, part := range []string{"weight", "bias"} {
			again, name := fmt.Sprintf("conv%d.nn.%s", l+1, part), fmt.Sprintf("mlp%d.%s", l+1, part)
			if t, ok := all[again]; ok && !reflect.DeepEqual(t.Data, all[name].Data) {
				r.errs = append(r.errs, fmt.Errorf("explain: tensor %q is not %q again", again, name))
			}
			r.used[again] = true
		}
		name := fmt.Sprintf("conv%d.eps", l+1)
		if eps := r.floats(name, 1); eps != nil && eps[0] != 0 {
			r.errs = append(r.errs, fmt.Errorf("explain: %s is %v, want 0", name, eps[0]))
		}
		in = hidden
	}
	r.linear(store, "lin", scope+"/head", classes, hidden)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !r.used[name] {
			r.errs = append(r.errs, fmt.Errorf("explain: tensor %q is none of the network's", name))
		}
	}
	return errors.Join(r.errs...)
}

// authorsReader reads tensors by their names and collects errors.
type authorsReader struct {
	tensors map[string]data.Tensor
	used    map[string]bool
	errs    []error
}

// linear sets the variables of a linear map.
func (r *authorsReader) linear(store *model.Store, from, to string, width, in int) {
	w, biases := r.floats(from+".weight", width*in), r.floats(from+".bias", width)
	if w == nil || biases == nil {
		return
	}
	weights := make([]float32, len(w))
	for o := range width {
		for i := range in {
			weights[i*width+o] = w[o*in+i]
		}
	}
	_, err := store.CreateVariable(to+"/dense/weights", tensors.FromFlatDataAndDimensions(weights, in, width))
	if err == nil {
		_, err = store.CreateVariable(to+"/dense/biases", tensors.FromFlatDataAndDimensions(slices.Clone(biases), width))
	}
	if err != nil {
		r.errs = append(r.errs, fmt.Errorf("explain: setting %s: %w", to, err))
	}
}

// floats returns a tensor of count finite floats, or nil.
func (r *authorsReader) floats(name string, count int) []float32 {
	r.used[name] = true
	t, ok := r.tensors[name]
	if !ok {
		r.errs = append(r.errs, fmt.Errorf("explain: no tensor %q", name))
		return nil
	}
	v, ok := t.Data.([]float32)
	if !ok || len(v) != count {
		r.errs = append(r.errs, fmt.Errorf("explain: tensor %q has the shape %v (%T), want %d float32", name, t.Shape, t.Data, count))
		return nil
	}
	for i, x := range v {
		if x-x != 0 {
			r.errs = append(r.errs, fmt.Errorf("explain: value %d of tensor %q is %v", i, name, x))
			return nil
		}
	}
	return v
}
