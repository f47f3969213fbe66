package segment

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/checkpoint"
)

// A checkpoint is a folder "epoch-…" with GoMLX's files of all variables and the
// state. It is written under another name and renamed; then the one before goes.
const (
	epochPrefix = "epoch-"
	stateFile   = "state.gob"
)

// hash names a run: recipe, seed and data.
func (t *trainer) hash() (string, error) {
	h := sha256.New()
	text, err := json.Marshal(struct {
		Recipe Recipe
		Seed   uint64
		H, W   int
		Counts [2]int
	}{t.recipe, t.o.Seed, t.set.H, t.set.W, [2]int{len(t.set.Train), len(t.set.Validation)}})
	if err != nil {
		return "", fmt.Errorf("segment: %w", err)
	}
	h.Write(text)
	for _, e := range slices.Concat(t.set.Train, t.set.Validation) {
		for _, part := range []any{e.Image, e.Mask} {
			if err := binary.Write(h, binary.LittleEndian, part); err != nil {
				return "", fmt.Errorf("segment: %w", err)
			}
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))[:16], nil
}

// open returns the run's folder, or "" where nothing is kept, and loads its
// newest checkpoint that can be read.
func (t *trainer) open() (string, error) {
	if t.o.Dir == "" {
		return "", nil
	}
	name, err := t.hash()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(t.o.Dir, name)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("segment: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("segment: %w", err)
	}
	for _, e := range slices.Backward(entries) { // by name, oldest first
		if !strings.HasPrefix(e.Name(), epochPrefix) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		text, err := os.ReadFile(filepath.Join(path, stateFile))
		if err != nil {
			return "", fmt.Errorf("segment: %w", err)
		}
		if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&t.state); err != nil {
			return "", fmt.Errorf("segment: %s: %w", path, err)
		}
		if err := t.loadVariables(path); err != nil {
			return "", fmt.Errorf("segment: %s: %w", path, err)
		}
		break
	}
	return dir, nil
}

// loadVariables sets all variables to those of a checkpoint: GoMLX leaves alone
// what a store has when it loads one.
func (t *trainer) loadVariables(path string) error {
	store := model.NewStore()
	defer store.Finalize()
	if _, err := checkpoint.Load(store).Dir(path).Immediate().Done(); err != nil {
		return err
	}
	for v := range store.IterVariables() {
		value, err := v.Value()
		if err != nil {
			return err
		}
		if value, err = value.LocalClone(); err != nil {
			return err
		}
		if own := t.store.GetVariable(v.Path()); own == nil {
			_, err = t.store.CreateVariable(v.Path(), value)
		} else {
			err = own.SetValue(value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// save writes a checkpoint.
func (t *trainer) save(dir string) (err error) {
	if dir == "" {
		return nil
	}
	path := filepath.Join(dir, fmt.Sprintf("%s%06d", epochPrefix, t.state.Epochs))
	temp, err := os.MkdirTemp(dir, "tmp-")
	if err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("segment: saving %s: %w", path, err), os.RemoveAll(temp))
		}
	}()
	store, err := t.store.Clone() // a checkpoint's handler stays with its store
	if err != nil {
		return err
	}
	defer store.Finalize()
	handler, err := checkpoint.Build(store).Dir(temp).WithCompression(checkpoint.BinUncompressed).Keep(-1).Done()
	if err != nil {
		return err
	}
	if err := handler.Save(); err != nil {
		return err
	}
	var text bytes.Buffer
	if err := gob.NewEncoder(&text).Encode(t.state); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(temp, stateFile), text.Bytes(), 0o666); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(dir, fmt.Sprintf("%s%06d", epochPrefix, t.state.Epochs-1)))
}

// weights copies the variables of field and kernel.
func (t *trainer) weights() (map[string][]float32, error) {
	all := make(map[string][]float32)
	for v := range t.store.IterVariables() {
		if v.DType() != float || !v.HasValue() || !strings.HasPrefix(v.Path(), "/field/") && !strings.HasPrefix(v.Path(), "/coupling/") {
			continue
		}
		value, err := v.Value()
		if err != nil {
			return nil, fmt.Errorf("segment: reading %s: %w", v.Path(), err)
		}
		if all[v.Path()], err = tensors.CopyFlatData[float32](value); err != nil {
			return nil, fmt.Errorf("segment: reading %s: %w", v.Path(), err)
		}
	}
	return all, nil
}

// useBest takes the weights of the best epoch.
func (t *trainer) useBest() error {
	for v := range t.store.IterVariables() {
		if flat, ok := t.state.Best[v.Path()]; ok {
			if err := v.SetValue(tensors.FromFlatDataAndDimensions(slices.Clone(flat), v.Shape().Dimensions...)); err != nil {
				return fmt.Errorf("segment: setting %s: %w", v.Path(), err)
			}
		}
	}
	return nil
}
