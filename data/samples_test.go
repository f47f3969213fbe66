package data

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func testSamples() *Samples {
	return &Samples{
		N:         3,
		Spins:     []int8{1, -1, 1, -1, -1, 1, 1, -1, 1, 1, 1, 1, -1, -1, 1},
		Energies:  []float64{-1.5, 2, -1.5, 0.25, 2},
		Counts:    []int64{1, 2, 3, 4, 5},
		Marginals: []float64{1. / 3, 0, 1},
	}
}

// The same samples aggregated by dimod 0.12.23.
func TestAggregate(t *testing.T) {
	s := testSamples()
	want := &Samples{N: 3, Spins: []int8{1, -1, 1, -1, -1, 1, 1, 1, 1}, Energies: []float64{-1.5, 2, 0.25}, Counts: []int64{4, 7, 4}, Marginals: s.Marginals}
	a, err := s.Aggregate()
	if err != nil || !reflect.DeepEqual(a, want) {
		t.Errorf("%+v, %v, want %+v", a, err, want)
	}
	if got, want := s.Frequencies(), []float64{8. / 15, 4. / 15, 1}; !reflect.DeepEqual(got, want) {
		t.Errorf("frequencies %v, want %v", got, want)
	}
	s.Counts = nil
	if got, want := s.Frequencies(), []float64{3. / 5, 1. / 5, 1}; !reflect.DeepEqual(got, want) {
		t.Errorf("frequencies without counts %v, want %v", got, want)
	}
	if a, err := s.Aggregate(); err != nil || !reflect.DeepEqual(a.Counts, []int64{2, 2, 1}) {
		t.Errorf("counts %v, %v", a.Counts, err)
	}
	s.Energies[2] = 7
	if _, err := s.Aggregate(); err == nil || err.Error() != "data: aggregate: sample 2 has energy 7, an equal one before it -1.5" {
		t.Errorf("contradictory energies: %v", err)
	}
	empty, err := (&Samples{N: 2}).Aggregate()
	if err != nil || empty.Len() != 0 || !math.IsNaN((&Samples{N: 2}).Frequencies()[1]) {
		t.Errorf("no samples: %v, %v", empty, err)
	}
}

// TestWriteSamples writes the same samples as CSV, JSON lines and NPZ, which their readers read
// back.
func TestWriteSamples(t *testing.T) {
	dir := t.TempDir()
	s := testSamples()
	for _, name := range []string{"s.csv", "s.jsonl", "s.npz"} {
		if err := WriteSamples(filepath.Join(dir, name), s); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(filepath.Join(dir, "s.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	want := [][]string{{"energy", "count", "x0", "x1", "x2"}, {"-1.5", "1", "1", "-1", "1"}, {"2", "2", "-1", "-1", "1"}, {"-1.5", "3", "1", "-1", "1"}, {"0.25", "4", "1", "1", "1"}, {"2", "5", "-1", "-1", "1"}}
	if err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("CSV %v, %v, want %v", rows, err, want)
	}

	text, err := os.ReadFile(filepath.Join(dir, "s.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 6 || lines[1] != `{"energy":-1.5,"count":1,"spins":[1,-1,1]}` {
		t.Errorf("JSON lines %q", lines)
	}
	var marginals map[string][]float64
	if err := json.Unmarshal([]byte(lines[0]), &marginals); err != nil || !reflect.DeepEqual(marginals["marginals"], s.Marginals) {
		t.Errorf("marginals %v, %v, want %v", marginals, err, s.Marginals)
	}

	arrays, err := ReadNPZ(filepath.Join(dir, "s.npz"))
	wantArrays := map[string]Tensor{"spins": {[]int{5, 3}, s.Spins}, "energies": {[]int{5}, s.Energies}, "counts": {[]int{5}, s.Counts}, "marginals": {[]int{3}, s.Marginals}}
	if err != nil || !reflect.DeepEqual(arrays, wantArrays) {
		t.Errorf("arrays %v, %v, want %v", arrays, err, wantArrays)
	}

	path := filepath.Join(dir, "m.csv")
	if err := WriteMarginals(path, s.Marginals); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "spin,probability\n0,0.3333333333333333\n1,0\n2,1\n" {
		t.Errorf("marginals %q, %v", text, err)
	}
}

func TestWriteSamplesErrors(t *testing.T) {
	dir := t.TempDir()
	for want, spoil := range map[string]func(s *Samples){
		"14 spins for 5 samples of 3":               func(s *Samples) { s.Spins = s.Spins[1:] },
		"1 counts for 5 samples":                    func(s *Samples) { s.Counts = s.Counts[:1] },
		"2 marginals for 3 spins":                   func(s *Samples) { s.Marginals = s.Marginals[:2] },
		"spin 1 of sample 1 is 0":                   func(s *Samples) { s.Spins[4] = 0 },
		"energy NaN of sample 3 is not finite":      func(s *Samples) { s.Energies[3] = math.NaN() },
		"sample 0 occurs -1 times":                  func(s *Samples) { s.Counts[0] = -1 },
		"marginal 1.5 of spin 2 is not within 0..1": func(s *Samples) { s.Marginals[2] = 1.5 },
	} {
		s := testSamples()
		spoil(s)
		path := filepath.Join(dir, "s.csv")
		if err := WriteSamples(path, s); err == nil || err.Error() != "data: "+path+": cannot write: "+want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if err := WriteSamples(filepath.Join(dir, "s.txt"), testSamples()); err == nil || !strings.Contains(err.Error(), "extension") {
		t.Errorf("unknown extension: %v", err)
	}
	if err := WriteMarginals(filepath.Join(dir, "m"), []float64{math.NaN()}); err == nil {
		t.Error("wrote a marginal that is NaN")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}
