package wholefile

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

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
