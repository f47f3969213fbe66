package segment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/fields"
)

// A model that was saved and opened computes the same, in another size too.
func TestSaveModel(t *testing.T) {
	set, err := Generate(2, 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	r := Recipe{Name: "small", Objective: PseudoLikelihood, UNet: fields.UNet{Base: 2, Convolutions: 1}, Epochs: 2, BatchSize: 4}
	m, err := Train(ctx, set, r, TrainOptions{Seed: 3, Reuse: plainModel(t, r)})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	path := filepath.Join(t.TempDir(), "run", "model")
	if err := m.Save(path, set.H, set.W); err != nil {
		t.Fatal(err)
	}
	s, err := readModel(path)
	if err != nil || s.H != 16 || s.W != 16 {
		t.Fatalf("%+v, %v", s, err)
	}
	again := modelOn(plainBackend(t), nil)
	defer again.Close()
	if err := again.take(s); err != nil {
		t.Fatal(err)
	}
	a, _, err := m.Fields(ctx, set.Test)
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := again.Fields(ctx, set.Test)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a[0], b[0]) || slices.Max(a[0]) == slices.Min(a[0]) {
		t.Error("the fields differ")
	}
	k, err := m.Kernel()
	if err != nil {
		t.Fatal(err)
	}
	if l, err := again.Kernel(); err != nil || l != k || k == (Kernel{0.1, 0.1}) {
		t.Errorf("kernels %v and %v, %v", k, l, err)
	}
	for name, damage := range map[string]func(all map[string]savedVariable){
		"missing: ":          func(all map[string]savedVariable) { delete(all, "/coupling/w") },
		"unused: /field/x ":  func(all map[string]savedVariable) { all["/field/x"] = savedVariable{[]int{1}, []float32{0}} },
		"of another shape: ": func(all map[string]savedVariable) { all["/coupling/w"] = savedVariable{[]int{1}, []float32{0}} },
	} {
		bad := *s
		bad.Variables = maps.Clone(s.Variables)
		damage(bad.Variables)
		var mismatch *runs.Mismatch
		if err := again.take(&bad); !errors.As(err, &mismatch) || !strings.Contains(err.Error(), name) {
			t.Errorf("%q: %v", name, err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)-5] ^= 1
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := OpenModel(path, nil, nil); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a damaged file: %v", err)
	}
	if _, _, _, err := OpenModel(filepath.Join(t.TempDir(), "none"), nil, nil); err == nil {
		t.Error("a missing file is no error")
	}
}

// file returns a model's file with a valid checksum.
func file(t testing.TB, s savedModel) []byte {
	t.Helper()
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(s); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body.Bytes())
	return slices.Concat([]byte(modelMagic), sum[:], body.Bytes())
}

func TestParseModel(t *testing.T) {
	good := savedModel{Recipe: Recipe{Objective: CrossEntropy}, H: 8, W: 8, Variables: map[string]savedVariable{"/field/a": {[]int{2, 1}, []float32{1, 2}}}}
	if s, err := parseModel(file(t, good)); err != nil || s.Recipe.Epochs == 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	for name, damage := range map[string]func(*savedModel){
		"size":       func(s *savedModel) { s.H = 0 },
		"large":      func(s *savedModel) { s.W = 1 << 30 },
		"recipe":     func(s *savedModel) { s.Recipe.Objective = "magic" },
		"dimensions": func(s *savedModel) { s.Variables = map[string]savedVariable{"/field/a": {[]int{3}, []float32{1}}} },
		"overflow": func(s *savedModel) {
			s.Variables = map[string]savedVariable{"/field/a": {[]int{1 << 31, 1 << 31, 4}, nil}}
		},
		"path": func(s *savedModel) { s.Variables = map[string]savedVariable{"/optimizer/a": {[]int{1}, []float32{1}}} },
	} {
		bad := good
		damage(&bad)
		if _, err := parseModel(file(t, bad)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzParseModel(f *testing.F) {
	f.Add(file(f, savedModel{Recipe: Recipe{Objective: CrossEntropy}, H: 8, W: 8, Variables: map[string]savedVariable{"/coupling/w": {[]int{2}, []float32{1, 2}}}}))
	f.Add([]byte(modelMagic))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		if body, ok := bytes.CutPrefix(text, []byte(modelMagic)); ok && len(body) >= sha256.Size {
			sum := sha256.Sum256(body[sha256.Size:]) // past the checksum
			copy(body, sum[:])
		}
		s, err := parseModel(text)
		if err == nil && (s.H < 1 || s.W < 1 || s.Recipe.Epochs < 1) {
			t.Errorf("accepted %+v", s)
		}
	})
}
