package fetch

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"example.org/isinggraph/data/catalog"
)

// files makes the files of a set that are missing or wrong, in the stage. A
// download that cannot be had is recorded as a failure; other errors end it.
func (m *making) files(ctx context.Context, todo []catalog.File) error {
	byArchive := map[*catalog.Archive][]catalog.File{}
	var archives []*catalog.Archive
	for _, f := range todo {
		to := filepath.Join(m.stage, filepath.FromSlash(f.Path))
		want := request{size: f.Size, sum: f.Sum}
		if want.check(to) == nil {
			continue // of an earlier run
		}
		os.Remove(to)
		if f.Archive != nil {
			if byArchive[f.Archive] == nil {
				archives = append(archives, f.Archive)
			}
			byArchive[f.Archive] = append(byArchive[f.Archive], f)
			continue
		}
		want.name, want.urls, want.path = path.Join(m.set.Name, f.Path), []string{f.URL}, to
		var err error
		if f.Kind == catalog.Gzipped {
			err = m.gunzipped(ctx, want)
		} else {
			err = m.Client.download(ctx, want)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if f.Kind == catalog.Gzipped {
				want.urls[0] += " (to be unpacked with gzip)"
			}
			m.fail(err, want.urls, f.Sum, filepath.Join(m.Dir, m.set.Name, filepath.FromSlash(f.Path)))
		}
	}
	for _, a := range archives {
		archive, err := m.archive(ctx, a)
		if err != nil || archive == "" {
			if err != nil {
				return err
			}
			continue
		}
		if err := m.unpackFiles(ctx, archive, byArchive[a]); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if !a.Sum.Known() { // then it may be anything, and is not to be met again
				os.Rename(archive, archive+".bad")
				err = fmt.Errorf("%w (the download was put aside as %s.bad)", err, a.Name)
			}
			return err
		}
		m.used = append(m.used, archive)
	}
	return nil
}

// unpackFiles takes files out of an archive, or converts it into them.
func (m *making) unpackFiles(ctx context.Context, archive string, files []catalog.File) error {
	var members []catalog.File
	for _, f := range files {
		if f.Kind != catalog.Converted {
			members = append(members, f)
			continue
		}
		to := filepath.Join(m.stage, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := conversions[f.Member](archive, to); err != nil {
			return err
		}
		if err := (request{size: f.Size, sum: f.Sum}).check(to); err != nil {
			return fmt.Errorf("%s, converted from %s: %w", f.Path, filepath.Base(archive), err)
		}
	}
	if len(members) == 0 {
		return nil
	}
	return extractMembers(ctx, archive, m.stage, members, m.bounds())
}

func (m *making) bounds() limits {
	if m.limits == (limits{}) {
		return defaultLimits
	}
	return m.limits
}

// archive returns the path of a download that is there, put by hand or by an
// earlier run, or that it fetches; "" if it cannot be had.
func (m *making) archive(ctx context.Context, a *catalog.Archive) (string, error) {
	r := request{name: a.Name, urls: a.URLs, path: filepath.Join(m.downloads(), a.Name), size: a.Size, sum: a.Sum}
	if _, err := os.Stat(r.path); err == nil {
		if err := r.check(r.path); err != nil {
			return "", fmt.Errorf("%s: %w; remove it to download it anew", r.path, err)
		}
		return r.path, nil
	}
	if err := m.Client.download(ctx, r); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		m.fail(err, a.URLs, a.Sum, r.path)
		return "", nil
	}
	return r.path, nil
}

// gunzipped downloads a file that is served in gzip's format. Its size and
// hash are those of the content.
func (m *making) gunzipped(ctx context.Context, want request) (err error) {
	packed := request{name: want.name, urls: want.urls, path: filepath.Join(m.downloads(), strings.ReplaceAll(want.name, "/", "_")+".gz")}
	if err := m.Client.download(ctx, packed); err != nil {
		return err
	}
	defer os.Remove(packed.path)
	_, err = unpack(ctx, func() (io.ReadCloser, error) {
		f, err := os.Open(packed.path)
		if err != nil {
			return nil, err
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			f.Close()
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{z, f}, nil
	}, want.path, want.size)
	if err != nil {
		return err
	}
	if err = want.check(want.path); err != nil {
		os.Remove(want.path)
	}
	return err
}

// whole unpacks all archives of a set and lists what was in them.
func (m *making) whole(ctx context.Context) error {
	if err := os.RemoveAll(m.stage); err != nil { // of an earlier run: it is not known what is whole in it
		return err
	}
	var paths, archives []string
	for _, a := range m.set.Archives {
		archive, err := m.archive(ctx, a)
		if err != nil {
			return err
		}
		archives = append(archives, archive)
	}
	if len(m.failed) > 0 {
		return nil
	}
	for _, archive := range archives {
		got, err := extractAll(ctx, archive, m.stage, m.bounds())
		if err != nil {
			return err
		}
		paths = append(paths, got...)
	}
	m.used = archives
	return writeManifest(m.stage, paths)
}
