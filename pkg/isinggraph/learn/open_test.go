package learn_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// trained is a run that was trained, in its own folder, with other items to predict.
func trained(t *testing.T) (l *learn.Learner, run string, c learn.Config, others []*learn.Item) {
	t.Helper()
	dir := t.TempDir()
	c, items, validation := savedRun(t, dir)
	c.Sampling.Rule, c.Sampling.Sweeps, c.Model.Beta = isinggraph.Metropolis, 4, 0.7
	l = newLearner(t, c, items, validation)
	train(t, l)
	runs, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v, error %v", runs, err)
	}
	rng := newRand(12)
	for range 3 {
		others = append(others, connectedItem(t, 14, 7, 2, rng))
	}
	return l, runs[0], c, others
}

// same compares what two learners predict, bit by bit.
func same(t *testing.T, a, b *learn.Learner, items []*learn.Item) {
	t.Helper()
	ctx := context.Background()
	h, err := a.Fields(ctx, items)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := b.Fields(ctx, items); err != nil || !reflect.DeepEqual(got, h) {
		t.Errorf("fields %v, error %v, want %v", got, err, h)
	}
	p, err := a.Predict(ctx, items, learn.PredictOptions{Chains: 3, Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Predict(ctx, items, learn.PredictOptions{Chains: 3, Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	for k := range p {
		if !reflect.DeepEqual(got[k], p[k]) {
			t.Errorf("item %d: prediction %+v, want %+v", k, got[k], p[k])
		}
	}
}

// failsWith wants an error of all parts.
func failsWith(t *testing.T, l *learn.Learner, err error, want ...string) {
	t.Helper()
	if err == nil {
		l.Close()
		t.Errorf("no error, want %q", want)
		return
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q, want %q in it", err, w)
		}
	}
}

// TestOpen opens a run without its items, and compares with the learner that trained it.
func TestOpen(t *testing.T) {
	l, run, c, others := trained(t)
	o := learn.OpenOptions{Model: learn.Model{Coupling: c.Model.Coupling}, Runtime: c.Runtime}
	opened, err := learn.Open(run, c.Field, o)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	same(t, l, opened, others)
	step, loss := l.BestStep()
	if s, v := opened.BestStep(); s != step || v != loss || step == 0 || opened.Hash() != l.Hash() || !reflect.DeepEqual(opened.History(), l.History()) {
		t.Errorf("the opened run is best after step %d with %v, want %d and %v", s, v, step, loss)
	}
	if err := opened.Train(context.Background()); err == nil || !strings.Contains(err.Error(), "opened to predict") {
		t.Errorf("training ends with %v", err)
	}
	if _, err := opened.Check(context.Background(), others, learn.CheckOptions{}); err == nil || !strings.Contains(err.Error(), "opened to predict") {
		t.Errorf("checking ends with %v", err)
	}
	for _, s := range []string{l.String(), opened.String()} {
		for _, want := range []string{`"saved run"`, " of 20", "best loss ", "5 variables of 18 numbers"} {
			if !strings.Contains(s, want) {
				t.Errorf("%q, want %q in it", s, want)
			}
		}
	}
	wide := fields.MLP{Layers: 2, Hidden: 5}.Field()
	x, err := learn.Open(run, wide, o)
	failsWith(t, x, err, run, "the variables are not those of the network", "missing: /field/", "of another shape: /field/", "need ")
	x, err = learn.Open(run, fields.PerNode{Nodes: 1}.Field(), o)
	failsWith(t, x, err, "missing: /field/", "unused: /field/")
	o.Model.Coupling = nil
	x, err = learn.Open(run, c.Field, o)
	failsWith(t, x, err, "couplings were learned")
	o.Model.Coupling = learn.LearnedKernel(1, 2)
	x, err = learn.Open(run, c.Field, o)
	failsWith(t, x, err, "the network")
	o.Model.Coupling = c.Model.Coupling
	x, err = learn.Open(filepath.Dir(run), c.Field, o)
	failsWith(t, x, err, "config.json")
	o.Runtime.Log = nil
	weights, err := filepath.Glob(filepath.Join(run, "best-*", "*.bin"))
	if err != nil || len(weights) != 1 {
		t.Fatalf("weights %v, error %v", weights, err)
	}
	if err := os.Truncate(weights[0], 10); err != nil {
		t.Fatal(err)
	}
	x, err = learn.Open(run, c.Field, o)
	failsWith(t, x, err, "best-", "damaged")
}

// TestOpenNumbers opens a run whose J, β, sweeps and rule are numbers, and says other
// ones.
func TestOpenNumbers(t *testing.T) {
	dir := t.TempDir()
	c, items, _ := savedRun(t, dir)
	c.Model = learn.Model{J: isinggraph.Uniform(-0.3), Beta: 2}
	c.Sampling.Sweeps, c.Optimizer.Steps = 7, 1
	l := newLearner(t, c, items, nil)
	train(t, l)
	runs, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v, error %v", runs, err)
	}
	opened, err := learn.Open(runs[0], c.Field, learn.OpenOptions{Runtime: c.Runtime})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	same(t, l, opened, items[:2])
	other, err := learn.Open(runs[0], c.Field, learn.OpenOptions{Model: learn.Model{J: isinggraph.Uniform(-1)}, Runtime: c.Runtime})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	p, err := other.Predict(context.Background(), items[:1], learn.PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if j, ok := p[0].J.Uniform(); !ok || j != -1 {
		t.Errorf("predicted with J %v, want -1", p[0].J)
	}
	text, err := os.ReadFile(filepath.Join(runs[0], "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	config["Config"].(map[string]any)["Beta"] = -1
	if text, err = json.Marshal(config); err == nil {
		err = os.WriteFile(filepath.Join(runs[0], "config.json"), text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	x, err := learn.Open(runs[0], c.Field, learn.OpenOptions{Runtime: c.Runtime})
	failsWith(t, x, err, "Beta -1")
}

// TestExport exports a field to both forms, reads what is there, and imports it again.
func TestExport(t *testing.T) {
	l, _, c, others := trained(t)
	o := learn.OpenOptions{
		Model: learn.Model{Coupling: c.Model.Coupling, Beta: c.Model.Beta}, Like: others[0], Runtime: c.Runtime,
		Sampling: learn.Sampling{Sweeps: c.Sampling.Sweeps, Rule: c.Sampling.Rule},
	}
	dir := t.TempDir()
	for ending, read := range map[string]func(string) (map[string]data.Tensor, error){".npz": data.ReadNPZ, ".safetensors": data.ReadSafetensors} {
		path := filepath.Join(dir, "field"+ending)
		if err := l.Export(path); err != nil {
			t.Fatal(err)
		}
		arrays, err := read(path)
		if err != nil {
			t.Fatal(err)
		}
		for name, a := range arrays {
			v := l.Store().GetVariable("/" + name)
			if v == nil || !slices.Equal(a.Shape, v.Shape().Dimensions) {
				t.Errorf("%s%s: array %s of shape %d, the variable is %v", "field", ending, name, a.Shape, v)
			}
		}
		if len(arrays) != 5 || len(arrays["coupling/J"].Float32()) != 1 {
			t.Errorf("arrays %v, want five with coupling/J", arrays)
		}
		imported, err := learn.Import(path, c.Field, o)
		if err != nil {
			t.Fatal(err)
		}
		same(t, l, imported, others)
		imported.Close()

		write := data.WriteNPZ
		if ending == ".safetensors" {
			write = data.WriteSafetensors
		}
		for name, a := range arrays {
			if name != "coupling/J" {
				arrays[name] = data.Tensor{Shape: []int{len(a.Float32()), 1}, Data: a.Data}
			}
		}
		arrays["coupling/J"] = data.Tensor{Data: []float64{1}}
		arrays["optimizer/step"] = data.Tensor{Shape: []int{0}, Data: []int64{}}
		arrays["/field"] = data.Tensor{Data: []float32{1}}
		if err := write(path, arrays); err != nil {
			t.Fatal(err)
		}
		x, err := learn.Import(path, c.Field, o)
		failsWith(t, x, err, path, "unused: //field ", "/optimizer/step", "of another shape: /coupling/J ", "/field/")
		delete(arrays, "coupling/J")
		if err := write(path, arrays); err != nil {
			t.Fatal(err)
		}
		x, err = learn.Import(path, c.Field, o)
		failsWith(t, x, err, "missing: /coupling/J ")
		if err := os.Truncate(path, 100); err != nil {
			t.Fatal(err)
		}
		x, err = learn.Import(path, c.Field, o)
		failsWith(t, x, err, "learn: importing variables: data: "+path)
	}
	if err := l.Export(filepath.Join(dir, "field.csv")); err == nil || !strings.Contains(err.Error(), "end in .npz or .safetensors") {
		t.Errorf("exporting to .csv: %v", err)
	}
	x, err := learn.Import(filepath.Join(dir, "field.pt"), c.Field, o)
	failsWith(t, x, err, "end in .npz or .safetensors")
	c.Storage.Dir = ""
	empty := newLearner(t, c, others, nil)
	if err := empty.Export(filepath.Join(dir, "empty.npz")); err == nil || !strings.Contains(err.Error(), "no variables yet") {
		t.Errorf("exporting nothing: %v", err)
	}
}

func TestPredictionString(t *testing.T) {
	p := &learn.Prediction{H: []float32{-1, 0.5}, Shift: 0.25, Chains: 2, Spins: []int8{1, -1, 1, 1}, Energies: []float64{-2, 3}, Fraction: 0.75}
	const want = "field of 2 nodes from -1 to 0.5 with a shift of 0.25; samples: 2, of energies from -2 to 3, 75.0% of the nodes kept"
	if got := p.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
