package data

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
)

// objIgnored lists the keywords of Wavefront OBJ that say nothing of a
// triangle mesh: texture, normals, groups, materials, display, points and
// lines.
var objIgnored = map[string]bool{
	"vt": true, "vn": true, "vp": true, "o": true, "g": true, "s": true, "mg": true,
	"usemtl": true, "mtllib": true, "usemap": true, "maplib": true, "l": true, "p": true,
	"bevel": true, "c_interp": true, "d_interp": true, "lod": true, "shadow_obj": true, "trace_obj": true,
}

// objParser collects vertices and faces. Faces may come before their vertices,
// so that the largest index is compared with their number at the end.
type objParser struct {
	*lines
	mesh     Mesh
	polygon  []int32
	max      int        // largest vertex of a face, counted from 1
	maxError *FileError // error to return should max be out of range
}

// ReadOBJ reads a mesh from an OBJ file, see [ParseOBJ].
func ReadOBJ(path string) (*Mesh, error) { return readFile(path, ParseOBJ) }

// ParseOBJ reads a mesh in Wavefront's OBJ format (Advanced Visualizer manual,
// appendix B1, http://paulbourke.net/dataformats/obj/): its lines v and f.
// Vertices of a face are v, v/vt, v//vn or v/vt/vn, counted from 1, or back
// from the latest vertex if negative; polygons become fans of triangles around
// their first vertex. Texture, normals, groups, materials, points and lines are
// left out, as is what follows the three coordinates of a vertex. A backslash
// at the end of a line continues it. name stands in errors for the file; an
// input of more than limit bytes is an error. It takes O(size) time and memory.
//
// Refused: free-form curves and surfaces, unknown keywords, faces of fewer than
// three vertices, indices out of range, coordinates that are not finite, a file
// without a vertex.
func ParseOBJ(r io.Reader, name string, limit int64) (*Mesh, error) {
	p := &objParser{lines: newLines(r, name, limit, "#")}
	for f, err := range p.all() {
		if err == nil {
			f, err = p.joined(f)
		}
		if err == nil {
			err = p.record(f)
		}
		if err != nil {
			return nil, err
		}
	}
	if p.number == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	if len(p.mesh.Vertices) == 0 {
		return nil, fileErrorf(name, 0, "no vertex: want lines that begin with v")
	}
	if p.max > len(p.mesh.Vertices) {
		p.maxError.Msg = "vertex of a face outside 1.." + strconv.Itoa(len(p.mesh.Vertices))
		return nil, p.maxError
	}
	return &p.mesh, nil
}

// joined appends the fields of the lines that continue f.
func (p *objParser) joined(f []string) ([]string, error) {
	for {
		last := len(f) - 1
		text, continues := strings.CutSuffix(f[last], `\`)
		if !continues {
			return f, nil
		}
		if f[last] = text; text == "" {
			f = f[:last]
		}
		more, err := p.want("the rest of a continued line")
		if err != nil {
			return nil, err
		}
		if f = append(f, more...); len(f) > maxLine {
			return nil, p.errorf("", "line longer than %d fields", maxLine)
		}
	}
}

// record takes a line.
func (p *objParser) record(f []string) error {
	switch {
	case len(f) > 0 && f[0] == "v":
		return p.vertex(f)
	case len(f) > 0 && (f[0] == "f" || f[0] == "fo"): // fo: faces of old files
		return p.face(f)
	case len(f) > 0 && objIgnored[f[0]]:
		return nil
	}
	return p.errorf(strings.Join(f, " "), "keyword is not one of a polygon mesh")
}

func (p *objParser) vertex(f []string) error {
	if len(f) < 4 {
		return p.errorf(strings.Join(f, " "), "vertex %d has fewer than three coordinates", len(p.mesh.Vertices)+1)
	}
	var x [3]float64
	for k := range x {
		var err error
		if x[k], err = p.float(f[k+1], "coordinate"); err != nil {
			return err
		}
	}
	p.mesh.Vertices = append(p.mesh.Vertices, x)
	return nil
}

func (p *objParser) face(f []string) error {
	if len(f) < 4 {
		return p.errorf(strings.Join(f, " "), "a face of fewer than three vertices")
	}
	p.polygon = p.polygon[:0]
	for _, field := range f[1:] {
		v, rest, _ := strings.Cut(field, "/")
		texture, normal, _ := strings.Cut(rest, "/")
		for _, other := range [2]string{texture, normal} {
			if n, err := strconv.ParseInt(other, 10, 32); other != "" && (err != nil || n == 0) {
				return p.errorf(field, "texture or normal of a face is not an index")
			}
		}
		i, err := strconv.ParseInt(v, 10, 32)
		if err != nil {
			return p.errorf(field, "vertex of a face is not an integer")
		}
		n := int64(len(p.mesh.Vertices))
		if i < 0 {
			i += n + 1
		}
		if i < 1 {
			return p.errorf(field, "vertex of a face outside 1..%d and −%d..−1", n, n)
		}
		if int(i) > p.max {
			p.max, p.maxError = int(i), p.errorf(field, "")
		}
		p.polygon = append(p.polygon, int32(i-1))
	}
	p.mesh.Faces = appendFan(p.mesh.Faces, p.polygon)
	return nil
}

// WriteOBJ writes a mesh as an OBJ file that [ReadOBJ] reads back bit for bit.
// It refuses what ReadOBJ would refuse.
func WriteOBJ(path string, m *Mesh) error {
	err := m.check()
	if err == nil && len(m.Vertices) == 0 {
		err = errors.New("a mesh without a vertex")
	}
	if err != nil {
		return &FileError{File: path, Msg: "cannot write", Err: err}
	}
	return writeFile(path, m.writeOBJ)
}

// writeOBJ writes m; errors of w stick to it.
func (m *Mesh) writeOBJ(w *bufio.Writer) error {
	for _, v := range m.Vertices {
		w.Write(appendCoordinates([]byte("v "), v))
	}
	for _, f := range m.Faces {
		buf := []byte{'f'}
		for _, v := range f {
			buf = strconv.AppendInt(append(buf, ' '), int64(v)+1, 10)
		}
		w.Write(append(buf, '\n'))
	}
	return nil
}

// appendCoordinates appends a line of three coordinates.
func appendCoordinates(buf []byte, v [3]float64) []byte {
	for k, x := range v {
		buf = append(strconv.AppendFloat(buf, x, 'g', -1, 64), "  \n"[k])
	}
	return buf
}

// appendFan appends the triangles of a polygon as a fan around its first
// vertex.
func appendFan(faces [][3]int32, polygon []int32) [][3]int32 {
	for k := 2; k < len(polygon); k++ {
		faces = append(faces, [3]int32{polygon[0], polygon[k-1], polygon[k]})
	}
	return faces
}
