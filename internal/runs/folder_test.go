package runs

import (
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

// valuesOf returns the values of a variable, or nil.
func valuesOf(t *testing.T, store *model.Store, path string) []float32 {
	t.Helper()
	v := store.GetVariable(path)
	if v == nil {
		return nil
	}
	flat, err := tensors.CopyFlatData[float32](v.MustValue())
	if err != nil {
		t.Fatal(err)
	}
	return flat
}

// TestWrite writes a folder twice, loads it, and damages each of its files.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "one")
	for _, text := range []string{"first", "second"} {
		if err := writeFolder(path, newStore(t, 1, 2), map[string][]byte{"state": []byte(text)}); err != nil {
			t.Fatal(err)
		}
		if got, err := readFile(path, "state"); err != nil || string(got) != text {
			t.Fatalf("%q, %v, want %q", got, err, text)
		}
	}
	loaded, err := loadStore(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := valuesOf(t, loaded, "/field/w"); !slices.Equal(got, []float32{1, 2}) {
		t.Fatalf("loaded %v", got)
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
		if _, err := readFile(path, "state"); err == nil {
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
	if err := writeFolder(filepath.Join(path, "state", "x"), newStore(t, 1), nil); err == nil {
		t.Error("a folder is written below a file")
	}
}

// TestWriteFails: a folder that cannot be made is an error, and nothing is left.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	err := writeFolder(filepath.Join(dir, "one"), newStore(t, 1), map[string][]byte{"no/such/folder": nil})
	if err == nil || !strings.Contains(err.Error(), "saving") {
		t.Errorf("error %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d entries are left", len(left))
	}
}
