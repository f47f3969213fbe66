package fetch

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever an archive holds, unpacking ends, keeps within its limits and
// writes nothing outside its folder.
func FuzzExtract(f *testing.F) {
	files := []file{{name: "a/b.txt", body: "hello"}, {name: "c.txt", body: strings.Repeat("x", 100)}}
	for kind, b := range [][]byte{zipOf(nil, files), tarOf(nil, files), sevenZip(files)} {
		f.Add(b, byte(kind))
	}
	tight := limits{entries: 20, bytes: 1 << 16}
	f.Fuzz(func(t *testing.T, b []byte, kind byte) {
		parent := t.TempDir()
		archive := filepath.Join(parent, []string{"a.zip", "a.tgz", "a.7z"}[kind%3])
		if err := os.WriteFile(archive, b, 0o644); err != nil {
			t.Fatal(err)
		}
		paths, err := extractAll(context.Background(), archive, filepath.Join(parent, "in"), tight)
		var size int64
		var names []string
		filepath.WalkDir(parent, func(path string, d fs.DirEntry, walkErr error) error {
			if walkErr != nil || d.IsDir() || path == archive {
				return walkErr
			}
			info, err := d.Info()
			if err != nil || !info.Mode().IsRegular() || !strings.HasPrefix(path, filepath.Join(parent, "in")) {
				t.Errorf("%s: %v", path, err)
			}
			size += info.Size()
			names = append(names, path)
			return nil
		})
		if size > tight.bytes || len(names) > tight.entries || err == nil && len(names) != len(paths) {
			t.Errorf("%d bytes in %d files, %d reported, %v", size, len(names), len(paths), err)
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
