package storedir

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

func newStore(t *testing.T, values ...float32) *model.Store {
	t.Helper()
	store := model.NewStore()
	for _, path := range []string{"/field/w", "/other"} {
		if _, err := store.CreateVariable(path, tensors.FromFlatDataAndDimensions(values, len(values))); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// TestWrite writes a folder twice, loads it, and damages each of its files.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "one")
	for _, text := range []string{"first", "second"} {
		if err := Write(path, newStore(t, 1, 2), map[string][]byte{"state": []byte(text)}); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(path, "state"); err != nil || string(got) != text {
			t.Fatalf("%q, %v, want %q", got, err, text)
		}
	}
	loaded := model.NewStore()
	if err := Load(loaded, path); err != nil {
		t.Fatal(err)
	}
	w, err := Weights(loaded)
	if err != nil || !slices.Equal(slices.Collect(maps.Keys(w)), []string{"/field/w"}) || !slices.Equal(w["/field/w"], []float32{1, 2}) {
		t.Fatalf("weights %v, %v", w, err)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		file := filepath.Join(path, e.Name())
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text[len(text)/2] ^= 1
		if err := os.WriteFile(file, text, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path, "state"); err == nil {
			t.Errorf("a folder with a damaged %s is read", e.Name())
		}
		text[len(text)/2] ^= 1
		if err := os.WriteFile(file, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d entries are left", len(left))
	}
	if err := Write(filepath.Join(path, "state", "x"), newStore(t, 1), nil); err == nil {
		t.Error("a folder is written below a file")
	}
}

// TestSetWeights sets a variable, and passes over what the store lacks.
func TestSetWeights(t *testing.T) {
	store := newStore(t, 1, 2)
	if err := SetWeights(store, map[string][]float32{"/field/w": {3, 4}, "/none": {1}}); err != nil {
		t.Fatal(err)
	}
	if w, err := Weights(store); err != nil || !slices.Equal(w["/field/w"], []float32{3, 4}) {
		t.Errorf("weights %v, %v", w, err)
	}
}

// TestWriteFails: a folder that cannot be made is an error, and nothing is left.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	err := Write(filepath.Join(dir, "one"), newStore(t, 1), map[string][]byte{"no/such/folder": nil})
	if err == nil || !strings.Contains(err.Error(), "saving") {
		t.Errorf("error %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d entries are left", len(left))
	}
}
