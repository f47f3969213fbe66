package data

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every matrix of the SuiteSparse folder reads, with the sizes, numbers of
// entries and symmetry that INDEX.tsv counted apart.
func TestSuiteSparse(t *testing.T) {
	dir := filepath.Join(realData(t), "suitesparse")
	index, err := ReadTable(filepath.Join(dir, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(filepath.Join(dir, "mtx"))
	if err != nil {
		t.Fatal(err)
	}
	var read, noBanner, complexes int
	for i, row := range index.Rows {
		if thinned(i) {
			continue
		}
		var file, kind, symmetric string
		var rows, cols, nnz int
		if _, err := fmt.Sscan(strings.Join(row, " "), &file, &kind, &rows, &cols, &nnz, &symmetric); err != nil {
			t.Fatal(err)
		}
		if file == "-" { // too large for the folder
			continue
		}
		var options []MatrixOption
		if file == "comments_west0067.mtx" { // made by GraphBLAS to hold a NaN
			options = append(options, NonFiniteAsZero)
		}
		m, err := ReadMatrix(filepath.Join(dir, "mtx", file), options...)
		if err != nil {
			t.Error(err)
			continue
		}
		read++
		if err := m.check(); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		gotRows, gotCols := m.Dims()
		if kind == "triplet0" { // no size in the file: the table takes it as square
			gotRows = max(gotRows, gotCols)
			gotCols = gotRows
		}
		if gotRows != rows || gotCols != cols || m.NNZ() != nnz || m.Symmetric() != (symmetric == "True") {
			t.Errorf("%s: %d×%d, %d entries, symmetric %t; INDEX.tsv has %q", file, m.Rows, m.Cols, m.NNZ(), m.Symmetric(), row)
		}
		if slices.ContainsFunc(m.Notes, func(s string) bool { return strings.HasPrefix(s, "no MatrixMarket banner") }) {
			noBanner++
		}
		if slices.ContainsFunc(m.Notes, func(s string) bool { return strings.HasPrefix(s, "complex") }) {
			complexes++
		}
		if len(m.Notes) > 0 && testing.Verbose() {
			t.Log(file, m.Notes)
		}
	}
	if testing.Short() {
		return
	}
	if read != len(files) || noBanner != 9 || complexes != 4 {
		t.Errorf("read %d of %d files, %d without a banner, %d complex; want all, 9, 4", read, len(files), noBanner, complexes)
	}
}
