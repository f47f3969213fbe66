package wholefile

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
)

// numbers is a list of numbers alone, as json indents it.
var numbers = regexp.MustCompile(`\[\n\s*(-?\d[-+.eE\d]*,?\s+)+\]`)

// WriteJSON writes v, indented, as [Write] does, with lists of numbers in one line.
func WriteJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return &fs.PathError{Op: "write", Path: path, Err: err}
	}
	text = numbers.ReplaceAllFunc(text, func(list []byte) []byte {
		list = bytes.Join(bytes.Fields(list), []byte(" "))
		return slices.Concat([]byte("["), list[2:len(list)-2], []byte("]"))
	})
	return Write(path, append(text, '\n'))
}
