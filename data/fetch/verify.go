package fetch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example.org/isinggraph/data/catalog"
	"example.org/isinggraph/internal/wholefile"
)

// Problem is a file that is not as the catalogue says.
type Problem struct {
	File catalog.File
	Err  error // [fs.ErrNotExist] if it is missing
}

// Missing reports whether the file is not there at all.
func (p Problem) Missing() bool { return errors.Is(p.Err, fs.ErrNotExist) }

// Report says how much of a set is there.
type Report struct {
	Set      *catalog.Set
	OK       int // files of the right size and hash
	Problems []Problem
}

// Whole reports whether nothing is wrong, and nothing missing that could be
// downloaded.
func (r Report) Whole() bool {
	if r.Set.Whole() && r.OK == 0 {
		return false
	}
	return !slices.ContainsFunc(r.Problems, func(p Problem) bool { return !p.Missing() || p.File.Kind != catalog.ByHand })
}

// Fetchable returns the files with a problem that a download can mend.
func (r Report) Fetchable() []catalog.File {
	var files []catalog.File
	for _, p := range r.Problems {
		if p.File.Kind != catalog.ByHand {
			files = append(files, p.File)
		}
	}
	return files
}

// Verify compares the files of a set in the folder dir of the data with the
// catalogue, those of a set that is taken whole with its manifest. It reads
// every byte; how the files came there does not matter. The error is that of
// ctx, or of a manifest that cannot be read.
func Verify(ctx context.Context, dir string, s *catalog.Set) (Report, error) {
	r := Report{Set: s}
	folder := filepath.Join(dir, s.Name)
	files := s.Files
	if s.Whole() {
		var err error
		if files, err = readManifest(folder); errors.Is(err, fs.ErrNotExist) {
			return r, nil
		} else if err != nil {
			return r, err
		}
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return r, fmt.Errorf("fetch: %w", err)
		}
		if err := (request{size: f.Size, sum: f.Sum}).check(filepath.Join(folder, filepath.FromSlash(f.Path))); err != nil {
			r.Problems = append(r.Problems, Problem{f, err})
		} else {
			r.OK++
		}
	}
	return r, nil
}

// writeManifest lists the files in a folder: size, SHA-256 and path.
func writeManifest(folder string, paths []string) error {
	slices.Sort(paths)
	var b strings.Builder
	for _, p := range paths {
		file := filepath.Join(folder, filepath.FromSlash(p))
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		sum, err := catalog.Sum{}.Of(file)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%d\t%s\t%s\n", info.Size(), sum.Hex, p)
	}
	return wholefile.Write(filepath.Join(folder, catalog.ManifestName), []byte(b.String()))
}

// readManifest reads what writeManifest wrote. The files' kind is that of
// members of an archive.
func readManifest(folder string) ([]catalog.File, error) {
	name := filepath.Join(folder, catalog.ManifestName)
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	return parseManifest(text, name)
}

func parseManifest(text []byte, name string) ([]catalog.File, error) {
	var files []catalog.File
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		fields := strings.Split(line, "\t")
		if len(fields) != 3 || !filepath.IsLocal(filepath.FromSlash(fields[2])) || len(fields[1]) != 64 {
			return nil, fmt.Errorf("fetch: %s:%d: want size, SHA-256 and path: %q", name, i+1, line)
		}
		size, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil || size < 0 {
			return nil, fmt.Errorf("fetch: %s:%d: size %q", name, i+1, fields[0])
		}
		files = append(files, catalog.File{Path: fields[2], Size: size, Sum: catalog.Sum{Algorithm: catalog.SHA256, Hex: fields[1]}, Kind: catalog.Member})
	}
	return files, nil
}
