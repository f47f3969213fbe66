package data

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"math"
	"os"
	"strconv"
	"strings"
	"unicode"
)

const (
	// MaxFileSize is the size in bytes above which ReadX functions refuse a
	// file: 1 GiB.
	MaxFileSize = 1 << 30
	// maxLine is the length in bytes above which a line is refused.
	maxLine = 1 << 20
	// maxPrealloc caps what a count in a header makes a reader allocate ahead
	// of the records themselves.
	maxPrealloc = 1 << 12
)

// lines reads a text file line by line, most often as fields. It drops blank
// lines, comments, a byte-order mark and the carriage returns of Windows, and
// counts lines from 1. A line has at most maxLine bytes.
type lines struct {
	name       string
	limit      int64
	comments   string // characters that open a comment, up to the end of its line
	separators string // characters that part fields beside blanks
	blanks     bool   // blank lines count, unless they hold a comment
	scanner    *bufio.Scanner
	number     int
}

// newLines reads r, at most limit bytes of it; more is an error.
func newLines(r io.Reader, name string, limit int64, comments string) *lines {
	s := bufio.NewScanner(&cappedReader{r, limit})
	s.Buffer(make([]byte, 0, 1<<12), maxLine)
	return &lines{name: name, limit: limit, comments: comments, scanner: s}
}

// text returns the next line that is not blank, without the blanks around it;
// io.EOF after the last.
func (l *lines) text() (string, error) {
	for l.scanner.Scan() {
		l.number++
		line := l.scanner.Bytes()
		if l.number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		blank := l.blanks
		if i := bytes.IndexAny(line, l.comments); i >= 0 && l.comments != "" {
			line, blank = line[:i], false
		}
		if bytes.IndexByte(line, 0) >= 0 {
			return "", l.errorf("", "binary data where text was expected")
		}
		if line = bytes.TrimSpace(line); len(line) > 0 || blank {
			return string(line), nil
		}
	}
	switch err := l.scanner.Err(); {
	case err == nil:
		return "", io.EOF
	case errors.Is(err, bufio.ErrTooLong):
		l.number++
		return "", l.errorf("", "line longer than %d bytes", maxLine)
	case errors.Is(err, errCapped):
		return "", fileErrorf(l.name, 0, "larger than the limit of %d bytes", l.limit)
	default:
		return "", &FileError{File: l.name, Line: l.number, Err: err}
	}
}

// next returns the fields of the next line that has any, io.EOF after the
// last.
func (l *lines) next() ([]string, error) {
	for {
		line, err := l.text()
		if err != nil {
			return nil, err
		}
		var fields []string
		if l.separators == "" {
			fields = strings.Fields(line)
		} else {
			fields = strings.FieldsFunc(line, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(l.separators, r) })
		}
		if len(fields) > 0 || l.blanks {
			return fields, nil
		}
	}
}

// all yields the fields of the lines that are left. It ends after the first
// error, which it yields without fields.
func (l *lines) all() iter.Seq2[[]string, error] { return each(l.next) }

// each yields what next returns, up to io.EOF or after another error.
func each[T any](next func() (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			x, err := next()
			if err == io.EOF || !yield(x, err) || err != nil {
				return
			}
		}
	}
}

// want is next where the end of the input is an error: what names the record
// that is missing.
func (l *lines) want(what string, args ...any) ([]string, error) {
	f, err := l.next()
	if err == io.EOF {
		if l.number == 0 {
			return nil, l.nothing("")
		}
		return nil, l.errorf("", "the file ends where "+what+" was expected", args...)
	}
	return f, err
}

// end returns an error if there is another record.
func (l *lines) end(after string, args ...any) error {
	f, err := l.next()
	if err == io.EOF {
		return nil
	}
	if err != nil {
		return err
	}
	return l.errorf(strings.Join(f, " "), "more data after "+after, args...)
}

// nothing is the error of an input in which next found no record: what it
// lacks, or that it is empty.
func (l *lines) nothing(lacks string) *FileError {
	if l.number == 0 {
		lacks = "empty file"
	}
	return fileErrorf(l.name, 0, "%s", lacks)
}

// errorf makes an error for the current line.
func (l *lines) errorf(value, format string, args ...any) *FileError {
	e := fileErrorf(l.name, l.number, format, args...)
	if len(value) > 40 {
		value = value[:40] + "…"
	}
	e.Value = value
	return e
}

// count parses a count of records that take at least size bytes each, and
// compares it with the size of the input.
func (l *lines) count(field, what string, size int64) (int, error) {
	n, err := strconv.ParseInt(field, 10, 64)
	if err != nil || n < 0 {
		return 0, l.errorf(field, "number of %s is not a count", what)
	}
	if n > math.MaxInt32 || n > (l.limit+1)/size {
		return 0, l.errorf(field, "more %s than an input of %d bytes can hold", what, l.limit)
	}
	return int(n), nil
}

// mostNodes returns how many nodes a list of edges may have: nodes without
// edges take no room in a file, but memory.
func (l *lines) mostNodes() int {
	return int(min(max(1<<16, 4*l.limit), math.MaxInt32-1))
}

// nodes parses a number of nodes.
func (l *lines) nodes(field string) (int, error) {
	n, err := strconv.ParseInt(field, 10, 64)
	if err != nil || n < 0 {
		return 0, l.errorf(field, "number of nodes is not a count")
	}
	if n > int64(l.mostNodes()) {
		return 0, l.errorf(field, "more nodes than are plausible for an input of %d bytes", l.limit)
	}
	return int(n), nil
}

// index parses an index counted from base and returns it counted from 0; it
// must be below n.
func (l *lines) index(field, what string, base, n int) (int32, error) {
	i, err := strconv.Atoi(field)
	if err != nil {
		return 0, l.errorf(field, "%s is not an integer", what)
	}
	if i < base || i-base >= n {
		return 0, l.errorf(field, "%s outside %d..%d", what, base, n-1+base)
	}
	return int32(i - base), nil
}

// float parses a finite number.
func (l *lines) float(field, what string) (float64, error) {
	x, err := strconv.ParseFloat(field, 64)
	if errors.Is(err, strconv.ErrSyntax) {
		return 0, l.errorf(field, "%s is not a number", what)
	}
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, l.errorf(field, "%s is not finite", what)
	}
	return x, nil
}

var errCapped = errors.New("input larger than its limit")

// cappedReader fails once more than left bytes have come.
type cappedReader struct {
	r    io.Reader
	left int64
}

func (c *cappedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, errCapped
	}
	return n, err
}

// open opens a regular file of at most MaxFileSize bytes and returns its size.
func open(path string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, &FileError{File: path, Err: cause(err)}
	}
	switch {
	case info.IsDir():
		return nil, 0, fileErrorf(path, 0, "is a folder, not a file")
	case !info.Mode().IsRegular():
		return nil, 0, fileErrorf(path, 0, "is not a regular file")
	case info.Size() > MaxFileSize:
		return nil, 0, fileErrorf(path, 0, "%d bytes are more than the limit of %d", info.Size(), int64(MaxFileSize))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, &FileError{File: path, Err: cause(err)}
	}
	return f, info.Size(), nil
}

// readFile opens path and hands it to parse with its size as the limit.
func readFile[T any](path string, parse func(r io.Reader, name string, limit int64) (T, error)) (T, error) {
	f, size, err := open(path)
	if err != nil {
		var zero T
		return zero, err
	}
	defer f.Close()
	return parse(f, path, size)
}

// cause strips the path from an error of package os, which FileError repeats.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
