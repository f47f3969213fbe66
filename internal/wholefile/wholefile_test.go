package wholefile

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestWrite writes a file twice; what cannot be written is an error, and leaves neither a
// part nor another content behind.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	path := filepath.Join(dir, "a.json")
	for _, v := range []int{1, 2} {
		if err := WriteJSON(path, map[string]int{"x": v}); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteJSON(path, math.NaN()); err == nil {
		t.Error("a value that is not JSON is written")
	}
	if err := Write(filepath.Join(path, "b"), nil); err == nil {
		t.Error("a file below a file is written")
	}
	if err := Write(dir, nil); err == nil {
		t.Error("a file is written over a folder")
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "{\n  \"x\": 2\n}\n" {
		t.Errorf("%q, %v", text, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files in the folder", len(left))
	}
}

// TestFails lets a write end half-way: the error names the file and the cause, the file
// is as it was, and nothing else is left.
func TestFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := Write(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	cause := errors.New("no more")
	err := Func(path, func(w *bufio.Writer) error {
		w.Write(make([]byte, 1<<16))
		return cause
	})
	var at *fs.PathError
	if !errors.As(err, &at) || at.Path != path || !errors.Is(err, cause) {
		t.Errorf("error %v, want %s and %v", err, path, cause)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "old" {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	err = Func(filepath.Join(dir, "none", "a"), func(*bufio.Writer) error { return nil })
	if !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &at) || at.Path != filepath.Join(dir, "none", "a") {
		t.Errorf("missing folder: error %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files in the folder", len(left))
	}
}

// TestFolder writes a folder, replaces it where that is asked for, and leaves the old one
// where it is not, or where the new one fails.
func TestFolder(t *testing.T) {
	parent := t.TempDir()
	path := filepath.Join(parent, "a")
	fill := func(text string, err error) func(dir string) error {
		return func(dir string) error {
			return errors.Join(Write(filepath.Join(dir, text), []byte(text)), err)
		}
	}
	cause := errors.New("no more")
	for _, step := range []struct {
		text    string
		replace bool
		err     error // what fill ends with
		fails   bool
		want    string // the file that the folder then has
	}{
		{"one", false, nil, false, "one"},
		{"two", false, nil, true, "one"},
		{"three", true, nil, false, "three"},
		{"four", true, cause, true, "three"},
	} {
		err := Folder(path, step.replace, fill(step.text, step.err))
		var at *fs.PathError
		if (err != nil) != step.fails || step.fails && (!errors.As(err, &at) || at.Path != path) || !errors.Is(err, step.err) && step.err != nil {
			t.Errorf("%s: error %v", step.text, err)
		}
		if text, err := os.ReadFile(filepath.Join(path, step.want)); err != nil || string(text) != step.want {
			t.Errorf("%s: %q, %v", step.text, text, err)
		}
		if files, _ := os.ReadDir(path); len(files) != 1 {
			t.Errorf("%s: %d files in the folder", step.text, len(files))
		}
		if left, _ := os.ReadDir(parent); len(left) != 1 {
			t.Errorf("%s: %d folders", step.text, len(left))
		}
	}
}

// TestNumbers writes lists of numbers in one line, and nothing else so.
func TestNumbers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	v := map[string]any{"a": []any{-1.5, 2e-30, 3.0}, "b": []any{}, "c": []any{"[ 1", 2.0}, "d": []any{[]any{1.0}, nil}}
	if err := WriteJSON(path, v); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	want := `{
  "a": [-1.5, 2e-30, 3],
  "b": [],
  "c": [
    "[ 1",
    2
  ],
  "d": [
    [1],
    null
  ]
}
`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v, want %s", text, err, want)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("read back %v, %v, want %v", got, err, v)
	}
}
