package data

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
)

// readWhole reads an input of at most limit bytes into memory.
func readWhole(r io.Reader, name string, limit int64) ([]byte, error) {
	text, err := io.ReadAll(&cappedReader{r, limit})
	if errors.Is(err, errCapped) {
		return nil, fileErrorf(name, 0, "larger than the limit of %d bytes", limit)
	}
	if err != nil {
		return nil, &FileError{File: name, Err: err}
	}
	return text, nil
}

// fixedLines reads a text of fixed columns line by line. It drops a
// byte-order mark and line ends of Windows, and counts lines from 1.
type fixedLines struct {
	name   string
	rest   []byte
	number int
}

func newFixedLines(text []byte, name string) *fixedLines {
	return &fixedLines{name: name, rest: bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))}
}

// line returns the next line without the blanks at its end.
func (l *fixedLines) line() (line []byte, more bool) {
	if len(l.rest) == 0 {
		return nil, false
	}
	line, l.rest, _ = bytes.Cut(l.rest, []byte("\n"))
	l.number++
	return bytes.TrimRight(line, " \t\r"), true
}

// next returns the next line that is not blank.
func (l *fixedLines) next() (line []byte, more bool) {
	for line, more = l.line(); more && len(line) == 0; line, more = l.line() {
	}
	return line, more
}

// want is line where the end of the input is an error.
func (l *fixedLines) want(what string) (string, error) {
	line, more := l.line()
	if !more {
		return "", l.errorf("", "the file ends where %s was expected", what)
	}
	if bytes.IndexByte(line, 0) >= 0 {
		return "", l.errorf("", "binary data where text was expected")
	}
	return string(line), nil
}

// fields yields n fields of a Fortran format, the blanks around them dropped.
func (l *fixedLines) fields(f fortranFormat, n int, what string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		line := ""
		for k := range n {
			if k%f.perLine == 0 {
				var err error
				if line, err = l.want(what); err != nil {
					yield("", err)
					return
				}
			}
			from := k % f.perLine * f.width
			field := ""
			if from < len(line) {
				field = strings.TrimSpace(line[from:min(from+f.width, len(line))])
			}
			if field == "" {
				yield("", l.errorf(line, "%s %d of %d is missing from columns %d to %d, format %s", what, k+1, n, from+1, from+f.width, f.text))
				return
			}
			if !yield(field, nil) {
				return
			}
		}
	}
}

// errorf makes an error for the current line.
func (l *fixedLines) errorf(value, format string, args ...any) *FileError {
	return (&lines{name: l.name, number: l.number}).errorf(strings.TrimSpace(value), format, args...)
}
