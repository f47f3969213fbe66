package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/isinggraph/data/catalog"
)

// limits bound what an archive may unpack to.
type limits struct {
	entries int
	bytes   int64
}

// defaultLimits hold for the catalogue's archives, the largest of which has
// 12,000 files of 1.2 GB.
var defaultLimits = limits{entries: 200_000, bytes: 8 << 30}

// extractMembers takes files out of an archive, into their places below dir.
// Each must be there once, as a regular file of its size and hash. Other
// entries are passed over.
func extractMembers(ctx context.Context, archive, dir string, files []catalog.File, lim limits) error {
	wanted := map[string]catalog.File{}
	for _, f := range files {
		wanted[f.Member] = f
	}
	entries := 0
	err := walk(ctx, archive, lim.bytes, func(e entry) error {
		if entries++; entries > lim.entries {
			return fmt.Errorf("more than %d entries", lim.entries)
		}
		f, ok := wanted[e.name]
		if !ok {
			return nil
		}
		delete(wanted, e.name)
		if !e.mode.IsRegular() {
			return fmt.Errorf("%s: not a regular file", e.name)
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		os.Remove(path) // of an earlier attempt
		if _, err := unpack(ctx, e.open, path, f.Size); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		if err := (request{size: f.Size, sum: f.Sum}).check(path); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		if len(wanted) == 0 {
			return errEnough
		}
		return nil
	})
	if err == nil && len(wanted) > 0 {
		var names []string
		for n := range wanted {
			names = append(names, n)
		}
		slices.Sort(names)
		err = fmt.Errorf("%s not in it, first of all %s", plural(len(names), "file"), names[0])
	}
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(archive), err)
	}
	return nil
}

// extractAll unpacks an archive into dir and returns the paths of its files.
// An entry that would lie outside dir, a link, a device and a file that comes
// twice are errors.
func extractAll(ctx context.Context, archive, dir string, lim limits) (paths []string, err error) {
	left := lim.bytes
	entries := 0
	err = walk(ctx, archive, lim.bytes, func(e entry) error {
		if entries++; entries > lim.entries {
			return fmt.Errorf("more than %d entries", lim.entries)
		}
		name := strings.TrimSuffix(e.name, "/")
		if strings.ContainsAny(name, "\\:\x00\n\t") || !filepath.IsLocal(filepath.FromSlash(name)) {
			return fmt.Errorf("%q: a path that leads outside the folder or that not every system has", e.name)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		switch {
		case e.mode.IsDir():
			return os.MkdirAll(path, 0o755)
		case e.mode&fs.ModeSymlink != 0:
			return fmt.Errorf("%s: a link", e.name)
		case !e.mode.IsRegular():
			return fmt.Errorf("%s: not a regular file", e.name)
		}
		n, err := unpack(ctx, e.open, path, left)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s: comes twice", e.name)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		left -= n
		paths = append(paths, filepath.ToSlash(filepath.Clean(name)))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(archive), err)
	}
	return paths, nil
}

// unpack writes a new file of at most limit bytes and returns their number.
func unpack(ctx context.Context, open func() (io.ReadCloser, error), path string, limit int64) (n int64, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return 0, err
	}
	r, err := open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	w, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return 0, err
	}
	defer func() {
		if e := w.Close(); err == nil {
			err = e
		}
		if err != nil {
			os.Remove(path)
		}
	}()
	return io.Copy(w, &limited{cancellable{ctx, r}, limit, limit})
}

// cancellable reads from a reader until its context ends.
type cancellable struct {
	ctx context.Context
	io.Reader
}

func (c cancellable) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(b)
}
