package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestParseMatrixMarket reads one matrix in all the spellings that files have, and notes where it
// had to guess.
func TestParseMatrixMarket(t *testing.T) {
	const banner = "%%MatrixMarket matrix "
	a := mat.NewDense(2, 2, []float64{1, -2.5, 0, 4})
	for _, c := range []struct {
		name, text string
		want       mat.Matrix
		nnz        int
		notes      string
	}{
		{"general", banner + "coordinate real general\n% a comment\n\n2 2 3\n1 1 1\n2 2 4\n1 2 -2.5\n", a, 3, ""},
		{"double", banner + "coordinate double general\n2 2 3\n1 1 1\n2 2 4\n1 2 -2.5\n", a, 3, ""},
		{"no banner", "2 2 3\n1 1 1\n2 2 4\n1 2 -2.5\n", a, 3, "no MatrixMarket banner: read as coordinate real general"},
		{"no banner, comments", "% of old\n% times\n2 2 3\n1 1 1\n2 2 4\n1 2 -2.5\n", a, 3, "no MatrixMarket banner: read as coordinate real general"},
		{"Windows and byte-order mark", "\xef\xbb\xbf" + banner + "COORDINATE Real General\r\n2 2 3\r\n1 1 1\r\n2 2 4\r\n1 2 -2.5\r\n", a, 3, ""},
		{"Fortran exponents", banner + "coordinate real general\n2 2 3\n1 1 10.D-1\n2 2 0.4d1\n1 2 -2.5E+00", a, 3, ""},
		{"stored zero", banner + "coordinate real general\n2 2 4\n1 1 1\n2 1 0\n2 2 4\n1 2 -2.5\n", a, 4, ""},
		{"duplicates", banner + "coordinate real general\n2 2 4\n1 1 1\n2 2 3\n2 2 1\n1 2 -2.5\n", a, 3, "1 duplicate entries added up"},
		{"integer", banner + "coordinate integer general\n1 2 2\n1 1 -9007199254740992\n1 2 +3\n", mat.NewDense(1, 2, []float64{-9007199254740992, 3}), 2, ""},
		{"pattern", banner + "coordinate pattern general\n2 2 2\n1 2\n2 1\n", mat.NewDense(2, 2, []float64{0, 1, 1, 0}), 2, ""},
		{"pattern with values", banner + "coordinate pattern general\n2 2 2\n1 2 7\n2 1\n", mat.NewDense(2, 2, []float64{0, 1, 1, 0}), 2, "pattern: the values of 1 entries left out"},
		{"symmetric", banner + "coordinate real symmetric\n2 2 2\n1 1 3\n2 1 5\n", mat.NewDense(2, 2, []float64{3, 5, 5, 0}), 3, ""},
		{"symmetric by its upper triangle", banner + "coordinate real symmetric\n2 2 2\n1 1 3\n1 2 5\n", mat.NewDense(2, 2, []float64{3, 5, 5, 0}), 3, ""},
		{"both triangles", banner + "coordinate real symmetric\n3 3 2\n2 1 5\n2 3 1\n", mat.NewDense(3, 3, []float64{0, 5, 0, 5, 0, 1, 0, 1, 0}), 4, "a symmetric matrix with entries stored on both sides of its diagonal"},
		{"pattern symmetric", banner + "coordinate pattern symmetric\n2 2 2\n2 2\n2 1\n", mat.NewDense(2, 2, []float64{0, 1, 1, 1}), 3, ""},
		{"skew-symmetric", banner + "coordinate real skew-symmetric\n2 2 1\n2 1 5\n", mat.NewDense(2, 2, []float64{0, -5, 5, 0}), 2, ""},
		{"array", banner + "array real general\n2 2\n1\n0\n-2.5\n4\n", a, 3, ""},
		{"array on one line", banner + "array real general\n2 2\n1 0 -2.5 4\n", a, 3, ""},
		{"array of integers, not square", banner + "array integer general\n1 3\n1\n0\n-2\n", mat.NewDense(1, 3, []float64{1, 0, -2}), 2, ""},
		{"array symmetric", banner + "array real symmetric\n3 3\n1\n2\n3\n4\n5\n6\n", mat.NewDense(3, 3, []float64{1, 2, 3, 2, 4, 5, 3, 5, 6}), 9, ""},
		{"array skew-symmetric", banner + "array real skew-symmetric\n3 3\n2\n3\n5\n", mat.NewDense(3, 3, []float64{0, -2, -3, 2, 0, -5, 3, 5, 0}), 6, ""},
	} {
		m, err := ParseMatrixMarket(strings.NewReader(c.text), "t.mtx", limit)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if !mat.Equal(m, c.want) || m.NNZ() != c.nnz || strings.Join(m.Notes, "; ") != c.notes {
			t.Errorf("%s: %v, %d entries, notes %q", c.name, mat.Formatted(m), m.NNZ(), m.Notes)
		}
	}
	empty, err := ParseMatrixMarket(strings.NewReader(banner+"coordinate real general\n0 3 0\n"), "t.mtx", limit)
	if err != nil || empty.Rows != 0 || empty.Cols != 3 || empty.NNZ() != 0 {
		t.Errorf("no rows: %v, %v", empty, err)
	}
}

// TestNonFiniteAsZero reads values that are not finite as zeros where that is asked for, says so,
// and else refuses them.
func TestNonFiniteAsZero(t *testing.T) {
	dir := t.TempDir()
	mm := "%%MatrixMarket matrix coordinate real general\n2 2 3\n1 1 nan\n2 2 -Inf\n1 2 1e999\n"
	hb := strings.ReplaceAll(hbFile("RUA", 2, 2, 2, "(3I3)", "(2I2)", "(2F5.1)", "  1  2  3", " 1 2", "  NaN  2.0"), "\n", "\r\n")
	for name, text := range map[string]string{"a.mtx": mm, "a.triplet0": "0 0 nan\n1 1 2\n", "a.hb": hb} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadMatrix(path); err == nil || !strings.Contains(err.Error(), "value is not finite") {
			t.Errorf("%s: %v", name, err)
		}
		m, err := ReadMatrix(path, NonFiniteAsZero)
		if err != nil || m.At(0, 0) != 0 || m.At(0, 1) != 0 || m.NNZ() < 2 || len(m.Notes) != 1 || !strings.HasSuffix(m.Notes[0], "replaced by zero") {
			t.Errorf("%s: %v, %v", name, m, err)
		}
	}
}

// Extensions pick the format, in either case, and .gz is decompressed.
func TestReadMatrix(t *testing.T) {
	dir := t.TempDir()
	want, err := NewMatrix(2, 2, []Entry{{0, 0, 1. / 3}, {1, 0, math.SmallestNonzeroFloat64}, {1, 1, -math.MaxFloat64}, {0, 1, 0}})
	if err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(dir, "a.mtx")
	if err := WriteMatrixMarket(plain, want); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	var compressed bytes.Buffer
	z := gzip.NewWriter(&compressed)
	if _, err := z.Write(text); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	cut := compressed.Bytes()[:compressed.Len()/2]
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"b.mtx.gz":  {compressed.Bytes(), ""},
		"b.MTX.GZ":  {compressed.Bytes(), ""},
		"b.MM":      {text, ""},
		"cut.mm.gz": {cut, "the gzip file is truncated"},
		"c.mtx.gz":  {text, "not a gzip file"},
		"c.txt":     {text, `no matrix format has this extension, want .mtx, .hb, .rb or .triplet0: ".txt"`},
		"gz":        {text, `no matrix format has this extension, want .mtx, .hb, .rb or .triplet0`},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, c.text, 0o644); err != nil {
			t.Fatal(err)
		}
		m, err := ReadMatrix(path)
		if c.want == "" {
			if err != nil || !reflect.DeepEqual(m, want) {
				t.Errorf("%s: %v, %v", name, m, err)
			}
		} else if err == nil || !strings.HasPrefix(err.Error(), "data: "+path+": "+c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	bomb := filepath.Join(dir, "bomb.mtx.gz")
	compressed.Reset()
	z = gzip.NewWriter(&compressed)
	if _, err := z.Write(append([]byte("1 1 1\n"), bytes.Repeat([]byte("\n"), 1<<22)...)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bomb, compressed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadMatrix(bomb); err == nil || !strings.Contains(err.Error(), "larger than the limit of") {
		t.Errorf("4 MiB out of %d bytes: %v", compressed.Len(), err)
	}
	for name, bad := range map[string]*Matrix{
		"NaN":        {Rows: 1, Cols: 1, RowStart: []int32{0, 1}, Col: []int32{0}, Value: []float64{math.NaN()}},
		"column":     {Rows: 1, Cols: 1, RowStart: []int32{0, 1}, Col: []int32{1}, Value: []float64{1}},
		"twice":      {Rows: 1, Cols: 1, RowStart: []int32{0, 2}, Col: []int32{0, 0}, Value: []float64{1, 1}},
		"starts":     {Rows: 2, Cols: 1, RowStart: []int32{0, 2, 1}, Col: []int32{0}, Value: []float64{1}},
		"row starts": {Rows: 2, Cols: 1, RowStart: []int32{0, 1}, Col: []int32{0}, Value: []float64{1}},
	} {
		if err := WriteMatrixMarket(plain, bad); err == nil || !strings.HasPrefix(err.Error(), "data: "+plain+": cannot write: ") {
			t.Errorf("wrote %s: %v", name, err)
		}
	}
	if m, err := ReadMatrix(plain); err != nil || !reflect.DeepEqual(m, want) {
		t.Errorf("a refused matrix changed the file: %v, %v", m, err)
	}
}

// checkMatrixFuzz checks what a reader of matrices returned for a fuzzed
// input: a valid matrix that writes and reads back the same, or an error.
func checkMatrixFuzz(t *testing.T, m *Matrix, err error) {
	if err != nil {
		if m != nil || !strings.HasPrefix(err.Error(), "data: fuzz") {
			t.Errorf("%v, error %v", m, err)
		}
		return
	}
	if err := m.check(); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	w := bufio.NewWriter(&buf)
	m.writeMatrixMarket(w)
	w.Flush()
	again, err := ParseMatrixMarket(&buf, "again", int64(buf.Len()))
	if max(m.Rows, m.Cols) > 1<<16 { // beyond what is plausible for the text
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	m.Notes = nil
	if !reflect.DeepEqual(m.RowStart, again.RowStart) || !slices.Equal(m.Col, again.Col) || !slices.Equal(m.Value, again.Value) || m.Cols != again.Cols || again.Notes != nil {
		t.Errorf("read back %v, want %v", again, m)
	}
}

func FuzzParseMatrixMarket(f *testing.F) {
	f.Add([]byte("%%MatrixMarket matrix coordinate real symmetric\n% c\n3 3 2\n2 1 5e-1\n3 3 1\n"))
	f.Add([]byte("%%MatrixMarket matrix array integer skew-symmetric\n3 3\n2\n3\n5\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var m *Matrix
		var err error
		checkAllocation(t, len(text), func() { m, err = ParseMatrixMarket(bytes.NewReader(text), "fuzz", int64(len(text))) })
		checkMatrixFuzz(t, m, err)
	})
}

func FuzzParseTriplets(f *testing.F) {
	f.Add([]byte("0 0 1.5\n3 1 -2\n# c\n3 1 2\n"))
	f.Add([]byte("0 0 1.5 1\n3 1 -2 0\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var m *Matrix
		var err error
		checkAllocation(t, len(text), func() { m, err = ParseTriplets(bytes.NewReader(text), "fuzz", int64(len(text))) })
		checkMatrixFuzz(t, m, err)
	})
}
