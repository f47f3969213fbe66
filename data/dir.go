package data

import (
	"fmt"
	"os"
	"path/filepath"
)

// DirVariable is the environment variable that names the folder of the real
// data sets.
const DirVariable = "ISINGGRAPH_DATA"

// Dir returns the absolute path of the folder of the real data sets, or ""
// if DirVariable is unset or empty: there is no real data then, and callers
// generate their own. A variable that names something else than a folder is
// an error, so that a mistyped path never passes for absent data.
func Dir() (string, error) {
	value := os.Getenv(DirVariable)
	if value == "" {
		return "", nil
	}
	dir, err := filepath.Abs(value)
	if err != nil {
		return "", fmt.Errorf("data: %s=%s: %w", DirVariable, value, err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return "", fmt.Errorf("data: %s=%s: %w", DirVariable, value, err)
	}
	if !info.IsDir() {
		return "", fmt.Errorf("data: %s=%s: %s is not a folder", DirVariable, value, dir)
	}
	return dir, nil
}
