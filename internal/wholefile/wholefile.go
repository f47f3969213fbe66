// Package wholefile writes files in one step: all of a file, on disk, or nothing.
package wholefile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// Write writes a file by a temporary one beside it, in a folder that it makes.
func Write(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // in vain once it is renamed
	_, err = f.Write(text)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// numbers is a list of numbers alone, as json indents it.
var numbers = regexp.MustCompile(`\[\n\s*(-?\d[-+.eE\d]*,?\s+)+\]`)

// WriteJSON writes v, indented, as [Write] does, with lists of numbers in one line.
func WriteJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	text = numbers.ReplaceAllFunc(text, func(list []byte) []byte {
		list = bytes.Join(bytes.Fields(list), []byte(" "))
		return slices.Concat([]byte("["), list[2:len(list)-2], []byte("]"))
	})
	return Write(path, append(text, '\n'))
}
