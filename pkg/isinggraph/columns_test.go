package isinggraph

import (
	"strings"
	"testing"

	"example.org/isinggraph/internal/testutil"
)

// TestColumnsAgree: where words of a node lie side by side, as on devices that are
// not the CPU, samples are those of the plain Go sampler: with fields, β, couplings
// and probabilities that chains share or have each, with hubs, records and clamps.
func TestColumnsAgree(t *testing.T) {
	e, err := NewEngine(testEngine(t).Backend())
	if err != nil {
		t.Fatal(err)
	}
	e.xla.Accelerator = true
	rng := testutil.Rand(73)
	graphs := map[string]*Graph{
		"random": randomGraph(t, 150, 400, rng),
	}
	var edges [][2]int32
	for i := range int32(300) {
		edges = append(edges, [2]int32{i, (i + 1) % 300})
	}
	graphs["ring"] = mustGraph(t, 300, edges)
	var sun [][2]int32
	for i := range int32((1 << 12)) {
		sun = append(sun, [2]int32{i, (i + 1) % (1 << 12)}, [2]int32{i, i + (1 << 12)})
	}
	graphs["sun"] = mustGraph(t, 2*(1<<12), sun)
	for i := int32(2); i < 299; i++ {
		edges = append(edges, [2]int32{0, i})
	}
	graphs["wheel"] = mustGraph(t, 300, edges)
	j := make([]float32, graphs["wheel"].NumEdges())
	for i := range j {
		j[i] = float32(rng.NormFloat64())
	}
	for _, c := range []struct {
		graph           string
		variant, chains int
		want            []string
	}{
		{"random", 0, 40, []string{"heat bath"}},
		{"sun", 0, 10, []string{"cuts"}},
		{"ring", 3, 19, []string{"levels"}},
		{"wheel", 2, 17, []string{"hubs", "trace"}},
		{"wheel", 1, 33, []string{"couplings by edge", "hubs"}},
	} {
		g := graphs[c.graph]
		s, err := e.New(g)
		if err != nil {
			t.Fatal(err)
		}
		o := variantRequest(c.variant, c.chains, g.NumNodes(), rng)
		if o.Graph = g; c.graph == "wheel" && c.variant == 1 {
			o.J = PerEdge(j)
		}
		plan := planOf(t, s, o)
		for _, w := range append(c.want, "columns") {
			if !strings.Contains(plan, w) {
				t.Errorf("%s: not what is to be tested, %q: %s", c.graph, w, plan)
			}
		}
		sameSamples(t, c.graph, s, Plain(g), o)
		s.Close()
	}
}
