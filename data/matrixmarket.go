package data

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Bytes that a record of a MatrixMarket file takes at least: "1 1\n" is an
// entry in coordinate form, "0 " one in array form.
const mtxEntrySize, mtxValueSize = 4, 2

const mtxBanner = "%%matrixmarket"

// mtxHeader is the first line of a MatrixMarket file.
type mtxHeader struct {
	array    bool   // every value by columns, otherwise coordinates
	field    string // real, integer or pattern
	symmetry symmetry
	notes    []string
}

// ParseMatrixMarket reads a sparse matrix in the exchange format of
// MatrixMarket (Boisvert, Pozo, Remington 1996, NISTIR 5935,
// https://math.nist.gov/MatrixMarket/formats.html), coordinate or array, real,
// integer or pattern (whose entries become 1), general, symmetric or
// skew-symmetric (which are expanded). name stands in errors for the file; an
// input of more than limit bytes is an error. It takes O(size) time and memory.
//
// Accepted beyond that: a file without the banner, read as coordinate real
// general and noted so; a byte-order mark, Windows line ends, blank lines,
// comments everywhere; exponents of Fortran (1D-3); values in a pattern, left
// out and noted; a symmetric matrix by its upper triangle or parts of both,
// which is noted. Entries at one position are added up and noted, see
// [NewMatrix]. Stored zeros are kept in coordinate form, and left out in array
// form.
//
// Refused: complex and hermitian matrices, symmetric ones that are not square,
// indices out of range, values that are not finite, integers that float64 does
// not hold exactly, fewer or more entries than the header promises.
func ParseMatrixMarket(r io.Reader, name string, limit int64) (*Matrix, error) {
	return parseMatrixMarket(r, name, limit, matrixOptions{})
}

func parseMatrixMarket(r io.Reader, name string, limit int64, o matrixOptions) (*Matrix, error) {
	l := newLines(r, name, limit, "")
	header, sizes, err := parseMTXHeader(l)
	if err != nil {
		return nil, err
	}
	rows, cols, err := l.matrixSize(sizes[0], sizes[1])
	if err != nil {
		return nil, err
	}
	if header.symmetry != general && rows != cols {
		return nil, l.errorf(strings.Join(sizes, " "), "a symmetric matrix that is not square")
	}
	x := &expander{matrixOptions: o, symmetry: header.symmetry}
	if header.array {
		err = x.parseArray(l, header, rows, cols)
	} else {
		err = x.parseCoordinates(l, &header, rows, cols, sizes[2])
	}
	if err != nil {
		return nil, err
	}
	return x.matrix(name, rows, cols, header.notes)
}

// parseMTXHeader reads the banner, if there is one, and the line of sizes.
func parseMTXHeader(l *lines) (h mtxHeader, sizes []string, err error) {
	f, err := l.want("the banner or the sizes")
	if err != nil {
		return h, nil, err
	}
	banner := strings.ToLower(f[0]) == mtxBanner
	if banner {
		h, err = parseMTXBanner(l, f)
	} else {
		h = mtxHeader{field: "real", notes: []string{"no MatrixMarket banner: read as coordinate real general"}}
	}
	if err != nil {
		return h, nil, err
	}
	l.comments = "%"
	if banner || f[0][0] == '%' {
		if f, err = l.want("the line of sizes"); err != nil {
			return h, nil, err
		}
	}
	want := 3
	if h.array {
		want = 2
	}
	if len(f) != want {
		what := "want the numbers of rows, columns and entries"
		if h.array {
			what = "want the numbers of rows and columns"
		} else if !banner {
			what = "want the banner %%MatrixMarket or the numbers of rows, columns and entries"
		}
		return h, nil, l.errorf(strings.Join(f, " "), "%s", what)
	}
	return h, f, nil
}

// parseMTXBanner reads the fields of the banner.
func parseMTXBanner(l *lines, f []string) (h mtxHeader, err error) {
	text := strings.Join(f, " ")
	if len(f) != 5 {
		return h, l.errorf(text, "want %%%%MatrixMarket matrix FORMAT FIELD SYMMETRY")
	}
	for i := range f {
		f[i] = strings.ToLower(f[i])
	}
	if f[1] != "matrix" {
		return h, l.errorf(f[1], "only objects of type matrix are read")
	}
	switch f[2] {
	case "coordinate":
	case "array":
		h.array = true
	default:
		return h, l.errorf(f[2], "want the format coordinate or array")
	}
	switch h.field = f[3]; {
	case h.field == "complex":
		return h, l.errorf(h.field, "complex matrices are not read")
	case h.field != "real" && h.field != "double" && h.field != "integer" && h.field != "pattern":
		return h, l.errorf(h.field, "want the field real, integer or pattern")
	}
	switch f[4] {
	case "general":
	case "symmetric":
		h.symmetry = symmetric
	case "skew-symmetric":
		h.symmetry = skewSymmetric
	case "hermitian":
		return h, l.errorf(f[4], "hermitian (complex) matrices are not read")
	default:
		return h, l.errorf(f[4], "want the symmetry general, symmetric or skew-symmetric")
	}
	if h.field == "pattern" && (h.array || h.symmetry == skewSymmetric) {
		return h, l.errorf(text, "a pattern has no values for this form")
	}
	return h, nil
}

// parseCoordinates reads one entry per line.
func (x *expander) parseCoordinates(l *lines, h *mtxHeader, rows, cols int, count string) error {
	n, err := l.count(count, "entries", mtxEntrySize)
	if err != nil {
		return err
	}
	width, valued := 3, 0
	if h.field == "pattern" {
		width = 2
	}
	x.entries = make([]Entry, 0, min(n, maxPrealloc))
	for k := range n {
		f, err := l.want("entry %d of %d", k, n)
		if err != nil {
			return err
		}
		if width == 2 && len(f) == 3 {
			valued++
		} else if len(f) != width {
			return l.errorf(strings.Join(f, " "), "entry %d has %d fields, want %d", k, len(f), width)
		}
		i, err := l.index(f[0], "row", 1, rows)
		if err != nil {
			return err
		}
		j, err := l.index(f[1], "column", 1, cols)
		if err != nil {
			return err
		}
		v := 1.0
		if width == 3 {
			if v, err = x.value(l, f[2], h.field); err != nil {
				return err
			}
		}
		if wrong := x.add(i, j, v); wrong != "" {
			return l.errorf(strings.Join(f, " "), "%s", wrong)
		}
	}
	if valued > 0 {
		h.notes = append(h.notes, fmt.Sprintf("pattern: the values of %d entries left out", valued))
	}
	return l.end("the last of %d entries", n)
}

// parseArray reads the values by columns: of a symmetric matrix those on and
// below the diagonal, of a skew-symmetric one those below.
func (x *expander) parseArray(l *lines, h mtxHeader, rows, cols int) error {
	total := int64(rows) * int64(cols)
	switch h.symmetry {
	case symmetric:
		total = (total + int64(rows)) / 2
	case skewSymmetric:
		total = (total - int64(rows)) / 2
	}
	if total > (l.limit+1)/mtxValueSize || total > math.MaxInt32 {
		return l.errorf("", "more values than an input of %d bytes can hold", l.limit)
	}
	var f []string
	for j := range cols {
		first := 0
		switch h.symmetry {
		case symmetric:
			first = j
		case skewSymmetric:
			first = j + 1
		}
		for i := first; i < rows; i++ {
			if len(f) == 0 {
				var err error
				if f, err = l.want("the value at row %d, column %d", i+1, j+1); err != nil {
					return err
				}
			}
			v, err := x.value(l, f[0], h.field)
			if err != nil {
				return err
			}
			if f = f[1:]; v != 0 {
				x.add(int32(i), int32(j), v)
			}
		}
	}
	if len(f) > 0 {
		return l.errorf(strings.Join(f, " "), "more data after the last of %d values", total)
	}
	return l.end("the last of %d values", total)
}

// matrixSize parses the numbers of rows and columns; empty rows take memory,
// but no room in a file.
func (l *lines) matrixSize(rows, cols string) (int, int, error) {
	var n [2]int
	for k, field := range []string{rows, cols} {
		i, err := strconv.ParseInt(field, 10, 64)
		if err != nil || i < 0 {
			return 0, 0, l.errorf(field, "number of %s is not a count", [2]string{"rows", "columns"}[k])
		}
		if i > int64(l.mostNodes()) {
			return 0, 0, l.errorf(field, "more %s than are plausible for an input of %d bytes", [2]string{"rows", "columns"}[k], l.limit)
		}
		n[k] = int(i)
	}
	return n[0], n[1], nil
}

// value parses a value of a field real or integer, where Fortran's D may stand
// for the E of an exponent.
func (x *expander) value(l *lines, field, kind string) (float64, error) {
	if kind == "integer" {
		i, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, l.errorf(field, "value is not an integer of 64 bits")
		}
		if int64(float64(i)) != i || i == math.MaxInt64 {
			return 0, l.errorf(field, "value is not exact in float64")
		}
		return float64(i), nil
	}
	v, err := strconv.ParseFloat(fortranExponent(field), 64)
	if errors.Is(err, strconv.ErrSyntax) {
		return 0, l.errorf(field, "value is not a number")
	}
	if err == nil && finite(v) {
		return v, nil
	}
	if !x.nonFiniteAsZero {
		return 0, l.errorf(field, "value is not finite")
	}
	x.nonFinite++
	return 0, nil
}
