package data

import (
	"bufio"
	"strconv"
)

// WriteMatrixMarket writes m as a MatrixMarket file, coordinate real general,
// that [ReadMatrix] reads back bit for bit, unless it has more rows or columns
// than are plausible for a file of its size: 65,536, or 4 for each byte if that
// is more. It refuses values that are not finite and a matrix out of order.
func WriteMatrixMarket(path string, m *Matrix) error {
	if err := m.check(); err != nil {
		return &FileError{File: path, Msg: "cannot write", Err: err}
	}
	return writeFile(path, m.writeMatrixMarket)
}

// writeMatrixMarket writes m; errors of w stick to it.
func (m *Matrix) writeMatrixMarket(w *bufio.Writer) error {
	buf := []byte("%%MatrixMarket matrix coordinate real general\n")
	for k, n := range [3]int{m.Rows, m.Cols, m.NNZ()} {
		buf = append(strconv.AppendInt(buf, int64(n), 10), "  \n"[k])
	}
	w.Write(buf)
	for i := range m.Rows {
		cols, values := m.Row(i)
		for k, j := range cols {
			buf = append(strconv.AppendInt(buf[:0], int64(i)+1, 10), ' ')
			buf = append(strconv.AppendInt(buf, int64(j)+1, 10), ' ')
			buf = append(strconv.AppendFloat(buf, values[k], 'g', -1, 64), '\n')
			w.Write(buf)
		}
	}
	return nil
}
