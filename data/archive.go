package data

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
)

// archiveReader reads files of a zip archive into memory, budget bytes of them
// altogether: a small archive can promise, or hold, much.
type archiveReader struct {
	budget   int64
	deflated bool // compressed files are read, too
}

// read returns the content of a file, whose checksum must hold.
func (a *archiveReader) read(f *zip.File) ([]byte, error) {
	if f.Method != zip.Store && (f.Method != zip.Deflate || !a.deflated) {
		return nil, errors.New("compressed in a way that is not read")
	}
	if f.UncompressedSize64 > uint64(a.budget) {
		return nil, fmt.Errorf("%d bytes, more than are plausible for the file", f.UncompressedSize64)
	}
	a.budget -= int64(f.UncompressedSize64)
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw := make([]byte, f.UncompressedSize64)
	if _, err := io.ReadFull(r, raw); err != nil {
		return nil, err
	}
	switch n, err := r.Read(make([]byte, 1)); {
	case n > 0:
		return nil, errors.New("longer than the archive says")
	case err != io.EOF: // where the checksum is compared
		return nil, err
	}
	return raw, nil
}
