package data

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// realData returns the folder of the real data sets and skips the test where
// there is none.
func realData(t *testing.T) string {
	t.Helper()
	dir, err := Dir()
	if err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		t.Skipf("skipped: %s is not set, there is no real data to read", DirVariable)
	}
	return dir
}

// thinned tells whether a short test leaves out the i-th of many files.
func thinned(i int) bool { return testing.Short() && i%8 != 0 }

// The counts of all 80 meshes are those of INDEX.tsv, and every mesh is
// closed and manifold, as the benchmark promises.
func TestPSBMeshes(t *testing.T) {
	dir := realData(t)
	f, err := os.Open(filepath.Join(dir, "mesh_psb", "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	type counts struct{ vertices, faces, edges int }
	index := map[string]counts{}
	s := bufio.NewScanner(f)
	for s.Scan() {
		var class, id string
		var c counts
		if n, _ := fmt.Sscan(s.Text(), &class, &id, &c.vertices, &c.faces, &c.edges); n == 5 {
			index[strings.ToLower(class)+"/"+id] = c
		}
	}
	if len(index) != 80 {
		t.Fatalf("INDEX.tsv lists %d meshes, want 80", len(index))
	}
	for _, family := range MeshFamilies() {
		paths, err := PSBMeshes(dir, family)
		if err != nil {
			t.Fatal(err)
		}
		for i, path := range paths {
			if thinned(i) {
				continue
			}
			m, err := ReadOFF(path)
			if err != nil {
				t.Fatal(err)
			}
			top := m.Topology()
			want := index[family+"/"+strings.TrimSuffix(filepath.Base(path), ".off")]
			if got := (counts{top.Vertices, top.Faces, top.Edges}); got != want {
				t.Errorf("%s: %+v, INDEX.tsv has %+v", path, got, want)
			}
			if edges := m.Edges(); len(edges) != want.edges {
				t.Errorf("%s: Edges returns %d, want %d", path, len(edges), want.edges)
			}
			if !top.Closed() || !top.Manifold() || top.Components != 1 || top.Euler > 2 || top.Euler%2 != 0 {
				t.Errorf("%s: %v", path, top)
			}
		}
	}
}
