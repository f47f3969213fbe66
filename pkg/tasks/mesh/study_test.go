package mesh

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/study"
)

// TestMerge writes shards, reads them and merges them.
func TestMerge(t *testing.T) {
	dir := t.TempDir()
	shard := func(fold, mesh int, seed uint64, seconds, random, learned float64) {
		s := &Shard{Class: data.Chair, Data: "generated", Fold: fold, Label: "ISING+MAG", Network: Equivariant, Credit: Local, Steps: 2, Seed: seed,
			Epochs: []study.Epoch{{Loss: learned}}, EpochSeconds: seconds,
			Scores: []Score{{Method: "RANDOM", Mesh: mesh, Kept: 0.5, Distance: random, Squared: 1}, {Method: "ISING+MAG", Mesh: mesh, Kept: 0.5, Distance: learned, Squared: 0.5}}}
		if _, err := study.Write(dir, s); err != nil {
			t.Fatal(err)
		}
	}
	shard(0, 3, 1, 4, 1, 0.5)
	shard(0, 3, 2, 6, 1, 0.25) // RANDOM's score counts once
	shard(1, 0, 1, 2, 3, 1.5)
	for _, s := range []*Shard{{Class: data.Chair, Validation: true}, {Class: data.Chair, Validation: true, Steps: 800, Samples: 4}} {
		if _, err := study.Write(dir, s); err != nil { // not among the results
			t.Fatal(err)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 5 {
		t.Errorf("%d files of five shards, error %v", len(files), err)
	}
	shards, err := ReadShards(dir)
	if err != nil {
		t.Fatal(err)
	}
	classes, err := Merge(shards)
	if err != nil {
		t.Fatal(err)
	}
	if len(classes) != 1 || len(classes[0].Rows) != 2 || len(classes[0].PaperFold) != 2 || len(classes[0].Training) != 1 {
		t.Fatalf("merged %+v", classes)
	}
	c := classes[0]
	if random, learned := c.Rows[0], c.Rows[1]; random.Distance.Mean != 2 || math.Abs(learned.Distance.Mean-0.75) > 1e-12 || learned.Meshes != 2 {
		t.Errorf("rows %+v", c.Rows)
	}
	if fold := c.PaperFold[1]; math.Abs(fold.Ratio-0.375) > 1e-12 || fold.Meshes != 1 {
		t.Errorf("paper's fold %+v", fold)
	}
	if tr := c.Training[0]; tr.Shards != 3 || tr.EpochSeconds.Mean != 4 || math.Abs(tr.Epochs[0].Loss-0.75) > 1e-12 {
		t.Errorf("training %+v", tr)
	}
	if want := []SeedResult{{1, 2, 0.5, 0.5}, {2, 1, 0.25, 0.5}}; !slices.Equal(c.Training[0].Seeds, want) {
		t.Errorf("seeds %+v, want %+v", c.Training[0].Seeds, want)
	}
}

func TestStudyErrors(t *testing.T) {
	for want, st := range map[string]Study{"family": {Class: "fish"}, "fold 5": {Class: data.Chair, Fold: 5}} {
		if _, err := st.Run(context.Background()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one of %q", err, want)
		}
	}
	dir := t.TempDir()
	if _, err := ReadShards(dir); err == nil {
		t.Error("no shards, no error")
	}
	path := filepath.Join(dir, "mesh-bad.json")
	if err := os.WriteFile(path, []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadShards(dir); err == nil || !strings.Contains(err.Error(), "mesh-bad.json") {
		t.Errorf("no shard: error %v", err)
	}
}
