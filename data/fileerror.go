package data

import (
	"fmt"
	"strconv"
)

// FileError reports input that a reader refused.
type FileError struct {
	File  string // path, or the name given to a Parse function
	Line  int    // counted from 1; 0 if the error concerns the whole file
	Msg   string // what is wrong
	Value string // the offending text, shortened; "" if there is none
	Err   error  // the underlying error, if any
}

// Error returns "data: FILE:LINE: MESSAGE: "VALUE": CAUSE", less what is
// absent.
func (e *FileError) Error() string {
	s := "data: " + e.File
	if e.Line > 0 {
		s += ":" + strconv.Itoa(e.Line)
	}
	if e.Msg != "" {
		s += ": " + e.Msg
	}
	if e.Value != "" {
		s += ": " + strconv.Quote(e.Value)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the underlying error, so that errors.Is(err, fs.ErrNotExist)
// works.
func (e *FileError) Unwrap() error { return e.Err }

// fileErrorf makes a FileError without a value or a cause.
func fileErrorf(file string, line int, format string, args ...any) *FileError {
	return &FileError{File: file, Line: line, Msg: fmt.Sprintf(format, args...)}
}
