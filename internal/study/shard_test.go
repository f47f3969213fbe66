package study

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// trial is a shard of these tests.
type trial struct {
	Name  string
	Seed  uint64
	Value float64
}

func (t *trial) File() string { return "trial-" + t.Name }

// TestReadWrite: what is written reads as it was, by name, and what is no shard, or
// that of another file, is an error that names the file.
func TestReadWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	want := []*trial{{"a", 3, 0.1}, {"b", 1, 1.0 / 3}}
	for _, s := range []*trial{want[1], want[0]} {
		path, err := Write(dir, s)
		if err != nil || path != filepath.Join(dir, "trial-"+s.Name+".json") {
			t.Fatalf("wrote %s, error %v", path, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "other.json"), []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := Read[trial](dir, "trial-*.json")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, error %v, want %+v", got, err, want)
	}
	if _, err := Read[trial](t.TempDir(), "trial-*.json"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder without shards: error %v", err)
	}
	for _, text := range []string{"{}", "{", "[1]", `{"Name": "a"}`} {
		if err := os.WriteFile(filepath.Join(dir, "trial-c.json"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Read[trial](dir, "trial-*.json"); err == nil || !strings.Contains(err.Error(), "trial-c.json") {
			t.Errorf("%s passes for a shard: error %v", text, err)
		}
	}
}

func TestGroups(t *testing.T) {
	shards := []*trial{{"b", 2, 0}, {"a", 1, 0}, {"b", 1, 0}}
	groups := GroupBy(shards, func(s *trial) string { return s.Name })
	if len(groups) != 2 || !slices.Equal(groups[0], []*trial{shards[0], shards[2]}) || !slices.Equal(groups[1], shards[1:2]) {
		t.Errorf("groups %v", groups)
	}
	seed := func(s *trial) uint64 { return s.Seed }
	if seeds, err := Seeds(groups[0], seed); err != nil || !slices.Equal(seeds, []uint64{2, 1}) {
		t.Errorf("seeds %v, error %v", seeds, err)
	}
	if _, err := Seeds(shards, seed); err == nil || !strings.Contains(err.Error(), "seed 1") {
		t.Errorf("seed 1 twice: error %v", err)
	}
}
