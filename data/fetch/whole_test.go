package fetch

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/data/catalog"
)

// A set that is taken whole has the files of its archives and a manifest of
// them, which they are verified with.
func TestWholeSet(t *testing.T) {
	m := newMirror(t)
	m.files["/images.tgz"] = tarOf(t, []file{{name: "images/"}, {name: "images/1.jpg", body: "one"}, {name: "images/2.jpg", body: "two"}})
	m.files["/masks.zip"] = zipOf(t, []file{{name: "masks/1.png", body: "mask"}})
	set := &catalog.Set{Name: "birds"}
	for name, b := range m.files {
		set.Archives = append(set.Archives, &catalog.Archive{Name: name[1:], URLs: []string{m.URL + name}, Sum: sumOf(b)})
	}
	dir := t.TempDir()
	if r, err := Verify(context.Background(), dir, set); err != nil || r.Whole() {
		t.Errorf("before: %+v, %v", r, err)
	}
	f := &Fetcher{Dir: dir, Client: impatient()}
	for range 2 {
		if err := f.Fetch(context.Background(), set); err != nil || m.requests != 2 {
			t.Fatalf("%d requests, %v", m.requests, err)
		}
	}
	got := contents(t, filepath.Join(dir, "birds"))
	if len(got) != 4 || got["images/2.jpg"] != "two" || got["masks/1.png"] != "mask" || strings.Count(got[catalog.ManifestName], "\n") != 3 {
		t.Errorf("%v", got)
	}
	if r, err := Verify(context.Background(), dir, set); err != nil || !r.Whole() || r.OK != 3 {
		t.Errorf("%+v, %v", r, err)
	}
	write(t, filepath.Join(dir, "birds", "images", "2.jpg"), "TWO")
	if r, err := Verify(context.Background(), dir, set); err != nil || r.Whole() || r.OK != 2 {
		t.Errorf("a changed file: %+v, %v", r, err)
	}
	if err := f.Fetch(context.Background(), set); err != nil {
		t.Error(err)
	}
	if got := contents(t, filepath.Join(dir, "birds")); len(got) != 4 || got["images/2.jpg"] != "two" {
		t.Errorf("mended: %v", got)
	}
	delete(m.files, "/masks.zip")
	if err := (&Fetcher{Dir: t.TempDir(), Client: impatient()}).Fetch(context.Background(), set); err == nil || !strings.Contains(err.Error(), "masks.zip") {
		t.Errorf("without one archive: %v", err)
	}
	tight := &Fetcher{Dir: t.TempDir(), Client: impatient(), limits: limits{entries: 1, bytes: 1 << 20}}
	m.files["/masks.zip"] = zipOf(t, []file{{name: "masks/1.png", body: "mask"}})
	if err := tight.Fetch(context.Background(), set); err == nil || !strings.Contains(err.Error(), "images.tgz: more than 1 entries") {
		t.Errorf("too many entries: %v", err)
	}
}

func TestManifestErrors(t *testing.T) {
	set := &catalog.Set{Name: "birds"}
	hash := strings.Repeat("a", 64)
	for line, want := range map[string]string{
		"":                              "want size, SHA-256 and path",
		"3\t" + hash:                    "want size, SHA-256 and path",
		"3\tabc\tx":                     "want size, SHA-256 and path",
		"3\t" + hash + "\t../../secret": "want size, SHA-256 and path",
		"-3\t" + hash + "\tx":           `size "-3"`,
		"many\t" + hash + "\tx":         `size "many"`,
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "birds", catalog.ManifestName), "1\t"+hash+"\tok\n"+line+"\n")
		if _, err := Verify(context.Background(), dir, set); err == nil || !strings.Contains(err.Error(), catalog.ManifestName+":2: "+want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}

// A folder for a file, and a file for the folder of the data, are errors.
func TestFolderForFile(t *testing.T) {
	m := newMirror(t)
	set := sampleSet(t, m)
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "sample", "plain.txt"), 0o755); err != nil {
		t.Fatal(err)
	}
	if r, err := Verify(context.Background(), dir, set); err != nil || r.Problems[0].Missing() || r.Whole() || r.Problems[0].Err.Error() != "it is a folder, not a file" {
		t.Errorf("%+v, %v", r, err)
	}
	file := filepath.Join(dir, "sample", "f")
	write(t, file, "x")
	if err := (&Fetcher{Dir: file, Client: impatient()}).Fetch(context.Background(), set); err == nil || !strings.HasPrefix(err.Error(), "fetch: ") {
		t.Errorf("%v", err)
	}
}

// BA-2Motifs as JSON lines has the bytes that the catalogue states.
func TestMotifsToJSON(t *testing.T) {
	to := filepath.Join(t.TempDir(), "m.jsonl")
	graphs := []data.MotifGraph{{ID: 3, Label: 1, N: 4, Motif: []int32{1, 2}, Edges: [][2]int32{{0, 3}, {1, 2}}, SelfLoops: []int32{1}}, {ID: 4, N: 1}}
	if err := writeMotifs(graphs, to); err != nil {
		t.Fatal(err)
	}
	want := `{"id": 3, "label": 1, "n": 4, "motif": [1, 2], "edges": [[0, 3], [1, 1], [1, 2]]}` + "\n" + `{"id": 4, "label": 0, "n": 1, "motif": [], "edges": []}` + "\n"
	if got, err := os.ReadFile(to); err != nil || string(got) != want {
		t.Errorf("%s%v", got, err)
	}
	if err := motifsToJSON(to, to+"2"); err == nil || !strings.Contains(err.Error(), "not a pickle") {
		t.Errorf("%v", err)
	}

	dir, err := data.Dir()
	if err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		t.Skip(data.DirVariable + " is not set")
	}
	graphs, err = data.ReadBA2Motifs(filepath.Join(dir, "ba2motifs", "ba2motifs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if err := writeMotifs(graphs, to); err != nil {
		t.Fatal(err)
	}
	sets, err := catalog.Find("ba2motifs")
	if err != nil {
		t.Fatal(err)
	}
	f := sets[0].Files[0]
	if err := (request{size: f.Size, sum: f.Sum}).check(to); err != nil || conversions[f.Member] == nil {
		t.Error(err)
	}
}
