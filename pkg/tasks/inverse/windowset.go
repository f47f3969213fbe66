package inverse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"example.org/isinggraph/data"
)

// SourceMatrix is a large matrix with its name.
type SourceMatrix struct {
	Name   string
	Matrix *data.Matrix
}

// WindowSet is Dataset 2: the distinct windows of many matrices.
type WindowSet struct {
	Matrices []*Matrix // distinct, in the order of their sources
	All      int       // windows, with those that occur before
	Sources  int       // matrices read
	Notes    []string  // what readers assumed, or why a file was left out
}

// NewWindowSet cuts windows of n×n from many matrices, see [Windows].
func NewWindowSet(sources []SourceMatrix, n int, bounds Bounds) (*WindowSet, error) {
	set := &WindowSet{Sources: len(sources)}
	var all []*Matrix
	for _, s := range sources {
		ws, err := Windows(s.Matrix, s.Name, n, bounds)
		if err != nil {
			return nil, err
		}
		all = append(all, ws...)
	}
	set.All, set.Matrices = len(all), Distinct(all)
	return set, nil
}

// ReadWindowSet cuts windows from all files of a folder, in the order of their
// names, read as [data.ReadMatrix] does, several at once; values that are not
// finite count as zeros. A file that cannot be read is left out, with a note. A
// folder without a single matrix is an error.
func ReadWindowSet(ctx context.Context, dir string, n int, bounds Bounds) (*WindowSet, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("inverse: windows: %w", err)
	}
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return e.IsDir() })
	read := make([]*data.Matrix, len(entries))
	notes := make([][]string, len(entries))
	err = parallel(ctx, len(entries), func() func(int) error {
		return func(i int) error {
			m, err := data.ReadMatrix(filepath.Join(dir, entries[i].Name()), data.NonFiniteAsZero)
			if err != nil {
				notes[i] = []string{err.Error()}
				return nil
			}
			read[i], notes[i] = m, m.Notes
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	var sources []SourceMatrix
	for i, m := range read {
		if m != nil {
			sources = append(sources, SourceMatrix{Name: entries[i].Name(), Matrix: m})
		}
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("inverse: no matrix among %d files of %s", len(entries), dir)
	}
	set, err := NewWindowSet(sources, n, bounds)
	if err != nil {
		return nil, err
	}
	for i, list := range notes {
		for _, note := range list {
			set.Notes = append(set.Notes, entries[i].Name()+": "+note)
		}
	}
	return set, nil
}
