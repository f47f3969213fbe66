package data

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

const limit = 1 << 20 // bytes, for inputs of tests

var square = &Mesh{
	Vertices: [][3]float64{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0.5}},
	Faces:    [][3]int32{{0, 1, 2}, {0, 2, 3}},
}

// TestParseOFF reads one square in all the spellings that files have.
func TestParseOFF(t *testing.T) {
	const vertices = "0 0 0\n1 0 0\n1 1 0\n0 1 .5\n"
	const faces = "3 0 1 2\n3 0 2 3\n"
	for name, text := range map[string]string{
		"plain":                "OFF\n4 2 5\n" + vertices + faces,
		"polygon":              "OFF\n4 1 4\n" + vertices + "4 0 1 2 3\n",
		"counts after keyword": "OFF 4 2 5\n" + vertices + faces,
		"counts stuck":         "OFF4 2 5\n" + vertices + faces,
		"no keyword":           "4 2 5\n" + vertices + faces,
		"no edges":             "OFF\n4 2\n" + vertices + faces,
		"comments and blanks":  "# a\nOFF # b\n\n4 2 5 # c\n\n" + vertices + "  \n# d\n" + faces + "\n\n",
		"Windows":              strings.ReplaceAll("OFF\n4 2 5\n"+vertices+faces, "\n", "\r\n"),
		"byte-order mark":      "\xef\xbb\xbfOFF\n4 2 5\n" + vertices + faces,
		"no last line end":     strings.TrimSpace("OFF\n4 2 5\n" + vertices + faces),
		"face colours":         "OFF\n4 2 5\n" + vertices + "3 0 1 2 255 0 0\n3 0 2 3 0.5\n",
		"COFF":                 "COFF\n4 2 5\n0 0 0 255 0 0 255\n1 0 0 0 0 0 1\n1 1 0 1 1 1 1\n0 1 .5 1 2 3 4\n" + faces,
		"NOFF":                 "NOFF\n4 2 5\n0 0 0 0 0 1\n1 0 0 0 0 1\n1 1 0 0 0 1\n0 1 .5 0 0 1\n" + faces,
		"STCNOFF":              "STCNOFF\n4 2 5\n0 0 0 0 1\n1 0 0 0 1\n1 1 0 0 1\n0 1 .5 0 1\n" + faces,
	} {
		m, err := ParseOFF(strings.NewReader(text), "t.off", limit)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reflect.DeepEqual(m, square) {
			t.Errorf("%s: %v", name, m)
		}
	}
	empty, err := ParseOFF(strings.NewReader("OFF\n0 0 0\n"), "t.off", limit)
	if err != nil || len(empty.Vertices)+len(empty.Faces) > 0 {
		t.Errorf("no vertices: %v, %v", empty, err)
	}
}

func TestParseOFFErrors(t *testing.T) {
	const v = "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n"
	for _, c := range []struct{ text, want string }{
		{"", "data: t.off: empty file"},
		{"\n# only\n", "data: t.off:2: the file ends where the keyword OFF was expected"},
		{"OFF\n", "data: t.off:1: the file ends where the line of counts was expected"},
		{"solid cube\n", `data: t.off:1: want the keyword OFF or the numbers of vertices, faces and edges: "solid cube"`},
		{"\x7fELF\x02\x01\x00\x00", "data: t.off:1: binary data where text was expected"},
		{"OFF BINARY\n", `data: t.off:1: only ASCII files of three-dimensional vertices are read (OFF, COFF, NOFF, STOFF): "OFF BINARY"`},
		{"4OFF\n1 0 0\n", `data: t.off:1: only ASCII files of three-dimensional vertices are read (OFF, COFF, NOFF, STOFF): "4OFF"`},
		{"OFF\n3 x 0\n", `data: t.off:2: number of faces is not a count: "x"`},
		{"OFF\n-3 1 0\n", `data: t.off:2: number of vertices is not a count: "-3"`},
		{"OFF\n9999999999 1 0\n", `data: t.off:2: more vertices than an input of 1048576 bytes can hold: "9999999999"`},
		{"OFF\n1 2000000 0\n", `data: t.off:2: more faces than an input of 1048576 bytes can hold: "2000000"`},
		{"OFF\n2 1 0\n0 0 0\n1 0\n", `data: t.off:4: vertex 1 has fewer than three coordinates: "1 0"`},
		{"OFF\n1 1 0\n0 0 zero\n", `data: t.off:3: coordinate is not a number: "zero"`},
		{"OFF\n1 1 0\n0 0 NaN\n", `data: t.off:3: coordinate is not finite: "NaN"`},
		{"OFF\n1 1 0\n0 -Inf 0\n", `data: t.off:3: coordinate is not finite: "-Inf"`},
		{"OFF\n1 1 0\n0 1e999 0\n", `data: t.off:3: coordinate is not finite: "1e999"`},
		{"OFF\n3 1 0\n0 0 0\n", "data: t.off:3: the file ends where vertex 1 of 3 was expected"},
		{v, "data: t.off:5: the file ends where face 0 of 1 was expected"},
		{v + "3 0 1 3\n", `data: t.off:6: vertex of a face outside 0..2: "3"`},
		{v + "3 0 1 -1\n", `data: t.off:6: vertex of a face outside 0..2: "-1"`},
		{v + "3 0 1 1.5\n", `data: t.off:6: vertex of a face is not an integer: "1.5"`},
		{v + "2 0 1\n", `data: t.off:6: face 0 has fewer than three vertices: "2"`},
		{v + "4 0 1 2\n", `data: t.off:6: face 0 promises 4 vertices and has 3: "4 0 1 2"`},
		{v + "three 0 1 2\n", `data: t.off:6: number of vertices of face 0 is not an integer: "three"`},
		{v + "3 0 1 2\n3 0 1 2\n", `data: t.off:7: more data after the last of 1 faces: "3 0 1 2"`},
		{v + "3 0 1 2 " + strings.Repeat("0 ", maxLine), "data: t.off: larger than the limit of 1048576 bytes"},
	} {
		m, err := ParseOFF(strings.NewReader(c.text), "t.off", limit)
		if err == nil || err.Error() != c.want || m != nil {
			t.Errorf("%.40q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
	_, err := ParseOFF(strings.NewReader(v+"3 0 1 2 "+strings.Repeat("0 ", maxLine)), "t.off", 10*limit)
	if want := "data: t.off:6: line longer than 1048576 bytes"; err == nil || err.Error() != want {
		t.Errorf("long line: %v", err)
	}
	var fileError *FileError
	if _, err := ParseOFF(strings.NewReader(v), "t.off", limit); !errors.As(err, &fileError) || fileError.File != "t.off" || fileError.Line != 5 {
		t.Errorf("not a FileError of line 5: %#v", err)
	}
}

// A header that promises a lot must not make the reader allocate a lot.
func TestParseOFFAllocation(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := ParseOFF(strings.NewReader("OFF\n100000000 100000000 0\n0 0 0\n"), "t.off", MaxFileSize)
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Error("no error for a header without vertices")
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes allocated", got)
	}
}

// TestReadOFFFiles names the file where there is none, a folder, a device, or a part of a mesh.
func TestReadOFFFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.off")
	if _, err := ReadOFF(path); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "data: "+path+": ") {
		t.Errorf("absent file: %v", err)
	}
	if _, err := ReadOFF(dir); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("folder: %v", err)
	}
	if _, err := ReadOFF(os.DevNull); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("device: %v", err)
	}
	if err := os.WriteFile(path, []byte("OFF\n500 1 0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadOFF(path); err == nil || !strings.Contains(err.Error(), "an input of 12 bytes") {
		t.Errorf("counts beyond the size of the file: %v", err)
	}
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() != 0 { // root reads everything
		if _, err := ReadOFF(path); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("unreadable file: %v", err)
		}
	}
}

// TestWriteOFF writes coordinates so that reading gives the same float64, and replaces an older
// file.
func TestWriteOFF(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.off")
	m := &Mesh{
		Vertices: [][3]float64{{1. / 3, math.SmallestNonzeroFloat64, -math.MaxFloat64}, {math.Copysign(0, -1), 1e-300, 12345678.9}, {0.1, 0.2, 0.3}},
		Faces:    [][3]int32{{0, 1, 2}, {2, 1, 0}},
	}
	for _, want := range []*Mesh{square, m} { // the second replaces the first
		if err := WriteOFF(path, want); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadOFF(path); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("read %v, %v, want %v", got, err, want)
		}
	}
	for _, bad := range []*Mesh{
		{Vertices: [][3]float64{{0, 0, math.NaN()}}},
		{Vertices: [][3]float64{{0, 0, 0}}, Faces: [][3]int32{{0, 0, 1}}},
	} {
		if err := WriteOFF(path, bad); err == nil {
			t.Errorf("wrote %v", bad)
		}
	}
	if got, err := ReadOFF(path); err != nil || !reflect.DeepEqual(got, m) {
		t.Errorf("a refused mesh changed the file: %v, %v", got, err)
	}
	if err := WriteOFF(filepath.Join(dir, "absent", "m.off"), m); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent folder: %v", err)
	}
	if err := WriteOFF(dir, m); err == nil {
		t.Error("replaced a folder")
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) > 0 {
		t.Errorf("temporary files left: %v, %v", left, err)
	}
}

func FuzzParseOFF(f *testing.F) {
	f.Add([]byte("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseOFF(bytes.NewReader(text), "fuzz", int64(len(text)))
		if err != nil {
			if m != nil {
				t.Error("a mesh and an error")
			}
			return
		}
		if err := m.check(); err != nil {
			t.Error(err)
		}
		m.Topology()
		var buf bytes.Buffer
		w := bufio.NewWriter(&buf)
		m.writeOFF(w)
		w.Flush()
		again, err := ParseOFF(&buf, "again", int64(buf.Len()))
		if err != nil || !reflect.DeepEqual(m, again) {
			t.Errorf("read back %v, %v, want %v", again, err, m)
		}
	})
}
