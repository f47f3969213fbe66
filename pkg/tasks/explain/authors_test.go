package explain

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/data"
)

// realData returns the folder of the real sets or skips the test.
func realData(t *testing.T) string {
	t.Helper()
	dir, err := data.Dir()
	if err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		t.Skipf("%s is not set", data.DirVariable)
	}
	return dir
}

func mutagenicity(t *testing.T, dir string) *data.TU {
	t.Helper()
	set, err := data.ReadTU(filepath.Join(dir, "mutagenicity"))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestCuration compares the three curations' counts with those known, and the
// motifs with GraphXAI's.
func TestCuration(t *testing.T) {
	dir := realData(t)
	set := mutagenicity(t, dir)
	for _, c := range []struct {
		Curation
		graphs, positive int
	}{{CurationGraphXAI, 1768, 640}, {CurationAuthors, 2508, 303}, {CurationMutagens, 2569, 1273}} {
		d, err := Mutagenicity(set, c.Curation)
		if err != nil {
			t.Fatal(err)
		}
		positive := 0
		for _, y := range d.Labels {
			positive += y
		}
		if len(d.Items) != c.graphs || positive != c.positive || len(d.Explained()) != c.positive {
			t.Errorf("%s: %d graphs, %d positive, %d with motifs, want %d and %d", c.Curation, len(d.Items), positive, len(d.Explained()), c.graphs, c.positive)
		}
		if c.Curation == CurationGraphXAI {
			compareTruth(t, dir, set, d)
		}
	}
	if _, err := Mutagenicity(set, "other"); err == nil {
		t.Error("an unknown curation is accepted")
	}
}

func compareTruth(t *testing.T, dir string, set *data.TU, d *Dataset) {
	t.Helper()
	truth, err := data.ReadGroundTruth(filepath.Join(dir, "mutagenicity", "gt_graphxai_1768.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if len(truth) != len(d.Items) {
		t.Fatalf("%d graphs, GraphXAI has %d", len(d.Items), len(truth))
	}
	for k, want := range truth {
		m, err := newMolecule(&set.Graphs[want.Graph])
		if err != nil {
			t.Fatal(err)
		}
		var got []int32
		for i, in := range d.Truth(k) {
			if in {
				got = append(got, m.of[i])
			}
		}
		if d.Source[k] != want.Graph || d.Labels[k] != want.Label || !slices.Equal(got, want.Nodes) {
			t.Fatalf("graph %d with label %d and motif %v, GraphXAI has %d, %d, %v", d.Source[k], d.Labels[k], got, want.Graph, want.Label, want.Nodes)
		}
	}
}

// TestAuthors compares the released weights' accuracy with the known, and logits
// and fields with those of the authors' code.
func TestAuthors(t *testing.T) {
	planted(t) // skips where nothing compiles
	dir, ctx := realData(t), context.Background()
	set := mutagenicity(t, dir)
	tensors, err := data.ReadTorch(filepath.Join(dir, "ising_weights", "mutag_model.pt"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := AuthorsClassifier(tensors, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for curation, want := range map[Curation]float64{CurationGraphXAI: 1417.0 / 1768, CurationAuthors: 2506.0 / 2508} {
		d, err := Mutagenicity(set, curation)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Accuracy(ctx, c, d.Items, d.Labels)
		if err != nil || math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: accuracy %v, want %v (%v)", curation, got, want, err)
		}
	}
	if tensors, err = data.ReadTorch(filepath.Join(dir, "ising_weights", "mutag_explainer.pt")); err != nil {
		t.Fatal(err)
	}
	f, err := AuthorsField(tensors, c)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	first := new(Dataset)
	for k := range 40 {
		m, err := newMolecule(&set.Graphs[k])
		if err != nil {
			t.Fatal(err)
		}
		if err := first.addMolecule(m.atoms, m.edges, m.orders, 0, nil); err != nil {
			t.Fatal(err)
		}
	}
	fields, err := data.ReadValues(filepath.Join(dir, "ising_weights", "golden_h_first10.json"))
	if err != nil {
		t.Fatal(err)
	}
	h, err := f.H(ctx, first.Items[:10])
	if err != nil {
		t.Fatal(err)
	}
	for k, got := range h {
		closeTo(t, "field", got, fields[k])
	}
	logits, err := data.ReadValues(filepath.Join(dir, "ising_weights", "golden_logits_first40.json"))
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	err = c.run(ctx, inputsOf(first.Items), func(p *prepared, part []Input) error {
		got, err := c.logits(p, part)
		for k := range part {
			closeTo(t, "logits", got[2*k:2*k+2], logits[at+k])
		}
		at += len(part)
		return err
	})
	if err != nil || at != 40 {
		t.Fatalf("%d graphs: %v", at, err)
	}
}

// closeTo compares values relative to 1 and to the largest.
func closeTo(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d values of the %s, want %d", len(got), what, len(want))
	}
	scale := 1.0
	for _, v := range want {
		scale = max(scale, math.Abs(v))
	}
	for i, v := range want {
		if math.Abs(float64(got[i])-v) > 1e-4*scale {
			t.Errorf("%s %d is %v, want %v", what, i, got[i], v)
		}
	}
}

func TestBadAuthors(t *testing.T) {
	if _, err := AuthorsClassifier(map[string]data.Tensor{"conv1.eps": {Data: []float32{0.5}}}, nil); err == nil {
		t.Error("an epsilon of 0.5 is accepted")
	}
	if _, err := AuthorsClassifier(map[string]data.Tensor{"conv1.eps": {Data: []float32{0}}}, nil); err == nil {
		t.Error("tensors without weights are accepted")
	}
	_, err := AuthorsClassifier(map[string]data.Tensor{"lin.weight": {Shape: []int{2}, Data: []float32{1, 2}}, "other.bias": {Data: []float32{0}}}, nil)
	for _, want := range []string{`no tensor "mlp1.weight"`, `"lin.weight" has the shape [2]`, `"other.bias" is none of the network's`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s in it", err, want)
		}
	}
}
