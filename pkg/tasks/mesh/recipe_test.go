package mesh

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
)

// rough is a refined cube of edge 4 that is smooth where x < 0 and rough elsewhere, where its
// vertices matter.
func rough(t *testing.T) *Surface {
	t.Helper()
	m := refine(cube(), 2, same)
	bumpy, rng := &data.Mesh{Faces: m.Faces}, rand.New(rand.NewPCG(1, 2))
	for _, v := range m.Vertices {
		for k := range v {
			v[k] *= 4
			if v[0] > 0 {
				v[k] += 0.8 * (rng.Float64() - 0.5)
			}
		}
		bumpy.Vertices = append(bumpy.Vertices, v)
	}
	return surface(t, bumpy)
}

// TestRecipes trains each network with each credit for some steps on a rough surface, the
// paper's recipe, which is the equivariant network with eq. 14, first: the loss of the last steps
// is less than half of that without a field.
func TestRecipes(t *testing.T) {
	needsXLA(t)
	s := rough(t)
	recipes := []Recipe{PaperRecipe(), {Network: Equivariant, Credit: Local}}
	for _, network := range []string{PerVertex, DevConv} {
		recipes = append(recipes, Recipe{Network: network, Credit: Local}, Recipe{Network: network, Credit: Global})
	}
	for k, r := range recipes {
		r.Steps, r.Samples, r.Seed, r.Dir = 250, 8, 1, t.TempDir()
		if k > 0 {
			r.Steps, r.LearningRate = 120, 1e-2
		}
		l, err := Train(context.Background(), r, []*Surface{s})
		if err != nil {
			t.Fatal(err)
		}
		const some = 15
		var last float64
		for _, info := range l.History()[r.Steps-some:] {
			last += info.Loss / some
		}
		chance := withoutField(t, s, r.Squared)
		if !(last < 0.5*chance) {
			t.Errorf("recipe %d, network %q, credit %q: loss %.3f of the last steps, %.3f without a field", k, r.Network, r.Credit, last, chance)
		}
		if k == 0 {
			testPaperRecipe(t, l, r, s)
		}
		l.Close()
	}
	if _, err := Train(context.Background(), Recipe{Network: PerVertex, Paper: true}, []*Surface{s}); err == nil {
		t.Error("the perceptron trains as the paper's network")
	}
}

// testPaperRecipe opens the paper's recipe again, whose network sees another input, and checks
// what the learner was told.
func testPaperRecipe(t *testing.T, l *Learned, r Recipe, s *Surface) {
	t.Helper()
	for _, info := range l.History() {
		if info.LearningRate != 1e-3 || info.Lambda != 0 {
			t.Fatalf("step %+v, want a rate of 1e-3 and no dual variable", info)
		}
	}
	opened, err := Open(onlyRun(t, r.Dir))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	want, err := l.Field(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := opened.Field(context.Background(), s); err != nil || !slices.Equal(h, want) {
		t.Errorf("the opened run has another field, error %v", err)
	}
}

// withoutField returns the mean loss of samples of the model without a field.
func withoutField(t *testing.T, s *Surface, squared bool) float64 {
	t.Helper()
	sampler := isinggraph.Plain(s.Graph)
	defer sampler.Close()
	const chains = 64
	r := isinggraph.Request{Model: isinggraph.Model{J: isinggraph.Uniform(-1)}, Chains: isinggraph.Chains{Count: chains}, Sweeps: 5, Seed: 1}
	out, err := sampler.Sample(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	var mean float64
	for c := range chains {
		parts, err := s.Parts(out.Chain(c), squared)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range parts {
			mean += v / chains
		}
	}
	return mean
}
