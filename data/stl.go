package data

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"gonum.org/v1/gonum/spatial/r3"
)

// Binary STL: a header, the number of triangles, and for each a normal, three
// corners (float32, little endian) and two bytes of attributes.
const stlHeaderSize, stlFaceSize = 84, 50

// welder gives equal corners of triangles one vertex.
type welder struct {
	mesh  Mesh
	index map[[3]float64]int32
}

// add returns the vertex at p.
func (w *welder) add(p [3]float64) int32 {
	i, known := w.index[p]
	if !known {
		i = int32(len(w.mesh.Vertices))
		w.index[p] = i
		w.mesh.Vertices = append(w.mesh.Vertices, p)
	}
	return i
}

// ReadSTL reads a mesh from an STL file, see [ParseSTL].
func ReadSTL(path string) (*Mesh, error) { return readFile(path, ParseSTL) }

// ParseSTL reads a mesh in the STL format of 3D Systems (StereoLithography
// Interface Specification, 1988, http://www.fabbers.com/tech/STL_Format), ASCII
// (one solid or several) or binary, told apart by the size that a binary header
// implies. STL lists corners of triangles; those of exactly equal coordinates
// become one vertex, vertices are numbered as they first appear. Normals and
// attributes are left out. name stands in errors for the file; an input of more
// than limit bytes is an error. It takes O(size) time and memory. Errors in
// binary files name the byte, counted from 0.
//
// Refused: a binary file of another size than its number of triangles implies,
// ASCII records out of order, coordinates that are not finite. A triangle with
// equal corners is kept, see [Mesh.Topology].
func ParseSTL(r io.Reader, name string, limit int64) (*Mesh, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return nil, err
	}
	w := &welder{index: map[[3]float64]int32{}}
	binaryFile := len(text) >= stlHeaderSize && stlSize(text) == int64(len(text))
	start := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(text) == 0:
		err = fileErrorf(name, 0, "empty file")
	case binaryFile:
		err = w.binary(name, text)
	case len(start) >= 5 && strings.EqualFold(string(start[:5]), "solid"):
		err = w.text(newLines(bytes.NewReader(text), name, limit, ""))
	case len(text) < stlHeaderSize:
		err = fileErrorf(name, 0, "neither the word solid nor the %d bytes of a binary header", stlHeaderSize)
	default:
		err = byteErrorf(name, 80, "%d triangles make %d bytes, the file has %d", binary.LittleEndian.Uint32(text[80:]), stlSize(text), len(text))
	}
	if err != nil {
		return nil, err
	}
	return &w.mesh, nil
}

// stlSize returns the size that a binary header implies.
func stlSize(text []byte) int64 {
	return stlHeaderSize + stlFaceSize*int64(binary.LittleEndian.Uint32(text[80:]))
}

// binary reads the triangles of a binary file.
func (w *welder) binary(name string, text []byte) error {
	for at := stlHeaderSize; at < len(text); at += stlFaceSize {
		var face [3]int32
		for corner := range face {
			var p [3]float64
			for k := range p {
				offset := at + 12 + 12*corner + 4*k
				p[k] = float64(math.Float32frombits(binary.LittleEndian.Uint32(text[offset:])))
				if !finite(p[k]) {
					return byteErrorf(name, offset, "coordinate is not finite: %v", p[k])
				}
			}
			face[corner] = w.add(p)
		}
		w.mesh.Faces = append(w.mesh.Faces, face)
	}
	return nil
}

// stlFacet is what the lines of a facet begin with.
var stlFacet = []string{"facet", "outer", "vertex", "vertex", "vertex", "endloop", "endfacet"}

// text reads the triangles of an ASCII file.
func (w *welder) text(l *lines) error {
	inside, step := false, 0 // a solid, the lines of a facet
	var face [3]int32
	for f, err := range l.all() {
		if err != nil {
			return err
		}
		keyword := strings.ToLower(f[0])
		switch {
		case !inside && keyword == "solid":
			inside = true
		case inside && step == 0 && keyword == "endsolid":
			inside = false
		case inside && keyword == stlFacet[step]:
			if keyword == "vertex" {
				if face[step-2], err = w.corner(l, f); err != nil {
					return err
				}
			}
			if step++; step == len(stlFacet) {
				w.mesh.Faces, step = append(w.mesh.Faces, face), 0
			}
		case !inside:
			return l.errorf(strings.Join(f, " "), "want solid")
		case step == 0:
			return l.errorf(strings.Join(f, " "), "want facet or endsolid")
		default:
			return l.errorf(strings.Join(f, " "), "want %s", stlFacet[step])
		}
	}
	if inside {
		return l.errorf("", "the file ends before endsolid")
	}
	return nil
}

// corner reads "vertex X Y Z".
func (w *welder) corner(l *lines, f []string) (int32, error) {
	if len(f) != 4 {
		return 0, l.errorf(strings.Join(f, " "), "a corner has %d coordinates, want 3", len(f)-1)
	}
	var p [3]float64
	for k := range p {
		var err error
		if p[k], err = l.float(f[k+1], "coordinate"); err != nil {
			return 0, err
		}
	}
	return w.add(p), nil
}

// WriteSTL writes a mesh as a binary STL file, normals of unit length (zero
// for triangles without area). STL holds float32: coordinates are rounded, and
// [ReadSTL] merges vertices that become equal and leaves out those that no
// face uses. Coordinates beyond float32 are refused.
func WriteSTL(path string, m *Mesh) error {
	err := m.check()
	for _, v := range m.Vertices {
		if err == nil && max(math.Abs(v[0]), math.Abs(v[1]), math.Abs(v[2])) > math.MaxFloat32 {
			err = fmt.Errorf("vertex beyond the range of float32: %v", v)
		}
	}
	if err != nil {
		return &FileError{File: path, Msg: "cannot write", Err: err}
	}
	return writeFile(path, m.writeSTL)
}

// writeSTL writes m; errors of w stick to it.
func (m *Mesh) writeSTL(w *bufio.Writer) error {
	header := make([]byte, stlHeaderSize)
	copy(header, "binary STL") // must not begin with solid
	binary.LittleEndian.PutUint32(header[80:], uint32(len(m.Faces)))
	w.Write(header)
	for _, f := range m.Faces {
		a, b, c := toVec(m.Vertices[f[0]]), toVec(m.Vertices[f[1]]), toVec(m.Vertices[f[2]])
		normal := r3.Cross(r3.Sub(b, a), r3.Sub(c, a))
		if length := r3.Norm(normal); length > 0 && finite(length) {
			normal = r3.Scale(1/length, normal)
		} else {
			normal = r3.Vec{}
		}
		buf := make([]byte, 0, stlFaceSize)
		for _, v := range [4]r3.Vec{normal, a, b, c} {
			for _, x := range [3]float64{v.X, v.Y, v.Z} {
				buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(float32(x)))
			}
		}
		w.Write(append(buf, 0, 0))
	}
	return nil
}
