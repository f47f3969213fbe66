package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
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
// Each is the first regular file that has its size and hash and whose path
// ends in its name. Other entries are passed over.
func extractMembers(ctx context.Context, path, dir string, files []catalog.File, lim limits) error {
	return openArchive(path, func(a archive) error { return a.extractMembers(ctx, dir, files, lim) })
}

func (a archive) extractMembers(ctx context.Context, dir string, files []catalog.File, lim limits) error {
	wanted := map[string][]catalog.File{} // by the last element of the path
	for _, f := range files {
		wanted[path.Base(f.Member)] = append(wanted[path.Base(f.Member)], f)
	}
	left, entries := len(files), 0
	unfit := map[string]error{} // why a file of the right name was not taken
	err := walk(ctx, a, lim.bytes, func(e entry) error {
		if entries++; entries > lim.entries {
			return fmt.Errorf("more than %d entries", lim.entries)
		}
		base := path.Base(e.name)
		for i, f := range wanted[base] {
			if !strings.HasSuffix("/"+e.name, "/"+f.Member) {
				continue
			}
			if err := extractMember(ctx, e, f, dir); err != nil {
				unfit[f.Member] = fmt.Errorf("%s: %w", e.name, err)
				return ctx.Err()
			}
			wanted[base] = slices.Delete(wanted[base], i, i+1)
			if left--; left == 0 {
				return errEnough
			}
			break
		}
		return nil
	})
	if err == nil && left > 0 {
		var missing []string
		for _, fs := range wanted {
			for _, f := range fs {
				missing = append(missing, f.Member)
			}
		}
		slices.Sort(missing)
		if err = unfit[missing[0]]; err == nil {
			err = fmt.Errorf("%s is not in it", missing[0])
		}
		if left > 1 {
			err = fmt.Errorf("%w; %s more not in it", err, plural(left-1, "file"))
		}
	}
	return err
}

// extractMember writes an entry of an archive as the file f, if it is that.
func extractMember(ctx context.Context, e entry, f catalog.File, dir string) error {
	if !e.mode.IsRegular() {
		return errors.New("not a regular file")
	}
	to := filepath.Join(dir, filepath.FromSlash(f.Path))
	os.Remove(to) // of an earlier attempt
	if _, err := unpack(ctx, e.open, to, f.Size); err != nil {
		return err
	}
	err := request{size: f.Size, sum: f.Sum}.check(to)
	if err != nil {
		os.Remove(to)
	}
	return err
}

// extractAll unpacks an archive into dir and returns the paths of its files.
// An entry that would lie outside dir, a link, a device and a file that comes
// twice are errors.
func extractAll(ctx context.Context, path, dir string, lim limits) (paths []string, err error) {
	err = openArchive(path, func(a archive) (err error) {
		paths, err = a.extractAll(ctx, dir, lim)
		return err
	})
	return paths, err
}

func (a archive) extractAll(ctx context.Context, dir string, lim limits) (paths []string, err error) {
	left := lim.bytes
	entries := 0
	err = walk(ctx, a, lim.bytes, func(e entry) error {
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
		return nil, err
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
