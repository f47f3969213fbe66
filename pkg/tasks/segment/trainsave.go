package segment

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/isinggraph/internal/runs"
)

// A checkpoint is a folder "epoch-…" of package runs with all variables and the
// state.
const (
	epochPrefix = "epoch-"
	stateFile   = "state.gob"
	// stateVersion goes up with every change of trainState's meaning.
	stateVersion = 2
)

// hash names a run: recipe, seed and data, and the version of what is kept. What
// only names the recipe, or chooses among the epochs, is no part of it.
func (t *trainer) hash() (string, error) {
	h := sha256.New()
	r := t.recipe
	r.Name = ""
	if r.StopAt == 0 {
		r.Select = ""
	}
	text, err := json.Marshal(struct {
		Recipe        Recipe
		Seed          uint64
		Version, H, W int
		Counts        [2]int
	}{r, t.o.Seed, stateVersion, t.set.H, t.set.W, [2]int{len(t.set.Train), len(t.set.Validation)}})
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
// newest checkpoint. One that is damaged is an error.
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
		text, err := runs.ReadFile(path, stateFile)
		if err != nil {
			return "", fmt.Errorf("segment: checkpoint %s: %w", path, err)
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

// loadVariables sets all variables to those of a checkpoint.
func (t *trainer) loadVariables(path string) error {
	store, err := runs.LoadStore(path)
	if err != nil {
		return err
	}
	defer store.Finalize()
	return runs.Set(t.store, store)
}

// save writes a checkpoint; then the one before goes.
func (t *trainer) save(dir string) error {
	if dir == "" {
		return nil
	}
	path := func(epochs int) string { return filepath.Join(dir, fmt.Sprintf("%s%06d", epochPrefix, epochs)) }
	var text bytes.Buffer
	err := gob.NewEncoder(&text).Encode(t.state)
	if err == nil {
		err = runs.WriteFolder(path(t.state.Epochs), t.store, map[string][]byte{stateFile: text.Bytes()})
	}
	if err == nil {
		err = os.RemoveAll(path(t.state.Epochs - 1))
	}
	if err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return nil
}
