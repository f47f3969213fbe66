package fetch

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/data/catalog"
)

// file is an entry of a test archive; link makes it a symbolic link, hard a
// hard one, device a device.
type file struct {
	name, body         string
	link, hard, device bool
	unixMode           uint32 // for 7z
}

func zipOf(t testing.TB, files []file) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		h.SetMode(0o644)
		if f.link {
			h.SetMode(fs.ModeSymlink | 0o777)
		}
		if f.device {
			h.SetMode(fs.ModeDevice | 0o644)
		}
		e, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		e.Write([]byte(f.body))
	}
	w.Close()
	return b.Bytes()
}

func tarOf(t testing.TB, files []file) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	w.WriteHeader(&tar.Header{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "of a repository"}})
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.body)), Typeflag: tar.TypeReg}
		switch {
		case f.link:
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, f.body, 0
		case f.hard:
			h.Typeflag, h.Linkname, h.Size = tar.TypeLink, f.body, 0
		case f.device:
			h.Typeflag, h.Size = tar.TypeChar, 0
		case strings.HasSuffix(f.name, "/"):
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			w.Write([]byte(f.body))
		}
	}
	w.Close()
	z.Close()
	return b.Bytes()
}

// archives writes the files as a .zip, a .tar.gz and a .7z.
func archives(t *testing.T, files []file) []string {
	dir := t.TempDir()
	var paths []string
	for name, b := range map[string][]byte{"a.zip": zipOf(t, files), "a.tar.gz": tarOf(t, files), "A.7z": sevenZip(files)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// TestExtractAll extracts all files of each kind of archive, with their folders.
func TestExtractAll(t *testing.T) {
	for _, archive := range archives(t, []file{{name: "./top.txt", body: "top"}, {name: "sub/dir/x.txt", body: "x"}, {name: "sub/y.txt", body: strings.Repeat("y", 300)}}) {
		dir := filepath.Join(t.TempDir(), "new")
		paths, err := extractAll(context.Background(), archive, dir, defaultLimits)
		slices.Sort(paths)
		if err != nil || !slices.Equal(paths, []string{"sub/dir/x.txt", "sub/y.txt", "top.txt"}) {
			t.Errorf("%s: %v, %v", archive, paths, err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, "sub", "dir", "x.txt")); string(b) != "x" {
			t.Errorf("%s: %q, %v", archive, b, err)
		}
	}
}

// Archives that would write elsewhere, or without end, write nothing elsewhere
// and end in an error.
func TestExtractAllRefuses(t *testing.T) {
	small := limits{entries: 3, bytes: 1 << 20}
	for _, c := range []struct {
		name string
		bad  file
		err  string
	}{
		{"parent", file{name: "../evil.txt", body: "x"}, "outside the folder"},
		{"parent within", file{name: "a/../../evil.txt", body: "x"}, "outside the folder"},
		{"absolute", file{name: "/tmp/evil.txt", body: "x"}, "outside the folder"},
		{"backslashes", file{name: `..\evil.txt`, body: "x"}, "outside the folder"},
		{"drive", file{name: "c:evil.txt", body: "x"}, "outside the folder"},
		{"new line", file{name: "evil\n.txt", body: "x"}, "outside the folder"},
		{"symbolic link", file{name: "evil", body: "/etc", link: true, unixMode: 0o120777}, "evil: a link"},
		{"hard link", file{name: "evil", body: "/etc/passwd", hard: true}, "evil: a link"},
		{"device", file{name: "evil", body: "x", device: true, unixMode: 0o020644}, "not a regular file"},
		{"twice", file{name: "ok.txt", body: "other"}, "comes twice"},
		{"bomb", file{name: "zeros", body: strings.Repeat("\x00", 2<<20)}, "more than 1048"},
	} {
		t.Run(c.name, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "in", "folder")
			for _, archive := range archives(t, []file{{name: "ok.txt", body: "ok"}, c.bad}) {
				if c.bad.hard && !strings.HasSuffix(archive, ".tar.gz") {
					continue // only tar knows them
				}
				os.RemoveAll(dir)
				if _, err := extractAll(context.Background(), archive, dir, small); err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("%s: %v, want %q", filepath.Base(archive), err, c.err)
				}
				filepath.WalkDir(parent, func(path string, d fs.DirEntry, err error) error {
					if err != nil || strings.Contains(d.Name(), "evil") {
						t.Errorf("%s wrote %s, %v", filepath.Base(archive), path, err)
					}
					return nil
				})
			}
		})
	}
	for _, archive := range archives(t, []file{{name: "1", body: "x"}, {name: "2", body: "x"}, {name: "3", body: "x"}, {name: "4", body: "x"}}) {
		if _, err := extractAll(context.Background(), archive, t.TempDir(), small); err == nil || !strings.Contains(err.Error(), "more than 3 entries") {
			t.Errorf("%s: %v", archive, err)
		}
	}
}

// Of a list, the members are taken whose paths end in the names and whose
// content is right.
func TestExtractMembers(t *testing.T) {
	files := []file{{name: "other", body: "o"}, {name: "old/1.off", body: "off"}, {name: "LabeledDB_new/1.off", body: "OFF"}, {name: "11.off", body: "FFF"}, {name: "../evil", body: "e"}, {name: "link", body: "t", link: true, unixMode: 0o120777}}
	want := func(member, body string) catalog.File {
		return catalog.File{Path: "in/" + filepath.Base(member), Size: int64(len(body)), Sum: sumOf([]byte(body)), Kind: catalog.Member, Member: member}
	}
	for _, archive := range archives(t, files) {
		dir := t.TempDir()
		if err := extractMembers(context.Background(), archive, dir, []catalog.File{want("1.off", "OFF")}, defaultLimits); err != nil {
			t.Errorf("%s: %v", archive, err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, "in", "1.off")); string(b) != "OFF" {
			t.Errorf("%s: %q, %v", archive, b, err)
		}
		for err, f := range map[string]catalog.File{
			"absent is not in it":           want("absent", "x"),
			"LabeledDB_new/1.off: its hash": want("LabeledDB_new/1.off", "FFO"),
			"more than 2 bytes":             want("LabeledDB_new/1.off", "OF"),
			"it has 3 bytes, want 4":        want("LabeledDB_new/1.off", "OFFO"),
			"link: not a regular file":      want("link", "t"),
		} {
			if got := extractMembers(context.Background(), archive, dir, []catalog.File{f}, defaultLimits); got == nil || !strings.Contains(got.Error(), err) {
				t.Errorf("%s: %v, want %q", filepath.Base(archive), got, err)
			}
		}
		if err := extractMembers(context.Background(), archive, dir, []catalog.File{want("absent", "x")}, limits{entries: 3, bytes: 1 << 20}); err == nil || !strings.Contains(err.Error(), "more than 3 entries") {
			t.Errorf("%s: %v", archive, err)
		}
		if err := extractMembers(context.Background(), archive, dir, []catalog.File{want("b", "x"), want("1.off", "OFF"), want("a", "x")}, defaultLimits); err == nil || !strings.Contains(err.Error(), "a is not in it; 1 file more not in it") {
			t.Errorf("%s: %v", archive, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := extractMembers(ctx, archive, dir, []catalog.File{want("absent", "x")}, defaultLimits); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", archive, err)
		}
	}
}

// Archives cut short, changed or of another format are errors.
func TestDamagedArchives(t *testing.T) {
	for _, archive := range archives(t, []file{{name: "a", body: strings.Repeat("hello ", 40)}, {name: "b", body: "b"}}) {
		good, err := os.ReadFile(archive)
		if err != nil {
			t.Fatal(err)
		}
		damaged := [][]byte{nil, []byte("<html>"), good[:len(good)/2], good[:len(good)-9]}
		for i := range good[:min(len(good), 60)] {
			b := slices.Clone(good)
			b[i] ^= 0x55
			damaged = append(damaged, b)
		}
		for i, b := range damaged {
			if err := os.WriteFile(archive, b, 0o644); err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(t.TempDir(), "x")
			_, err := extractAll(context.Background(), archive, dir, defaultLimits)
			if i < 4 && err == nil {
				t.Errorf("%s: damage %d goes unnoticed", filepath.Base(archive), i)
			}
		}
	}
	if _, err := inMemory("a.rar", []byte("Rar!")).extractAll(context.Background(), t.TempDir(), defaultLimits); err == nil || !strings.Contains(err.Error(), "not the name of a .zip") {
		t.Errorf("%v", err)
	}
}
