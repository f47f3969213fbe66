package catalog

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// Algorithm names a hash of a file's content.
type Algorithm string

// The algorithms under which the sets' publishers state hashes.
const (
	SHA256  Algorithm = "sha256"
	GitBlob Algorithm = "git-blob" // SHA-1 of "blob SIZE\x00" and the content, as git names files
)

// Sum is the expected hash of a file. The zero Sum is an unknown one.
type Sum struct {
	Algorithm Algorithm
	Hex       string // lower case
}

// Known reports whether there is a hash to compare with.
func (s Sum) Known() bool { return s.Hex != "" }

// String returns "ALGORITHM:HEX", or "unknown".
func (s Sum) String() string {
	if !s.Known() {
		return "unknown"
	}
	return string(s.Algorithm) + ":" + s.Hex
}

// Of returns the hash of the file at path under s's algorithm, SHA-256 if s is
// unknown.
func (s Sum) Of(path string) (Sum, error) {
	f, err := os.Open(path)
	if err != nil {
		return Sum{}, fmt.Errorf("catalog: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Sum{}, fmt.Errorf("catalog: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Sum{}, fmt.Errorf("catalog: %s: %w", path, errNotRegular)
	}
	algorithm, h := s.Algorithm, hash.Hash(nil)
	switch algorithm {
	case "", SHA256:
		algorithm, h = SHA256, sha256.New()
	case GitBlob:
		h = sha1.New()
		fmt.Fprintf(h, "blob %d\x00", info.Size())
	default:
		return Sum{}, fmt.Errorf("catalog: unknown hash %q", algorithm)
	}
	if _, err := io.Copy(h, f); err != nil {
		return Sum{}, fmt.Errorf("catalog: %w", err)
	}
	return Sum{algorithm, hex.EncodeToString(h.Sum(nil))}, nil
}

var errNotRegular = errors.New("not a regular file")
