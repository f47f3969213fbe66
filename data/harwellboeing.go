package data

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// hbHeader is what the first lines of a Harwell-Boeing file tell.
type hbHeader struct {
	pattern                    bool
	symmetry                   symmetry
	rows, cols, nnz            int
	pointers, rowIndex, values fortranFormat
	rightHandSides             bool // follow the values
	notes                      []string
}

// ParseHarwellBoeing reads an assembled real, integer or pattern matrix from
// a Harwell-Boeing file (Duff, Grimes, Lewis 1992, RAL-92-086,
// https://math.nist.gov/MatrixMarket/formats.html#hb) or a Rutherford-Boeing
// file (Duff, Grimes, Lewis 1997, RAL-TR-97-031): compressed columns in the
// fixed formats that the file names itself. Types are RUA, RSA, RZA, RRA, IUA
// …, PUA, PSA, PRA; symmetric (S) and skew-symmetric (Z) matrices are expanded,
// patterns become 1. name stands in errors for the file; an input of more than
// limit bytes is an error. It takes O(size) time and memory.
//
// Accepted beyond that: Windows line ends, a byte-order mark, either triangle
// of a symmetric matrix. Right-hand sides are left out, which is noted. Entries
// at one position are added up and noted, see [NewMatrix].
//
// Refused: complex (C), hermitian (H) and elemental (..E) matrices, formats
// other than one repeated descriptor with a scale factor, fields that are blank
// or not finite, row indices out of range, column pointers that descend.
func ParseHarwellBoeing(r io.Reader, name string, limit int64) (*Matrix, error) {
	return parseHarwellBoeing(r, name, limit, matrixOptions{})
}

func parseHarwellBoeing(r io.Reader, name string, limit int64, o matrixOptions) (*Matrix, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return nil, err
	}
	l := newFixedLines(text, name)
	h, err := parseHBHeader(l, int64(len(text)))
	if err != nil {
		return nil, err
	}
	starts, err := parseHBPointers(l, h)
	if err != nil {
		return nil, err
	}
	rows := make([]int32, 0, h.nnz)
	for field, err := range l.fields(h.rowIndex, h.nnz, "row index") {
		if err != nil {
			return nil, err
		}
		i, err := h.rowIndex.int32(field)
		if err != nil {
			return nil, l.errorf(field, "row index is %v", err)
		}
		if i < 1 || int(i) > h.rows {
			return nil, l.errorf(field, "row index outside 1..%d", h.rows)
		}
		rows = append(rows, i-1)
	}
	x := &expander{matrixOptions: o, symmetry: h.symmetry}
	values := make([]float64, 0, h.nnz)
	if h.pattern {
		for range rows {
			values = append(values, 1)
		}
	} else {
		for field, err := range l.fields(h.values, h.nnz, "value") {
			if err != nil {
				return nil, err
			}
			v, err := h.values.float(field)
			if x.nonFiniteAsZero && errors.Is(err, errNotFinite) {
				v, err = 0, nil
				x.nonFinite++
			}
			if err != nil {
				return nil, l.errorf(field, "value is %v", err)
			}
			values = append(values, v)
		}
	}
	if !h.rightHandSides {
		if line, more := l.next(); more {
			return nil, l.errorf(string(line), "more data after the last of %d entries", h.nnz)
		}
	}
	x.entries = make([]Entry, 0, h.nnz)
	for j := range h.cols {
		for k := starts[j]; k < starts[j+1]; k++ {
			if wrong := x.add(rows[k], int32(j), values[k]); wrong != "" {
				return nil, fileErrorf(name, 0, "entry %d at row %d, column %d: %s", k+1, rows[k]+1, j+1, wrong)
			}
		}
	}
	return x.matrix(name, h.rows, h.cols, h.notes)
}

// parseHBHeader reads the four or five lines before the pointers; size is
// that of the input in bytes.
func parseHBHeader(l *fixedLines, size int64) (h hbHeader, err error) {
	if len(l.rest) == 0 {
		return h, fileErrorf(l.name, 0, "empty file")
	}
	if _, err := l.want("the title"); err != nil {
		return h, err
	}
	cards, err := l.want("the numbers of lines")
	if err != nil {
		return h, err
	}
	counts, err := l.counts(cards, 4, 5, size, "lines")
	if err != nil {
		return h, err
	}
	line, err := l.want("the type and the sizes")
	if err != nil {
		return h, err
	}
	kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if err := h.setType(l, kind); err != nil {
		return h, err
	}
	most := int64((&lines{limit: size}).mostNodes())
	sizes, err := l.counts(rest, 3, 4, most, "rows, columns or entries")
	if err != nil {
		return h, err
	}
	if h.rows, h.cols, h.nnz = sizes[0], sizes[1], sizes[2]; int64(max(h.cols, h.nnz)) > size {
		return h, l.errorf(rest, "more columns or entries than a file of %d bytes can hold", size)
	}
	if h.symmetry != general && h.rows != h.cols {
		return h, l.errorf(line, "a symmetric matrix that is not square")
	}
	if line, err = l.want("the formats"); err != nil {
		return h, err
	}
	targets := []*fortranFormat{&h.pointers, &h.rowIndex, &h.values}
	if h.pattern {
		targets = targets[:2]
	}
	formats := parenthesized(line)
	if len(formats) < len(targets) {
		return h, l.errorf(line, "want %d Fortran formats", len(targets))
	}
	for k, target := range targets {
		if *target, err = parseFortranFormat(formats[k]); err != nil {
			return h, l.errorf(formats[k], "%v", err)
		}
	}
	if !h.pattern && counts[3] == 0 {
		return h, l.errorf(cards, "a matrix of type %s without lines of values", kind)
	}
	if len(counts) == 5 && counts[4] > 0 {
		h.rightHandSides, h.notes = true, []string{"right-hand sides left out"}
		_, err = l.want("the type of the right-hand sides")
	}
	return h, err
}

// setType reads the three letters of a type.
func (h *hbHeader) setType(l *fixedLines, kind string) error {
	k := strings.ToUpper(kind)
	if len(k) != 3 || !strings.Contains("RCIPQ", k[:1]) || !strings.Contains("SUHZR", k[1:2]) || !strings.Contains("AE", k[2:]) {
		return l.errorf(kind, "want a type of three letters like RUA")
	}
	switch k[1] {
	case 'S':
		h.symmetry = symmetric
	case 'Z':
		h.symmetry = skewSymmetric
	}
	h.pattern = k[0] == 'P'
	switch {
	case k[0] == 'C' || k[1] == 'H':
		return l.errorf(kind, "complex and hermitian matrices are not read")
	case k[0] == 'Q':
		return l.errorf(kind, "auxiliary values are not read")
	case k[2] == 'E':
		return l.errorf(kind, "elemental matrices are not read, assemble them first")
	case h.pattern && h.symmetry == skewSymmetric:
		return l.errorf(kind, "a pattern has no values for this form")
	}
	return nil
}

// parseHBPointers reads where each column starts, counted from 0.
func parseHBPointers(l *fixedLines, h hbHeader) ([]int32, error) {
	starts := make([]int32, 0, h.cols+1)
	for field, err := range l.fields(h.pointers, h.cols+1, "column pointer") {
		if err != nil {
			return nil, err
		}
		p, err := h.pointers.int32(field)
		if err != nil {
			return nil, l.errorf(field, "column pointer is %v", err)
		}
		k := len(starts)
		switch {
		case k == 0 && p != 1:
			return nil, l.errorf(field, "the first column pointer is not 1")
		case k > 0 && p-1 < starts[k-1]:
			return nil, l.errorf(field, "column pointer below the one before it, %d", starts[k-1]+1)
		case k == h.cols && int(p) != h.nnz+1:
			return nil, l.errorf(field, "the last column pointer is not the number of entries and one, %d", h.nnz+1)
		}
		starts = append(starts, p-1)
	}
	return starts, nil
}

// counts parses the integers of a line of the header: at least least, and
// those that follow up to most of them, none above largest.
func (l *fixedLines) counts(line string, least, most int, largest int64, what string) ([]int, error) {
	f := strings.Fields(line)
	if len(f) < least {
		return nil, l.errorf(line, "want %d integers: the numbers of %s", least, what)
	}
	counts := make([]int, 0, most)
	for _, field := range f[:min(most, len(f))] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil || n < 0 {
			return nil, l.errorf(field, "number of %s is not a count", what)
		}
		if n > largest {
			return nil, l.errorf(field, "more %s than are plausible for a file of its size", what)
		}
		counts = append(counts, int(n))
	}
	return counts, nil
}

// parenthesized returns the outermost groups in parentheses.
func parenthesized(line string) (groups []string) {
	depth, start := 0, 0
	for i := range len(line) {
		switch line[i] {
		case '(':
			if depth++; depth == 1 {
				start = i
			}
		case ')':
			if depth--; depth == 0 {
				groups = append(groups, line[start:i+1])
			}
			depth = max(depth, 0)
		}
	}
	return groups
}
