package catalog

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.org/isinggraph/data"
)

var hexLength = map[Algorithm]int{SHA256: 64, GitBlob: 40}

// Every set is described, and every file can be come by and checked.
func TestSets(t *testing.T) {
	hex := regexp.MustCompile(`^[0-9a-f]+$`)
	archive := func(s *Set, a *Archive) {
		if len(a.URLs) == 0 || a.Sum.Known() && (!hex.MatchString(a.Sum.Hex) || len(a.Sum.Hex) != hexLength[a.Sum.Algorithm]) {
			t.Errorf("%s: archive %+v", s.Name, a)
		}
		for _, u := range a.URLs {
			if !strings.HasPrefix(u, "https://") {
				t.Errorf("%s: %s: address %s", s.Name, a.Name, u)
			}
		}
	}
	sets := map[string]int{}
	for _, s := range Sets() {
		sets[s.Name] = len(s.Files)
		for _, text := range []string{s.Title, s.Home, s.License, s.Citation} {
			if text == "" {
				t.Errorf("%s lacks a title, home, licence or citation", s.Name)
			}
		}
		for _, a := range append(s.Archives, s.Originals...) {
			archive(s, a)
		}
		seen := map[string]bool{}
		for _, f := range s.Files {
			if !fs.ValidPath(f.Path) || seen[f.Path] || f.Size <= 0 || f.Sum.Algorithm != SHA256 || len(f.Sum.Hex) != 64 || !hex.MatchString(f.Sum.Hex) {
				t.Errorf("%s: %+v", s.Name, f)
			}
			seen[f.Path] = true
			if byURL := f.Kind == Plain || f.Kind == Gzipped; byURL != strings.HasPrefix(f.URL, "https://") || (f.Archive != nil) != (f.Kind == Member || f.Kind == Converted) {
				t.Errorf("%s: %s: kind %d, address %q, archive %v", s.Name, f.Path, f.Kind, f.URL, f.Archive)
			}
		}
	}
	for name, files := range map[string]int{
		"ba2motifs": 1, "biqmac_ising": 32, "camvid": 1402, "cub": 0, "dimacs_color": 54, "ecssd": 1600, "gset": 14, "horse128": 562, "ising_weights": 4, "mesh_misc": 17,
		"mesh_psb": 81, "mutagenicity": 8, "pets26": 52, "planetoid": 16, "real_graphs": 15, "suitesparse": 115,
	} {
		if n, ok := sets[name]; n != files || !ok {
			t.Errorf("%s has %d files, want %d", name, n, files)
		}
		delete(sets, name)
	}
	if len(sets) > 0 {
		t.Errorf("sets that this test does not expect: %v", sets)
	}
}

// TestFind finds sets by the names of sets and of groups of their files, each once, and leaves
// the sets as they are.
func TestFind(t *testing.T) {
	sets, err := Find("gset", "suitesparse-paper", "mesh-fold", "gset")
	if err != nil || len(sets) != 3 || sets[1].Name != "suitesparse" || len(sets[1].Files) != 24 || len(sets[2].Files) != 16 {
		t.Fatalf("%v, %v", sets, err)
	}
	if whole, _ := Find("suitesparse"); len(whole[0].Files) != 115 {
		t.Errorf("the group changed its set: %d files", len(whole[0].Files))
	}
	if all, err := Find("all"); err != nil || len(all) != len(Sets()) {
		t.Errorf("all: %d sets, %v", len(all), err)
	}
	if _, err := Find("gest"); err == nil || !strings.Contains(err.Error(), `"gest"`) || !strings.Contains(err.Error(), "suitesparse-paper") {
		t.Errorf("unknown set: %v", err)
	}
}

func TestParseFilesErrors(t *testing.T) {
	for line, want := range map[string]string{
		"gset\tG1.txt\t3":                             "3 columns",
		"none\tG1.txt\t3\tab\thand":                   `unknown set "none"`,
		"gset\tG1.txt\tmany\tab\thand":                "many",
		"gset\tG1.txt\t3\tab\tftp://x":                `unknown source "ftp://x"`,
		"gset\tG1.txt\t3\tab\tgithub:a/b@master/f":    "not github:",
		"gset\tG1.txt\t3\tab\tarchive:labeledDb.7z!x": "no archive of set gset",
	} {
		if err := parseFiles("header\n"+line+"\n", published()); err == nil || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}

// TestSum computes hashes as sha256sum and git do.
func TestSum(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, []byte("hello\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	// From sha256sum and git hash-object.
	for _, want := range []Sum{
		{SHA256, "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"},
		{GitBlob, "ce013625030ba8dba906f756967f9e9ca394464a"},
	} {
		if got, err := want.Of(file); err != nil || got != want {
			t.Errorf("%v, %v, want %v", got, err, want)
		}
	}
	if _, err := (Sum{}).Of(filepath.Dir(file)); err == nil {
		t.Error("a folder has a hash")
	}
}

// Everything in the folder of real data is in the catalogue and as it says,
// and the catalogue lists no file that is not there, save two large matrices.
func TestRealData(t *testing.T) {
	dir, err := data.Dir()
	if err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		t.Skip(data.DirVariable + " is not set")
	}
	listed := map[string]File{}
	for _, s := range Sets() {
		for _, f := range s.Files {
			listed[path.Join(s.Name, f.Path)] = f
		}
	}
	err = filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		f, ok := listed[name]
		delete(listed, name)
		if !ok {
			if set, _, in := strings.Cut(name, "/"); in && set != "cub" && !strings.HasPrefix(name, ".") {
				t.Errorf("%s is not in the catalogue", name)
			}
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if got, err := f.Sum.Of(file); err != nil || got != f.Sum || info.Size() != f.Size {
			t.Errorf("%s: %d bytes, %v, %v, want %d bytes, %v", name, info.Size(), got, err, f.Size, f.Sum)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(listed, "suitesparse/mtx/memplus.mtx")
	delete(listed, "suitesparse/mtx/luxembourg.mtx")
	for name := range listed {
		t.Errorf("%s is in the catalogue and not in %s", name, dir)
	}
}

// The page on data sets has a row for each set, with the counts of the
// catalogue.
func TestPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "data.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Sets() {
		hand := 0
		for _, f := range s.Files {
			if f.Kind == ByHand {
				hand++
			}
		}
		counts := fmt.Sprintf("| %d | %d |", len(s.Files), hand)
		if hand == 0 {
			counts = fmt.Sprintf("| %d | – |", len(s.Files))
		}
		if s.Whole() {
			counts = "| all | – |"
		}
		row := regexp.MustCompile("(?m)^\\| `" + s.Name + "` \\|.*$").FindString(string(page))
		if !strings.Contains(row, counts) {
			t.Errorf("%s: no %q in %q", s.Name, counts, row)
		}
	}
	for _, g := range Groups() {
		if !strings.Contains(string(page), "`"+g.Name+"`") {
			t.Errorf("no word of group %s", g.Name)
		}
	}
}
