package fetch

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/metrics"
	"strings"
	"testing"
)

// inMemory returns an archive that is no file.
func inMemory(name string, content []byte) archive {
	return archive{bytes.NewReader(content), name, int64(len(content))}
}

// checkExtract unpacks an archive into a folder below parent, an empty folder,
// and fails the test if a file is elsewhere, is not a regular one, or if all
// are more or larger than the limits allow. It leaves parent empty and returns
// the bytes that were allocated.
func checkExtract(t *testing.T, a archive, parent string, lim limits) uint64 {
	t.Helper()
	dir := filepath.Join(parent, "in")
	allocated := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(allocated)
	before := allocated[0].Value.Uint64()
	paths, err := a.extractAll(context.Background(), dir, lim)
	metrics.Read(allocated)
	var size int64
	files := 0
	walkErr := filepath.WalkDir(parent, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() || !strings.HasPrefix(path, dir+string(filepath.Separator)) {
			t.Errorf("%s: %v", path, info.Mode())
		}
		size += info.Size()
		files++
		return nil
	})
	if walkErr != nil || size > lim.bytes || files > lim.entries || err == nil && files != len(paths) {
		t.Errorf("%d bytes in %d files, %d reported, %v, %v", size, files, len(paths), err, walkErr)
	}
	entries, err := os.ReadDir(parent)
	if err != nil {
		t.Error(err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(parent, e.Name())); err != nil {
			t.Error(err)
		}
	}
	return allocated[0].Value.Uint64() - before
}

// Whatever an archive holds, unpacking ends, keeps within its limits and
// writes nothing outside its folder.
func FuzzExtract(f *testing.F) {
	files := []file{{name: "a/b.txt", body: "hello"}, {name: "c.txt", body: strings.Repeat("x", 100)}}
	for kind, b := range [][]byte{zipOf(nil, files), tarOf(nil, files), sevenZip(files)} {
		f.Add(b, byte(kind))
	}
	for _, name := range []string{"libarchive.7z", "py7zr.7z"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, byte(2))
	}
	parent := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte, kind byte) {
		a := inMemory([]string{"a.zip", "a.tgz", "a.7z"}[kind%3], b)
		checkExtract(t, a, parent, limits{entries: 20, bytes: 1 << 16})
	})
}

// Whatever a header with a right checksum says, reading it needs no more
// memory than a small multiple of its size.
func FuzzHeader7z(f *testing.F) {
	f.Add(header7z([]file{{name: "a/b.txt", body: "hello"}, {name: "c.txt", body: "world"}}))
	parent := f.TempDir()
	f.Fuzz(func(t *testing.T, header []byte) {
		a := inMemory("a.7z", seal7z([]byte("helloworld"), header))
		if used := checkExtract(t, a, parent, limits{entries: 20, bytes: 1 << 10}); used > 16<<20+1000*uint64(len(header)) {
			t.Errorf("%d bytes for a header of %d", used, len(header))
		}
	})
}

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte("3\t" + strings.Repeat("a", 64) + "\timages/1.jpg\n"))
	f.Add([]byte("\n\t\t"))
	f.Fuzz(func(t *testing.T, text []byte) {
		files, err := parseManifest(text, "m")
		for _, file := range files {
			if err != nil || file.Size < 0 || !filepath.IsLocal(filepath.FromSlash(file.Path)) {
				t.Errorf("%+v, %v", file, err)
			}
		}
	})
}
