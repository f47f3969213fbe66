package data

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
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
	table, err := ReadTable(filepath.Join(dir, "mesh_psb", "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	type counts struct{ vertices, faces, edges int }
	index := map[string]counts{}
	sizes := map[string][]float64{}
	for _, row := range table.Rows {
		var c counts
		if n, err := fmt.Sscan(strings.Join(row[2:5], " "), &c.vertices, &c.faces, &c.edges); n != 3 {
			t.Fatalf("INDEX.tsv: %q: %v", row, err)
		}
		index[strings.ToLower(row[0])+"/"+row[1]] = c
		family := strings.ToLower(row[0])
		sizes[family] = append(sizes[family], float64(c.vertices))
	}
	for family, want := range map[string][2]float64{Bust: {22004, 7514}, FourLeg: {7616, 3555}, Human: {10113, 4444}, Chair: {10711, 2524}} {
		mean, sd := stat.MeanStdDev(sizes[family], nil)
		if len(sizes[family]) != 20 || math.Round(mean) != want[0] || math.Round(sd) != want[1] {
			t.Errorf("%s: %d meshes of %.1f ± %.1f vertices, want 20 of %v", family, len(sizes[family]), mean, sd, want)
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
