package data

import (
	"compress/gzip"
	"errors"
	"io"
	"path/filepath"
	"strings"
)

// gzipRatio is how many times larger than its file a matrix may grow when it
// is decompressed; text of numbers grows 3 to 30 times.
const gzipRatio = 100

// MatrixOption changes what [ReadMatrix] accepts.
type MatrixOption func(*matrixOptions)

type matrixOptions struct{ nonFiniteAsZero bool }

// errNotFinite is the cause of errors that NonFiniteAsZero turns into zeros.
var errNotFinite = errors.New("not finite")

// NonFiniteAsZero makes ReadMatrix store zeros for values that are NaN,
// infinite or beyond float64, and note their number. Without it they are
// errors.
func NonFiniteAsZero(o *matrixOptions) { o.nonFiniteAsZero = true }

// ReadMatrix reads a sparse matrix, by the extension of its file (upper or
// lower case): MatrixMarket (.mtx, .mm, see [ParseMatrixMarket]),
// Harwell-Boeing and Rutherford-Boeing (.hb, .rb, and the types .rua, .rsa,
// .rra, .rza, .pua, .psa, .pra, .iua, .isa; see [ParseHarwellBoeing]), triplets
// counted from 0 (.triplet0, see [ParseTriplets]), each also compressed (.gz),
// up to 100 times its size. Another extension is an error.
func ReadMatrix(path string, options ...MatrixOption) (*Matrix, error) {
	var o matrixOptions
	for _, option := range options {
		option(&o)
	}
	ext := strings.ToLower(filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".gz")))
	var parse func(io.Reader, string, int64, matrixOptions) (*Matrix, error)
	switch ext {
	case ".mtx", ".mm":
		parse = parseMatrixMarket
	case ".hb", ".rb", ".rua", ".rsa", ".rra", ".rza", ".pua", ".psa", ".pra", ".iua", ".isa":
		parse = parseHarwellBoeing
	case ".triplet0":
		parse = parseTriplets
	default:
		e := fileErrorf(path, 0, "no matrix format has this extension, want .mtx, .hb, .rb or .triplet0")
		e.Value = filepath.Ext(path)
		return nil, e
	}
	parser := func(r io.Reader, name string, limit int64) (*Matrix, error) { return parse(r, name, limit, o) }
	if strings.EqualFold(filepath.Ext(path), ".gz") {
		parser = gunzipped(parser)
	}
	return readFile(path, parser)
}

// gunzipped returns a parser of compressed input.
func gunzipped[T any](parse func(r io.Reader, name string, limit int64) (T, error)) func(r io.Reader, name string, limit int64) (T, error) {
	return func(r io.Reader, name string, limit int64) (none T, err error) {
		z, err := gzip.NewReader(&cappedReader{r, limit})
		if err != nil {
			return none, &FileError{File: name, Msg: "not a gzip file", Err: err}
		}
		failing := &failingReader{r: z}
		result, err := parse(failing, name, min(limit, MaxFileSize/gzipRatio)*gzipRatio)
		switch {
		case errors.Is(failing.err, io.ErrUnexpectedEOF): // rather than what the last part of a line makes parse say
			return none, fileErrorf(name, 0, "the gzip file is truncated")
		case failing.err != nil:
			return none, &FileError{File: name, Msg: "the gzip file is corrupt", Err: failing.err}
		}
		return result, err
	}
}

// failingReader remembers an error of its reader.
type failingReader struct {
	r   io.Reader
	err error
}

func (f *failingReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != io.EOF {
		f.err = err
	}
	return n, err
}
