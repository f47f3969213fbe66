package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.org/isinggraph/data/catalog"
)

// mirror is a server of files by their paths, and a count of its requests.
type mirror struct {
	*httptest.Server
	mu       sync.Mutex
	files    map[string][]byte
	requests int
}

func newMirror(t *testing.T) *mirror {
	m := &mirror{files: map[string][]byte{}}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.requests++
		b, ok := m.files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		whole(w, r, b, `"a"`)
	}))
	t.Cleanup(m.Close)
	return m
}

// sampleSet is a set with a file of each kind, one in a folder, which m serves.
func sampleSet(t *testing.T, m *mirror) *catalog.Set {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte("gzipped"))
	z.Close()
	m.files["/plain.txt"], m.files["/g.mtx.gz"] = []byte("plain"), packed.Bytes()
	m.files["/a.zip"] = zipOf(t, []file{{name: "in/member.off", body: "member"}, {name: "unwanted", body: "u"}})
	archive := &catalog.Archive{Name: "a.zip", URLs: []string{m.URL + "/a.zip"}, Size: int64(len(m.files["/a.zip"])), Sum: sumOf(m.files["/a.zip"])}
	known := func(path, body string, kind catalog.Kind) catalog.File {
		return catalog.File{Path: path, Size: int64(len(body)), Sum: sumOf([]byte(body)), Kind: kind}
	}
	plain, zipped, member, hand := known("plain.txt", "plain", catalog.Plain), known("mtx/g.mtx", "gzipped", catalog.Gzipped), known("member.off", "member", catalog.Member), known("made.tsv", "made", catalog.ByHand)
	plain.URL, zipped.URL = m.URL+"/plain.txt", m.URL+"/g.mtx.gz"
	member.Archive, member.Member = archive, "in/member.off"
	return &catalog.Set{Name: "sample", Archives: []*catalog.Archive{archive}, Files: []catalog.File{plain, zipped, member, hand}}
}

// contents returns the files below a folder, by their paths.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		found[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func write(t *testing.T, path, body string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFetch fetches a set of plain, compressed and archived files, and a second time nothing.
func TestFetch(t *testing.T) {
	m := newMirror(t)
	set := sampleSet(t, m)
	dir := filepath.Join(t.TempDir(), "data")
	var log []string
	f := &Fetcher{Dir: dir, Client: impatient(), Log: func(line string) { log = append(log, line) }}
	if err := f.Fetch(context.Background(), set); err != nil {
		t.Fatal(err)
	}
	got := contents(t, dir)
	want := map[string]string{".fetch.lock": "", "sample/plain.txt": "plain", "sample/mtx/g.mtx": "gzipped", "sample/member.off": "member"}
	if len(got) != len(want) {
		t.Errorf("the folder holds %v", got)
	}
	for name, body := range want {
		if got[name] != body {
			t.Errorf("%s: %q, want %q", name, got[name], body)
		}
	}
	if len(log) != 1 || !strings.Contains(log[0], "sample: fetched and verified (3 files); 1 file to be placed by hand") {
		t.Errorf("log: %q", log)
	}

	// What is there and right is left alone; what is wrong or gone is mended.
	before := m.requests
	if err := f.Fetch(context.Background(), set); err != nil || m.requests != before {
		t.Errorf("a second time: %d requests, %v", m.requests-before, err)
	}
	write(t, filepath.Join(dir, "sample", "plain.txt"), "wrong")
	write(t, filepath.Join(dir, "sample", "made.tsv"), "made")
	write(t, filepath.Join(dir, "sample", "my.txt"), "mine")
	os.Remove(filepath.Join(dir, "sample", "member.off"))
	if r, err := Verify(context.Background(), dir, set); err != nil || r.OK != 2 || r.Whole() || len(r.Fetchable()) != 2 || r.Problems[0].Missing() || !r.Problems[1].Missing() {
		t.Errorf("%+v, %v", r, err)
	}
	if err := f.Fetch(context.Background(), set); err != nil || m.requests != before+2 {
		t.Errorf("mending: %d requests, %v", m.requests-before, err)
	}
	if got := contents(t, filepath.Join(dir, "sample")); got["plain.txt"] != "plain" || got["member.off"] != "member" || got["my.txt"] != "mine" {
		t.Errorf("mended: %v", got)
	}
	if r, err := Verify(context.Background(), dir, set); err != nil || r.OK != 4 || !r.Whole() {
		t.Errorf("%+v, %v", r, err)
	}
}

// While one download fails no part of the set is in its place, but what came
// is kept; a file put there by hand makes it whole.
func TestFetchFailsThenByHand(t *testing.T) {
	m := newMirror(t)
	set := sampleSet(t, m)
	archive := m.files["/a.zip"]
	delete(m.files, "/a.zip")
	delete(m.files, "/plain.txt")
	dir := t.TempDir()
	f := &Fetcher{Dir: dir, Client: impatient()}
	err := f.Fetch(context.Background(), set)
	var failed *DownloadError
	if !errors.As(err, &failed) || len(failed.Failures) != 2 {
		t.Fatal(err)
	}
	for _, part := range []string{
		"fetch: sample: 2 downloads could not be had: the server answered 404 Not Found",
		"address  " + m.URL + "/plain.txt", "hash     " + set.Files[0].Sum.String(), "place    " + filepath.Join(dir, "sample", "plain.txt"),
		"address  " + m.URL + "/a.zip", "hash     " + set.Archives[0].Sum.String(), "place    " + filepath.Join(dir, Downloads, "a.zip"),
		"isinggraph data fetch --dir " + dir + " sample",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in\n%v", part, err)
		}
	}
	var status *statusError
	if !errors.As(err, &status) || status.code != 404 {
		t.Errorf("the cause is lost: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "sample")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a part of the set is in its place")
	}
	write(t, filepath.Join(dir, "sample", "plain.txt"), "plain")
	write(t, filepath.Join(dir, Downloads, "a.zip"), "not it")
	if err := f.Fetch(context.Background(), set); err == nil || !strings.Contains(err.Error(), "a.zip: it has 6 bytes") {
		t.Errorf("a wrong archive by hand: %v", err)
	}
	write(t, filepath.Join(dir, Downloads, "a.zip"), string(archive))
	before := m.requests
	if err := f.Fetch(context.Background(), set); err != nil || m.requests != before {
		t.Errorf("by hand: %d requests, %v", m.requests-before, err)
	}
	if r, err := Verify(context.Background(), dir, set); err != nil || r.OK != 3 || !r.Whole() {
		t.Errorf("%+v, %v", r, err)
	}
}

// The message names three downloads and counts the others.
func TestDownloadError(t *testing.T) {
	e := &DownloadError{Set: "s", Dir: "d"}
	for range 5 {
		e.Failures = append(e.Failures, Failure{URLs: []string{"https://a", "https://b"}, Place: "p", Err: errors.New("offline")})
	}
	if s := e.Error(); strings.Count(s, "address  https://a or https://b") != 3 || !strings.Contains(s, "and 2 more") || strings.Count(s, "hash     unknown") != 3 || strings.Count(s, "offline") != 1 {
		t.Error(s)
	}
}

// An archive whose hash is unknown is checked by its members, and put aside
// if they are wrong.
func TestUnknownHash(t *testing.T) {
	m := newMirror(t)
	set := sampleSet(t, m)
	set.Archives[0].Size, set.Archives[0].Sum = 0, catalog.Sum{}
	m.files["/a.zip"] = []byte("<html>moved</html>")
	dir := t.TempDir()
	f := &Fetcher{Dir: dir, Client: impatient()}
	if err := f.Fetch(context.Background(), set); err == nil || !strings.Contains(err.Error(), "a.zip: zip: not a valid zip file") || !strings.Contains(err.Error(), "put aside as a.zip.bad") {
		t.Errorf("%v", err)
	}
	m.files["/a.zip"] = zipOf(t, []file{{name: "in/member.off", body: "member"}})
	if err := f.Fetch(context.Background(), set); err != nil {
		t.Error(err)
	}
}

// A server that falsifies a gzipped file is found out by the content's hash.
func TestGzippedWrong(t *testing.T) {
	m := newMirror(t)
	set := sampleSet(t, m)
	for body, want := range map[string]string{"zipped!": "its hash is", "something longer": "more than 7 bytes", "x": "it has 1 bytes, want 7"} {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write([]byte(body))
		z.Close()
		m.files["/g.mtx.gz"] = b.Bytes()
		if err := (&Fetcher{Dir: t.TempDir(), Client: impatient()}).Fetch(context.Background(), set); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "to be unpacked with gzip") {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
	m.files["/g.mtx.gz"] = []byte("this is no gzip")
	if err := (&Fetcher{Dir: t.TempDir(), Client: impatient()}).Fetch(context.Background(), set); err == nil || !strings.Contains(err.Error(), "gzip: invalid header") {
		t.Errorf("%v", err)
	}
}

// Of two fetches at once into a folder, one is refused; the lock of one that
// has died is none.
func TestTwoAtOnce(t *testing.T) {
	m := newMirror(t)
	set := sampleSet(t, m)
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".fetch.lock"), "99999")
	first := &Fetcher{Dir: dir, Client: impatient()}
	second := &Fetcher{Dir: dir, Client: impatient()}
	met := false
	first.Client.Progress = func(string, int64, int64) {
		if !met {
			met = true
			if err := second.Fetch(context.Background(), set); !errors.Is(err, ErrBusy) {
				t.Errorf("a second fetch: %v", err)
			}
		}
	}
	if err := first.Fetch(context.Background(), set); err != nil || !met {
		t.Error(err)
	}
	if err := second.Fetch(context.Background(), set); err != nil {
		t.Errorf("after the first: %v", err)
	}
}

// Cancelling leaves nothing half-made; a later fetch does not repeat what was
// done.
func TestCancelFetch(t *testing.T) {
	m := newMirror(t)
	set := sampleSet(t, m)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	f := &Fetcher{Dir: dir, Client: impatient()}
	f.Client.Progress = func(name string, _, _ int64) {
		if name == "a.zip" {
			cancel()
		}
	}
	if err := f.Fetch(ctx, set, set); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "sample")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a part of the set is in its place")
	}
	f.Client, m.requests = impatient(), 0
	if err := f.Fetch(context.Background(), set); err != nil || m.requests > 1 {
		t.Errorf("%d requests, %v", m.requests, err)
	}
	if _, err := Verify(ctx, dir, set); !errors.Is(err, context.Canceled) {
		t.Errorf("verifying after the end of the context: %v", err)
	}
}
