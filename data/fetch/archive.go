package fetch

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bodgit/sevenzip"
)

// entry is one entry of an archive.
type entry struct {
	name string
	mode fs.FileMode // a hard link has the mode of a symbolic one
	open func() (io.ReadCloser, error)
}

// archive is the content of an archive, whose format its name tells.
type archive struct {
	io.ReaderAt
	name string
	size int64
}

// openArchive calls use with the archive in a file; its errors name the file.
func openArchive(path string, use func(a archive) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil {
		err = use(archive{f, path, info.Size()})
	}
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return nil
}

// errEnough ends a walk early.
var errEnough = errors.New("enough")

// walk calls visit for each entry of an archive until an error or the end of
// ctx; errEnough is none. limit bounds the bytes that a tar archive unpacks to.
func walk(ctx context.Context, a archive, limit int64, visit func(entry) error) (err error) {
	defer func() {
		if r := recover(); r != nil { // the readers of third parties meet input that nothing vouches for
			err = fmt.Errorf("damaged archive: %v", r)
		}
		if errors.Is(err, errEnough) {
			err = nil
		}
	}()
	checked := func(e entry) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		e.name = strings.TrimPrefix(e.name, "./")
		return visit(e)
	}
	switch name := strings.ToLower(a.name); {
	case strings.HasSuffix(name, ".zip"):
		return walkZip(a, checked)
	case strings.HasSuffix(name, ".tar.gz"), strings.HasSuffix(name, ".tgz"):
		return walkTar(a, limit, checked)
	case strings.HasSuffix(name, ".7z"):
		return walk7z(a, checked)
	}
	return errors.New("not the name of a .zip, .tar.gz, .tgz or .7z")
}

func walkZip(a archive, visit func(entry) error) error {
	z, err := zip.NewReader(a, a.size)
	if err != nil {
		return err
	}
	for _, f := range z.File {
		if err := visit(entry{f.Name, f.Mode(), f.Open}); err != nil {
			return err
		}
	}
	return nil
}

func walk7z(a archive, visit func(entry) error) error {
	if err := check7z(a); err != nil {
		return err
	}
	z, err := sevenzip.NewReader(a, a.size)
	if err != nil {
		return err
	}
	for _, f := range z.File {
		open := func() (io.ReadCloser, error) {
			r, err := f.Open()
			if err != nil {
				return nil, err
			}
			return &checked7z{r, f.CRC32, 0}, nil
		}
		if err := visit(entry{f.Name, f.Mode(), open}); err != nil {
			return err
		}
	}
	return nil
}

// checked7z compares a file's checksum at its end, which package sevenzip
// leaves to its callers; a checksum of 0 is none.
type checked7z struct {
	io.ReadCloser
	want, sum uint32
}

func (c *checked7z) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.sum = crc32.Update(c.sum, crc32.IEEETable, b[:n])
	if err == io.EOF && c.want != 0 && c.sum != c.want {
		err = errors.New("its checksum is wrong")
	}
	return n, err
}

func walkTar(a archive, limit int64, visit func(entry) error) error {
	z, err := gzip.NewReader(io.NewSectionReader(a, 0, a.size))
	if err != nil {
		return err
	}
	defer z.Close()
	content := &limited{z, limit, limit}
	t := tar.NewReader(content)
	for {
		h, err := t.Next()
		if err == io.EOF {
			_, err := io.Copy(io.Discard, content) // up to gzip's checksum
			return err
		}
		if err != nil {
			return err
		}
		mode := h.FileInfo().Mode()
		switch h.Typeflag {
		case tar.TypeXGlobalHeader:
			continue
		case tar.TypeLink:
			mode |= fs.ModeSymlink
		}
		if err := visit(entry{h.Name, mode, func() (io.ReadCloser, error) { return io.NopCloser(t), nil }}); err != nil {
			return err
		}
	}
}

// limited reads from r and fails once there were more than max bytes.
type limited struct {
	r         io.Reader
	left, max int64
}

func (l *limited) Read(b []byte) (int, error) {
	if l.left < 0 {
		return 0, fmt.Errorf("more than %d bytes", l.max)
	}
	if int64(len(b)) > l.left+1 {
		b = b[:l.left+1]
	}
	n, err := l.r.Read(b)
	l.left -= int64(n)
	if l.left < 0 {
		return n - 1, fmt.Errorf("more than %d bytes", l.max)
	}
	return n, err
}
