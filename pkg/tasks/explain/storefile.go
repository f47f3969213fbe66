package explain

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"os"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/wholefile"
)

// storeFile is what a file of variables holds. The file begins with its SHA-256.
type storeFile struct {
	Hash   string // of the run that wrote it
	Epoch  int    // done
	Best   float64
	BestOf map[string][]float32 // variables of the best epoch, by path
	Loss   []float64            // of each epoch
	Floats map[string]floatsOf
	Ints   map[string]intsOf
}

type floatsOf struct {
	Dims   []int
	Values []float32
}

type intsOf struct {
	Dims   []int
	Values []int64
}

// take copies the variables of a store.
func (f *storeFile) take(store *model.Store) error {
	f.Floats, f.Ints = make(map[string]floatsOf), make(map[string]intsOf)
	for v := range store.IterVariables() {
		if !v.HasValue() {
			continue
		}
		value, err := v.Value()
		if err == nil {
			switch dims := v.Shape().Dimensions; v.DType() {
			case dtypes.Float32:
				var flat []float32
				flat, err = tensors.CopyFlatData[float32](value)
				f.Floats[v.Path()] = floatsOf{dims, flat}
			case dtypes.Int64:
				var flat []int64
				flat, err = tensors.CopyFlatData[int64](value)
				f.Ints[v.Path()] = intsOf{dims, flat}
			}
		}
		if err != nil {
			return fmt.Errorf("explain: reading %s: %w", v.Path(), err)
		}
	}
	return nil
}

// put sets the variables of a store.
func (f *storeFile) put(store *model.Store) error {
	for path, v := range f.Floats {
		if err := setVariable(store, path, v.Values, v.Dims); err != nil {
			return err
		}
	}
	for path, v := range f.Ints {
		if err := setVariable(store, path, v.Values, v.Dims); err != nil {
			return err
		}
	}
	return nil
}

// setVariable sets or makes a variable of a store.
func setVariable[T float32 | int64](store *model.Store, path string, values []T, dims []int) error {
	size := 1
	for _, d := range dims {
		size *= d
	}
	if size != len(values) {
		return fmt.Errorf("explain: %s has %d values for dimensions %v", path, len(values), dims)
	}
	t := tensors.FromFlatDataAndDimensions(values, dims...)
	var err error
	if v := store.GetVariable(path); v != nil {
		err = v.SetValue(t)
	} else {
		_, err = store.CreateVariable(path, t)
	}
	if err != nil {
		return fmt.Errorf("explain: setting %s: %w", path, err)
	}
	return nil
}

// below returns the float variables below a path.
func (f *storeFile) below(prefix string) map[string][]float32 {
	all := make(map[string][]float32)
	for path, v := range f.Floats {
		if strings.HasPrefix(path, prefix) {
			all[path] = v.Values
		}
	}
	return all
}

// write writes the file in one step: all of it, or nothing.
func (f *storeFile) write(path string) error {
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(f); err != nil {
		return fmt.Errorf("explain: writing %s: %w", path, err)
	}
	sum := sha256.Sum256(body.Bytes())
	if err := wholefile.Write(path, append(sum[:], body.Bytes()...)); err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	return nil
}

// readStoreFile reads what write wrote. A file that is damaged is an error.
func readStoreFile(path string) (*storeFile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	if len(text) < sha256.Size || sha256.Sum256(text[sha256.Size:]) != [sha256.Size]byte(text[:sha256.Size]) {
		return nil, fmt.Errorf("explain: %s is damaged", path)
	}
	f := new(storeFile)
	if err := gob.NewDecoder(bytes.NewReader(text[sha256.Size:])).Decode(f); err != nil {
		return nil, fmt.Errorf("explain: reading %s: %w", path, err)
	}
	return f, nil
}
