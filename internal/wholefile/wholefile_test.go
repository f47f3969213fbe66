package wholefile

import (
	"math"
	"os"
	"path/filepath"
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
