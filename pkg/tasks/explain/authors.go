package explain

import (
	"fmt"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// AuthorsGNN is the network of the authors' released weights, trained on
// [CurationAuthors].
var AuthorsGNN = GNN{Layers: 3, Hidden: 64, Depth: 1}

// AuthorsClassifier makes a classifier of the tensors of the authors'
// mutag_model.pt, as [data.ReadTorch] returns them.
func AuthorsClassifier(tensors map[string]data.Tensor, e *isinggraph.Engine) (*Classifier, error) {
	store := model.NewStore()
	if err := loadAuthors(store, "/"+scopeName, tensors, 2); err != nil {
		store.Finalize()
		return nil, err
	}
	return NewClassifier(AuthorsGNN.Network(2), 2, store, e)
}

// AuthorsField returns a field of the tensors of the authors'
// mutag_explainer.pt, for use with c, with their J = 1 and temperature 0.1.
func AuthorsField(tensors map[string]data.Tensor, c *Classifier) (*IGField, error) {
	f, err := NewIGField(IGConfig{Network: AuthorsGNN, J: 1, Beta: 10})
	if err != nil {
		return nil, err
	}
	store := model.NewStore()
	if err := loadAuthors(store, "/field", tensors, 1); err != nil {
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
// features, lin the last one. PyTorch's weights are [out, in].
func loadAuthors(store *model.Store, scope string, tensors map[string]data.Tensor, classes int) error {
	const hidden = 64
	in := len(atomSymbols)
	type part struct {
		from, to  string
		width, in int
	}
	var parts []part
	for l := range AuthorsGNN.Layers {
		parts = append(parts,
			part{fmt.Sprintf("mlp%d", l+1), fmt.Sprintf("%s/layer_%d/linear_0", scope, l), hidden, in},
			part{fmt.Sprintf("conv%d.lin", l+1), fmt.Sprintf("%s/layer_%d/edge", scope, l), in, bondOrders})
		if eps, err := floatsIn(tensors, fmt.Sprintf("conv%d.eps", l+1), 1); err != nil {
			return err
		} else if eps[0] != 0 {
			return fmt.Errorf("explain: conv%d.eps is %v, want 0", l+1, eps[0])
		}
		in = hidden
	}
	parts = append(parts, part{"lin", scope + "/head", classes, hidden})
	for _, p := range parts {
		w, err := floatsIn(tensors, p.from+".weight", p.width*p.in)
		if err != nil {
			return err
		}
		biases, err := floatsIn(tensors, p.from+".bias", p.width)
		if err != nil {
			return err
		}
		weights := make([]float32, len(w))
		for o := range p.width {
			for i := range p.in {
				weights[i*p.width+o] = w[o*p.in+i]
			}
		}
		if err := setVariable(store, p.to+"/dense/weights", weights, []int{p.in, p.width}); err != nil {
			return err
		}
		if err := setVariable(store, p.to+"/dense/biases", biases, []int{p.width}); err != nil {
			return err
		}
	}
	return nil
}

// floatsIn returns a tensor of count finite floats.
func floatsIn(tensors map[string]data.Tensor, name string, count int) ([]float32, error) {
	t, ok := tensors[name]
	if !ok {
		return nil, fmt.Errorf("explain: no tensor %q", name)
	}
	v, ok := t.Data.([]float32)
	if !ok || len(v) != count {
		return nil, fmt.Errorf("explain: tensor %q has the shape %v (%T), want %d float32", name, t.Shape, t.Data, count)
	}
	for i, x := range v {
		if x-x != 0 {
			return nil, fmt.Errorf("explain: value %d of tensor %q is %v", i, name, x)
		}
	}
	return v, nil
}

// set takes over a trained field's variables and its history.
func (f *IGField) set(c *Classifier, store *model.Store, history []learn.StepInfo) error {
	exec, err := model.NewExec(c.backend, store, func(scope *model.Scope, in []*graph.Node) *graph.Node {
		return f.Network.Field()(scope.At("field"), learn.BatchFromNodes(in))
	})
	if err != nil {
		return fmt.Errorf("explain: compiling the field: %w", err)
	}
	exec.SetMaxCache(-1)
	f.release()
	f.of, f.store, f.history, f.exec = c, store, history, exec
	return nil
}
