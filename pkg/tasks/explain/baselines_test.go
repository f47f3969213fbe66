package explain

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// baselines are all baselines, with fewer samples where the defaults take long.
func baselines(size Size, seed uint64) []Explainer {
	return []Explainer{
		&Saliency{Size: size},
		&GNNExplainer{Size: size, Seed: seed},
		&GNNExplainer{Size: size, Seed: seed, Start: 5},
		&PGExplainer{Size: size, Seed: seed},
		&PGMExplainer{Size: size, Seed: seed},
		&SubgraphX{Size: size, Seed: seed, Samples: 20, Rollouts: 10},
		&SubgraphX{Size: size, Seed: seed, Samples: 20, Rollouts: 10, LowFirst: true},
		&SAME{Size: size, Seed: seed, Samples: 20, Rollouts: 10},
		// Values counted from 0: all of these graphs are of class 1.
		&GStarX{Size: size, Seed: seed, Average: []float64{0, 0}, Chance: true},
		&GStarX{Size: size, Seed: seed, Average: []float64{0, 0}},
	}
}

func trained(t *testing.T, e Explainer, c *Classifier, items []*learn.Item) {
	t.Helper()
	if e, ok := e.(Trainer); ok {
		if err := e.Train(context.Background(), c, items); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBaselinesFindTheMotif(t *testing.T) {
	c := planted(t)
	var items []*learn.Item
	var motifs [][]int32
	for seed := range uint64(4) {
		it, motif := plantedItem(t, seed)
		items, motifs = append(items, it), append(motifs, motif)
	}
	for _, e := range baselines(Size{Nodes: 3}, 1) {
		t.Run(e.Name(), func(t *testing.T) {
			trained(t, e, c, items)
			for k, it := range items {
				x, err := e.Explain(context.Background(), c, it)
				if err != nil {
					t.Fatal(err)
				}
				gea, err := UnionGEA([][]int32{motifs[k]}, x.Keep)
				if err != nil {
					t.Fatal(err)
				}
				if gea != 1 {
					t.Errorf("graph %d: GEA %v, keeps %v of the motif %v, scores %.3g", k, gea, setOf(x.Keep).nodes(), motifs[k], x.Nodes)
				}
				if len(x.Nodes) != it.Graph.NumNodes() || x.Edges != nil && len(x.Edges) != it.Graph.NumEdges() || x.Elapsed <= 0 {
					t.Errorf("graph %d: %d node and %d edge scores in %v", k, len(x.Nodes), len(x.Edges), x.Elapsed)
				}
				if top := (Size{Nodes: 3}).top(x.Nodes); !slices.Equal(top, x.Keep) {
					t.Errorf("graph %d: keeps %v, the largest scores are of %v", k, setOf(x.Keep).nodes(), setOf(top).nodes())
				}
			}
		})
	}
}

func TestBaselinesRepeat(t *testing.T) {
	c := planted(t)
	it, _ := plantedItem(t, 7)
	other, _ := plantedItem(t, 8)
	explainers := func(seed uint64) []Explainer {
		size := Size{Fraction: 0.4}
		return append([]Explainer{&Random{Size: size, Seed: seed}}, baselines(size, seed)...)
	}
	first, second, third := explainers(1), explainers(1), explainers(2)
	for k, e := range first {
		t.Run(e.Name(), func(t *testing.T) {
			var scores [3][]float64
			for j, e := range []Explainer{e, second[k], third[k]} {
				trained(t, e, c, []*learn.Item{it, other})
				if b, ok := e.(BatchExplainer); ok && j == 1 { // another order, in one batch
					all, err := b.ExplainAll(context.Background(), c, []*learn.Item{other, it})
					if err != nil {
						t.Fatal(err)
					}
					scores[j] = all[1].Nodes
					continue
				}
				x, err := e.Explain(context.Background(), c, it)
				if err != nil {
					t.Fatal(err)
				}
				scores[j] = x.Nodes
			}
			for i, v := range scores[0] {
				near(t, "score", scores[1][i], v, 1e-4) // batches of other shapes round otherwise
			}
			random := true
			switch e := e.(type) {
			case *Saliency:
				random = false
			case *SubgraphX: // here all its samples have the same value
				random = false
			case *GStarX:
				random = e.Chance
			}
			if random && slices.Equal(scores[0], scores[2]) {
				t.Error("another seed gives the same scores")
			}
		})
	}
}

// late is a context that is cancelled after some looks at it.
type late struct {
	context.Context
	looks int
}

func (l *late) Err() error {
	if l.looks--; l.looks < 0 {
		return context.Canceled
	}
	return nil
}

func TestBaselinesCancelled(t *testing.T) {
	c := planted(t)
	it, _ := plantedItem(t, 9)
	for _, e := range append(baselines(Size{Nodes: 3}, 1), &Random{Size: Size{Nodes: 3}}) {
		trained(t, e, c, []*learn.Item{it})
		looks := []int{0, 2}
		switch e.(type) {
		case *Random, *PGExplainer, *Saliency:
			looks = looks[:1] // they ask the classifier once or twice
		}
		for _, n := range looks {
			if _, err := e.Explain(&late{context.Background(), n}, c, it); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, cancelled after %d looks: %v", e.Name(), n, err)
			}
		}
	}
	if err := new(PGExplainer).Train(context.Background(), c, nil); err == nil {
		t.Error("PGExplainer trains on nothing")
	}
	e := PGExplainer{Size: Size{Nodes: 3}}
	if err := e.Train(&late{context.Background(), 5}, c, []*learn.Item{it}); !errors.Is(err, context.Canceled) {
		t.Errorf("training cancelled: %v", err)
	}
	if err := e.Supports(c, it); err == nil {
		t.Error("PGExplainer explains after a training that was cancelled")
	}
}

func TestBaselinesOnSmallGraphs(t *testing.T) {
	c := planted(t)
	one, two := pathItem(t, 1), pathItem(t, 2)
	for _, e := range append(baselines(Size{Fraction: 0.4}, 1), &Random{Size: Size{Fraction: 0.4}}) {
		trained(t, e, c, []*learn.Item{two})
		for _, it := range []*learn.Item{one, two} {
			if err := e.Supports(c, it); err != nil {
				if it == two || !strings.Contains(err.Error(), "edges") {
					t.Errorf("%s: %v", e.Name(), err)
				}
				if _, again := e.Explain(context.Background(), c, it); again == nil || again.Error() != err.Error() {
					t.Errorf("%s: Supports says %v, Explain %v", e.Name(), err, again)
				}
				continue
			}
			x, err := e.Explain(context.Background(), c, it)
			if err != nil {
				t.Fatalf("%s: %v", e.Name(), err)
			}
			if len(x.Keep) != it.Graph.NumNodes() || setOf(x.Keep).size() != 1 {
				t.Errorf("%s keeps %v of %d nodes", e.Name(), x.Keep, it.Graph.NumNodes())
			}
		}
	}
}

func TestBaselinesUnsupported(t *testing.T) {
	c := planted(t)
	it, _ := plantedItem(t, 10)
	blank := &learn.Item{Graph: it.Graph, X: make([]float32, len(it.X))}
	size := Size{Nodes: 3}
	for _, tt := range []struct {
		name string
		e    Explainer
		c    *Classifier
		it   *learn.Item
	}{
		{"no classifier", &Random{Size: size}, nil, it},
		{"no graph", &Saliency{Size: size}, c, nil},
		{"no size", &Random{}, c, it},
		{"not trained", &PGExplainer{Size: size}, c, it},
		{"features of 0", &PGMExplainer{Size: size}, c, blank},
		{"few samples", &PGMExplainer{Size: size, Samples: 8}, c, it},
		{"negative epochs", &GNNExplainer{Size: size, Epochs: -1}, c, it},
		{"no start", &GNNExplainer{Size: size, Start: math.NaN()}, c, it},
		{"negative rollouts", &SubgraphX{Size: size, Rollouts: -1}, c, it},
		{"many pieces", &SAME{Size: size, Pieces: 17}, c, it},
		{"large sets", &GStarX{Size: size, SampleNodes: 13}, c, it},
		{"three classes", &GStarX{Size: size, Average: []float64{1, 0, 0}}, c, it},
	} {
		_, err := tt.e.Explain(context.Background(), tt.c, tt.it)
		if err == nil || !strings.HasPrefix(err.Error(), "explain: ") {
			t.Errorf("%s: error %v", tt.name, err)
		}
	}
	if err := (&PGExplainer{Size: size, Rate: -1}).Train(context.Background(), c, []*learn.Item{it}); err == nil {
		t.Error("PGExplainer trains with a negative rate")
	}
}

// A χ² test at a level leaves out nodes on which nothing depends.
func TestPGMExplainerLevel(t *testing.T) {
	c := planted(t)
	it, motif := plantedItem(t, 11)
	e := PGMExplainer{Size: Size{Nodes: 8}, Level: 1e-6}
	x, err := e.Explain(context.Background(), c, it)
	if err != nil {
		t.Fatal(err)
	}
	if gea, err := UnionGEA([][]int32{motif}, x.Keep); err != nil || gea != 1 {
		t.Errorf("keeps %v of the motif %v: %v", setOf(x.Keep).nodes(), motif, err)
	}
}

// TestEvaluate reports the figures of a planted classifier, whose motif explains all.
func TestEvaluate(t *testing.T) {
	c := planted(t)
	a, motif := plantedItem(t, 12)
	b, _ := plantedItem(t, 14)
	set := &Dataset{Items: []*learn.Item{a, b}, Labels: []int{1, 1}, Motifs: [][][]int32{{motif[:1], motif}, nil}}
	for _, e := range []Explainer{&Saliency{Size: Size{Nodes: 3}}, &SAME{Size: Size{Nodes: 3}}} {
		r, all, err := Evaluate(context.Background(), e, c, set)
		if err != nil {
			t.Fatal(err)
		}
		if r.Explainer != e.Name() || r.Graphs != 2 || r.Motifs != 1 || len(all) != 2 || r.Elapsed <= 0 || !strings.HasPrefix(r.String(), e.Name()) {
			t.Errorf("report %v of %d explanations", r, len(all))
		}
		near(t, "union GEA", r.UnionGEA, 1, 1e-12)
		near(t, "maximum GEA", r.MaxGEA, 1, 1e-12)
		near(t, "sparsity", r.Sparsity, 0.8, 1e-12)
		near(t, "fid−", r.Probability.Minus, 0, 1e-6)
		near(t, "fid+", r.Accuracy.Plus, 1, 1e-12)
		near(t, "characteristic", r.Characteristic, 2*r.Probability.Plus/(1+r.Probability.Plus), 1e-5)
		near(t, "released", r.Released, 2*(r.Probability.Plus+0.001)*1.001/(r.Probability.Plus+1.002), 1e-4)
	}
	for _, f := range []func() error{
		func() error {
			_, _, err := Evaluate(context.Background(), &Random{Size: Size{Nodes: 3}}, c, &Dataset{})
			return err
		},
		func() error { _, _, err := Evaluate(context.Background(), &Random{}, c, set); return err },
		func() error {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			_, _, err := Evaluate(ctx, &Saliency{Size: Size{Nodes: 3}}, c, set)
			return err
		},
	} {
		if f() == nil {
			t.Error("Evaluate returns no error")
		}
	}
}
