package data

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// WritePLY writes a mesh as a binary PLY file (little endian, coordinates as
// double, indices as int) that [ReadPLY] reads back bit for bit. It refuses
// what ReadPLY would refuse.
func WritePLY(path string, m *Mesh) error {
	if err := m.check(); err != nil {
		return &FileError{File: path, Msg: "cannot write", Err: err}
	}
	return writeFile(path, m.writePLY)
}

// WritePLYText writes a mesh as WritePLY does, in ASCII.
func WritePLYText(path string, m *Mesh) error {
	if err := m.check(); err != nil {
		return &FileError{File: path, Msg: "cannot write", Err: err}
	}
	return writeFile(path, m.writePLYText)
}

func (m *Mesh) writePLYHeader(w *bufio.Writer, format string) {
	fmt.Fprintf(w, "ply\nformat %s 1.0\nelement vertex %d\n", format, len(m.Vertices))
	for _, axis := range "xyz" {
		fmt.Fprintf(w, "property double %c\n", axis)
	}
	fmt.Fprintf(w, "element face %d\nproperty list uchar int vertex_indices\nend_header\n", len(m.Faces))
}

// writePLY writes m; errors of w stick to it.
func (m *Mesh) writePLY(w *bufio.Writer) error {
	m.writePLYHeader(w, "binary_little_endian")
	var buf []byte
	for _, v := range m.Vertices {
		buf = buf[:0]
		for _, x := range v {
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(x))
		}
		w.Write(buf)
	}
	for _, f := range m.Faces {
		buf = append(buf[:0], 3)
		for _, v := range f {
			buf = binary.LittleEndian.AppendUint32(buf, uint32(v))
		}
		w.Write(buf)
	}
	return nil
}

// writePLYText writes m; errors of w stick to it.
func (m *Mesh) writePLYText(w *bufio.Writer) error {
	m.writePLYHeader(w, "ascii")
	for _, v := range m.Vertices {
		w.Write(appendCoordinates(nil, v))
	}
	for _, f := range m.Faces {
		buf := []byte{'3'}
		for _, v := range f {
			buf = strconv.AppendInt(append(buf, ' '), int64(v), 10)
		}
		w.Write(append(buf, '\n'))
	}
	return nil
}
