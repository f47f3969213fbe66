package data

import (
	"bufio"

	"example.org/isinggraph/internal/wholefile"
)

// writeFile creates path in one step: it holds the old or the new content, never a
// part. The error is a [*FileError].
func writeFile(path string, write func(w *bufio.Writer) error) error {
	if err := wholefile.Func(path, write); err != nil {
		return &FileError{File: path, Msg: "cannot write", Err: cause(err)}
	}
	return nil
}
