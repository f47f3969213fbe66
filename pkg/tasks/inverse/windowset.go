package inverse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/par"
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

// ReadWindowSet cuts windows of n×n from the matrices of a folder, see
// [ReadSources] and [NewWindowSet].
func ReadWindowSet(ctx context.Context, dir string, n int, bounds Bounds) (*WindowSet, error) {
	sources, notes, err := ReadSources(ctx, dir)
	if err != nil {
		return nil, err
	}
	set, err := NewWindowSet(sources, n, bounds)
	if err != nil {
		return nil, err
	}
	set.Notes = notes
	return set, nil
}

// ReadSources reads all files of a folder as [data.ReadMatrix] does, several at
// once, in the order of their names, which they get; values that are not finite
// count as zeros. A file that cannot be read is left out. Notes are what readers
// assumed, and why files were left out. A folder without a single matrix is an
// error.
func ReadSources(ctx context.Context, dir string) (sources []SourceMatrix, notes []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("inverse: windows: %w", err)
	}
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return e.IsDir() })
	read := make([]*data.Matrix, len(entries))
	failed := make([]error, len(entries))
	err = par.Each(ctx, len(entries), func() func(int) error {
		return func(i int) error {
			read[i], failed[i] = data.ReadMatrix(filepath.Join(dir, entries[i].Name()), data.NonFiniteAsZero)
			return nil
		}
	})
	if err != nil {
		return nil, nil, err
	}
	for i, e := range entries {
		if failed[i] != nil {
			notes = append(notes, e.Name()+": left out: "+failed[i].Error())
			continue
		}
		sources = append(sources, SourceMatrix{Name: e.Name(), Matrix: read[i]})
		for _, note := range read[i].Notes {
			notes = append(notes, e.Name()+": "+note)
		}
	}
	if len(sources) == 0 {
		return nil, nil, fmt.Errorf("inverse: no matrix among %d files of %s", len(entries), dir)
	}
	return sources, notes, nil
}
