package data

import (
	"bufio"
	"bytes"
	"io"
	"path/filepath"
	"strings"
)

// meshFormats has the extension, reader and writer of each format of meshes.
var meshFormats = []struct {
	ext   string
	parse func(r io.Reader, name string, limit int64) (*Mesh, error)
	write func(path string, m *Mesh) error
}{
	{".off", ParseOFF, WriteOFF},
	{".obj", ParseOBJ, WriteOBJ},
	{".ply", ParsePLY, WritePLY},
	{".stl", ParseSTL, WriteSTL},
}

// ReadMesh reads a mesh in any of the formats OFF, OBJ, PLY and STL: by its
// first line where that names the format (ply, OFF), otherwise by the
// extension of the file, upper or lower case. See [ParseOFF], [ParseOBJ],
// [ParsePLY] and [ParseSTL].
func ReadMesh(path string) (*Mesh, error) {
	return readFile(path, func(r io.Reader, name string, limit int64) (*Mesh, error) {
		b := bufio.NewReader(r)
		start, _ := b.Peek(64) // an error comes again when parse reads
		ext := strings.ToLower(filepath.Ext(name))
		if sniffed := sniffMesh(start); sniffed != "" {
			ext = sniffed
		}
		for _, format := range meshFormats {
			if format.ext == ext {
				return format.parse(b, name, limit)
			}
		}
		return nil, unknownMesh(name)
	})
}

// sniffMesh returns the extension of the format that the first line of a file
// names, "" if it names none.
func sniffMesh(start []byte) string {
	line, _, found := bytes.Cut(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), []byte("\n"))
	line = bytes.TrimSpace(line)
	switch {
	case found && string(line) == "ply":
		return ".ply"
	case found && bytes.HasSuffix(line, []byte("OFF")) && len(bytes.Trim(line, "STCN4nOF")) == 0:
		return ".off"
	}
	return ""
}

// WriteMesh writes a mesh in the format that the extension of path names: OFF,
// OBJ, PLY (binary) or STL, see [WriteOFF], [WriteOBJ], [WritePLY] and
// [WriteSTL].
func WriteMesh(path string, m *Mesh) error {
	for _, format := range meshFormats {
		if strings.EqualFold(filepath.Ext(path), format.ext) {
			return format.write(path, m)
		}
	}
	return unknownMesh(path)
}

func unknownMesh(path string) error {
	e := fileErrorf(path, 0, "no mesh format has this extension, want .off, .obj, .ply or .stl")
	e.Value = filepath.Ext(path)
	return e
}
