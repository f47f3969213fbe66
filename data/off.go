package data

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// Bytes that a record of an OFF file takes at least: "0 0 0\n" is a vertex,
// "3 0 0 0\n" a face.
const offVertexSize, offFaceSize = 6, 8

// ReadOFF reads a mesh from an OFF file, see [ParseOFF].
func ReadOFF(path string) (*Mesh, error) { return readFile(path, ParseOFF) }

// ParseOFF reads a mesh in the ASCII form of the Object File Format of
// Geomview (http://www.geomview.org/docs/html/OFF.html): the keyword OFF, the
// numbers of vertices, faces and (optional, ignored) edges, one line per
// vertex, one per face. name stands in errors for the file; an input of more
// than limit bytes is an error. It takes O(size) time and memory.
//
// Accepted beyond that: no keyword; the counts on the keyword's line, even
// without a blank ("OFF8 12 0"); blank lines and comments (#); a byte-order
// mark and Windows line ends; the keywords COFF, NOFF, STOFF and their
// combinations, and colours after a face: whatever follows the three
// coordinates of a vertex or the indices of a face is ignored. Polygons become
// fans of triangles around their first vertex.
//
// Refused: BINARY, 4OFF and nOFF (homogeneous or n-dimensional vertices);
// faces of fewer than three vertices; indices out of range; coordinates that
// are not finite; fewer or more lines than the counts promise. A face that
// repeats a vertex is kept, see [Mesh.Topology].
func ParseOFF(r io.Reader, name string, limit int64) (*Mesh, error) {
	l := newLines(r, name, limit, "#")
	numVertices, numFaces, err := parseOFFHeader(l)
	if err != nil {
		return nil, err
	}
	m := &Mesh{
		Vertices: make([][3]float64, 0, min(numVertices, maxPrealloc)),
		Faces:    make([][3]int32, 0, min(numFaces, maxPrealloc)),
	}
	for i := range numVertices {
		f, err := l.want("vertex %d of %d", i, numVertices)
		if err != nil {
			return nil, err
		}
		if len(f) < 3 {
			return nil, l.errorf(strings.Join(f, " "), "vertex %d has fewer than three coordinates", i)
		}
		var p [3]float64
		for k := range p {
			if p[k], err = l.float(f[k], "coordinate"); err != nil {
				return nil, err
			}
		}
		m.Vertices = append(m.Vertices, p)
	}
	for i := range numFaces {
		f, err := l.want("face %d of %d", i, numFaces)
		if err != nil {
			return nil, err
		}
		if m.Faces, err = appendOFFFace(m.Faces, l, f, i, numVertices); err != nil {
			return nil, err
		}
	}
	if err := l.end("the last of %d faces", numFaces); err != nil {
		return nil, err
	}
	return m, nil
}

// parseOFFHeader reads the keyword and the counts.
func parseOFFHeader(l *lines) (numVertices, numFaces int, err error) {
	f, err := l.want("the keyword OFF")
	if err != nil {
		return 0, 0, err
	}
	if prefix, rest, found := strings.Cut(f[0], "OFF"); found {
		if strings.Trim(prefix, "STCN") != "" || len(f) > 1 && f[1] == "BINARY" {
			return 0, 0, l.errorf(strings.Join(f[:min(len(f), 2)], " "),
				"only ASCII files of three-dimensional vertices are read (OFF, COFF, NOFF, STOFF)")
		}
		f = f[1:]
		if rest != "" {
			f = append([]string{rest}, f...)
		}
		if len(f) == 0 {
			if f, err = l.want("the line of counts"); err != nil {
				return 0, 0, err
			}
		}
	}
	if len(f) < 2 || len(f) > 3 || f[0][0] > '9' { // neither a keyword nor a number
		return 0, 0, l.errorf(strings.Join(f, " "), "want the keyword OFF or the numbers of vertices, faces and edges")
	}
	if numVertices, err = l.count(f[0], "vertices", offVertexSize); err != nil {
		return 0, 0, err
	}
	numFaces, err = l.count(f[1], "faces", offFaceSize)
	return numVertices, numFaces, err
}

// appendOFFFace appends the triangles of the face that fields f describe.
func appendOFFFace(faces [][3]int32, l *lines, f []string, i, numVertices int) ([][3]int32, error) {
	n, err := strconv.Atoi(f[0])
	if err != nil {
		return nil, l.errorf(f[0], "number of vertices of face %d is not an integer", i)
	}
	if n < 3 {
		return nil, l.errorf(f[0], "face %d has fewer than three vertices", i)
	}
	if n > len(f)-1 {
		return nil, l.errorf(strings.Join(f, " "), "face %d promises %d vertices and has %d", i, n, len(f)-1)
	}
	var first, previous int32
	for k, field := range f[1 : n+1] {
		v, err := l.index(field, "vertex of a face", 0, numVertices)
		if err != nil {
			return nil, err
		}
		switch {
		case k == 0:
			first = v
		case k > 1:
			faces = append(faces, [3]int32{first, previous, v})
		}
		previous = v
	}
	return faces, nil
}

// WriteOFF writes a mesh as an OFF file that [ReadOFF] reads back bit for
// bit. It refuses what ReadOFF would refuse.
func WriteOFF(path string, m *Mesh) error {
	if err := m.check(); err != nil {
		return &FileError{File: path, Msg: "cannot write", Err: err}
	}
	return writeFile(path, m.writeOFF)
}

// writeOFF writes m; errors of w stick to it.
func (m *Mesh) writeOFF(w *bufio.Writer) error {
	var buf []byte
	buf = append(buf, "OFF\n"...)
	buf = strconv.AppendInt(buf, int64(len(m.Vertices)), 10)
	buf = append(buf, ' ')
	buf = strconv.AppendInt(buf, int64(len(m.Faces)), 10)
	buf = append(buf, " 0\n"...)
	w.Write(buf)
	for _, v := range m.Vertices {
		buf = buf[:0]
		for k, x := range v {
			buf = strconv.AppendFloat(buf, x, 'g', -1, 64)
			buf = append(buf, "  \n"[k])
		}
		w.Write(buf)
	}
	for _, f := range m.Faces {
		buf = append(buf[:0], '3')
		for _, v := range f {
			buf = append(buf, ' ')
			buf = strconv.AppendInt(buf, int64(v), 10)
		}
		w.Write(append(buf, '\n'))
	}
	return nil
}
