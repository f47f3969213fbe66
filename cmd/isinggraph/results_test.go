package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.org/isinggraph/internal/study"
	"example.org/isinggraph/pkg/tasks/explain"
	"example.org/isinggraph/pkg/tasks/inverse"
	"example.org/isinggraph/pkg/tasks/mesh"
	"example.org/isinggraph/pkg/tasks/segment"
)

// document is a file of docs/.
func document(parts ...string) string {
	return filepath.Join(append([]string{"..", "..", "docs"}, parts...)...)
}

// recorded reads merged results of docs/results.
func recorded[R any](t *testing.T, name string) *R {
	t.Helper()
	text, err := os.ReadFile(document("results", name))
	if err != nil {
		t.Fatal(err)
	}
	r := new(R)
	if err := json.Unmarshal(text, r); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r
}

// TestRecordedFiles: what was recorded in docs/results reads and is written with
// all its values, none lost, altered or added.
func TestRecordedFiles(t *testing.T) {
	for name, r := range map[string]any{
		"explain.json": recorded[study.Results[explain.Table]](t, "explain.json"), "inverse.json": recorded[study.Results[inverse.Table]](t, "inverse.json"),
		"mesh.json": recorded[study.Results[mesh.Table]](t, "mesh.json"), "segmentation.json": recorded[study.Results[segment.Table]](t, "segmentation.json"),
	} {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if want := *recorded[any](t, name); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: written as %.300s", name, text)
		}
	}
}

// bold takes the marks of bold text away.
var bold = strings.NewReplacer("**", "", "−", "-")

// TestRecordedTables: the tables of the documents are what the commands print of the
// recorded results.
func TestRecordedTables(t *testing.T) {
	has := func(name, row string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(bold.Replace(string(text)), "\n"+row+"\n") {
			t.Errorf("%s lacks %s", name, row)
		}
	}
	sets := recorded[study.Results[explain.Table]](t, "explain.json").Tables
	for _, table := range sets {
		sheet := table.Sheet()
		for _, row := range append(sheet.Rows, sheet.Columns) {
			has("docs/explain.md", study.MarkdownRow(row...))
		}
	}
	for k, a := range sets[0].Rows {
		name, b := a.Explainer, sets[1].Rows[k]
		if short, ok := map[string]string{"Saliency": "gradients", "Random": "chance"}[name]; ok {
			name = short
		}
		row := []string{name}
		for _, v := range []study.Over{a.UnionGEA, a.Characteristic, b.UnionGEA, b.Characteristic} {
			row = append(row, v.Interval().Format(2))
		}
		has("README.md", study.MarkdownRow(row...))
	}
	var intervals []string
	columns := map[string]int{"Setting 1": 0, "Setting 2": 2, "Setting 3": 4, "Setting 3, |det|": 6}
	losses := map[string][8]string{}
	for _, table := range recorded[study.Results[inverse.Table]](t, "inverse.json").Tables {
		at := columns[table.Setting]
		if table.Variant == "best" {
			at++
		}
		for _, r := range table.Rows {
			row := losses[r.Name]
			row[at] = fmt.Sprintf("%.3f", r.Loss)
			losses[r.Name] = row
			if r.Name == "ISING+MAG" {
				intervals = append(intervals, r.Interval().String())
			}
		}
	}
	text, err := os.ReadFile(document("inverse.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range losses {
		if want := study.MarkdownRow(append([]string{name}, row[:]...)...); !strings.Contains(string(text), want) {
			t.Errorf("inverse.md lacks %s", want)
		}
	}
	for _, v := range intervals {
		if !strings.Contains(string(text), v) {
			t.Errorf("inverse.md lacks %s", v)
		}
	}
}

// TestRecordedSegmentation: every interval of the tables of docs/segmentation.md is
// recorded, or is that of a difference between recorded seeds.
func TestRecordedSegmentation(t *testing.T) {
	known := map[string]bool{}
	for _, table := range recorded[study.Results[segment.Table]](t, "segmentation.json").Tables {
		for _, a := range table.Rows {
			for _, m := range []segment.MetricSummary{a.Dice, a.IoU, a.Boundary} {
				for _, v := range []string{m.Mean, m.Gain, m.GainTuned} {
					known[v] = true
				}
				// What the seeds, rounded to five decimals, say is what was recorded.
				if got := study.NewInterval(m.Seeds); len(m.Seeds) > 1 {
					var mean, half float64
					if _, err := fmt.Sscanf(m.Mean, "%f ± %f", &mean, &half); err != nil || math.Abs(got.Mean-mean) > 6e-4 || math.Abs(got.Half-half) > 6e-4 {
						t.Errorf("%s, %s at noise %v: recorded %s, seeds say %v", a.Recipe, a.Method, a.Noise, m.Mean, got)
					}
				}
			}
			if a.Method != "tuned" || a.TunedFor != string(segment.MetricDice) {
				continue
			}
			for _, b := range table.Rows {
				if b.Recipe == a.Recipe && b.Method == "threshold" && b.TunedFor == a.TunedFor && b.Noise == a.Noise {
					d, err := study.Paired(a.Dice.Seeds, b.Dice.Seeds)
					if err != nil {
						t.Fatal(err)
					}
					known[d.String()] = true
				}
			}
		}
	}
	text, err := os.ReadFile(document("segmentation.md"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for line := range strings.Lines(bold.Replace(string(text))) {
		for cell := range strings.SplitSeq(line, "|") {
			if cell = strings.TrimSpace(cell); strings.HasPrefix(line, "|") && strings.Contains(cell, " ± ") {
				count++
				if !known[cell] {
					t.Errorf("%s of %s is not recorded", cell, line)
				}
			}
		}
	}
	if count < 300 {
		t.Errorf("only %d intervals were found", count)
	}
}
