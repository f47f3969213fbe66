package nb

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"example.org/isinggraph/internal/wholefile"
)

// Memo returns what f returns, computed once and then read from build/cache: cells are programs of their own,
// and a later cell asks for an earlier one's result.
//
// The file's name holds the SHA-256 of name, of key as JSON, of T, of the profile and the data folder, and of the
// project's own Go code outside notebooks/. So other parameters or a changed package compute anew, but a changed f
// with the same name and key does not: put into key everything that f depends on. T travels as gob, exported fields
// only. Files are written in one step; a damaged one is said to be so and computed again. An error of f is
// returned, and not kept.
func Memo[T any](name string, key any, f func() (T, error)) (T, error) {
	var zero T
	path, err := memoPath(name, fmt.Sprintf("%T", zero), key)
	if err != nil {
		return zero, err
	}
	v, err := readMemo[T](path)
	if err == nil {
		return v, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "nb: computing %s again, its file is damaged: %v\n", name, err)
	}
	v, err = f()
	if err != nil {
		return zero, err
	}
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(&v); err != nil {
		return zero, fmt.Errorf("nb: keeping %s: %w", name, err)
	}
	sum := sha256.Sum256(body.Bytes())
	if err := wholefile.Write(path, append(sum[:], body.Bytes()...)); err != nil {
		return zero, fmt.Errorf("nb: keeping %s: %w", name, err)
	}
	return v, nil
}

// memoPath returns the file of one memoised value.
func memoPath(name, kind string, key any) (string, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	params, err := json.Marshal(key)
	if err != nil {
		return "", fmt.Errorf("nb: key of %s: %w", name, err)
	}
	code, err := codeSum()
	if err != nil {
		return "", err
	}
	profile, err := Profile()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, part := range []string{name, kind, string(params), profile, os.Getenv("ISINGGRAPH_DATA"), string(code)} {
		fmt.Fprintf(h, "%d:%s,", len(part), part)
	}
	return buildPath("cache", fmt.Sprintf("%s-%x.gob", name, h.Sum(nil)[:16]))
}

// readMemo reads a memoised value: the SHA-256 of its gob, then the gob.
func readMemo[T any](path string) (v T, err error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return v, err
	}
	if len(file) < sha256.Size {
		return v, errors.New("too short")
	}
	body := file[sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], file[:sha256.Size]) {
		return v, errors.New("wrong checksum")
	}
	err = gob.NewDecoder(bytes.NewReader(body)).Decode(&v)
	return v, err
}

// codeSum is the SHA-256 of the Go files, tests left out, of pkg/, data/ and internal/, and of go.mod.
var codeSum = sync.OnceValues(func() ([]byte, error) {
	root, err := rootDir()
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	add := func(path string) error {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		fmt.Fprintf(h, "%s %d\n%s", filepath.ToSlash(rel), len(text), text)
		return err
	}
	if err := add(filepath.Join(root, "go.mod")); err != nil {
		return nil, fmt.Errorf("nb: %w", err)
	}
	for _, dir := range []string{"pkg", "data", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist): // a folder that the project lacks, a file just removed
				return nil
			case err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return err
			}
			return add(path)
		})
		if err != nil {
			return nil, fmt.Errorf("nb: %w", err)
		}
	}
	return h.Sum(nil), nil
})
