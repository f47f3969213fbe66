package inverse

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/data"
)

// TestWindows cuts blocks from a matrix, scales them, and drops those out of bounds.
func TestWindows(t *testing.T) {
	// Blocks of 2: (2 −4; 9 2) becomes (½ −1; −1 ½) with determinant −¾, the second
	// is tiny, the third has zeros only beside a diagonal of 3, and row 6 is left.
	m, err := data.NewMatrix(7, 8, []data.Entry{
		{Row: 0, Col: 0, Value: 2}, {Row: 0, Col: 1, Value: -4}, {Row: 1, Col: 0, Value: 9}, {Row: 1, Col: 1, Value: 2},
		{Row: 2, Col: 2, Value: 1e-7}, {Row: 3, Col: 3, Value: 1e-7}, {Row: 1, Col: 2, Value: 100},
		{Row: 4, Col: 4, Value: 3}, {Row: 5, Col: 5, Value: 3}, {Row: 6, Col: 6, Value: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	bounds := PaperBounds()
	ws, err := Windows(m, "name", 2, bounds)
	if err != nil {
		t.Fatal(err)
	}
	if len(ws) != 2 || ws[0].First != 0 || ws[1].First != 4 || ws[0].Source != "name" ||
		!slices.Equal(ws[0].Values, []float64{0.5, -1, -1, 0.5}) || math.Abs(ws[0].Det+0.75) > 1e-15 ||
		!slices.Equal(ws[1].Values, []float64{1, 0, 0, 1}) {
		t.Errorf("windows are %+v", ws)
	}
	bounds.Absolute = false
	if ws, err = Windows(m, "name", 2, bounds); err != nil || len(ws) != 1 || ws[0].First != 4 {
		t.Errorf("with a positive determinant: %+v, %v", ws, err)
	}
	bounds.MaxSparsity = 0.4
	if ws, err = Windows(m, "name", 2, bounds); err != nil || len(ws) != 0 {
		t.Errorf("with less than 40%% zeros: %+v, %v", ws, err)
	}
	_, size := Windows(m, "", 0, PaperBounds())
	_, bound := Windows(m, "", 2, Bounds{MaxDet: -1})
	_, folder := ReadWindowSet(context.Background(), filepath.Join(t.TempDir(), "none"), 2, bounds)
	_, empty := ReadWindowSet(context.Background(), t.TempDir(), 2, bounds)
	_, standIn := StandInMatrices(0, 1)
	for name, err := range map[string]error{"size": size, "bounds": bound, "folder": folder, "empty": empty, "stand-in": standIn} {
		if err == nil || !strings.HasPrefix(err.Error(), "inverse: ") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

// TestReadWindowSet reads a folder of matrices, drops windows that came before, and notes what it
// could not read.
func TestReadWindowSet(t *testing.T) {
	dir := t.TempDir()
	block := "%%MatrixMarket matrix coordinate real symmetric\n2 2 3\n1 1 1\n2 1 0.5\n2 2 1\n"
	for name, text := range map[string]string{"a.mtx": block, "b.mtx": block, "c.mtx": "%%MatrixMarket what", "d.mtx": strings.Replace(block, "0.5", "nan", 1)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set, err := ReadWindowSet(context.Background(), dir, 2, PaperBounds())
	if err != nil {
		t.Fatal(err)
	}
	if set.All != 3 || len(set.Matrices) != 2 || set.Sources != 3 || set.Matrices[0].Source != "a.mtx" || set.Matrices[1].Source != "d.mtx" || len(set.Notes) != 2 {
		t.Errorf("set is %+v", set)
	}
}

// largeSources are the two matrices that not every copy of the collection has,
// with their windows: determinant, |determinant| in range.
var largeSources = map[string][2]int{"memplus.mtx": {209, 209}, "luxembourg.mtx": {1, 1291}}

func TestWindowsOfSuiteSparse(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 14 MB")
	}
	root, err := data.Dir()
	if err != nil {
		t.Fatal(err)
	}
	if root == "" {
		t.Skip(data.DirVariable + " is not set")
	}
	dir := filepath.Join(root, "suitesparse", "mtx")
	sources, _, err := ReadSources(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for v, want := range []int{657, 2399} {
		for name, windows := range largeSources {
			if _, err := os.Stat(filepath.Join(dir, name)); os.IsNotExist(err) {
				want -= windows[v]
			}
		}
		bounds := PaperBounds()
		bounds.Absolute = v == 1
		set, err := NewWindowSet(sources, 30, bounds)
		if err != nil {
			t.Fatal(err)
		}
		if set.All != want {
			t.Errorf("%d windows with bounds %+v, want %d", set.All, bounds, want)
		}
		checkSplit(t, NewSplitBySource(set.Matrices, 1), set.Matrices, 0.05)
	}
}

// checkSplit tells whether parts are disjoint by source, complete, and near to
// 60/20/20.
func checkSplit(t *testing.T, s Split, all []*Matrix, tolerance float64) {
	t.Helper()
	part := map[string]int{}
	total := 0
	for p, ms := range [][]*Matrix{s.Train, s.Validation, s.Test} {
		total += len(ms)
		if got := float64(len(ms)) / float64(len(all)); math.Abs(got-splitShares[p]) > tolerance {
			t.Errorf("part %d has %.3f of %d matrices", p, got, len(all))
		}
		for _, m := range ms {
			if q, seen := part[m.Source]; seen && q != p {
				t.Errorf("source %q is in parts %d and %d", m.Source, q, p)
			}
			part[m.Source] = p
		}
	}
	if total != len(all) {
		t.Errorf("%d matrices in three parts of %d", total, len(all))
	}
}

// TestStandInWindows makes windows of all families, the same ones for a seed, whose parts share
// no source.
func TestStandInWindows(t *testing.T) {
	sources, err := StandInMatrices(4, 1)
	if err != nil {
		t.Fatal(err)
	}
	set, err := NewWindowSet(sources, 30, PaperBounds())
	if err != nil {
		t.Fatal(err)
	}
	families := map[string]int{}
	for _, m := range set.Matrices {
		families[strings.Fields(m.Source)[0]]++
	}
	if len(families) != 5 || len(set.Matrices) < 250 {
		t.Errorf("%d distinct windows of families %v", len(set.Matrices), families)
	}
	checkSplit(t, NewSplitBySource(set.Matrices, 3), set.Matrices, 0.05)
	again, err := StandInMatrices(4, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range again {
		if !slices.Equal(again[i].Matrix.Value, sources[i].Matrix.Value) {
			t.Errorf("matrix %d differs the second time", i)
		}
	}
}

// TestSplit splits into 60, 20 and 20%, each matrix in one part, in an order of the seed.
func TestSplit(t *testing.T) {
	ms := make([]*Matrix, 1600)
	for i := range ms {
		ms[i] = &Matrix{First: i}
	}
	s := NewSplit(ms, 5)
	if len(s.Train) != 960 || len(s.Validation) != 320 || len(s.Test) != 320 {
		t.Errorf("parts of %d, %d and %d", len(s.Train), len(s.Validation), len(s.Test))
	}
	seen := map[int]bool{}
	for _, m := range slices.Concat(s.Train, s.Validation, s.Test) {
		seen[m.First] = true
	}
	if len(seen) != len(ms) || ms[0].First != 0 || s.Train[0] == NewSplit(ms, 6).Train[0] {
		t.Errorf("%d different matrices, first of train %d", len(seen), s.Train[0].First)
	}
}
