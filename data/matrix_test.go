package data

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// A matrix of random triplets equals the dense sum of them.
func TestNewMatrix(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		rows, cols := 1+r.IntN(12), 1+r.IntN(12)
		entries := make([]Entry, r.IntN(60))
		want := mat.NewDense(rows, cols, nil)
		positions := map[[2]int]bool{}
		for k := range entries {
			i, j, v := r.IntN(rows), r.IntN(cols), math.Round(9*r.NormFloat64())
			entries[k] = Entry{int32(i), int32(j), v}
			want.Set(i, j, want.At(i, j)+v)
			positions[[2]int{i, j}] = true
		}
		before := slices.Clone(entries)
		m, err := NewMatrix(rows, cols, entries)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.check(); err != nil {
			t.Fatal(err)
		}
		if !mat.Equal(m, want) || !mat.Equal(m.T(), want.T()) || m.NNZ() != len(positions) || !slices.Equal(entries, before) {
			t.Fatalf("%v of %v, want %v", mat.Formatted(m), entries, mat.Formatted(want))
		}
		if noted := len(m.Notes) > 0; noted != (len(positions) < len(entries)) {
			t.Fatalf("%d entries at %d positions are noted as %q", len(entries), len(positions), m.Notes)
		}
		if got, want := m.Symmetric(), rows == cols && mat.Equal(want, want.T()); got != want {
			t.Fatalf("symmetric: %t, want %t", got, want)
		}
	}
}

func TestNewMatrixErrors(t *testing.T) {
	for _, c := range []struct {
		rows, cols int
		entries    []Entry
		want       string
	}{
		{-1, 2, nil, "data: a matrix of -1×2 with 0 entries: sizes must lie in 0..2147483646"},
		{1, math.MaxInt32, nil, "data: a matrix of 1×2147483647 with 0 entries: sizes must lie in 0..2147483646"},
		{2, 2, []Entry{{2, 0, 1}}, "data: entry (2, 0) = 1 of a 2×2 matrix: outside the matrix or not finite"},
		{2, 2, []Entry{{0, -1, 1}}, "data: entry (0, -1) = 1 of a 2×2 matrix: outside the matrix or not finite"},
		{2, 2, []Entry{{0, 1, math.NaN()}}, "data: entry (0, 1) = NaN of a 2×2 matrix: outside the matrix or not finite"},
		{2, 2, []Entry{{0, 1, math.MaxFloat64}, {0, 1, math.MaxFloat64}}, "data: entry (0, 1): the sum of its duplicates is not finite"},
	} {
		if m, err := NewMatrix(c.rows, c.cols, c.entries); err == nil || err.Error() != c.want || m != nil {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	m, err := NewMatrix(2, 3, []Entry{{0, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	for name, access := range map[string]func(){"row": func() { m.At(2, 0) }, "column": func() { m.At(0, 3) }} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s out of range: no panic", name)
				}
			}()
			access()
		}()
	}
	if _, err := m.Edges(); err == nil || !strings.HasPrefix(err.Error(), "data: a matrix of 2×3 is not square") {
		t.Errorf("graph of a 2×3 matrix: %v", err)
	}
}

// TestMatrixEdges lists the positions off the diagonal once each, whichever triangle has them.
func TestMatrixEdges(t *testing.T) {
	m, err := NewMatrix(4, 4, []Entry{{3, 0, 1}, {0, 3, 1}, {1, 1, 5}, {2, 1, 0}, {0, 1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	edges, err := m.Edges()
	if want := [][2]int32{{0, 1}, {0, 3}, {1, 2}}; err != nil || !slices.Equal(edges, want) {
		t.Errorf("%v, %v, want %v", edges, err, want)
	}
}
