package explain

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestGEA compares both scores with those by hand, for motifs that are missed, shared and
// repeated.
func TestGEA(t *testing.T) {
	mask := func(s string) []bool {
		m := make([]bool, len(s))
		for i, c := range s {
			m[i] = c == '1'
		}
		return m
	}
	for _, tt := range []struct {
		name    string
		matches [][]int32
		keep    string
		union   float64
		max     float64
	}{
		{"one match, half found", [][]int32{{0, 1}}, "100000", 1. / 2, 1. / 2},
		{"one match, found and more", [][]int32{{0, 1}}, "111100", 2. / 4, 2. / 4},
		{"one of two matches", [][]int32{{0, 1}, {3, 4}}, "110000", 2. / 4, 1},
		{"two of three matches", [][]int32{{0, 1}, {2, 3}, {5}}, "111100", 4. / 5, 1},
		{"matches that share a node", [][]int32{{0, 1}, {1, 2}}, "011000", 2. / 3, 1},
		{"the same match twice", [][]int32{{0, 1}, {1, 0}}, "110000", 1, 1},
		{"nothing kept", [][]int32{{0, 1}}, "000000", 0, 0},
		{"no match", nil, "110000", 0, 0},
	} {
		union, err := UnionGEA(tt.matches, mask(tt.keep))
		if err != nil {
			t.Fatal(err)
		}
		most, err := MaxGEA(tt.matches, mask(tt.keep))
		if err != nil {
			t.Fatal(err)
		}
		near(t, tt.name+": union", union, tt.union, 1e-12)
		near(t, tt.name+": maximum", most, tt.max, 1e-12)
	}

	j, err := Jaccard(mask("1100"), mask("0110"))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Jaccard", j, 1./3, 1e-12)
	if j, err := Jaccard(mask("00"), mask("00")); err != nil || j != 0 {
		t.Errorf("Jaccard of empty masks: %v, %v, want 0", j, err)
	}

	many := make([][]int32, maxMatches+1)
	for k := range many {
		many[k] = []int32{int32(k)}
	}
	for _, f := range []func() error{
		func() error { _, err := Jaccard(mask("1"), mask("11")); return err },
		func() error { _, err := UnionGEA([][]int32{{2}}, mask("11")); return err },
		func() error { _, err := MaxGEA([][]int32{{-1}}, mask("11")); return err },
		func() error { _, err := MaxGEA(many, make([]bool, len(many))); return err },
		func() error { _, err := CeilingGEA(0, 3); return err },
		func() error { _, err := CeilingGEA(3, -1); return err },
		func() error { _, err := Sparsity(nil); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "explain: ") {
			t.Errorf("error %v", err)
		}
	}
}

// TestCeilingGEA is the share of the smaller set in the larger one.
func TestCeilingGEA(t *testing.T) {
	for _, tt := range []struct {
		t, k int
		want float64
	}{{5, 5, 1}, {3, 12, 0.25}, {10, 4, 0.4}, {2, 0, 0}} {
		got, err := CeilingGEA(tt.t, tt.k)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "ceiling", got, tt.want, 1e-12)
	}
}

// On the real set: what explanations of 40% can reach.
func TestCeilingOnMutagenicity(t *testing.T) {
	dir, err := data.Dir()
	if err != nil {
		t.Skip(err)
	}
	tu, err := data.ReadTU(filepath.Join(dir, "mutagenicity"))
	if err != nil {
		t.Skip(err)
	}
	set, err := Mutagenicity(tu, CurationGraphXAI)
	if err != nil {
		t.Fatal(err)
	}
	var sum [3]float64
	positives := set.Explained()
	for _, k := range positives {
		n, truth := set.Items[k].Graph.NumNodes(), setOf(set.Truth(k)).size()
		share := 0.4 * float64(n)
		for r, size := range []float64{math.Floor(share), math.Round(share), math.Ceil(share)} {
			c, err := CeilingGEA(truth, int(size))
			if err != nil {
				t.Fatal(err)
			}
			sum[r] += c / float64(len(positives))
		}
	}
	if len(positives) != 640 {
		t.Errorf("%d positive graphs, want 640", len(positives))
	}
	for r, want := range []float64{0.38, 0.36, 0.35} {
		near(t, []string{"floor", "round", "ceil"}[r], sum[r], want, 0.005)
	}
}

// TestFidelity compares fidelities and what is made of them with those by hand.
func TestFidelity(t *testing.T) {
	r := []Response{
		{Whole: 0.9, Only: 0.8, Without: 0.3, OnlySame: true},
		{Whole: 0.7, Only: 0.4, Without: 0.6, WithoutSame: true},
	}
	p, a := ProbabilityFidelity(r), AccuracyFidelity(r)
	near(t, "fid+ in probabilities", p.Plus, (0.6+0.1)/2, 1e-12)
	near(t, "fid− in probabilities", p.Minus, (0.1+0.3)/2, 1e-12)
	near(t, "fid+ in predictions", a.Plus, 0.5, 1e-12)
	near(t, "fid− in predictions", a.Minus, 0.5, 1e-12)
	// 0.35 and 0.8: 2·0.35·0.8/1.15.
	near(t, "characteristic", p.Characteristic(1, 1), 0.56/1.15, 1e-12)
	near(t, "weighted 3 : 1", p.Characteristic(3, 1), 4/(3/0.35+1/0.8), 1e-12)
	near(t, "weights' scale", p.Characteristic(0.75, 0.25), p.Characteristic(3, 1), 1e-12)
	for _, f := range []Fidelity{{0, 0}, {-0.2, 0.1}, {0.5, 1}} {
		near(t, "characteristic at a limit", f.Characteristic(1, 1), 0, 0)
	}
	near(t, "no graphs", ProbabilityFidelity(nil).Plus, 0, 0)

	// 0.601 and 0.901.
	near(t, "released", r[0].Released(), 2*0.601*0.901/(0.601+0.901), 1e-12)
	// A prediction that gains without the explanation counts as one that loses.
	near(t, "released, gaining", Response{Whole: 0.5, Only: 0.5, Without: 0.9}.Released(), 2*0.401*1.001/1.402, 1e-12)

	s, err := Sparsity([]bool{true, false, false, false})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "sparsity", s, 0.75, 0)
}

// TestRespond compares the responses of a classifier whose probabilities are known, and the
// curve's points.
func TestRespond(t *testing.T) {
	c, ctx := planted(t), context.Background()
	p := func(edges float64) float64 { return 1 / (1 + math.Exp(6-4*edges)) }
	path := pathItem(t, 4) // 3 edges between marked nodes
	r, err := Respond(ctx, c, []*learn.Item{path, path}, [][]bool{{true, true, true, false}, {true, true, true, true}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "whole", r[0].Whole, p(3), 1e-5)
	near(t, "only", r[0].Only, p(2), 1e-5)
	near(t, "without", r[0].Without, p(0), 1e-5)
	near(t, "without any node", r[1].Without, 0.5, 1e-5)
	if r[0].Class != 1 || !r[0].OnlySame || r[0].WithoutSame {
		t.Errorf("predictions %+v", r[0])
	}

	scores := [][]float64{{3, 2, 1, 0}}
	curve, err := Curve(ctx, c, []*learn.Item{path}, scores, []float64{0.25, 0.5})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "sparsity", curve[0].Sparsity, 0.25, 1e-12)
	near(t, "fid+", curve[0].Fidelity.Plus, p(3)-p(0), 1e-5)
	near(t, "fid−", curve[0].Fidelity.Minus, p(3)-p(2), 1e-5)
	near(t, "fid−", curve[1].Fidelity.Minus, p(3)-p(1), 1e-5)
	near(t, "fid+", curve[1].Fidelity.Plus, p(3)-p(1), 1e-5)
	area, err := CurveArea(curve, func(p CurvePoint) float64 { return p.Fidelity.Minus })
	if err != nil {
		t.Fatal(err)
	}
	near(t, "area", area, p(3)-(p(2)+p(1))/2, 1e-5)

	items := []*learn.Item{path}
	for _, f := range []func() error{
		func() error { _, err := Respond(ctx, c, items, nil); return err },
		func() error { _, err := Respond(ctx, c, items, [][]bool{{true}}); return err },
		func() error { _, err := Curve(ctx, c, items, nil, nil); return err },
		func() error { _, err := Curve(ctx, c, items, scores, []float64{0.5, 0.5}); return err },
		func() error { _, err := Curve(ctx, c, items, scores, []float64{math.NaN()}); return err },
		func() error { _, err := Curve(ctx, c, items, [][]float64{{1}}, []float64{0.5}); return err },
		func() error { _, err := CurveArea(curve[:1], nil); return err },
		func() error { _, err := CurveArea([]CurvePoint{curve[1], curve[0]}, nil); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "explain: ") {
			t.Errorf("error %v", err)
		}
	}
}
