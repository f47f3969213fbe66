package data

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDir takes the folder from the environment, none if it isn't set, and refuses what is no
// folder.
func TestDir(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ value, want, err string }{
		{"", "", ""},
		{folder, folder, ""},
		{filepath.Join(folder, "absent"), "", "no such file"},
		{file, "", "is not a folder"},
	} {
		t.Setenv(DirVariable, c.value)
		got, err := Dir()
		if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%q: %q, %v, want %q, %q", c.value, got, err, c.want, c.err)
		}
	}
}

func TestPSBMeshesErrors(t *testing.T) {
	if _, err := PSBMeshes(t.TempDir(), Bust); err == nil || !strings.Contains(err.Error(), "301.off") {
		t.Errorf("absent folder: %v", err)
	}
	if _, err := PSBMeshes(t.TempDir(), "bird"); err == nil || !strings.Contains(err.Error(), `"bird"`) {
		t.Errorf("unknown family: %v", err)
	}
}
