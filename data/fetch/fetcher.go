package fetch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/gofrs/flock"

	"example.org/isinggraph/data/catalog"
)

// Downloads is the folder, within that of the data, that downloads and sets in
// the making are kept in. An archive that is put there by hand is used as if
// it had been downloaded.
const Downloads = ".downloads"

// ErrBusy is the error of a second fetch into a folder that one is at work in.
var ErrBusy = errors.New("another fetch is at work in this folder")

// Fetcher brings data sets into a folder.
type Fetcher struct {
	Dir    string // the folder of the data, as ISINGGRAPH_DATA names it; made if it is not there
	Client *Client

	// Log is told what was done, a line a set; nil for nothing.
	Log func(line string)

	limits limits // zero for defaultLimits
}

// Fetch brings the sets into the folder, one after the other. It goes on after
// a set that cannot be had and returns all errors joined; those of downloads
// are [*DownloadError]. Files that are by hand and missing are no error.
// Ending ctx leaves what was downloaded so far to be resumed, and no part of a
// set in its place.
func (f *Fetcher) Fetch(ctx context.Context, sets ...*catalog.Set) error {
	if err := os.MkdirAll(f.Dir, 0o755); err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	lock := flock.New(filepath.Join(f.Dir, ".fetch.lock")) // let go of by the system if the process dies
	ok, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("fetch: cannot lock %s: %w", f.Dir, err)
	}
	if !ok {
		return fmt.Errorf("fetch: %s: %w", f.Dir, ErrBusy)
	}
	defer lock.Unlock()
	var errs []error
	for _, s := range sets {
		if err := f.set(ctx, s); err != nil {
			errs = append(errs, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	for _, s := range sets {
		os.Remove(filepath.Join(f.downloads(), s.Name)) // folders in which nothing is kept
	}
	os.Remove(f.downloads())
	return errors.Join(errs...)
}

func (f *Fetcher) downloads() string { return filepath.Join(f.Dir, Downloads) }

func (f *Fetcher) log(format string, args ...any) {
	if f.Log != nil {
		f.Log(fmt.Sprintf(format, args...))
	}
}

// making is a set that is being made.
type making struct {
	*Fetcher
	set    *catalog.Set
	stage  string // folder of the files that are ready
	failed []Failure
	used   []string // archives that are no longer needed once the set is whole
}

func (f *Fetcher) set(ctx context.Context, s *catalog.Set) error {
	report, err := Verify(ctx, f.Dir, s)
	if err != nil {
		return err
	}
	todo := report.Fetchable()
	if len(todo) == 0 && (!s.Whole() || report.OK > 0) {
		if report.OK == 0 {
			f.log("%s: nothing to download%s", s.Name, byHand(report))
			return nil
		}
		f.log("%s: there and verified (%s)%s", s.Name, plural(report.OK, "file"), byHand(report))
		return nil
	}
	m := &making{Fetcher: f, set: s, stage: filepath.Join(f.downloads(), s.Name)}
	if err := os.MkdirAll(m.stage, 0o755); err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	if s.Whole() {
		err = m.whole(ctx)
	} else {
		err = m.files(ctx, todo)
	}
	if err != nil {
		return fmt.Errorf("fetch: %s: %w", s.Name, err)
	}
	if len(m.failed) > 0 {
		return &DownloadError{Set: s.Name, Dir: f.Dir, Failures: m.failed}
	}
	if err := m.install(); err != nil {
		return fmt.Errorf("fetch: %s: %w", s.Name, err)
	}
	if report, err = Verify(ctx, f.Dir, s); err != nil {
		return err
	}
	f.log("%s: fetched and verified (%s)%s", s.Name, plural(report.OK, "file"), byHand(report))
	return nil
}

// byHand says how many files are to be placed by hand.
func byHand(r Report) string {
	n := 0
	for _, p := range r.Problems {
		if p.File.Kind == catalog.ByHand {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %s to be placed by hand, see 'isinggraph data list %s'", plural(n, "file"), r.Set.Name)
}

// install moves what is ready to its place: the whole folder at once if there
// is none yet, else file by file.
func (m *making) install() error {
	final := filepath.Join(m.Dir, m.set.Name)
	if _, err := os.Lstat(final); errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(m.stage, final); err != nil {
			return err
		}
	} else {
		err := filepath.WalkDir(m.stage, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, err := filepath.Rel(m.stage, path)
			if err != nil {
				return err
			}
			to := filepath.Join(final, rel)
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			return os.Rename(path, to)
		})
		if err != nil {
			return err
		}
		if err := os.RemoveAll(m.stage); err != nil {
			return err
		}
	}
	for _, a := range m.used {
		os.Remove(a)
	}
	return nil
}

// fail records a download that could not be had.
func (m *making) fail(err error, urls []string, sum catalog.Sum, place string) {
	m.failed = append(m.failed, Failure{URLs: slices.Clone(urls), Sum: sum, Place: place, Err: err})
}
