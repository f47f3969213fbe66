package isinggraph

import (
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
	e.remote, e.onCPU = true, false
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
	for i := range int32(cutsPlane) {
		sun = append(sun, [2]int32{i, (i + 1) % cutsPlane}, [2]int32{i, i + cutsPlane})
	}
	graphs["sun"] = mustGraph(t, 2*cutsPlane, sun)
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
		want            func(*run) bool
	}{
		{"random", 0, 40, func(r *run) bool { return !r.spec().Shared }},
		{"sun", 0, 10, func(r *run) bool { return r.spec().Shared }},
		{"ring", 3, 19, func(r *run) bool { return r.spec().Levels > 0 }},
		{"wheel", 2, 17, func(r *run) bool { return r.spec().Hubs > 0 && r.spec().Trace }},
		{"wheel", 1, 33, func(r *run) bool { return r.spec().Weighted && r.spec().Hubs > 0 }},
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
		r := &run{s: s.(*compiled), o: jobOf(t, g, o), lanes: 8, words: 2}
		if !c.want(r) || !r.spec().Columns {
			t.Errorf("%s: not the program that is to be tested, %+v", c.graph, r.spec())
		}
		sameSamples(t, c.graph, s, Plain(g), o)
		s.Close()
	}
}
