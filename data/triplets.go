package data

import (
	"fmt"
	"io"
	"strings"
)

// ParseTriplets reads a matrix from lines "row column value", counted from 0,
// the form of the examples of CSparse (Davis 2006,
// doi:10.1137/1.9780898718881). The file states no size: it is one more than
// the largest row, and column. Lines of four fields are complex numbers; their
// imaginary parts are left out, which is noted. Comments begin with # or %.
// Entries at one position are added up and noted, see [NewMatrix]. name stands
// in errors for the file; an input of more than limit bytes is an error. It
// takes O(size) time and memory.
//
// Refused: lines of other or of different lengths, negative indices or ones
// beyond what is plausible for the size of the input, values that are not
// finite, a file without an entry.
func ParseTriplets(r io.Reader, name string, limit int64) (*Matrix, error) {
	return parseTriplets(r, name, limit, matrixOptions{})
}

func parseTriplets(r io.Reader, name string, limit int64, o matrixOptions) (*Matrix, error) {
	l := newLines(r, name, limit, "#%")
	x := &expander{matrixOptions: o}
	var rows, cols int32
	width := 0
	for f, err := range l.all() {
		if err != nil {
			return nil, err
		}
		if width == 0 {
			width = len(f)
		}
		if len(f) != width || width < 3 || width > 4 {
			return nil, l.errorf(strings.Join(f, " "), "want %d fields: row, column and value", max(3, min(width, 4)))
		}
		i, err := l.index(f[0], "row", 0, l.mostNodes())
		if err != nil {
			return nil, err
		}
		j, err := l.index(f[1], "column", 0, l.mostNodes())
		if err != nil {
			return nil, err
		}
		var v [2]float64 // real and imaginary part
		for k, field := range f[2:] {
			if v[k], err = x.value(l, field, "real"); err != nil {
				return nil, err
			}
		}
		x.add(i, j, v[0])
		rows, cols = max(rows, i+1), max(cols, j+1)
	}
	if l.number == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	if len(x.entries) == 0 {
		return nil, fileErrorf(name, 0, "no entry, and so no size")
	}
	var notes []string
	if width == 4 {
		notes = append(notes, fmt.Sprintf("complex: the imaginary parts of %d entries left out", len(x.entries)))
	}
	return x.matrix(name, int(rows), int(cols), notes)
}
