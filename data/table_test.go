package data

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestReadPartition reads a cut as spins, and refuses what is no partition.
func TestReadPartition(t *testing.T) {
	parse := func(text string) ([]int8, error) {
		return parsePartition(strings.NewReader(text), "cut.json", int64(len(text)))
	}
	got, err := parse("\xef\xbb\xbf{\"partition_0\": [1, 2],\r\n \"partition_1\": [0, 3], \"more\": 1}")
	if err != nil || !slices.Equal(got, []int8{1, -1, -1, 1}) {
		t.Errorf("%v, %v", got, err)
	}
	for text, want := range map[string]string{
		"":                                       "cut.json: empty file",
		"{\n\"partition_0\": [1,":                "cut.json:2: not an object of lists of whole numbers in JSON",
		`{"partition_0": [0]}`:                   "cut.json: want partition_0 and partition_1",
		`{"partition_0": [], "partition_1": []}`: "cut.json: no nodes",
		`{"partition_0": [0, 2], "partition_1": []}`: "cut.json:1: node 2 of 2",
		`{"partition_0": [0, 0], "partition_1": []}`: "cut.json:1: node 0 comes twice",
		`{"partition_0": [1e9], "partition_1": [0]}`: "cut.json:1: not an object",
	} {
		if _, err := parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestReadTable reads tables with commas and tabs, with quotes only where the format has them.
func TestReadTable(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	csv, err := ReadTable(write("a.csv", "\xef\xbb\xbfx,y\r\n1,\"a,b\"\r\n"))
	if err != nil || !slices.Equal(csv.Columns, []string{"x", "y"}) || !slices.Equal(csv.Rows[0], []string{"1", "a,b"}) {
		t.Errorf("%v, %v", csv, err)
	}
	tsv, err := ReadTable(write("a.tsv", "x\ty\n5\" disk\t\n"))
	if err != nil || !slices.Equal(tsv.Rows[0], []string{"5\" disk", ""}) {
		t.Errorf("%v, %v", tsv, err)
	}
	for text, want := range map[string]string{" \n": "empty file", "x,y\n1\n": "b.csv:2: not a table", "x\n\"1\n": "b.csv:2: not a table"} {
		if _, err := ReadTable(write("b.csv", text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := ReadTable(dir); err == nil {
		t.Error("a folder reads")
	}
}

func FuzzParsePartition(f *testing.F) {
	f.Add([]byte(`{"partition_0": [1], "partition_1": [0]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		checkAllocation(t, len(text), func() {
			spins, err := parsePartition(bytes.NewReader(text), "fuzz", int64(len(text)))
			if (err == nil) != (len(spins) > 0) || slices.Contains(spins, 0) {
				t.Errorf("%v, %v", spins, err)
			}
		})
	})
}

func FuzzParseTable(f *testing.F) {
	f.Add([]byte("a,b\n1,\"2\n3\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		checkAllocation(t, len(text), func() {
			table, err := parseTable(bytes.NewReader(text), "fuzz.tsv", int64(len(text)))
			if err != nil {
				return
			}
			for _, row := range table.Rows {
				if len(row) != len(table.Columns) {
					t.Errorf("a row of %d under %d columns", len(row), len(table.Columns))
				}
			}
		})
	})
}
