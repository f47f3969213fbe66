package data

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestParseOBJ reads one square in all the spellings that files have.
func TestParseOBJ(t *testing.T) {
	const vertices = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 .5\n"
	for name, text := range map[string]string{
		"plain":              vertices + "f 1 2 3\nf 1 3 4\n",
		"polygon":            vertices + "f 1 2 3 4\n",
		"texture":            vertices + "vt 0 0\nf 1/1 2/1 3/1\nf 1/1 3/1 4/1\n",
		"normals":            vertices + "vn 0 0 1\nf 1//1 2//1 3//1 4//1\n",
		"texture, normals":   vertices + "vt 0 0\nvn 0 0 1\nf 1/1/1 2/1/-1 3/-1/1 4/1/1\n",
		"negative":           "v 0 0 0\nv 1 0 0\nv 1 1 0\nf -3 -2 -1\nv 0 1 .5\nf 1 -2 -1\n",
		"faces first":        "f 1 2 3 4\n" + vertices,
		"colours and weight": "v 0 0 0 1\nv 1 0 0 255 0 0\nv 1 1 0\nv 0 1 .5 1\nf 1 2 3 4\n",
		"continued":          "v 0 0 \\\n 0\nv 1 0 0\nv 1 1 0\nv 0 1 .5\nf 1 2 3\\\n4\n",
		"other lines": "# a\nmtllib a.mtl\no cube\ng side\ns off\nusemtl red\n" + vertices +
			"l 1 2\np 1\nf 1 2 3 4 # b\n",
		"Windows, byte-order mark": "\xef\xbb\xbf" + strings.ReplaceAll(vertices+"f 1 2 3 4\n", "\n", "\r\n"),
	} {
		m, err := ParseOBJ(strings.NewReader(text), "t.obj", limit)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reflect.DeepEqual(m, square) {
			t.Errorf("%s: %v", name, m)
		}
	}
}

// plyHead is the header of the square; the format comes first, and vertex
// properties in an order of their own with others between.
const plyHead = "ply\nformat %s 1.0\ncomment made by hand\nobj_info nothing\nelement camera 1\nproperty float view\nproperty list uchar short zoom\n" +
	"element vertex 4\nproperty uchar red\nproperty float z\nproperty double x\nproperty list int8 uint16 extra\nproperty int16 y\n" +
	"element face 1\nproperty float32 area\nproperty list uint16 int32 vertex_index\nelement user 0\nproperty int a\nend_header\n"

// plySquare returns the binary records after plyHead.
func plySquare(order binary.AppendByteOrder) []byte {
	b := order.AppendUint32(nil, math.Float32bits(1))
	b = append(b, 2)
	b = order.AppendUint16(order.AppendUint16(b, 3), 4)
	for _, v := range square.Vertices {
		b = append(b, 200)
		b = order.AppendUint32(b, math.Float32bits(float32(v[2])))
		b = order.AppendUint64(b, math.Float64bits(v[0]))
		b = order.AppendUint16(append(b, 1), 65535)
		b = order.AppendUint16(b, uint16(int16(v[1])))
	}
	b = order.AppendUint32(b, math.Float32bits(2))
	b = order.AppendUint16(b, 4)
	for _, v := range [4]uint32{0, 1, 2, 3} {
		b = order.AppendUint32(b, v)
	}
	return b
}

// TestParsePLY reads one square as text and in both byte orders, with properties that it skips.
func TestParsePLY(t *testing.T) {
	const body = "1 2 3 4\n200 0 0 1 65535 0\n200 0 1 1 65535 0\n200 0 1 1 65535 1\n200 .5 0 0 1\n2.5 4 0 1 2 3\n"
	head := func(format string) string { return strings.Replace(plyHead, "%s", format, 1) }
	for name, text := range map[string]string{
		"ascii":         head("ascii") + body,
		"little endian": head("binary_little_endian") + string(plySquare(binary.LittleEndian)),
		"big endian":    head("binary_big_endian") + string(plySquare(binary.BigEndian)),
		"Windows":       strings.ReplaceAll(head("ascii")+body, "\n", "\r\n"),
		"Windows, binary": strings.ReplaceAll(head("binary_big_endian"), "\n", "\r\n") +
			string(plySquare(binary.BigEndian)),
		"faces first": "ply\nformat ascii 1.0\nelement face 2\nproperty list uchar uint vertex_indices\nelement vertex 4\n" +
			"property float x\nproperty float y\nproperty float z\nend_header\n3 0 1 2\n3 0 2 3\n0 0 0\n1 0 0\n1 1 0\n0 1 .5\n",
	} {
		m, err := ParsePLY(strings.NewReader(text), "t.ply", limit)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reflect.DeepEqual(m, square) {
			t.Errorf("%s: %v", name, m)
		}
	}
}

const stlText = `solid a square
facet normal 0 0 1
 outer loop
  vertex 0 0 0
  vertex 1 0 0
  vertex 1 1 0
 endloop
endfacet
endsolid a square
SOLID
facet normal 0 0 1
outer loop
vertex -0 0 0
vertex 1 1 0
vertex 0 1 .5
endloop
endfacet
endsolid
`

// TestParseSTL reads one square as text and binary, also where a binary file begins as a text
// does.
func TestParseSTL(t *testing.T) {
	var binaryText bytes.Buffer
	w := bufio.NewWriter(&binaryText)
	square.writeSTL(w)
	w.Flush()
	solid := binaryText.Bytes()
	named := append([]byte("solid by name only"), solid[18:]...)
	for name, text := range map[string]string{
		"ASCII":                    stlText,
		"Windows, byte-order mark": "\xef\xbb\xbf" + strings.ReplaceAll(stlText, "\n", "\r\n"),
		"binary":                   string(solid),
		"binary that says solid":   string(named),
	} {
		m, err := ParseSTL(strings.NewReader(text), "t.stl", limit)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reflect.DeepEqual(m, square) {
			t.Errorf("%s: %v", name, m)
		}
	}
	normal := math.Float32frombits(binary.LittleEndian.Uint32(solid[stlHeaderSize+8:]))
	if normal != 1 {
		t.Errorf("normal of the first triangle has z = %v, want 1", normal)
	}
	far := &Mesh{Vertices: [][3]float64{{1e39, 0, 0}}}
	path := filepath.Join(t.TempDir(), "far.stl")
	if err := WriteSTL(path, far); err == nil || !strings.Contains(err.Error(), "beyond the range of float32") {
		t.Errorf("wrote %v: %v", far, err)
	}
}

// Every format of meshes that holds float64 reads back bit for bit; the first
// line outweighs the extension.
func TestReadMesh(t *testing.T) {
	dir := t.TempDir()
	m := &Mesh{
		Vertices: [][3]float64{{1. / 3, math.SmallestNonzeroFloat64, -math.MaxFloat64}, {math.Copysign(0, -1), 1e-300, 12345678.9}, {0.1, 0.2, 0.3}},
		Faces:    [][3]int32{{0, 1, 2}, {2, 1, 1}},
	}
	text := func(path string, m *Mesh) error { return WritePLYText(path, m) }
	for name, write := range map[string]func(string, *Mesh) error{
		"a.off": WriteMesh, "a.OBJ": WriteMesh, "a.ply": WriteMesh, "text.ply": text, "ply.obj": WritePLY, "off.ply": WriteOFF,
	} {
		path := filepath.Join(dir, name)
		if err := write(path, m); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadMesh(path); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	stl := filepath.Join(dir, "a.stl")
	if err := WriteMesh(stl, square); err != nil {
		t.Fatal(err)
	}
	for path, read := range map[string]func(string) (*Mesh, error){
		"a.obj": ReadOBJ, "b.ply": ReadPLY, "c.stl": ReadSTL,
	} {
		path = filepath.Join(dir, path)
		if err := WriteMesh(path, square); err != nil {
			t.Fatal(err)
		}
		if got, err := read(path); err != nil || !reflect.DeepEqual(got, square) {
			t.Errorf("%s: %v, %v", path, got, err)
		}
	}
	bad := &Mesh{Vertices: [][3]float64{{0, 0, math.Inf(1)}}}
	for _, path := range []string{"a.off", "a.OBJ", "a.ply", "text.ply", "a.stl"} {
		path = filepath.Join(dir, path)
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write := WriteMesh
		if filepath.Base(path) == "text.ply" {
			write = text
		}
		if err := write(path, bad); err == nil || !strings.HasPrefix(err.Error(), "data: "+path+": cannot write: vertex 0 is not finite") {
			t.Errorf("%s: %v", path, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s: changed by a mesh that was refused: %v", path, err)
		}
	}
	if err := WriteMesh(filepath.Join(dir, "a.obj"), &Mesh{}); err == nil || !strings.HasSuffix(err.Error(), "a mesh without a vertex") {
		t.Errorf("empty OBJ: %v", err)
	}
	const want = `no mesh format has this extension, want .off, .obj, .ply or .stl: ".txt"`
	if err := WriteMesh(filepath.Join(dir, "a.txt"), m); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("wrote a.txt: %v", err)
	}
	unknown := filepath.Join(dir, "b.txt")
	if err := os.WriteFile(unknown, []byte("v 0 0 0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadMesh(unknown); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("read b.txt: %v", err)
	}
}

// fuzzMesh fuzzes a reader of meshes: what it reads is valid, and reads back
// the same after write.
func fuzzMesh(f *testing.F, parse func(io.Reader, string, int64) (*Mesh, error), write func(*Mesh, *bufio.Writer) error) {
	f.Fuzz(func(t *testing.T, text []byte) {
		var m *Mesh
		var err error
		checkAllocation(t, len(text), func() { m, err = parse(bytes.NewReader(text), "fuzz", int64(len(text))) })
		if err != nil {
			if m != nil || !strings.HasPrefix(err.Error(), "data: fuzz") {
				t.Errorf("%v, error %v", m, err)
			}
			return
		}
		if err := m.check(); err != nil {
			t.Fatal(err)
		}
		m.Topology()
		var buf bytes.Buffer
		w := bufio.NewWriter(&buf)
		write(m, w)
		w.Flush()
		again, err := parse(&buf, "again", int64(buf.Len()))
		if err != nil || !equalMeshes(m, again) {
			t.Errorf("read back %v, %v, want %v", again, err, m)
		}
	})
}

// equalMeshes compares bit for bit, where no faces may be nil or empty.
func equalMeshes(a, b *Mesh) bool {
	return len(a.Vertices) == len(b.Vertices) && len(a.Faces) == len(b.Faces) &&
		(len(a.Vertices) == 0 || reflect.DeepEqual(a.Vertices, b.Vertices)) &&
		(len(a.Faces) == 0 || reflect.DeepEqual(a.Faces, b.Faces))
}

func FuzzParseOBJ(f *testing.F) {
	f.Add([]byte("v 0 0 0\nv 1 0 0\nv 1 1 0\nf 1/1/1 -2//1 3\n"))
	f.Add([]byte("f 1 2 \\\n3 4\nv 0 0 0\nv 1 0 0\nv 1 1 0 # c\nv 0 1e-1 .5\ng a\n"))
	fuzzMesh(f, ParseOBJ, (*Mesh).writeOBJ)
}

func FuzzParsePLY(f *testing.F) {
	for _, m := range []*Mesh{{}, square} {
		var text, little bytes.Buffer
		for buf, write := range map[*bytes.Buffer]func(*bufio.Writer) error{&text: m.writePLYText, &little: m.writePLY} {
			w := bufio.NewWriter(buf)
			write(w)
			w.Flush()
			f.Add(buf.Bytes())
		}
	}
	f.Add([]byte(strings.Replace(plyHead, "%s", "binary_big_endian", 1) + string(plySquare(binary.BigEndian))))
	fuzzMesh(f, ParsePLY, (*Mesh).writePLY)
}

func FuzzParseSTL(f *testing.F) {
	f.Add([]byte(stlText))
	var buf bytes.Buffer
	w := bufio.NewWriter(&buf)
	square.writeSTL(w)
	w.Flush()
	f.Add(buf.Bytes())
	fuzzMesh(f, parseSTLRounded, (*Mesh).writeSTL)
}

// parseSTLRounded reads STL with coordinates that a file of float32 holds, so
// that a written one reads back the same.
func parseSTLRounded(r io.Reader, name string, limit int64) (*Mesh, error) {
	m, err := ParseSTL(r, name, limit)
	if err != nil {
		return nil, err
	}
	w := &welder{index: map[[3]float64]int32{}}
	for _, face := range m.Faces {
		for corner, v := range face {
			p := m.Vertices[v]
			for k := range p {
				p[k] = float64(float32(max(-math.MaxFloat32, min(math.MaxFloat32, p[k]))))
			}
			face[corner] = w.add(p)
		}
		w.mesh.Faces = append(w.mesh.Faces, face)
	}
	return &w.mesh, nil
}
