package fetch

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/ulikunitz/xz/lzma"
)

// sevenZip returns an archive in the 7z format with the files stored
// uncompressed in one folder.
func sevenZip(files []file) []byte {
	var packed []byte
	for _, f := range files {
		packed = append(packed, f.body...)
	}
	return seal7z(packed, header7z(files))
}

// number appends a number to a 7z header, in the shortest or the longest form.
func number(b []byte, n int) []byte {
	if n < 0x80 {
		return append(b, byte(n))
	}
	return binary.LittleEndian.AppendUint64(append(b, 0xFF), uint64(n))
}

// header7z returns the header of sevenZip's archive (7zFormat.txt of the LZMA
// SDK). A mode of 0 stands for a regular file.
func header7z(files []file) []byte {
	size := 0
	for _, f := range files {
		size += len(f.body)
	}
	h := []byte{0x01, 0x04, 0x06, 0, 1, 0x09} // header, streams, packed from 0 on, one stream, its size
	h = append(number(h, size), 0)
	h = append(h, 0x07, 0x0B, 1, 0, 1, 0x01, 0x00, 0x0C) // folders: one, of one coder, which copies
	h = append(number(h, size), 0)
	h = number(append(h, 0x08, 0x0D), len(files)) // the folder's files
	h = append(h, 0x09)
	for _, f := range files[:len(files)-1] {
		h = number(h, len(f.body))
	}
	h = append(h, 0x0A, 1) // all have checksums
	for _, f := range files {
		h = binary.LittleEndian.AppendUint32(h, crc32.ChecksumIEEE([]byte(f.body)))
	}
	h = number(append(h, 0, 0, 0x05), len(files))
	var names, modes []byte
	for _, f := range files {
		for _, u := range append(utf16.Encode([]rune(f.name)), 0) {
			names = binary.LittleEndian.AppendUint16(names, u)
		}
		mode := f.unixMode
		if mode == 0 {
			mode = 0o100644
		}
		modes = binary.LittleEndian.AppendUint32(modes, mode<<16|0x8000)
	}
	h = append(number(append(h, 0x11), len(names)+1), 0)
	h = append(h, names...)
	h = append(number(append(h, 0x15), len(modes)+2), 1, 0)
	return append(append(h, modes...), 0, 0)
}

// seal7z puts packed streams and a header together, with right checksums.
func seal7z(packed, h []byte) []byte {
	var start []byte
	start = binary.LittleEndian.AppendUint64(start, uint64(len(packed)))
	start = binary.LittleEndian.AppendUint64(start, uint64(len(h)))
	start = binary.LittleEndian.AppendUint32(start, crc32.ChecksumIEEE(h))
	signature := []byte{'7', 'z', 0xBC, 0xAF, 0x27, 0x1C, 0, 4}
	return slices.Concat(binary.LittleEndian.AppendUint32(signature, crc32.ChecksumIEEE(start)), start, packed, h)
}

// packHeader returns the same archive with its header packed by LZMA, as 7-Zip
// writes it.
func packHeader(t testing.TB, packed, h []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := lzma.WriterConfig{DictCap: lzma.MinDictCap, Size: int64(len(h)), SizeInHeader: true}.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(h)
	w.Close()
	alone := b.Bytes() // properties, 8 bytes of size, content
	d := number([]byte{0x17, 0x06}, len(packed))
	d = append(number(append(d, 1, 0x09), len(alone)-13), 0)
	d = append(append(d, 0x07, 0x0B, 1, 0, 1, 0x23, 3, 1, 1, 5), alone[:5]...)
	d = append(number(append(d, 0x0C), len(h)), 0x0A, 1)
	d = append(binary.LittleEndian.AppendUint32(d, crc32.ChecksumIEEE(h)), 0, 0)
	return seal7z(append(bytes.Clone(packed), alone[13:]...), d)
}

// A header is read if it is plain and if it is packed; damage anywhere is
// found.
func TestCheck7z(t *testing.T) {
	files := []file{{name: "a/b.txt", body: "hello"}, {name: "c.txt", body: "world"}}
	path := filepath.Join(t.TempDir(), "a.7z")
	for kind, good := range map[string][]byte{"plain": sevenZip(files), "packed": packHeader(t, []byte("helloworld"), header7z(files))} {
		dir := t.TempDir()
		if err := os.WriteFile(path, good, 0o644); err != nil {
			t.Fatal(err)
		}
		if paths, err := extractAll(context.Background(), path, dir, defaultLimits); err != nil || len(paths) != 2 {
			t.Fatalf("%s: %v, %v", kind, paths, err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, "c.txt")); string(b) != "world" {
			t.Errorf("%s: %q, %v", kind, b, err)
		}
		for i := range good {
			if i == 6 || i == 7 {
				continue // the version
			}
			b := slices.Clone(good)
			b[i] ^= 0x41
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := extractAll(context.Background(), path, t.TempDir(), defaultLimits); err == nil {
				t.Errorf("%s: a change of byte %d goes unnoticed", kind, i)
			}
		}
		for _, n := range []int{0, 5, 31, 32, len(good) / 2, len(good) - 1} {
			if err := check7z(inMemory("a.7z", good[:n])); err == nil {
				t.Errorf("%s: cut short at %d bytes, unnoticed", kind, n)
			}
		}
	}
}

// Archives that others wrote are read: by libarchive 3.6 (LZMA, packed header; cmake -E
// tar cf libarchive.7z --format=7zip LabeledDB_new) and by py7zr 0.22 (LZMA2 and BCJ,
// packed header without a checksum).
func TestPeers7z(t *testing.T) {
	var points strings.Builder
	for i := range 300 {
		fmt.Fprintf(&points, "0.%d 0.5 -0.25\n", i+1)
	}
	want := map[string]string{"Human/1.off": "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n", "Human/2.off": points.String(), "empty.txt": ""}
	for _, name := range []string{"libarchive.7z", "py7zr.7z"} {
		good, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		paths, err := inMemory(name, good).extractAll(t.Context(), dir, defaultLimits)
		if err != nil || len(paths) != len(want) {
			t.Errorf("%s: %q, %v", name, paths, err)
		}
		for file, text := range want {
			if got, err := os.ReadFile(filepath.Join(dir, "LabeledDB_new", file)); err != nil || string(got) != text {
				t.Errorf("%s: %s: %d bytes, want %d, %v", name, file, len(got), len(text), err)
			}
		}
	}
}

// Headers with right checksums that count more than they hold are refused.
func TestForged7z(t *testing.T) {
	huge := []byte{0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0}
	lots := append([]byte{0x01, 0x05}, huge...)
	for want, header := range map[string][]byte{
		"files in":                       lots,
		"packed streams in":              append([]byte{0x01, 0x04, 0x06, 0}, huge...),
		"folders in":                     append([]byte{0x01, 0x04, 0x07, 0x0B}, huge...),
		"coders in":                      append([]byte{0x01, 0x04, 0x07, 0x0B, 1, 0}, huge...),
		"inputs in":                      append([]byte{0x01, 0x04, 0x07, 0x0B, 1, 0, 1, 0x11, 0}, huge...),
		"a coder with flags 0x80":        {0x01, 0x04, 0x07, 0x0B, 1, 0, 1, 0x80},
		"coders with 0 inputs":           {0x01, 0x04, 0x07, 0x0B, 1, 0, 0},
		"a coder that wants 4294967295":  {0x01, 0x04, 0x07, 0x0B, 1, 0, 1, 0x23, 3, 1, 1, 5, 0x5D, 0xFF, 0xFF, 0xFF, 0xFF},
		"a coder that wants 3221225472":  {0x01, 0x04, 0x07, 0x0B, 1, 0, 1, 0x21, 0x21, 1, 39},
		"files in a folder in":           append([]byte{0x01, 0x04, 0x07, 0x0B, 1, 0, 1, 0x01, 0, 0x0C, 5, 0, 0x08, 0x0D}, huge...),
		"an unknown part 0x99 of the st": {0x01, 0x04, 0x99},
		"an unknown part 0x99 of the fi": {0x01, 0x04, 0x07, 0x0B, 1, 0, 1, 0x01, 0, 0x0C, 5, 0, 0x08, 0x99},
		"an unknown part 0x99 of the fo": {0x01, 0x04, 0x07, 0x0B, 1, 0, 1, 0x01, 0, 0x0C, 5, 0x99},
		"an unknown part 0x99 of the pa": {0x01, 0x04, 0x06, 0, 0, 0x99},
		"an unknown part 0x99":           {0x01, 0x99},
		"part 0x99 where 0x1":            {0x99},
		"it ends early":                  {0x01, 0x05, 1, 0x11, 0x7F},
		"not packed by LZMA alone":       {0x17, 0},
	} {
		if err := check7z(inMemory("a.7z", seal7z([]byte("hello"), header))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
