package segment

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
)

// discs is a set of bright discs on dark ground, with noise.
func discs(size int, counts ...int) *Set {
	rng := rand.New(rand.NewPCG(9, 0))
	s := &Set{H: size, W: size, Kind: "generated"}
	for k, part := range []*[]Example{&s.Train, &s.Validation, &s.Test} {
		for range counts[k] {
			e := Example{Name: "disc", H: size, W: size, Image: make([]float32, 3*size*size), Mask: make([]int8, size*size)}
			r, c := 2+rng.IntN(size-4), 2+rng.IntN(size-4)
			for i := range e.Mask {
				e.Mask[i] = -1
				light := float32(0.3)
				if y, x := i/size-r, i%size-c; x*x+y*y <= 5 {
					e.Mask[i], light = 1, 0.7
				}
				for ch := range 3 {
					e.Image[3*i+ch] = light + 0.1*float32(rng.NormFloat64())
				}
			}
			*part = append(*part, e)
		}
	}
	return s
}

// tiny is a recipe's smallest version.
func tiny(r Recipe) Recipe {
	r.UNet, r.BatchSize, r.Epochs = fields.UNet{Base: 2, Convolutions: 1}, 8, 30
	r.LearningRate = 0.02
	return r
}

// plainModel is a model on GoMLX's own backend, which compiles nothing, for
// TrainOptions.Reuse.
func plainModel(t *testing.T, r Recipe) *Model {
	t.Helper()
	m := modelOn(plainBackend(t), nil)
	if err := r.complete(); err != nil {
		t.Fatal(err)
	}
	if err := m.begin(r, 1); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestStopAt stops at the first epoch that is good enough, with noise on the
// images, and keeps it.
func TestStopAt(t *testing.T) {
	set := discs(8, 8, 4, 0)
	r := tiny(Recipe{Objective: CrossEntropy, StopAt: 0.3, Noise: 0.05})
	m, err := Train(context.Background(), set, r, TrainOptions{Seed: 3, Reuse: plainModel(t, r)})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	h := m.History()
	if last := h[len(h)-1]; len(h) == r.Epochs || !last.Best || last.Validation < 0.3 {
		t.Errorf("%d epochs, the last %+v", len(h), last)
	}
	for _, e := range h[:len(h)-1] {
		if e.Validation >= 0.3 {
			t.Errorf("epoch %d had %v", e.Epoch, e.Validation)
		}
	}
}

// TestPredict checks the methods where they must agree, odd sizes and one pixel,
// and that tuning finds a shift that undoes a wrong one.
func TestPredict(t *testing.T) {
	ctx := context.Background()
	r := tiny(Recipe{Name: "cross-entropy", Objective: CrossEntropy})
	m := plainModel(t, r)
	defer m.Close()
	for _, size := range [][2]int{{1, 1}, {3, 11}} {
		e := Example{H: size[0], W: size[1], Image: normals(rand.New(rand.NewPCG(1, 1)), 3*size[0]*size[1])}
		p, err := m.Predict(ctx, []Example{e}, PredictOptions{Tuning: &Tuning{Scale: 1e5, Shift: 50}})
		if err != nil {
			t.Fatal(err)
		}
		for _, method := range Methods[1:] { // without coupling, and with a strong field
			if !slices.Equal(p[0].Mask(method), p[0].Mask(FromField)) {
				t.Errorf("%v: %s differs from the field's sign", size, method)
			}
		}
		if p[0].Mask("none") != nil {
			t.Error("an unknown method has a mask")
		}
	}
	set := discs(8, 4, 0, 0)
	field, _, err := m.Fields(ctx, set.Train)
	if err != nil {
		t.Fatal(err)
	}
	truth := slices.Clone(set.Train)
	for k := range truth { // the masks are those of the field with a shift
		truth[k].Mask = masks(tuned(field[k:k+1], set.H, set.W, Tuning{Shift: 0.3, Scale: 1})[0])
	}
	best, by, score, err := m.Tune(ctx, truth, TuneOptions{Metric: MetricDice, Methods: []Method{FromMode, FromField}, Straight: []float32{0, 1}, Ratio: []float32{1}, Shift: []float32{-0.3, 0, 0.3}})
	if err != nil || best.Shift != 0.3 || best.Kernel != (Kernel{}) || score != 1 {
		t.Errorf("tuning chose %+v by %s with %v, %v", best, by, score, err)
	}
}

// TestBackends compares the fields and predictions of XLA with those of GoMLX's
// own backend and the plain sampler: one seed begins with the same weights, and
// draws the same masks but where h is within rounding of a decision.
func TestBackends(t *testing.T) {
	if os.Getenv("ISINGGRAPH_NO_XLA") != "" || testing.Short() {
		t.Skip("ISINGGRAPH_NO_XLA is set, or -short")
	}
	e, err := isinggraph.OpenEngine()
	if err != nil {
		t.Skipf("no XLA: %v", err)
	}
	r := tiny(Recipe{Objective: Flip})
	plain := plainModel(t, r)
	defer plain.Close()
	if err := r.complete(); err != nil {
		t.Fatal(err)
	}
	compiled, err := newModel(e, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer compiled.Close()
	if err := compiled.begin(r, 1); err != nil {
		t.Fatal(err)
	}
	set := discs(8, 8, 0, 0)
	want, err := plain.Predict(context.Background(), set.Train, PredictOptions{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	got, err := compiled.Predict(context.Background(), set.Train, PredictOptions{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for k := range want {
		for i, v := range want[k].Field {
			if math.Abs(float64(v-got[k].Field[i])) > 1e-4 {
				t.Fatalf("field %d of image %d is %v, on XLA %v", i, k, v, got[k].Field[i])
			}
			if want[k].Sample[i] != got[k].Sample[i] {
				differ++
			}
		}
	}
	if differ > 5 {
		t.Errorf("%d of %d pixels of samples differ", differ, 8*64)
	}
}

// TestTrainErrors checks what is refused.
func TestTrainErrors(t *testing.T) {
	set := discs(8, 2, 1, 0)
	bad := *set
	bad.Train = slices.Clone(set.Train)
	bad.Train[1].Mask = nil
	for name, c := range map[string]struct {
		set  *Set
		r    Recipe
		want string
	}{
		"objective": {set, Recipe{Objective: "none"}, "objective"},
		"samples":   {set, Recipe{Objective: Reinforce, Samples: 1}, "samples"},
		"credit":    {set, Recipe{Objective: Reinforce, Metric: MetricDice}, "credit"},
		"metric":    {set, Recipe{Objective: Flip, Metric: "none"}, "metrics"},
		"warm":      {set, Recipe{Objective: Flip, Warm: 1}, "Warm"},
		"chains":    {set, Recipe{Objective: Contrastive, Augment: SmallChanges}, "chains"},
		"mask":      {&bad, Recipe{Objective: CrossEntropy}, "disc"},
		"empty":     {&Set{H: 8, W: 8}, Recipe{Objective: CrossEntropy}, "training images"},
	} {
		if _, err := Train(context.Background(), c.set, c.r, TrainOptions{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	if _, err := NewRecipe("none"); err == nil || !strings.Contains(err.Error(), "cross-entropy") {
		t.Errorf("recipe none: %v", err)
	}
}
