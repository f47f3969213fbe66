package data

import (
	"bytes"
	"io"
	"math"
)

// ReadPLY reads a mesh from a PLY file, see [ParsePLY].
func ReadPLY(path string) (*Mesh, error) { return readFile(path, ParsePLY) }

// ParsePLY reads a mesh in the PLY format of Turk (1994, The PLY polygon file
// format, http://paulbourke.net/dataformats/ply/): ASCII, binary little endian
// or binary big endian, properties of any type in any order. It takes x, y and
// z of the element vertex and the list vertex_indices (or vertex_index) of the
// element face; all else is skipped. Polygons become fans of triangles around
// their first vertex. name stands in errors for the file; an input of more than
// limit bytes is an error. It takes O(size) time and memory. Errors in binary
// files name the byte, counted from 0.
//
// Refused: a vertex without x, y or z; coordinates that are not finite; faces
// of fewer than three vertices; indices that are not of an integer type or out
// of range; triangle strips; fewer or more records than the header promises.
func ParsePLY(r io.Reader, name string, limit int64) (*Mesh, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return nil, err
	}
	h, err := parsePLYHeader(name, text)
	if err != nil {
		return nil, err
	}
	var body plyBody
	if h.order == nil {
		l := newLines(bytes.NewReader(text[h.size:]), name, limit, "")
		l.number = h.lines
		body = &plyText{lines: l}
	} else {
		body = &plyBinary{name: name, order: h.order, text: text, at: h.size}
	}
	p := &plyReader{plyBody: body, numVertices: h.vertices}
	for i := range h.elements {
		e := &h.elements[i]
		if err := p.element(e); err != nil {
			return nil, err
		}
	}
	if err := body.end(); err != nil {
		return nil, err
	}
	return &p.mesh, nil
}

// plyBody reads the records after the header one number after the other.
type plyBody interface {
	// begin starts record i of an element.
	begin(e *plyElement, i int) error
	// number returns the next number of the record, of a type.
	number(t plyType) (float64, error)
	// finish ends the record.
	finish() error
	// end returns an error if there is more after the last record.
	end() error
	// errorf makes an error at the latest number.
	errorf(format string, args ...any) error
}

// plyReader makes a mesh of records.
type plyReader struct {
	plyBody
	mesh        Mesh
	polygon     []int32
	numVertices int
}

// element reads the records of an element.
func (p *plyReader) element(e *plyElement) error {
	if len(e.properties) == 0 {
		return nil
	}
	for i := range e.count {
		if err := p.begin(e, i); err != nil {
			return err
		}
		var vertex [3]float64
		for _, property := range e.properties {
			if err := p.property(property, &vertex); err != nil {
				return err
			}
		}
		if e.name == plyVertex {
			p.mesh.Vertices = append(p.mesh.Vertices, vertex)
		}
		if err := p.finish(); err != nil {
			return err
		}
	}
	return nil
}

// property reads one property of a record: a coordinate of vertex, the
// polygon of a face, or what is skipped.
func (p *plyReader) property(property plyProperty, vertex *[3]float64) error {
	if !property.list {
		x, err := p.number(property.kind)
		if err != nil || property.axis < 0 {
			return err
		}
		if !finite(x) {
			return p.errorf("coordinate is not finite: %v", x)
		}
		vertex[property.axis] = x
		return nil
	}
	n, err := p.number(property.counts)
	if err != nil {
		return err
	}
	if n < 0 || n > math.MaxInt32 {
		return p.errorf("length of a list is not a count: %v", n)
	}
	if property.polygon && n < 3 {
		return p.errorf("a face of fewer than three vertices: %v", n)
	}
	p.polygon = p.polygon[:0]
	for range int(n) {
		x, err := p.number(property.kind)
		if err != nil {
			return err
		}
		if !property.polygon {
			continue
		}
		if x < 0 || int(x) >= p.numVertices {
			return p.errorf("vertex of a face outside 0..%d: %v", p.numVertices-1, x)
		}
		p.polygon = append(p.polygon, int32(x))
	}
	if property.polygon {
		p.mesh.Faces = appendFan(p.mesh.Faces, p.polygon)
	}
	return nil
}
