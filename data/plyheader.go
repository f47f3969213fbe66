package data

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// Elements of PLY that make a mesh.
const plyVertex, plyFace, plyStrips = "vertex", "face", "tristrips"

// maxPLYProperties caps the properties of all elements together.
const maxPLYProperties = 1 << 10

// plyType is a number type of PLY; zero is none.
type plyType byte

const (
	plyInt8 plyType = iota + 1
	plyUint8
	plyInt16
	plyUint16
	plyInt32
	plyUint32
	plyFloat32
	plyFloat64
)

// plyTypes has both names of each type.
var plyTypes = map[string]plyType{
	"char": plyInt8, "uchar": plyUint8, "short": plyInt16, "ushort": plyUint16,
	"int": plyInt32, "uint": plyUint32, "float": plyFloat32, "double": plyFloat64,
	"int8": plyInt8, "uint8": plyUint8, "int16": plyInt16, "uint16": plyUint16,
	"int32": plyInt32, "uint32": plyUint32, "float32": plyFloat32, "float64": plyFloat64,
}

// size returns the bytes of a number.
func (t plyType) size() int { return [...]int{0, 1, 1, 2, 2, 4, 4, 4, 8}[t] }

func (t plyType) integer() bool { return t < plyFloat32 }

// plyProperty is a number or a list of each record of an element.
type plyProperty struct {
	name    string
	kind    plyType
	list    bool
	counts  plyType // of a list's length
	axis    int     // 0, 1, 2 for a vertex's x, y, z; −1 otherwise
	polygon bool    // the vertices of a face
}

type plyElement struct {
	name       string
	count      int
	line       int // of the header
	properties []plyProperty
}

// plyHeader describes the records of a file.
type plyHeader struct {
	order    binary.ByteOrder // nil for ASCII
	elements []plyElement
	vertices int // promised
	lines    int // of the header
	size     int // in bytes
}

// parsePLYHeader reads the lines up to end_header.
func parsePLYHeader(name string, text []byte) (*plyHeader, error) {
	h, l := &plyHeader{}, &fixedLines{name: name, rest: bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))}
	if len(l.rest) == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	if line, _ := l.line(); string(line) != "ply" {
		return nil, l.errorf(string(line), "a PLY file begins with the line ply")
	}
	format, properties := false, 0
	for {
		line, err := l.want("the line end_header")
		if err != nil {
			return nil, err
		}
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || f[0] == "comment" || f[0] == "obj_info":
		case f[0] == "format" && !format:
			format = true
			if err := h.setFormat(l, f); err != nil {
				return nil, err
			}
		case f[0] == "element" && format:
			if err := h.addElement(l, f, len(text)); err != nil {
				return nil, err
			}
		case f[0] == "property" && len(h.elements) > 0:
			if properties++; properties > maxPLYProperties {
				return nil, l.errorf(line, "more than %d properties", maxPLYProperties)
			}
			if err := h.addProperty(l, f); err != nil {
				return nil, err
			}
		case line == "end_header" && format:
			h.lines, h.size = l.number, len(text)-len(l.rest)
			return h, h.check(name, len(l.rest))
		default:
			return nil, l.errorf(line, "want format, then elements and their properties, then end_header")
		}
	}
}

// setFormat reads "format NAME 1.0".
func (h *plyHeader) setFormat(l *fixedLines, f []string) error {
	if len(f) == 3 && f[2] == "1.0" {
		switch f[1] {
		case "ascii":
			return nil
		case "binary_little_endian":
			h.order = binary.LittleEndian
			return nil
		case "binary_big_endian":
			h.order = binary.BigEndian
			return nil
		}
	}
	return l.errorf(strings.Join(f, " "), "want format ascii, binary_little_endian or binary_big_endian, and version 1.0")
}

// addElement reads "element NAME COUNT".
func (h *plyHeader) addElement(l *fixedLines, f []string, size int) error {
	if len(f) != 3 {
		return l.errorf(strings.Join(f, " "), "want element NAME COUNT")
	}
	for _, e := range h.elements {
		if e.name == f[1] {
			return l.errorf(f[1], "a second element of this name")
		}
	}
	n, err := (&lines{name: l.name, number: l.number, limit: int64(size)}).count(f[2], f[1]+" records", 1)
	if err != nil {
		return err
	}
	h.elements = append(h.elements, plyElement{name: f[1], count: n, line: l.number})
	if f[1] == plyVertex {
		h.vertices = n
	}
	return nil
}

// addProperty reads "property TYPE NAME" or "property list TYPE TYPE NAME".
func (h *plyHeader) addProperty(l *fixedLines, f []string) error {
	e := &h.elements[len(h.elements)-1]
	if len(f) < 3 {
		return l.errorf(strings.Join(f, " "), "want property TYPE NAME or property list TYPE TYPE NAME")
	}
	p := plyProperty{name: f[len(f)-1], axis: -1}
	types := f[1 : len(f)-1]
	if len(types) == 3 && types[0] == "list" {
		p.list, types = true, types[1:]
		if p.counts = plyTypes[types[0]]; p.counts == 0 || !p.counts.integer() {
			return l.errorf(types[0], "length of a list is not of an integer type")
		}
		types = types[1:]
	}
	if len(types) != 1 {
		return l.errorf(strings.Join(f, " "), "want property TYPE NAME or property list TYPE TYPE NAME")
	}
	if p.kind = plyTypes[types[0]]; p.kind == 0 {
		return l.errorf(types[0], "unknown type of a property")
	}
	for _, other := range e.properties {
		if other.name == p.name {
			return l.errorf(p.name, "a second property of this name")
		}
	}
	switch {
	case e.name == plyVertex && !p.list && len(p.name) == 1:
		p.axis = strings.Index("xyz", p.name)
	case e.name == plyFace && p.list && (p.name == "vertex_indices" || p.name == "vertex_index"):
		if p.polygon = true; !p.kind.integer() {
			return l.errorf(types[0], "vertices of a face are not of an integer type")
		}
	}
	e.properties = append(e.properties, p)
	return nil
}

// check compares the elements with what a mesh needs and with the bytes that
// are left after the header.
func (h *plyHeader) check(name string, left int) error {
	vertices := false
	for _, e := range h.elements {
		axes, polygons, size := 0, 0, 0
		for _, p := range e.properties {
			if p.axis >= 0 {
				axes++
			}
			if p.polygon {
				polygons++
			}
			switch {
			case h.order == nil:
				size += 2 // a digit and a blank
			case p.list:
				size += p.counts.size()
			default:
				size += p.kind.size()
			}
		}
		switch {
		case e.name == plyVertex && axes != 3:
			return fileErrorf(name, e.line, "element vertex lacks one of the properties x, y and z")
		case e.name == plyFace && polygons != 1:
			return fileErrorf(name, e.line, "element face has %d lists vertex_indices or vertex_index, want one", polygons)
		case e.name == plyStrips && e.count > 0:
			return fileErrorf(name, e.line, "triangle strips are not read")
		case size > 0 && e.count > (left+1)/size:
			return fileErrorf(name, e.line, "more %s records than %d bytes after the header can hold: %d", e.name, left, e.count)
		}
		vertices = vertices || e.name == plyVertex
	}
	if !vertices {
		return fileErrorf(name, h.lines, "no element vertex")
	}
	return nil
}
