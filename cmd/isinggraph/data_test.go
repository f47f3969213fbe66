package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/data/catalog"
)

// TestDataList lists every set of the catalogue, how many files of it are there, and the hashes
// of one.
func TestDataList(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(data.DirVariable, dir)
	file := filepath.Join(dir, "gset", "G48.txt")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, make([]byte, 67583), 0o644); err != nil {
		t.Fatal(err)
	}
	code, out, errs := call(t.Context(), "data", "list")
	if code != exitOK || errs != "" {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	for _, s := range catalog.Sets() {
		if !strings.Contains(out, "\n"+s.Name+" ") {
			t.Errorf("%s is not listed", s.Name)
		}
	}
	if !strings.Contains(out, "1 of them") || !strings.Contains(out, "suitesparse-paper") {
		t.Errorf("list:\n%s", out)
	}
	for args, want := range map[string]string{
		"mutagenicity":     "hash sha256:20c0134bad28fa23a1dd928c6cf5afa6b6f1db10758d8622cfac7245207a95ca",
		"horse128":         "size unknown, hash unknown",
		"ba2motifs":        "git-blob:c33c39abb1d54c9589fd6c9bffbd62b8c3b1727a",
		"--files gset":     filepath.Join(dir, "gset", "G48.txt") + "\thttps://web.stanford.edu/~yyye/yyye/Gset/G48\n",
		"--files mesh_psb": "\tHuman/1.off in https://people.cs.umass.edu/~kalo/papers/LabelMeshes/labeledDb.7z\n",
		"--files horse128": "by hand\n",
		"--files cub":      filepath.Join(dir, ".downloads", "CUB_200_2011.tgz"),
	} {
		if code, out, errs := call(t.Context(), append([]string{"data", "list"}, strings.Fields(args)...)...); code != exitOK || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d, %s, no %q in\n%s", args, code, errs, want, out)
		}
	}
}

// TestDataPath prints where the data and each set lie, with and without a folder of one's own.
func TestDataPath(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(data.DirVariable, "")
	t.Chdir(dir)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"":                             filepath.Join(here, ".data"),
		"gset":                         filepath.Join(here, ".data", "gset"),
		"suitesparse-paper --dir data": filepath.Join(here, "data", "suitesparse"),
	} {
		if code, out, errs := call(t.Context(), append([]string{"data", "path"}, strings.Fields(args)...)...); code != exitOK || out != want+"\n" {
			t.Errorf("%q: exit code %d, %q, %s; want %q", args, code, out, errs, want)
		}
	}
}

// Fetch and verify say what they did by their exit codes.
func TestDataFetchAndVerify(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(data.DirVariable, dir)
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		ctx  context.Context
		args string
		code int
		want string
	}{
		{t.Context(), "data verify", exitFailure, "no data set is in " + dir},
		{t.Context(), "data verify gest", exitUsage, `no set named "gest"`},
		{t.Context(), "data fetch gest", exitUsage, `no set named "gest"`},
		{t.Context(), "data list gest", exitUsage, `no set named "gest"`},
		{t.Context(), "data path gest", exitUsage, `no set named "gest"`},
		{t.Context(), "data fetch", exitUsage, "'isinggraph data list' shows them\nSee 'isinggraph data fetch --help'"},
		{t.Context(), "data path gset horse128", exitUsage, "isinggraph data path --help"},
		{t.Context(), "data gset", exitUsage, `unknown command "gset" for "isinggraph data"`},
		{t.Context(), "data verify gset", exitFailure, "missing: gset/G1.txt"},
		{t.Context(), "data verify cub", exitFailure, "0 of an unknown number of files"},
		{t.Context(), "data fetch horse128", exitOK, "horse128: nothing to download; 562 files to be placed by hand"},
		{t.Context(), "data verify horse128", exitOK, "and 557 more missing, to be placed by hand"},
		{stopped, "data fetch gset", exitInterrupted, "run it again to go on where it stopped"},
		{stopped, "data verify gset", exitInterrupted, "interrupted"},
	} {
		code, out, errs := call(c.ctx, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%s: exit code %d, want %d and %q:\n%s%s", c.args, code, c.code, c.want, out, errs)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "gset"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "gset", "G1.txt"), []byte("800 19176\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := call(t.Context(), "data", "verify"); code != exitFailure || !strings.Contains(out, "gset: 0 of 14 files verified\n  wrong: gset/G1.txt: it has 10 bytes, want 186622\n") {
		t.Errorf("a wrong file: exit code %d\n%s", code, out)
	}
}

// transport answers requests without a network.
type transport func(r *http.Request) *http.Response

// RoundTrip implements http.RoundTripper.
func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := f(r)
	answer.Request = r
	return answer, nil
}

// replaceTransport makes all requests of the test go to f.
func replaceTransport(t *testing.T, f transport) {
	t.Helper()
	old := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = old })
	http.DefaultTransport = f
}

// A dead address gives one message with address, hash and place, and the exit code of
// a failure.
func TestDataFetchDead(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(data.DirVariable, dir)
	replaceTransport(t, func(*http.Request) *http.Response {
		return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}
	})
	code, out, errs := call(t.Context(), "data", "fetch", "gset")
	if code != exitFailure || out != "" {
		t.Errorf("exit code %d, %q", code, out)
	}
	for _, want := range []string{
		"gset: 14 downloads could not be had: the server answered 404 Not Found\n",
		"  address  https://web.stanford.edu/~yyye/yyye/Gset/G1\n  hash     sha256:73bf704d8ffc55ba42260ab4cb659e3dcb6e729be70404d2cf476ba4e46d1665\n  place    " + filepath.Join(dir, "gset", "G1.txt") + "\n",
		"  and 11 more: 'isinggraph data list --files gset' lists",
		"then run 'isinggraph data fetch --dir " + dir + " gset' again",
	} {
		if strings.Count(errs, want) != 1 {
			t.Errorf("no %q in\n%s", want, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "gset")); !os.IsNotExist(err) {
		t.Errorf("a part of the set is there: %v", err)
	}
}

// The real files, served under their addresses, are fetched, verified and in place.
func TestDataFetchReal(t *testing.T) {
	source, err := data.Dir()
	if err != nil {
		t.Fatal(err)
	}
	if source == "" {
		t.Skip(data.DirVariable + " is not set")
	}
	dir := t.TempDir()
	t.Setenv(data.DirVariable, "")
	sets, err := catalog.Find("gset", "real_graphs")
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]string{}
	for _, s := range sets {
		for _, f := range s.Files {
			places[f.URL] = filepath.Join(source, s.Name, filepath.FromSlash(f.Path))
		}
	}
	replaceTransport(t, func(r *http.Request) *http.Response {
		f, err := os.Open(places[r.URL.String()])
		if err != nil {
			t.Errorf("request of %s: %v", r.URL, err)
			return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}
		}
		return &http.Response{StatusCode: http.StatusOK, Body: f, ContentLength: -1}
	})
	if code, out, errs := call(t.Context(), "data", "fetch", "gset", "real_graphs", "--dir", dir); code != exitOK || out != "" ||
		errs != "gset: fetched and verified (14 files)\nreal_graphs: fetched and verified (15 files)\nTo use the data: export "+data.DirVariable+"="+dir+"\n" {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if code, out, errs := call(t.Context(), "data", "verify", "--dir", dir); code != exitOK || out != "gset: 14 of 14 files verified\nreal_graphs: 15 of 15 files verified\n" {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

// A terminal shows a bar with name and part done, which goes away; other outputs show
// none.
func TestBars(t *testing.T) {
	var out bytes.Buffer
	b := &bars{out: &out}
	b.show("G1.txt", 50, 100)
	if s := out.String(); !strings.Contains(s, "G1.txt") || !strings.Contains(s, "50%") {
		t.Errorf("%q", s)
	}
	b.show("G2.txt", 10, -1)
	if s := out.String(); !strings.Contains(s, "G2.txt") {
		t.Errorf("%q", s)
	}
	b.clear()
	if s := out.String(); !strings.HasSuffix(s, "\r") {
		t.Errorf("the bar stays: %q", s)
	}
	none := newBars(&out, "")
	out.Reset()
	none.show("G3.txt", 1, 2)
	none.clear()
	if out.Len() > 0 {
		t.Errorf("no terminal: %q", &out)
	}
}

// Every set in the folder of real data is verified.
func TestDataVerifyReal(t *testing.T) {
	dir, err := data.Dir()
	if err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		t.Skip(data.DirVariable + " is not set")
	}
	_, out, errs := call(t.Context(), "data", "verify")
	if strings.Contains(out, "wrong") || strings.Contains(out, "by hand") {
		t.Errorf("%s%s", out, errs)
	}
	if code, out, errs := call(t.Context(), "data", "verify", "gset", "mesh-fold", "mutagenicity"); code != exitOK {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}
