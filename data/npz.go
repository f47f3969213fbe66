package data

import (
	"archive/zip"
	"bufio"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// npzRatio caps the arrays of an archive to so many bytes for each of its own.
const npzRatio = 64

// ReadNPZ reads the arrays of an archive that numpy.savez or savez_compressed
// wrote (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html),
// by their names, see [ReadNPY]. Files of the archive that do not end
// in .npy are refused, and so are archives that decompress to more than 64
// times their size plus 64 KiB. It takes time and memory in proportion to the
// decompressed size.
func ReadNPZ(path string) (map[string]Tensor, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseNPZ(f, path, size)
}

func parseNPZ(r io.ReaderAt, name string, size int64) (map[string]Tensor, error) {
	if size == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &FileError{File: name, Msg: "not an archive of numpy", Err: err}
	}
	a := &archiveReader{budget: npzRatio*size + 1<<16, deflated: true}
	arrays := make(map[string]Tensor, len(archive.File))
	for _, f := range archive.File {
		key, isArray := strings.CutSuffix(f.Name, ".npy")
		_, twice := arrays[key]
		if !isArray || twice {
			return nil, fileErrorf(name, 0, "%q in the archive is not an array, or comes twice", short(f.Name))
		}
		raw, err := a.read(f)
		if err == nil {
			arrays[key], err = decodeNPY(raw)
		}
		if err != nil {
			return nil, &FileError{File: name, Msg: short(f.Name), Err: err}
		}
	}
	return arrays, nil
}

// WriteNPZ writes arrays for [ReadNPZ] and numpy.load, not compressed.
func WriteNPZ(path string, arrays map[string]Tensor) error {
	return writeFile(path, func(w *bufio.Writer) error { return writeNPZ(w, arrays) })
}

func writeNPZ(w io.Writer, arrays map[string]Tensor) error {
	z := zip.NewWriter(w)
	for _, key := range slices.Sorted(maps.Keys(arrays)) {
		if key == "" {
			return errors.New("array without a name")
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: key + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if err := writeNPY(f, arrays[key]); err != nil {
			return err
		}
	}
	return z.Close()
}
