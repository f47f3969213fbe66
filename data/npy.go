package data

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const npyMagic = "\x93NUMPY"

// The members of the header, a literal of a Python dictionary.
var (
	npyDescr   = regexp.MustCompile(`^'descr':\s*'([<>|=])([a-z][0-9]+)'`)
	npyFortran = regexp.MustCompile(`^'fortran_order':\s*(True|False)`)
	npyShape   = regexp.MustCompile(`^'shape':\s*\(([0-9, ]*)\)`)
)

// ReadNPY reads an array of numpy, versions 1 to 3 of the format
// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), of
// one of the types of [Tensor], in whatever order of bytes and of elements.
// The data must be as long as the header says. It takes O(size) time and
// memory.
func ReadNPY(path string) (Tensor, error) { return readFile(path, parseNPY) }

func parseNPY(r io.Reader, name string, limit int64) (Tensor, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return Tensor{}, err
	}
	if len(text) == 0 {
		return Tensor{}, fileErrorf(name, 0, "empty file")
	}
	t, err := decodeNPY(text)
	if err != nil {
		return Tensor{}, &FileError{File: name, Msg: "not an array of numpy", Err: err}
	}
	return t, nil
}

func decodeNPY(text []byte) (Tensor, error) {
	if !bytes.HasPrefix(text, []byte(npyMagic)) {
		return Tensor{}, errors.New("it does not begin as a .npy file does")
	}
	rest := text[len(npyMagic):]
	if len(rest) < 6 {
		return Tensor{}, errors.New("the file ends within its header")
	}
	length, at := uint64(binary.LittleEndian.Uint16(rest[2:])), 4
	switch rest[0] {
	case 1:
	case 2, 3:
		length, at = uint64(binary.LittleEndian.Uint32(rest[2:])), 6
	default:
		return Tensor{}, fmt.Errorf("version %d of the format", rest[0])
	}
	rest = rest[at:]
	if length > uint64(len(rest)) {
		return Tensor{}, fmt.Errorf("a header of %d bytes in a file of %d", length, len(text))
	}
	a, err := npyHeader(string(rest[:length]))
	if err != nil {
		return Tensor{}, err
	}
	a.raw = rest[length:]
	return a.tensor()
}

// npyHeader parses the dictionary of the header.
func npyHeader(text string) (*ndarray, error) {
	bad := fmt.Errorf("header %q", short(text))
	text, ok := strings.CutPrefix(strings.TrimSpace(text), "{")
	text, ok2 := strings.CutSuffix(text, "}")
	if !ok || !ok2 {
		return nil, bad
	}
	a := &ndarray{order: binary.LittleEndian}
	seen := [3]bool{}
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimLeft(text, ", ") {
		k := slices.IndexFunc([]*regexp.Regexp{npyDescr, npyFortran, npyShape}, func(r *regexp.Regexp) bool { return r.MatchString(text) })
		if k < 0 || seen[k] {
			return nil, bad
		}
		seen[k] = true
		var m []string
		switch k {
		case 0:
			if m = npyDescr.FindStringSubmatch(text); m[1] == ">" {
				a.order = binary.BigEndian
			}
			if a.kind = m[2]; elements[a.kind].size == 0 {
				return nil, fmt.Errorf("elements of type %q", short(a.kind))
			}
		case 1:
			m = npyFortran.FindStringSubmatch(text)
			a.fortran = m[1] == "True"
		case 2:
			m = npyShape.FindStringSubmatch(text)
			for d := range strings.SplitSeq(strings.TrimRight(m[1], ", "), ",") {
				if d = strings.TrimSpace(d); d == "" && m[1] == "" {
					break // a scalar
				}
				x, err := strconv.ParseUint(d, 10, 31)
				if err != nil || len(a.shape) == maxDimensions {
					return nil, fmt.Errorf("shape (%s)", short(m[1]))
				}
				a.shape = append(a.shape, int(x))
			}
		}
		text = text[len(m[0]):]
	}
	if seen != [3]bool{true, true, true} {
		return nil, bad
	}
	return a, nil
}

// WriteNPY writes an array for [ReadNPY] and numpy.
func WriteNPY(path string, t Tensor) error {
	return writeFile(path, func(w *bufio.Writer) error { return writeNPY(w, t) })
}

func writeNPY(w io.Writer, t Tensor) error {
	kind, n := kindOf(t.Data)
	if kind == "" {
		return fmt.Errorf("array of %T", t.Data)
	}
	order := "<"
	if elements[kind].size == 1 {
		order = "|"
	}
	if want, err := size(t.Shape, n); err != nil || want != n || len(t.Shape) > maxDimensions {
		return fmt.Errorf("%d elements for shape %d", n, t.Shape)
	}
	shape := ""
	for _, d := range t.Shape {
		shape += strconv.Itoa(d) + ", "
	}
	if len(t.Shape) > 1 {
		shape = strings.TrimSuffix(shape, ", ")
	}
	header := fmt.Sprintf("{'descr': '%s%s', 'fortran_order': False, 'shape': (%s), }", order, kind, strings.TrimSuffix(shape, " "))
	// Data begin at a multiple of 64 bytes.
	pad := 63 - (len(npyMagic)+4+len(header))%64
	header += strings.Repeat(" ", pad) + "\n"
	preamble := binary.LittleEndian.AppendUint16([]byte(npyMagic+"\x01\x00"), uint16(len(header)))
	if _, err := w.Write(append(preamble, header...)); err != nil {
		return err
	}
	return binary.Write(w, binary.LittleEndian, t.Data)
}
