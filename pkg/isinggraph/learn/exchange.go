package learn

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/runs"
)

// exchange are the forms of files of variables, by their endings.
var exchange = map[string]struct {
	read  func(path string) (map[string]data.Tensor, error)
	write func(path string, arrays map[string]data.Tensor) error
}{
	".npz":         {data.ReadNPZ, data.WriteNPZ},
	".safetensors": {data.ReadSafetensors, data.WriteSafetensors},
}

// exchangeEnding returns the ending of a file of variables.
func exchangeEnding(path string) (string, error) {
	ending := strings.ToLower(filepath.Ext(path))
	if _, ok := exchange[ending]; !ok {
		return "", fmt.Errorf("learn: %s: files of variables end in .npz or .safetensors", path)
	}
	return ending, nil
}

// Export writes the variables of the field, and of learned couplings, as they are now to a
// file that numpy reads (.npz) or the library safetensors does (.safetensors), whole or not at all.
// The names are the variables' paths, such as "field/head/dense/weights" and
// "coupling/J"; shapes and types are theirs. [Import] reads it.
func (l *Learner) Export(path string) error {
	ending, err := exchangeEnding(path)
	if err != nil {
		return err
	}
	arrays := make(map[string]data.Tensor)
	for v := range l.store.IterVariables() {
		if !slices.ContainsFunc(fieldScopes, func(s string) bool { return strings.HasPrefix(v.Path(), s) }) {
			continue
		}
		value, err := v.Value()
		if err == nil {
			arrays[strings.TrimPrefix(v.Path(), "/")], err = arrayOf(value)
		}
		if err != nil {
			return fmt.Errorf("learn: exporting %s: %w", v.Path(), err)
		}
	}
	if len(arrays) == 0 {
		return fmt.Errorf("learn: %s: there are no variables yet: they are drawn when the field is first computed", path)
	}
	if err := exchange[ending].write(path, arrays); err != nil {
		return fmt.Errorf("learn: exporting variables: %w", err)
	}
	return nil
}

// Import returns the field whose variables [Learner.Export], or another program, has
// written to a file. As that of [Open] it predicts and does not train. It is
// an error, which lists them all, if variables are missing, unused or of another shape or type than
// field and Coupling ask for; half precision is read as float32. Close the learner after
// use.
func Import(path string, field FieldFunc, o OpenOptions) (*Learner, error) {
	ending, err := exchangeEnding(path)
	if err != nil {
		return nil, err
	}
	arrays, err := exchange[ending].read(path)
	if err != nil {
		return nil, fmt.Errorf("learn: importing variables: %w", err)
	}
	l, err := newOpened("imported from "+path, field, o, 0, runState{})
	if err != nil {
		return nil, fmt.Errorf("learn: importing %s: %w", path, err)
	}
	network, err := l.networkLike(o.Like)
	if err == nil {
		defer network.Finalize()
		err = l.setArrays(network, arrays)
	}
	if err != nil {
		l.Close()
		return nil, fmt.Errorf("learn: importing %s: %w", path, err)
	}
	return l, nil
}

// setArrays sets the variables, which must be exactly those of a network.
func (l *Learner) setArrays(network *model.Store, arrays map[string]data.Tensor) error {
	have := make(map[string]shapes.Shape, len(arrays))
	for name, a := range arrays {
		have["/"+name] = shapes.Make(dtypes.FromGoType(reflect.TypeOf(a.Data).Elem()), a.Shape...)
	}
	if err := runs.MatchShapes(network, have, fieldScopes); err != nil {
		return err
	}
	for name, a := range arrays {
		value := tensors.FromShape(have["/"+name])
		if err := value.MutableFlatData(func(flat any) { reflect.Copy(reflect.ValueOf(flat), reflect.ValueOf(a.Data)) }); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if _, err := l.store.CreateVariable("/"+name, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// arrayOf copies a tensor.
func arrayOf(t *tensors.Tensor) (a data.Tensor, err error) {
	a.Shape = slices.Clone(t.Shape().Dimensions)
	err = t.ConstFlatData(func(flat any) {
		all := reflect.ValueOf(flat)
		a.Data = reflect.AppendSlice(reflect.MakeSlice(all.Type(), 0, all.Len()), all).Interface()
	})
	return a, err
}
